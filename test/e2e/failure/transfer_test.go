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

// police makes the neighbour's desk an emergency service on a trunk of two
// channels, both kept for it.
func (o *outside) police(p *config.Plan) {
	p.Trunks.Set("police", config.Trunk{
		Match: []string{o.Addr.Addr().String()}, Peers: []config.Peer{{Address: o.Addr.String()}}, Channels: 2, Reserved: 2, Area: "0551", Origin: "110", Priority: 5,
	})
	p.Destinations.Set("110", config.Destination{Kind: "emergency", Trunk: "police", Number: "110", Ring: config.Duration(4 * time.Second)})
}

// beginPolice starts a server that knows them.
func beginPolice(t *testing.T, edits ...func(*config.Plan)) (*scene, *outside) {
	t.Helper()
	o := neighbour(t)
	s := beginWith(t, rig.Options{Net: &o.net}, append([]func(*config.Plan){o.police}, edits...)...)
	o.Server = s.Addr
	return s, o
}

// softTalk is a citizen and a real phone, a baresip, in a talk.
type softTalk struct {
	caller *citizen
	ok     *script.Message
	phone  *rig.Softphone
}

func (s *scene) softTalks() *softTalk {
	s.t.Helper()
	phone := s.Softphone(s.t, "8001", 2, rig.SoftphoneOptions{Sound: agentsVoice, Auto: true})
	s.Login(s.t, "8001", "8001")
	c := s.rings(s.carrier(128))
	ok := c.Expect("200 INVITE", script.Soon)
	c.Ack("")
	s.bridged()
	phone.Until(s.t, "CALL_ESTABLISHED", 1)
	c.Sound.Play(portOf(ok), pcma, sound.Encode(callersVoice), 20)
	return &softTalk{c, ok, phone}
}

// An agent sends a caller to 110 with one key of his phone.
func TestAnAgentsPhoneSendsACallerTo110(t *testing.T) {
	t.Parallel()
	s, desk := beginPolice(t)
	k := s.softTalks()
	k.phone.Do(t, "transfer", "110")
	d := desk.Ring(script.Soon)
	if uri, caller := d.Invite.URI(), callerOf(d); !strings.HasPrefix(uri, "sip:110@") || caller != number {
		t.Errorf("rung: %s, from %s", uri, caller)
	}
	d.Say("180 Ringing", "")
	desk.answers(d)
	k.phone.Until(t, "CALL_CLOSED", 1)
	s.andTalks(t, k, desk.party, d)
	c := s.ends("answered", "caller")
	if c.Transfers != 1 || c.Destination != "110" || c.Agent != "8001" || c.AnsweredBy != "agent" {
		t.Errorf("the CDR: %+v", c)
	}
	s.steps(t, c.Call, "began enlisted offered bridged transferred forwarded transfer-done")
	s.AtZero(t)
}

// andTalks checks that the caller and whoever has him now hear each other, and
// lets the caller hang up.
func (s *scene) andTalks(t *testing.T, k *softTalk, p *party, d *script.Dialog) {
	t.Helper()
	k.caller.Sound.Forget()
	p.Sound.Play(portOf(d.Invite), pcma, sound.Encode(otherVoice), 20)
	p.hears(t, "whoever has him now", callersVoice, pcma)
	k.caller.hears(t, "the caller", otherVoice, pcma)
	byes(k.caller.Dialog, d)
}

// otherVoice is that of whoever gets a caller who was sent on.
var otherVoice = sound.Chirp(3, 4*time.Second)

// He sends one to a queue: the next agent there has him.
func TestAnAgentsPhoneSendsACallerToAQueue(t *testing.T) {
	t.Parallel()
	s, _ := beginPolice(t, func(p *config.Plan) {
		p.Queues.Set("law", config.Queue{Ring: config.Duration(20 * time.Second), Kind: "experts"})
		p.Agents.Get("8002").Queues = []string{"law"}
	})
	k := s.softTalks()
	expert := s.phone("8002", 3)
	k.phone.Do(t, "transfer", "law")
	d := expert.Ring(script.Soon)
	expert.answers(d)
	k.phone.Until(t, "CALL_CLOSED", 1)
	s.andTalks(t, k, expert, d)
	c := s.ends("answered", "caller")
	if c.Transfers != 1 || c.Queue != "law" || c.Agent != "8002" || c.AnsweredBy != "expert" {
		t.Errorf("the CDR: %+v", c)
	}
	s.steps(t, c.Call, "began enlisted offered bridged transferred transfer-done enlisted offered bridged")
	s.AtZero(t)
}

