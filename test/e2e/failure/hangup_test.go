package failure

import (
	"fmt"
	"testing"
	"time"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/test/e2e/script"
)

// cancels sends a CANCEL and takes the end of the INVITE.
func (c *citizen) cancels() {
	c.Cancel()
	c.Expect("200 CANCEL", script.Soon)
	refusal := c.Expect("487 INVITE", script.Soon)
	c.AckRefusal(refusal)
}

func TestTheCallerHangsUpInThePrompt(t *testing.T) {
	s := begin(t, flow(answer, greeting, enlist, music))
	c := s.waits(128)
	c.Request("BYE", "")
	c.Expect("200 BYE", script.Soon)
	s.cause(s.ends("abandoned-prompt", "caller"), 0, 16)
	s.AtZero(t)
}

func TestTheCallerCancelsInThePrompt(t *testing.T) {
	s := begin(t, flow(progress, greeting, answer, enlist, music))
	c := s.rings(s.carrier(128))
	early := c.Expect("183 INVITE", script.Soon)
	if at := early.SDP().At; at.Port() == 0 {
		t.Errorf("the 183 has no SDP:\n%s", early.Raw)
	}
	c.cancels()
	s.cause(s.ends("abandoned-prompt", "caller"), 487, 16)
	s.AtZero(t)
}

func TestTheCallerHangsUpInTheQueue(t *testing.T) {
	s := begin(t)
	c := s.waits(128)
	c.Sound.Wait("music", script.Soon, func(heard []script.Packet) bool { return len(heard) > 10 })
	c.Request("BYE", "")
	c.Expect("200 BYE", script.Soon)
	s.cause(s.ends("abandoned-queue", "caller"), 0, 16)
	s.AtZero(t)
}

func TestTheCallerCancelsInTheQueue(t *testing.T) {
	s := begin(t, flow(progress, enlist, music))
	c := s.rings(s.carrier(128))
	c.Expect("183 INVITE", script.Soon)
	c.cancels()
	s.cause(s.ends("abandoned-queue", "caller"), 487, 16)
	s.AtZero(t)
}

// A caller may also end an early dialog with a BYE (RFC 3261 section 15).
func TestTheCallerEndsAnEarlyDialogWithABye(t *testing.T) {
	s := begin(t, flow(progress, enlist, music))
	c := s.rings(s.carrier(128))
	c.Expect("183 INVITE", script.Soon)
	c.Request("BYE", "")
	c.Expect("200 BYE", script.Soon)
	c.AckRefusal(c.Expect("487 INVITE", script.Soon))
	s.cause(s.ends("abandoned-queue", "caller"), 487, 16)
	s.AtZero(t)
}

func TestTheCallerHangsUpWhileThePhoneRings(t *testing.T) {
	s := begin(t)
	phone := s.phone("8001", 2)
	c := s.waits(128)
	agent := phone.Ring(script.Soon)
	agent.Say("180 Ringing", "")
	s.agentIs("8001", "Ringing")
	c.Request("BYE", "")
	c.Expect("200 BYE", script.Soon)
	cancelled(t, agent, 16)
	s.cause(s.ends("abandoned-ring", "caller"), 0, 16)
	s.agentIs("8001", "Idle")
	s.misses("8001", 0)
	s.AtZero(t)
}

// cancelled takes the CANCEL of a ringing phone, with that Q.850 cause, and
// ends the INVITE.
func cancelled(t *testing.T, d *script.Dialog, q850 int) {
	t.Helper()
	cancel := d.Expect("CANCEL", script.Soon)
	if cancel.Branch() != d.Invite.Branch() || cancel.URI() != d.Invite.URI() || cancel.Tag("To") != "" {
		t.Errorf("the CANCEL does not belong to its INVITE:\n%s\n%s", cancel.Raw, d.Invite.Raw)
	}
	if cancel.Q850() != q850 {
		t.Errorf("the CANCEL's Reason: %q", cancel.All("Reason"))
	}
	d.Answer(cancel, "200 OK", "")
	d.Say("487 Request Terminated", "")
	d.Expect("ACK", script.Soon)
}

// A CANCEL may not go out before a provisional response has come (RFC 3261
// section 9.1).
func TestTheCallerHangsUpBeforeThePhoneSaysAnything(t *testing.T) {
	s := begin(t)
	phone := s.phone("8001", 2)
	c := s.waits(128)
	agent := phone.Ring(script.Soon)
	c.Request("BYE", "")
	c.Expect("200 BYE", script.Soon)
	s.ends("abandoned-ring", "caller")
	agent.Never("CANCEL", 5*t1)
	agent.Say("180 Ringing", "")
	cancelled(t, agent, 16)
	s.AtZero(t)
}

// The phone's 200 crosses our CANCEL: it is acknowledged and ended.
func TestThePhoneAnswersAsTheCallerHangsUp(t *testing.T) {
	s := begin(t)
	phone := s.phone("8001", 2)
	c := s.waits(128)
	agent := phone.Ring(script.Soon)
	agent.Say("180 Ringing", "")
	c.Request("BYE", "")
	cancel := agent.Expect("CANCEL", script.Soon)
	agent.Say("200 OK", phone.offer())
	agent.Answer(cancel, "200 OK", "")
	agent.Expect("ACK", script.Soon)
	agent.Answer(agent.Expect("BYE", script.Soon), "200 OK", "")
	s.ends("abandoned-ring", "caller")
	s.AtZero(t)
}

// The same without a provisional: no CANCEL has gone out yet.
func TestThePhoneAnswersAtOnceAfterTheCallerHungUp(t *testing.T) {
	s := begin(t)
	phone := s.phone("8001", 2)
	c := s.waits(128)
	agent := phone.Ring(script.Soon)
	c.Request("BYE", "")
	c.Expect("200 BYE", script.Soon)
	s.ends("abandoned-ring", "caller")
	phone.answers(agent)
	agent.Answer(agent.Expect("BYE", script.Soon), "200 OK", "")
	agent.Never("CANCEL", 5*t1)
	s.AtZero(t)
}

