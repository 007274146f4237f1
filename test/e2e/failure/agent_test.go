package failure

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/test/e2e/rig"
	"github.com/hotline12345/hotline/test/e2e/script"
	"github.com/hotline12345/hotline/test/sound"
)

// The first two take longest and so begin first.

// At the RFC's own T1 the old INVITE to a phone that says nothing outlives the
// 3 s after which the call moves on: what the phone says then is too late, a
// provisional is answered with CANCEL, a 200 with ACK and BYE.
func TestASilentPhoneWakesUp(t *testing.T) {
	t.Parallel()
	s := beginWith(t, rig.Options{T1: 500 * time.Millisecond})
	rings, talks, third := s.phone("8001", 2), s.phone("8002", 3), s.phone("8003", 4)
	caller := s.waits(128)
	one := rings.Ring(script.Soon)
	two := talks.Ring(2 * script.Soon)
	three := third.Ring(2 * script.Soon)
	third.answers(three)

	one.Say("180 Ringing", "")
	cancel := one.Expect("CANCEL", script.Soon)
	one.Answer(cancel, "200 OK", "")
	one.Say("487 Request Terminated", "")
	one.Expect("ACK", script.Soon)

	talks.answers(two)
	two.Answer(two.Expect("BYE", script.Soon), "200 OK", "")
	two.Never("CANCEL", 0)

	byes(caller.Dialog, three)
	if c := s.ends("answered", "caller"); c.Agent != "8003" || c.Offers != 3 {
		t.Errorf("the CDR: %+v", c)
	}
	for _, p := range []*party{rings, talks, third} {
		p.account.Try("Expires: 0") // no probes from here on
	}
	s.AtZero(t)
}

// A phone is probed with OPTIONS: any answer will do, none keeps it from
// offers until it registers again.
func TestAPhoneFailsItsProbe(t *testing.T) {
	s := begin(t)
	first, second := s.carrier(2), s.phone("8002", 3)
	account := s.account(first, "8001")
	account.Register()
	s.Registered(t, "8001")
	s.Login(t, "8001", "8001")

	const interval = 30 * time.Second
	probe := second.Expect("OPTIONS", interval+script.Soon)
	d := second.Take(probe)
	d.Answer(probe, "404 Not Found", "")
	lost := first.Expect("OPTIONS", interval+script.Soon)
	s.unreachable("8001")
	if first.Copies(lost) < 3 {
		t.Errorf("the probe was sent %d times", first.Copies(lost))
	}
	caller := s.waits(128)
	agent := second.Ring(script.Soon) // though 8001 has been idle longer
	second.answers(agent)
	first.Never("INVITE", 5*t1)
	account.Try()
	s.Registered(t, "8001")
	other := s.waits(129)
	agent2 := first.Ring(script.Soon)
	first.answers(agent2)
	byes(caller.Dialog, agent)
	s.ends("answered", "caller")
	byes(other.Dialog, agent2)
	s.ends("answered", "caller")
	s.AtZero(t)
}

// taken lets agent 8002 have the call that 8001 did not take, ends it, and checks
// what the call's history says of the offer to 8001.
func (s *scene) taken(c *citizen, second *party, why string, status int) {
	s.t.Helper()
	other := second.Ring(script.Soon)
	second.answers(other)
	byes(c.Dialog, other)
	cdr := s.ends("answered", "caller")
	if cdr.Agent != "8002" || cdr.Offers != 2 {
		s.t.Errorf("the CDR: %+v", cdr)
	}
	s.offerEnded(cdr.Call, "8001", why, status)
	s.AtZero(s.t)
}

// offerEnded checks how the one offer that was not taken ended, for programs and
// for people.
func (s *scene) offerEnded(call, agent, why string, status int) {
	s.t.Helper()
	history, err := s.Client.History(s.t.Context(), call)
	if err != nil {
		s.t.Fatal(err)
	}
	history = slices.DeleteFunc(history, func(s api.Step) bool { return s.Kind != "offer-ended" })
	if len(history) != 1 || history[0].Agent != agent || history[0].Why != why || history[0].Status != status {
		s.t.Errorf("the offers that were not taken: %+v; one to %s should have ended as %s with status %d", history, agent, why, status)
	}
	told := fmt.Sprintf("not taken by %s: %s %d", agent, why, status)
	if shown := s.MustCLI("call", "show", call); !strings.Contains(shown, told) {
		s.t.Errorf("call show does not say %q:\n%s", told, shown)
	}
}

