package failure

import (
	"testing"
	"time"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/test/e2e/rig"
	"github.com/hotline12345/hotline/test/e2e/script"
)

// t1 is RFC 3261's T1 in all tests but one.
const t1 = 50 * time.Millisecond

// scene is a server of a test's own and who talks with it.
type scene struct {
	*rig.Server
	t     *testing.T
	ended int // CDRs seen

	patience time.Duration // 64·T1
}

// begin starts a server with 12345 alone: answer, queue, music. Offers ring
// for 20 s, nothing is announced, there is no wrap-up.
func begin(t *testing.T, edits ...func(*config.Plan)) *scene {
	t.Helper()
	t.Parallel()
	return beginWith(t, rig.Options{}, edits...)
}

func beginWith(t *testing.T, o rig.Options, edits ...func(*config.Plan)) *scene {
	t.Helper()
	o.Plan = func(p *config.Plan) {
		p.Numbers = nil
		p.Numbers.Set("12345", config.Number{Flow: "hotline"})
		p.Queues = nil
		p.Queues.Set("general", config.Queue{Ring: config.Duration(20 * time.Second)})
		p.Rosters = nil
		p.Rosters.Set("all", config.Roster{From: "00:00", To: "24:00", Agents: config.Table[int]{{Name: "general", Value: 1}}})
		p.Flows = nil
		p.Flows.Set("hotline", []config.Step{{Kind: "answer"}, {Kind: "queue", Queue: "general"}, {Kind: "music"}})
		p.Phones, p.Agents = nil, nil
		for _, name := range []string{"8001", "8002", "8003"} {
			p.Phones.Set(name, config.Phone{})
			p.Agents.Set(name, config.Agent{Queues: []string{"general"}})
		}
		for _, edit := range edits {
			edit(p)
		}
	}
	return &scene{Server: rig.Start(t, o), t: t, patience: 64 * max(o.T1, t1)}
}

