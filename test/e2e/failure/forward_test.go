package failure

import (
	"fmt"
	"testing"
	"time"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/test/e2e/rig"
	"github.com/hotline12345/hotline/test/e2e/script"
	"github.com/hotline12345/hotline/test/sound"
)

// forwards lets 12345 ring the neighbour's desk for at most 2 s, without having
// answered, and then do something else.
func forwards(then ...config.Step) func(*config.Plan) {
	return func(p *config.Plan) {
		p.Destinations.Set("desk", config.Destination{Trunk: "mobile", Number: "110"})
		ring := config.Step{Kind: "forward", To: "desk", Ring: config.Duration(2 * time.Second)}
		p.Flows.Set("hotline", append([]config.Step{ring}, then...))
	}
}

func TestAForwardIsTaken(t *testing.T) {
	s, desk := beginNear(t, forwards())
	c := s.rings(s.carrier(128))
	d := desk.Ring(script.Soon)
	d.Say("183 Session Progress", desk.offer())
	early := c.Expect("183 INVITE", script.Soon)
	desk.Sound.Play(portOf(d.Invite), pcma, sound.Encode(agentsVoice), 20)
	c.Sound.Wait("early media", script.Soon, func(heard []script.Packet) bool { return len(heard) >= 5 })
	desk.answers(d)
	ok := c.Expect("200 INVITE", script.Soon)
	if early.Body != ok.Body {
		t.Errorf("the answer changed from the 183 to the 200:\n%s\n%s", early.Body, ok.Body)
	}
	c.Ack("")
	byes(c.Dialog, d)
	if cdr := s.ends("answered", "caller"); cdr.Phone != "mobile" || cdr.Queue != "" || cdr.Bridged == nil {
		t.Errorf("the CDR: %+v", cdr)
	}
	s.AtZero(t)
}

// The desk forks: the caller hears the early media of the first fork that has
// any; media go to the one that answers, by its own SDP.
func TestAnotherForkAnswersThanTheOneHeardEarly(t *testing.T) {
	s, desk := beginNear(t, forwards())
	c := s.rings(s.carrier(128))
	tone, person := desk.Ring(script.Soon), desk.second()
	answering := desk.Take(tone.Invite)
	tone.Say("183 Session Progress", desk.offer())
	c.Expect("183 INVITE", script.Soon)
	stop := desk.Sound.Play(portOf(tone.Invite), pcma, sound.Encode(agentsVoice), 20)
	c.Sound.Wait("early media", script.Soon, func(heard []script.Packet) bool { return len(heard) >= 5 })
	answering.Say("183 Session Progress", person.offer())
	stop()
	answering.Say("200 OK", person.offer())
	ack := answering.Expect("ACK", script.Soon)
	if ack.Tag("To") != answering.Tag {
		t.Errorf("the ACK is for %s, not for the fork %s that answered", ack.Tag("To"), answering.Tag)
	}
	ok := c.Expect("200 INVITE", script.Soon)
	c.Ack("")
	s.bridged()
	c.Sound.Play(portOf(ok), pcma, sound.Encode(callersVoice), 20)
	person.hears(t, "the fork that answered", callersVoice, pcma)
	person.Sound.Play(portOf(tone.Invite), pcma, sound.Encode(agentsVoice), 20)
	c.hears(t, "the caller", agentsVoice, pcma)
	byes(c.Dialog, answering)
	s.ends("answered", "caller")
	s.AtZero(t)
}

// A 200 without an SDP that can be used is none, also where another fork's 18x
// had one.
func TestAForkAnswersWithAnSDPThatCannotBeUsed(t *testing.T) {
	s, desk := beginNear(t, forwards(config.Step{Kind: "hangup", Status: 480, Cause: 20}))
	c := s.rings(s.carrier(128))
	tone := desk.Ring(script.Soon)
	answering := desk.Take(tone.Invite)
	tone.Say("183 Session Progress", desk.offer())
	c.Expect("183 INVITE", script.Soon)
	answering.Say("200 OK", script.SDP(desk.Sound.Addr, "18", "rtpmap:18 G729/8000"))
	answering.Expect("ACK", script.Soon)
	answering.Answer(answering.Expect("BYE", script.Soon), "200 OK", "")
	c.AckRefusal(c.Expect("480 INVITE", script.Soon))
	s.cause(s.ends("forward-failed", "system"), 480, 20)
	s.AtZero(t)
}