// The police's line is busy, and the agent's phone hangs up on hearing of it, as
// baresip does: the caller is back in the queue, and is rung for at once.
func TestAnAgentsPhoneHangsUpOnAFailedTransfer(t *testing.T) {
	t.Parallel()
	s, desk := beginPolice(t)
	k := s.softTalks()
	k.phone.Do(t, "transfer", "110")
	d := desk.Ring(script.Soon)
	d.Say("486 Busy Here", "")
	d.Expect("ACK", script.Soon)
	k.phone.Until(t, "TRANSFER_FAILED", 1)
	k.phone.Until(t, "CALL_ESTABLISHED", 2)
	k.caller.Sound.Forget()
	k.caller.hears(t, "the caller", agentsVoice, pcma)
	k.caller.Request("BYE", "")
	k.caller.Expect("200 BYE", script.Soon)
	k.phone.Until(t, "CALL_CLOSED", 1) // it tells of no end of the first
	c := s.ends("answered", "caller")
	s.steps(t, c.Call, "began enlisted offered bridged transferred forwarded forward-ended:busy transfer-done:busy enlisted offered bridged")
	s.AtZero(t)
}

// However a transfer fails, the caller comes back to the agent, whose phone is
// told how it went, who hears that it failed, and then they hear each other.
func TestATransferFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		how    func(t *testing.T, desk *outside, d, agent *script.Dialog)
		status int // told to the phone
		why    string
	}{
		"busy": {func(_ *testing.T, _ *outside, d, _ *script.Dialog) {
			d.Say("486 Busy Here", "")
			d.Expect("ACK", script.Soon)
		}, 486, "busy"},
		"nobody answers": {func(t *testing.T, _ *outside, d, agent *script.Dialog) {
			d.Say("180 Ringing", "")
			notified(t, agent, 180)
			cancelled(t, d, 16)
		}, 480, "no-answer"},
		"silence": {func(*testing.T, *outside, *script.Dialog, *script.Dialog) {}, 480, "unreachable"},
		"an unknown number": {func(_ *testing.T, _ *outside, d, _ *script.Dialog) {
			d.Say("404 Not Found", "", `Reason: Q.850;cause=1`)
			d.Expect("ACK", script.Soon)
		}, 404, "no-number"},
		"an SDP that cannot be used": {func(_ *testing.T, desk *outside, d, _ *script.Dialog) {
			d.Say("200 OK", script.SDP(desk.Sound.Addr, "18", "rtpmap:18 G729/8000"))
			d.Expect("ACK", script.Soon)
			d.Answer(d.Expect("BYE", script.Soon), "200 OK", "")
		}, 488, "bad-sdp"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, desk := beginPolice(t)
			k := s.talks()
			k.agent.Request("REFER", "", fmt.Sprintf("Refer-To: <sip:110@%v>", s.Addr))
			k.agent.Expect("202 REFER", script.Soon)
			notified(t, k.agent, 100)
			c.how(t, desk, desk.Ring(script.Soon), k.agent)
			notified(t, k.agent, c.status)
			rig.Hears(t, "the agent: it failed", k.phone.heard, clip(t, "transfer-failed"))
			k.phone.Sound.Forget()
			k.caller.Sound.Forget()
			k.voices()
			k.phone.hears(t, "the agent", callersVoice, pcma)
			k.caller.hears(t, "the caller", agentsVoice, pcma)
			byes(k.caller.Dialog, k.agent)
			s.steps(t, s.ends("answered", "caller").Call, "began enlisted offered bridged transferred forwarded forward-ended:"+c.why+" transfer-done:"+c.why)
			s.AtZero(t)
		})
	}
}

// heard is what a party has heard in A-law.
func (p *party) heard() []byte { return script.Data(p.Sound.Heard(), pcma) }

// A wish that cannot be fulfilled at all is refused at once, and the talk goes on.
func TestATransferIsRefused(t *testing.T) {
	s, desk := beginNear(t, func(p *config.Plan) {
		p.Hours.Set("never", config.Hours{Days: "2020-01-01"})
		p.Destinations.Set("shut", config.Destination{Trunk: "mobile", Number: "120", Hours: "never"})
		p.Queues.Set("small", config.Queue{Limit: 1})
		p.Flows.Set("small", []config.Step{answer, {Kind: "queue", Queue: "small"}, music})
		p.Numbers.Set("12319", config.Number{Flow: "small"})
		p.Rosters.Get("all").Agents.Set("small", 1)
		p.Agents.Get("8002").Queues = []string{"small"}
	})
	k := s.talks()
	waits := s.dials(s.carrier(129), "13900005678", "12319")
	waits.Expect("200 INVITE", script.Soon)
	waits.Ack("")
	for to, status := range map[string]string{
		"<sip:118@h>": "404", "<sip:shut@h>": "480", "<sip:small@h>": "486", "<sip:12319@h>": "486", "<mailto:110@h>": "xxx", "<sip:": "400",
		"<sip:general@h?Replaces=1%3Bto-tag%3D2%3Bfrom-tag%3D3>": "501",
	} {
		k.agent.Request("REFER", "", "Refer-To: "+to)
		if m := k.agent.Expect("xxx REFER", script.Soon); status != "xxx" && !strings.HasPrefix(m.Start, "SIP/2.0 "+status) || m.Status() < 400 {
			t.Errorf("a REFER to %s: %s", to, m.Start)
		}
	}
	k.agent.Never("NOTIFY", 5*t1)
	desk.Never("INVITE", 0)
	k.voices()
	k.phone.hears(t, "the agent", callersVoice, pcma)
	byes(k.caller.Dialog, k.agent)
	c := s.ends("answered", "caller")
	if c.Transfers != 1 { // the one to a destination that there is
		t.Errorf("the CDR: %+v", c)
	}
	s.steps(t, c.Call, "began enlisted offered bridged transferred transfer-done:closed")
	waits.Request("BYE", "")
	waits.Expect("200 BYE", script.Soon)
	s.CDR(t, 2)
	s.AtZero(t)
}