// The caller's CANCEL crosses our 200: it gets its own 200 and changes nothing;
// the caller acknowledges and hangs up.
func TestTheCallerCancelsAsTheAgentAnswers(t *testing.T) {
	s := begin(t, flow(progress, enlist, music))
	phone := s.phone("8001", 2)
	c := s.rings(s.carrier(128))
	c.Expect("183 INVITE", script.Soon)
	agent := phone.Ring(script.Soon)
	phone.answers(agent)
	c.Expect("200 INVITE", script.Soon)
	c.Cancel()
	c.Expect("200 CANCEL", script.Soon)
	c.Never("487 INVITE", 5*t1)
	c.Ack("")
	byes(c.Dialog, agent)
	s.cause(s.ends("answered", "caller"), 0, 16)
	s.AtZero(t)
}

func TestBothHangUpAtOnce(t *testing.T) {
	s := begin(t)
	k := s.talks()
	k.caller.Request("BYE", "")
	k.agent.Request("BYE", "")
	k.caller.Expect("200 BYE", script.Soon)
	k.agent.Expect("200 BYE", script.Soon)
	// Whichever came second has met our BYE, which its phone answers.
	s.ended++
	last := s.CDR(t, 1)
	other := k.agent
	if last.EndedBy == "agent" {
		other = k.caller.Dialog
	}
	other.Answer(other.Expect("BYE", script.Soon), "200 OK", "")
	if last.Outcome != "answered" || last.Q850 != 16 {
		t.Errorf("the CDR: %+v", last)
	}
	s.AtZero(t)
}

// The agent hangs up while the announcement is heard: no talk was, the caller
// waits on and another agent has him.
func TestTheAgentHangsUpInTheAnnouncement(t *testing.T) {
	s := begin(t, queue(func(q *config.Queue) { q.AnnounceAgent = true }))
	first, second := s.phone("8001", 2), s.phone("8002", 3)
	c := s.waits(128)
	agent := first.Ring(script.Soon)
	first.answers(agent)
	agent.Request("BYE", "")
	agent.Expect("200 BYE", script.Soon)
	other := second.Ring(script.Soon)
	second.answers(other)
	s.agentIs("8001", "Idle")
	s.misses("8001", 1)
	s.bridged()
	byes(c.Dialog, other)
	if cdr := s.ends("answered", "caller"); cdr.Agent != "8002" || cdr.Offers != 2 {
		t.Errorf("the CDR: %+v", cdr)
	}
	s.AtZero(t)
}

// The caller hangs up while the agent, who has answered, hears what was dialled:
// they never talked.
func TestTheCallerHangsUpInTheAnnouncement(t *testing.T) {
	s := begin(t, queue(func(q *config.Queue) { q.WhisperNumber = true }))
	phone := s.phone("8001", 2)
	c := s.waits(128)
	agent := phone.Ring(script.Soon)
	phone.answers(agent)
	byes(c.Dialog, agent)
	if cdr := s.ends("abandoned-ring", "caller"); cdr.Accepted == nil || cdr.Bridged != nil {
		t.Errorf("the CDR: %+v", cdr)
	}
	s.misses("8001", 0)
	s.AtZero(t)
}

// A CANCEL finds its INVITE by its branch, and only there (RFC 3261 section
// 9.2).
func TestACancelOfNothing(t *testing.T) {
	s := begin(t)
	p := s.carrier(128)
	c := &citizen{p.Dial(number, "12345"), p}
	invite := c.Text("INVITE", p.offer())
	c.Cancel() // it has overtaken its INVITE
	c.Expect("481 CANCEL", script.Soon)
	p.Send(invite)
	c.Expect("200 INVITE", script.Soon)
	c.Ack("")
	c.Request("BYE", "")
	c.Expect("200 BYE", script.Soon)
	s.ends("abandoned-queue", "caller")

	refused := p.Dial(number, "99999")
	refused.Request("INVITE", p.offer())
	final := refused.Expect("404 INVITE", script.Soon)
	refused.Cancel() // too late: it has no effect
	refused.Expect("200 CANCEL", script.Soon)
	refused.AckRefusal(final)
	p.Never("487 INVITE", 5*t1)
	s.AtZero(t)
}

// The INVITE and its CANCEL arrive one upon the other.
func TestACancelAtOnce(t *testing.T) {
	s := begin(t, flow(progress, enlist, music))
	c := s.rings(s.carrier(128))
	c.cancels()
	s.cause(s.ends("abandoned-queue", "caller"), 487, 16)
	s.AtZero(t)
}

// agentIs waits until an agent is in a state.
func (s *scene) agentIs(agent, state string) {
	s.t.Helper()
	within(s.t, "agent "+agent+" is "+state, func() bool { return s.Agent(s.t, agent).State == state })
}

// misses waits until an agent has missed so many offers in a row.
func (s *scene) misses(agent string, n int) {
	s.t.Helper()
	within(s.t, fmt.Sprintf("agent %s has missed %d offers", agent, n), func() bool { return s.Agent(s.t, agent).Misses == n })
}

// bridged waits until the one call is a talk.
func (s *scene) bridged() {
	s.t.Helper()
	within(s.t, "a talk", func() bool {
		calls := s.Calls(s.t)
		return len(calls) == 1 && calls[0].Bridged != nil
	})
}

// within polls what only the API tells.
func within(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(2 * script.Soon); !ok(); <-tick.C {
		if time.Now().After(end) {
			t.Fatalf("not in time: %s", what)
		}
	}
}