// However the desk does not take the call, the next step has it; where there is
// none, the caller hears of it.
func TestAForwardFails(t *testing.T) {
	t.Parallel()
	for name, how := range map[string]func(*testing.T, *outside, *script.Dialog){
		"busy": func(_ *testing.T, _ *outside, d *script.Dialog) {
			d.Say("486 Busy Here", "")
			d.Expect("ACK", script.Soon)
		},
		"a redirection": func(_ *testing.T, desk *outside, d *script.Dialog) {
			d.Contact = fmt.Sprintf("<sip:111@%v>", desk.Addr)
			d.Say("302 Moved Temporarily", "")
			d.Expect("ACK", script.Soon)
			desk.Never("INVITE", 5*t1)
		},
		"busy after a tone of its own": func(_ *testing.T, desk *outside, d *script.Dialog) {
			d.Say("183 Session Progress", desk.offer())
			stop := desk.Sound.Play(portOf(d.Invite), pcma, sound.Encode(agentsVoice), 20)
			d.Say("486 Busy Here", "")
			d.Expect("ACK", script.Soon)
			stop()
		},
		"no answer": func(t *testing.T, _ *outside, d *script.Dialog) {
			d.Say("180 Ringing", "")
			cancelled(t, d, 19)
		},
		"silence": func(*testing.T, *outside, *script.Dialog) {},
		"an SDP that cannot be used": func(_ *testing.T, desk *outside, d *script.Dialog) {
			d.Say("200 OK", script.SDP(desk.Sound.Addr, "18", "rtpmap:18 G729/8000"))
			d.Expect("ACK", script.Soon)
			d.Answer(d.Expect("BYE", script.Soon), "200 OK", "")
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, desk := beginNear(t, forwards(config.Step{Kind: "hangup", Status: 480, Cause: 20}))
			c := s.rings(s.carrier(128))
			d := desk.Ring(script.Soon)
			how(t, desk, d)
			refusal := c.Expect("480 INVITE", script.Soon)
			if refusal.Q850() != 20 {
				t.Errorf("the Reason: %q", refusal.All("Reason"))
			}
			c.AckRefusal(refusal)
			s.cause(s.ends("forward-failed", "system"), 480, 20)
			s.AtZero(t)
		})
	}
}

// After a forward that failed the queue takes over.
func TestTheQueueTakesOverAForward(t *testing.T) {
	s, desk := beginNear(t, forwards(answer, enlist, music))
	phone := s.phone("8001", 2)
	c := s.rings(s.carrier(128))
	d := desk.Ring(script.Soon)
	d.Say("603 Decline", "")
	d.Expect("ACK", script.Soon)
	c.Expect("200 INVITE", script.Soon)
	c.Ack("")
	agent := phone.Ring(script.Soon)
	phone.answers(agent)
	s.bridged()
	byes(c.Dialog, agent)
	if cdr := s.ends("answered", "caller"); cdr.Agent != "8001" || cdr.Queue != "general" {
		t.Errorf("the CDR: %+v", cdr)
	}
	s.AtZero(t)
}

func TestTheCallerHangsUpWhileAForwardRings(t *testing.T) {
	s, desk := beginNear(t, forwards())
	c := s.rings(s.carrier(128))
	d := desk.Ring(script.Soon)
	d.Say("180 Ringing", "")
	c.Expect("180 INVITE", script.Soon)
	c.cancels()
	cancelled(t, d, 16)
	s.cause(s.ends("abandoned-ring", "caller"), 487, 16)
	s.AtZero(t)
}

// A trunk has two addresses: where the first is dead the second is rung, and
// the next call rings it at once.
func TestATrunksFirstAddressIsDead(t *testing.T) {
	t.Parallel()
	for name, dead := range map[string]func(*party){
		"closed": func(p *party) { p.Close() },
		"silent": func(*party) {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			desk := neighbour(t)
			first := desk.second()
			s := beginWith(t, rig.Options{Net: &desk.net}, desk.duty, func(p *config.Plan) {
				p.Trunks.Get("mobile").Peers = []config.Peer{
					{Address: desk.Addr.String(), Priority: 2}, {Address: first.Addr.String(), Priority: 1},
				}
			})
			desk.Server = s.Addr
			dead(first)
			for i := range 2 {
				began := time.Now()
				c := s.waits(128 + byte(i))
				d := desk.Ring(script.Soon)
				if after := d.Invite.At.Sub(began); i == 1 && after > 1500*time.Millisecond {
					t.Errorf("the second call rang the good address after %v", after)
				}
				desk.answers(d)
				s.bridged()
				byes(c.Dialog, d)
				if cdr := s.ends("answered", "caller"); cdr.Offers != 1 {
					t.Errorf("%d offers", cdr.Offers)
				}
			}
			s.AtZero(t)
		})
	}
}