// Every refusal leads to the next agent. What is the agent's own doing counts
// as a miss; what his phone cannot do keeps it from offers.
func TestTheAgentRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status string
		why    string
		misses int
		extra  []string
	}{
		{"603 Decline", "rejected", 1, nil},
		{"480 Temporarily Unavailable", "rejected", 1, []string{"Retry-After: 3600"}},
		{"486 Busy Here", "busy", 1, nil},
		{"600 Busy Everywhere", "busy", 1, nil},
		{"404 Not Found", "rejected", 1, nil},
		{"503 Service Unavailable", "unreachable", 0, nil},
		{"408 Request Timeout", "unreachable", 0, nil},
		{"488 Not Acceptable Here", "bad-sdp", 0, nil},
		{"606 Not Acceptable", "bad-sdp", 0, nil},
	} {
		t.Run(c.status, func(t *testing.T) {
			s := begin(t)
			first, second := s.phone("8001", 2), s.phone("8002", 3)
			caller := s.waits(128)
			agent := first.Ring(script.Soon)
			agent.Say("180 Ringing", "")
			agent.Say(c.status, "", c.extra...)
			ack := agent.Expect("ACK", script.Soon)
			if ack.Branch() != agent.Invite.Branch() || ack.Tag("To") != agent.Tag {
				t.Errorf("the ACK of a refusal is not its transaction's:\n%s", ack.Raw)
			}
			s.misses("8001", c.misses)
			status, err := strconv.Atoi(c.status[:3])
			if err != nil {
				t.Fatal(err)
			}
			s.taken(caller, second, c.why, status)
			first.Never("INVITE", 0)
		})
	}
}

// A redirection is a refusal: nobody but the plan says who is rung.
func TestTheAgentRedirects(t *testing.T) {
	s := begin(t)
	first, second := s.phone("8001", 2), s.phone("8002", 3)
	elsewhere := s.carrier(9)
	caller := s.waits(128)
	agent := first.Ring(script.Soon)
	agent.Contact = fmt.Sprintf("<sip:8009@%v>", elsewhere.Addr)
	agent.Say("302 Moved Temporarily", "")
	agent.Expect("ACK", script.Soon)
	s.misses("8001", 1)
	s.taken(caller, second, "rejected", 302)
	elsewhere.Never("INVITE", 0)
}

func TestTheAgentDoesNotAnswer(t *testing.T) {
	s := begin(t, queue(func(q *config.Queue) { q.Ring = config.Duration(1500 * time.Millisecond) }))
	first, second := s.phone("8001", 2), s.phone("8002", 3)
	caller := s.waits(128)
	agent := first.Ring(script.Soon)
	agent.Say("180 Ringing", "")
	cancelled(t, agent, 19)
	s.taken(caller, second, "no-answer", 487)
	s.misses("8001", 1)
}

// After as many misses in a row as the plan says, an agent is paused: here two
// callers are refused, one after the other.
func TestTheAgentMissesTooOften(t *testing.T) {
	s := begin(t, func(p *config.Plan) { p.Calls.Misses = 2 })
	phone := s.phone("8001", 2)
	one, two := s.waits(128), s.waits(129)
	for range 2 {
		agent := phone.Ring(script.Soon)
		agent.Say("486 Busy Here", "")
		agent.Expect("ACK", script.Soon)
	}
	s.agentIs("8001", "Paused")
	phone.Never("INVITE", 10*t1)
	for _, c := range []*citizen{one, two} {
		c.Request("BYE", "")
		c.Expect("200 BYE", script.Soon)
		s.ends("abandoned-queue", "caller")
	}
	s.AtZero(t)
}

// A phone that says nothing at all is passed over after 3 s; its agent has
// missed nothing.
func TestThePhoneIsSilent(t *testing.T) {
	s := begin(t)
	first, second := s.phone("8001", 2), s.phone("8002", 3)
	caller := s.waits(128)
	agent := first.Ring(script.Soon)
	other := second.Ring(2 * script.Soon)
	if gap := other.Invite.At.Sub(agent.Invite.At); gap < 2500*time.Millisecond || gap > 8*time.Second {
		t.Errorf("the next phone rang after %v", gap)
	}
	if n := first.Copies(agent.Invite); n < 5 {
		t.Errorf("the INVITE was repeated %d times only", n-1)
	}
	second.answers(other)
	s.misses("8001", 0)
	byes(caller.Dialog, other)
	s.offerEnded(s.ends("answered", "caller").Call, "8001", "unreachable", 408)
	s.AtZero(t)
}