// AtZero is the server's, which looks too often for a hundred tests: most of
// 64·T1 is waited for more patiently. It begins with a pause, since what is
// looked at may be a copy of 250 ms ago.
func (s *scene) AtZero(t *testing.T) {
	t.Helper()
	tick := time.NewTicker(300 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(s.patience); time.Now().Before(end); {
		<-tick.C
		if m := s.Metrics(t); m["hotline_sip_transactions"]+m["hotline_sip_legs"] == 0 {
			break
		}
	}
	s.Server.AtZero(t)
}

// queue edits the queue of a plan.
func queue(edit func(*config.Queue)) func(*config.Plan) {
	return func(p *config.Plan) { edit(p.Queues.Get("general")) }
}

// flow replaces the steps of 12345.
func flow(steps ...config.Step) func(*config.Plan) {
	return func(p *config.Plan) { p.Flows.Set("hotline", steps) }
}

// The steps that most flows have.
var (
	answer   = config.Step{Kind: "answer"}
	progress = config.Step{Kind: "progress"}
	enlist   = config.Step{Kind: "queue", Queue: "general"}
	music    = config.Step{Kind: "music"}
	greeting = config.Step{Kind: "play", Clips: []string{"greeting"}}
	gone     = config.Step{Kind: "hangup", Status: 410, Cause: 22} // the number is no more: no plan has others that nobody takes
)

// party is someone with a SIP and an RTP side.
type party struct {
	*script.Endpoint
	Sound   *script.Sound
	account *script.Account // a phone's
}

// carrier is a place from which citizens ring, on the address of that octet.
func (s *scene) carrier(host byte) *party {
	s.t.Helper()
	ip := s.IP(host).String()
	return &party{Endpoint: script.UDP(s.t, ip, s.Addr), Sound: script.NewSound(s.t, ip)}
}

// offer is the SDP of a party that speaks both codecs and digits.
func (p *party) offer(attributes ...string) string {
	return script.SDP(p.Sound.Addr, "8 0 101", append([]string{"rtpmap:101 telephone-event/8000"}, attributes...)...)
}

// citizen is a call of a carrier's to 12345.
type citizen struct {
	*script.Dialog
	*party
}

const number = "13800001234"

// rings sends an INVITE to 12345.
func (s *scene) rings(p *party) *citizen {
	s.t.Helper()
	c := &citizen{p.Dial(number, "12345"), p}
	c.Request("INVITE", p.offer())
	return c
}

// Expect is the dialog's.
func (c *citizen) Expect(what string, within time.Duration) *script.Message {
	return c.Dialog.Expect(what, within)
}

// Never is the dialog's.
func (c *citizen) Never(what string, within time.Duration) { c.Dialog.Never(what, within) }

// waits is a citizen who has been answered and waits in the queue.
func (s *scene) waits(host byte) *citizen {
	s.t.Helper()
	c := s.rings(s.carrier(host))
	c.Expect("200 INVITE", script.Soon)
	c.Ack("")
	return c
}

// phone registers a phone and logs its agent, of the same name, in on it.
func (s *scene) phone(name string, host byte) *party {
	s.t.Helper()
	p := s.registered(name, host)
	s.Login(s.t, name, name)
	return p
}

// tcpPhone is phone over a connection.
func (s *scene) tcpPhone(name string, host byte) *party {
	s.t.Helper()
	p := s.tcp(host)
	p.account = s.account(p, name)
	p.account.Register("Expires: 300")
	s.Registered(s.t, name)
	s.Login(s.t, name, name)
	return p
}

// tcp is carrier over a connection.
func (s *scene) tcp(host byte) *party {
	s.t.Helper()
	ip := s.IP(host).String()
	return &party{Endpoint: script.TCP(s.t, ip, s.Addr), Sound: script.NewSound(s.t, ip)}
}

func (s *scene) registered(name string, host byte) *party {
	s.t.Helper()
	p := s.carrier(host)
	p.account = s.account(p, name)
	p.account.Register("Expires: 300")
	s.Registered(s.t, name)
	return p
}

// account is the phone's at the server, with a password that the server knows.
func (s *scene) account(p *party, name string) *script.Account {
	s.t.Helper()
	secret, err := s.Client.SetPassword(s.t.Context(), name, "secret-"+name)
	if err != nil {
		s.t.Fatal(err)
	}
	return p.Account(name, secret, rig.Domain)
}

// answers lets the phone answer its call with both codecs.
func (p *party) answers(d *script.Dialog) {
	d.Say("200 OK", p.offer())
	d.Expect("ACK", script.Soon)
}

// byes ends a call from one side and answers the other side's BYE.
func byes(by, other *script.Dialog) {
	by.Request("BYE", "")
	by.Expect("200 BYE", script.Soon)
	bye := other.Expect("BYE", script.Soon)
	other.Answer(bye, "200 OK", "")
}

// ends waits for the next CDR and checks how it ended.
func (s *scene) ends(outcome, by string) api.CDR {
	s.t.Helper()
	s.ended++
	c := s.CDR(s.t, s.ended)
	if c.Outcome != outcome || c.EndedBy != by {
		s.t.Errorf("the CDR says %s by %s, not %s by %s: %+v", c.Outcome, c.EndedBy, outcome, by, c)
	}
	if c.Number != "12345" || c.Caller != number || c.From != "carrier" || c.Ended.Before(c.Began) {
		s.t.Errorf("the CDR's head: %+v", c)
	}
	return c
}

// cause checks the SIP status and the Q.850 cause of a CDR.
func (s *scene) cause(c api.CDR, status, q850 int) {
	s.t.Helper()
	if c.Status != status || c.Q850 != q850 {
		s.t.Errorf("the CDR's cause is %d, Q.850 %d, not %d and %d", c.Status, c.Q850, status, q850)
	}
}