// The CLI sends a caller on: whoever had him is let go when 110 has answered, and
// nobody is where it does not know whom is meant.
func TestTheCLISendsACallerOn(t *testing.T) {
	t.Parallel()
	s, desk := beginPolice(t)
	k := s.talks()
	call := s.Calls(t)[0].ID
	if said := s.CLI("call", "transfer", call, "118"); said.Code == 0 || !strings.Contains(said.Err, "no destination, queue or number") {
		t.Errorf("a transfer to nobody: %+v", said)
	}
	s.MustCLI("call", "transfer", call, "110")
	d := desk.Ring(script.Soon)
	if said := s.CLI("call", "transfer", call, "general"); said.Code == 0 || !strings.Contains(said.Err, "under way") {
		t.Errorf("a second transfer: %+v", said)
	}
	desk.answers(d)
	bye := k.agent.Expect("BYE", script.Soon)
	k.agent.Answer(bye, "200 OK", "")
	desk.Sound.Play(portOf(d.Invite), pcma, sound.Encode(otherVoice), 20)
	k.caller.Sound.Play(k.callerPort, pcma, sound.Encode(callersVoice), 20)
	desk.hears(t, "110", callersVoice, pcma)
	k.caller.hears(t, "the caller", otherVoice, pcma)
	byes(d, k.caller.Dialog)
	c := s.ends("answered", "agent")
	if c.Transfers != 1 || c.Destination != "110" || c.Agent != "8001" {
		t.Errorf("the CDR: %+v", c)
	}
	s.steps(t, c.Call, "began enlisted offered bridged transferred forwarded transfer-done")
	if told := s.MustCLI("call", "show", c.Call); !strings.Contains(told, "110") {
		t.Errorf("call show does not tell where he went:\n%s", told)
	}
	s.AtZero(t)
}

// A sub-centre's exchange gives a caller to 12345 with a REFER: he waits in the
// queue, in a place as old as his call, and an agent has him.
func TestASubcentersExchangeSendsACallerOn(t *testing.T) {
	t.Parallel()
	s, exchange := beginTax(t)
	c := s.dials(s.carrier(128), number, "12366")
	away := exchange.Ring(script.Soon)
	exchange.answers(away)
	ok := c.Expect("200 INVITE", script.Soon)
	c.Ack("")
	s.bridged()
	later := s.dials(s.carrier(129), "13900005678", "12345")
	later.Expect("200 INVITE", script.Soon)
	later.Ack("")
	away.Request("REFER", "", fmt.Sprintf("Refer-To: <sip:12345@%v>", s.Addr))
	away.Expect("202 REFER", script.Soon)
	for _, status := range []int{100, 200} {
		notified(t, away, status)
	}
	away.Answer(away.Expect("BYE", script.Soon), "200 OK", "")
	phone := s.phone("8001", 2)
	d := phone.Ring(script.Soon)
	if want := "12366 " + number; shown(d) != want {
		t.Errorf("the agent is shown %q, must be %q", shown(d), want)
	}
	phone.answers(d)
	c.Sound.Play(portOf(ok), pcma, sound.Encode(callersVoice), 20)
	phone.Sound.Play(portOf(d.Invite), pcma, sound.Encode(agentsVoice), 20)
	phone.hears(t, "the agent", callersVoice, pcma)
	c.hears(t, "the caller", agentsVoice, pcma)
	byes(c.Dialog, d)
	cdr := s.CDR(t, 1)
	if cdr.Transfers != 1 || cdr.Destination != "tax" || cdr.Agent != "8001" || cdr.Queue != "general" || cdr.Outcome != "answered" || cdr.Returned {
		t.Errorf("the CDR: %+v", cdr)
	}
	s.steps(t, cdr.Call, "began forwarded bridged transferred transfer-done enlisted offered bridged")
	next := phone.Ring(script.Soon)
	phone.answers(next)
	byes(later.Dialog, next)
	s.CDR(t, 2)
	s.AtZero(t)
}

// notified answers the next NOTIFY of a transfer, which must tell that status.
func notified(t *testing.T, d *script.Dialog, status int) {
	t.Helper()
	notify := d.Expect("NOTIFY", script.Soon)
	d.Answer(notify, "200 OK", "")
	if !strings.HasPrefix(notify.Body, fmt.Sprintf("SIP/2.0 %d ", status)) {
		t.Errorf("the phone is told %q, not %d", notify.Body, status)
	}
}