// A phone whose port nobody listens on any more is passed over at once, by its
// ICMP.
func TestThePhoneIsGone(t *testing.T) {
	s := begin(t)
	first, second := s.phone("8001", 2), s.phone("8002", 3)
	first.Close()
	began := time.Now()
	caller := s.waits(128)
	other := second.Ring(script.Soon)
	if gap := other.Invite.At.Sub(began); gap > 2*time.Second {
		t.Errorf("the next phone rang after %v: not by the ICMP", gap)
	}
	second.answers(other)
	s.misses("8001", 0)
	byes(caller.Dialog, other)
	s.offerEnded(s.ends("answered", "caller").Call, "8001", "unreachable", 503)
	s.AtZero(t)
}

// A phone whose connection is closed is not rung at all: nothing can be sent to
// it until it has come back.
func TestThePhonesConnectionIsClosed(t *testing.T) {
	s := begin(t)
	first := s.tcpPhone("8001", 2)
	second := s.phone("8002", 3)
	first.Close()
	s.unreachable("8001")
	caller := s.waits(128)
	other := second.Ring(script.Soon)
	second.answers(other)
	byes(caller.Dialog, other)
	if cdr := s.ends("answered", "caller"); cdr.Offers != 1 {
		t.Errorf("%d offers", cdr.Offers)
	}
	s.AtZero(t)
}

// unreachable waits until no offer can go to the phone.
func (s *scene) unreachable(phone string) {
	s.t.Helper()
	within(s.t, "the phone "+phone+" is not reachable", func() bool {
		phones, err := s.Client.Phones(s.t.Context())
		if err != nil {
			s.t.Fatal(err)
		}
		i := slices.IndexFunc(phones, func(p api.Phone) bool { return p.Phone == phone })
		return i >= 0 && !phones[i].Reachable
	})
}

// The connection is closed while the phone rings: the next agent has the call
// at once.
func TestThePhonesConnectionIsClosedWhileItRings(t *testing.T) {
	s := begin(t)
	first, second := s.tcpPhone("8001", 2), s.phone("8002", 3)
	caller := s.waits(128)
	agent := first.Ring(script.Soon)
	agent.Say("180 Ringing", "")
	s.agentIs("8001", "Ringing")
	first.Close()
	s.taken(caller, second, "unreachable", 503)
	s.misses("8001", 0)
}

// The connection is closed in a talk: the talk goes on, and the BYE finds the
// phone where it has come back.
func TestThePhonesConnectionIsClosedInATalk(t *testing.T) {
	s := begin(t)
	phone := s.tcpPhone("8001", 2)
	c := s.waits(128)
	agent := phone.Ring(script.Soon)
	phone.answers(agent)
	s.bridged()
	phone.Close()
	s.unreachable("8001")
	back := s.tcp(2)
	s.account(back, "8001").Register()
	c.Never("BYE", 0)
	c.Request("BYE", "")
	c.Expect("200 BYE", script.Soon)
	agent.E = back.Endpoint
	agent.Answer(agent.Expect("BYE", script.Soon), "200 OK", "")
	s.ends("answered", "caller")
	s.AtZero(t)
}

// A phone is rung where it registered from, whatever its Contact names: it
// stands behind NAT. Its sound goes to where its own comes from, and is nobody
// else's who sends there too.
func TestAPhoneBehindNAT(t *testing.T) {
	s := begin(t)
	phone := s.carrier(2)
	a := s.account(phone, "8001")
	a.D.Contact = "<sip:8001@192.168.1.20:5060;line=x>"
	a.Register()
	s.Registered(t, "8001")
	s.Login(t, "8001", "8001")
	caller := s.rings(s.carrier(128))
	ok := caller.Expect("200 INVITE", script.Soon)
	caller.Ack("")
	agent := phone.Ring(script.Soon)
	if agent.Invite.URI() != "sip:8001@192.168.1.20:5060;line=x" {
		t.Errorf("the INVITE is for %s", agent.Invite.URI())
	}
	agent.Contact = a.D.Contact
	agent.Say("200 OK", script.SDP(netip.AddrPortFrom(s.IP(77), 4000), "8 0")) // where nobody is
	agent.Expect("ACK", script.Soon)
	s.bridged()
	caller.Sound.Play(portOf(ok), pcma, sound.Encode(callersVoice), 20)
	phone.Sound.Play(portOf(agent.Invite), pcma, sound.Encode(agentsVoice), 20)
	phone.hears(t, "the agent", callersVoice, pcma)
	stranger := s.carrier(9)
	stranger.Sound.Play(portOf(agent.Invite), pcma, sound.Encode(sound.Chirp(9, 4*time.Second)), 20)
	caller.Sound.Forget()
	caller.hears(t, "the caller", agentsVoice, pcma)
	caller.hearsNothingOf(t, sound.Chirp(9, 4*time.Second), pcma)
	phone.Sound.Forget()
	phone.hears(t, "the agent still", callersVoice, pcma)
	if n := len(stranger.Sound.Heard()); n > 0 {
		t.Errorf("the stranger has heard %d packets", n)
	}
	byes(caller.Dialog, agent)
	s.ends("answered", "caller")
	s.AtZero(t)
}

