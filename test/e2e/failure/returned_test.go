package failure

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/test/e2e/rig"
	"github.com/hotline12345/hotline/test/e2e/script"
	"github.com/hotline12345/hotline/test/sound"
)

// The sub-centre's exchange has a trunk of so many channels, of which so many may
// ring it.
const (
	exchangeLines = 24
	exchangeSeats = 6
)

// subcenter lets 12366 ring the neighbour's exchange.
func (o *outside) subcenter(p *config.Plan) {
	p.Trunks.Set("tax", config.Trunk{
		Match: []string{o.Addr.Addr().String()}, Peers: []config.Peer{{Address: o.Addr.String()}}, Channels: exchangeLines, Area: "0551",
	})
	p.Destinations.Set("tax", config.Destination{Kind: "subcenter", Trunk: "tax", Number: "12366", Channels: exchangeSeats, Ring: config.Duration(20 * time.Second)})
	p.Numbers.Set("12366", config.Number{Flow: "hotline", Mode: "subcenter", Destination: "tax", Takeover: "general"})
}

// callerOf is the number that the exchange is shown.
func callerOf(d *script.Dialog) string {
	_, rest, _ := strings.Cut(d.Remote, "sip:")
	user, _, _ := strings.Cut(rest, "@")
	return user
}

// beginTax starts a server with the sub-centre.
func beginTax(t *testing.T, edits ...func(*config.Plan)) (*scene, *outside) {
	t.Helper()
	o := neighbour(t)
	s := beginWith(t, rig.Options{Net: &o.net}, append([]func(*config.Plan){o.subcenter}, edits...)...)
	o.Server = s.Addr
	return s, o
}

// busy is how many channels a trunk's calls have.
func (s *scene) busy(trunk string) int {
	s.t.Helper()
	return int(s.Metrics(s.t)[`hotline_trunk_busy_channels{trunk="`+trunk+`"}`])
}

// An exchange answers a call and sends it back without a mark of ours, to
// whatever number. It is not sent there again: an agent has it, and it is known
// for what it is. Caller and agent hear each other through the exchange.
func TestAnExchangeSendsACallBack(t *testing.T) {
	t.Parallel()
	for _, to := range []string{"12345", "12366", "055112366"} {
		t.Run(to, func(t *testing.T) {
			t.Parallel()
			s, exchange := beginTax(t)
			phone, line := s.phone("8001", 2), exchange.second()
			line.Server = s.Addr
			first := s.dials(s.carrier(128), number, "12366")
			away := exchange.Ring(script.Soon)
			exchange.answers(away)
			ok := first.Expect("200 INVITE", script.Soon)
			first.Ack("")
			back := &citizen{exchange.Dial(number, to), exchange.party}
			back.Request("INVITE", line.offer())
			taken := back.Expect("200 INVITE", script.Soon)
			back.Ack("")
			d := phone.Ring(script.Soon)
			if want := to[len(to)-5:] + " " + number; shown(d) != want {
				t.Errorf("the agent is shown %q, must be %q", shown(d), want)
			}
			phone.answers(d)
			exchange.Sound.Play(portOf(away.Invite), pcma, sound.Encode(agentsVoice), 20)
			first.Sound.Play(portOf(ok), pcma, sound.Encode(callersVoice), 20)
			line.Sound.Play(portOf(taken), pcma, sound.Encode(callersVoice), 20)
			phone.hears(t, "the agent", callersVoice, pcma)
			if n := s.busy("tax"); n != 2 {
				t.Errorf("%d channels of the exchange's trunk are busy", n)
			}
			byes(back.Dialog, d)
			byes(first.Dialog, away)
			exchange.Never("INVITE", 0)
			s.CDR(t, 2)
			for _, c := range s.CDRs(t) {
				switch {
				case c.From == "tax" && c.Returned && c.AnsweredBy != "subcenter" && c.Agent == "8001" && c.Caller == number:
				case c.From == "carrier" && !c.Returned && c.AnsweredBy == "subcenter":
				default:
					t.Errorf("a CDR: %+v", c)
				}
			}
			s.AtZero(t)
		})
	}
}

// The exchange sends each call back as soon as it rings there, to its own number
// and to 12345, under whatever name: everybody is queued, and no trunk is filled.
func TestAnExchangeThatSendsEverythingBackFillsNoTrunk(t *testing.T) {
	t.Parallel()
	const callers = 5
	for name, c := range map[string]struct {
		as       func(caller string, n int) string // whom the exchange names as the n-th caller
		rung     int                               // how often it is rung in all
		returned int                               // calls known for what they are
	}{
		"as they came":    {func(caller string, _ int) string { return caller }, callers, 2 * callers},
		"as its own":      {func(string, int) string { return "055163500000" }, callers + 1, 2*callers + 1},
		"as nobody's":     {func(string, int) string { return "anonymous" }, callers + 1, 2*callers + 1},
		"as ever another": {func(_ string, n int) string { return fmt.Sprintf("0551635000%02d", n) }, exchangeSeats, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, exchange := beginTax(t)
			for i := range callers {
				s.dials(s.carrier(128+byte(i)), fmt.Sprintf("1380000%04d", i), "12366")
			}
			for i := range c.rung {
				d := exchange.Ring(script.Soon)
				d.Say("180 Ringing", "")
				s.dials(exchange.party, c.as(callerOf(d), 2*i), "12366")
				s.dials(exchange.party, c.as(callerOf(d), 2*i+1), "12345").Expect("200 INVITE", script.Soon)
			}
			exchange.Never("INVITE", 10*t1)
			if n := s.busy("tax"); n != 3*c.rung {
				t.Errorf("%d channels of the exchange's trunk are busy, of %d; %d calls are there", n, exchangeLines, 3*c.rung)
			}
			s.hangsUp()
			s.CDR(t, callers+2*c.rung)
			returned := 0
			for _, cdr := range s.CDRs(t) {
				if cdr.Returned {
					returned++
				}
				if cdr.Outcome != "operator" || cdr.From == "tax" && cdr.Queue != "general" && cdr.Destination == "" {
					t.Errorf("a CDR: %+v", cdr)
				}
			}
			if returned != c.returned {
				t.Errorf("%d calls are marked as returned, not %d", returned, c.returned)
			}
			s.AtZero(t)
		})
	}
}

// hangsUp ends all calls from the CLI.
func (s *scene) hangsUp() {
	s.t.Helper()
	for _, c := range s.Calls(s.t) {
		if err := s.Client.Hangup(s.t.Context(), c.ID); err != nil {
			s.t.Fatal(err)
		}
	}
}
