package failure

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/test/e2e/rig"
	"github.com/hotline12345/hotline/test/e2e/script"
	"github.com/hotline12345/hotline/test/sound"
)

// The addresses of the interface "office": bound, and named to the phones.
const (
	office = 20
	named  = 21
)

// beginOffice is a server with two interfaces: the carrier's, "main", and the
// phones', "office", which stands behind a NAT of its own.
func beginOffice(t *testing.T) (*scene, netip.AddrPort) {
	t.Helper()
	t.Parallel()
	net := rig.NewNet(t)
	file := filepath.Join(t.TempDir(), "settings.yaml")
	settings := fmt.Sprintf("interfaces:\n  office: {sip: [\"%[1]v:0\"], rtp: \"%[1]v:0\", advertise: %[2]v}\n", net.IP(office), net.IP(named))
	if err := os.WriteFile(file, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	s := beginWith(t, rig.Options{Net: &net, Args: []string{"--settings", file}}, func(p *config.Plan) {
		p.Trunks.Get("carrier").Interface = config.MainInterface
	})
	return s, s.Side(t, "office")
}

// Each leg lives on its peer's interface: its signalling, what names it, its RTP
// ports. So it is after a kill.
func TestACallBetweenTwoInterfaces(t *testing.T) {
	s, side := beginOffice(t)
	phone := s.carrier(2)
	phone.Server = side
	s.account(phone, "8001").Register()
	s.Registered(t, "8001")
	s.Login(t, "8001", "8001")

	c := s.rings(s.carrier(128))
	ok := c.Expect("200 INVITE", script.Soon)
	c.Ack("")
	if ok.From != s.Addr || !strings.Contains(ok.Contact(), s.Addr.String()) || portOf(ok).Addr() != s.Addr.Addr() {
		t.Errorf("the caller's side, from %v:\n%s", ok.From, ok.Raw)
	}
	agent := phone.Ring(script.Soon)
	invite, shown := agent.Invite, netip.AddrPortFrom(s.IP(named), side.Port()).String()
	if invite.From != side || !strings.HasPrefix(invite.Get("Via"), "SIP/2.0/UDP "+shown+";") || !strings.Contains(invite.Contact(), "@"+shown) ||
		portOf(invite).Addr() != s.IP(named) || strings.Contains(invite.Raw, s.Addr.Addr().String()+"\r\n") {
		t.Errorf("the agent's side, from %v:\n%s", invite.From, invite.Raw)
	}
	phone.answers(agent)
	s.bridged()
	port := netip.AddrPortFrom(s.IP(office), portOf(invite).Port()) // as the NAT leads there
	c.Sound.Play(portOf(ok), pcma, sound.Encode(callersVoice), 20)
	phone.Sound.Play(port, pcma, sound.Encode(agentsVoice), 20)
	heard := func() {
		t.Helper()
		c.Sound.Forget()
		phone.Sound.Forget()
		phone.hears(t, "the agent", callersVoice, pcma)
		c.hears(t, "the caller", agentsVoice, pcma)
	}
	heard()
	if from := phone.Sound.Heard()[0].From; from != port {
		t.Errorf("the agent is sent sound from %v, not from %v", from, port)
	}

	s.Kill()
	s.Restart()
	if again := s.Side(t, "office"); again != side {
		t.Errorf("the office's address was %v before the restart and is %v", side, again)
	}
	heard()
	c.Request("BYE", "")
	c.Expect("200 BYE", script.Soon)
	bye := agent.Expect("BYE", script.Soon)
	if bye.From != side {
		t.Errorf("the BYE comes from %v", bye.From)
	}
	agent.Answer(bye, "200 OK", "")
	if cdr := s.ends("answered", "caller"); !cdr.Resumed {
		t.Errorf("the CDR: %+v", cdr)
	}
	s.AtZero(t)
}

// A trunk is known on its own interface alone.
func TestATrunkOnTheWrongInterface(t *testing.T) {
	s, side := beginOffice(t)
	p := s.carrier(128)
	p.Server = side
	refused(t, p.Dial(number, "12345"), p.offer(), "403")
	s.counts("hotline_calls_from_strangers_total", 1)
	s.nothing()
}