// The phone neither takes our CANCEL nor ends its INVITE: both are given up.
func TestThePhoneIgnoresACancel(t *testing.T) {
	s := begin(t)
	phone := s.phone("8001", 2)
	c := s.waits(128)
	agent := phone.Ring(script.Soon)
	agent.Say("180 Ringing", "")
	s.agentIs("8001", "Ringing")
	c.Request("BYE", "")
	c.Expect("200 BYE", script.Soon)
	cancel := agent.Expect("CANCEL", script.Soon)
	s.ends("abandoned-ring", "caller")
	s.AtZero(t)
	said(t, phone.Copies(cancel))
}

// An answer that cannot be used is acknowledged and ended, and the next agent
// rings.
func TestTheAgentsAnswerCannotBeUsed(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]func(*party) string{
		"a codec that was not offered": func(p *party) string { return script.SDP(p.Sound.Addr, "18", "rtpmap:18 G729/8000") },
		"no audio": func(p *party) string {
			return script.Session(p.Sound.Addr, "m=audio 0 RTP/AVP 8")
		},
		"two m-lines for one": func(p *party) string {
			return p.offer() + "m=video 4000 RTP/AVP 96\r\n"
		},
		"SRTP": func(p *party) string {
			return strings.Replace(p.offer(), "RTP/AVP", "RTP/SAVP", 1)
		},
		"no body":          func(*party) string { return "" },
		"no SDP":           func(*party) string { return "hello\r\n" },
		"a name as c=":     func(p *party) string { return strings.Replace(p.offer(), "c=IN IP4 127", "c=IN IP4 x", 1) },
		"no address at IP": func(p *party) string { return strings.Replace(p.offer(), "c=IN IP4 ", "c=IN IP6 ::", 1) },
	} {
		t.Run(name, func(t *testing.T) {
			s := begin(t)
			first, second := s.phone("8001", 2), s.phone("8002", 3)
			caller := s.waits(128)
			agent := first.Ring(script.Soon)
			agent.Say("200 OK", body(first))
			agent.Expect("ACK", script.Soon)
			bye := agent.Expect("BYE", script.Soon)
			if bye.Q850() != 88 { // incompatible destination
				t.Errorf("the BYE's Reason: %q", bye.All("Reason"))
			}
			agent.Answer(bye, "200 OK", "")
			status := 488
			if name == "no body" || name == "no SDP" {
				status = 400
			}
			s.taken(caller, second, "bad-sdp", status)
			s.misses("8001", 0)
		})
	}
}

// Where the plan lets a phone answer by itself, the INVITE says so in the ways
// that phones know; else in none.
func TestAPhoneAnswersByItself(t *testing.T) {
	s := begin(t, func(p *config.Plan) { p.Agents.Get("8001").AutoAnswer = true })
	first, second := s.phone("8001", 2), s.phone("8002", 3)
	s.waits(128)
	s.waits(129)
	auto, plain := first.Ring(script.Soon), second.Ring(script.Soon)
	for _, c := range []struct{ header, has string }{
		{"Call-Info", "answer-after=0"}, {"Alert-Info", "info=alert-autoanswer"}, {"Answer-Mode", "Auto"},
	} {
		if value := auto.Invite.Get(c.header); !strings.Contains(value, c.has) {
			t.Errorf("%s is %q", c.header, value)
		}
		if plain.Invite.Get(c.header) != "" {
			t.Errorf("%s in an INVITE to an agent who answers himself", c.header)
		}
	}
	if from := auto.Invite.Get("From"); !strings.Contains(from, "12345") || !strings.Contains(from, "sip:"+number+"@") {
		t.Errorf("the agent is shown %s", from)
	}
}
