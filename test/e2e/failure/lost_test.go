package failure

import (
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/test/e2e/script"
)

// Our BYE is lost twice: it is said again, the pause doubling (timer E), until
// it is answered, and then no more.
func TestOurByeIsLost(t *testing.T) {
	s := begin(t)
	k := s.talks()
	k.agent.Request("BYE", "")
	k.agent.Expect("200 BYE", script.Soon)
	first := k.caller.Expect("BYE", script.Soon)
	k.caller.E.Again(first, script.Soon)
	third := k.caller.E.Again(first, script.Soon)
	k.caller.Answer(third, "200 OK", "")
	before := k.caller.E.Copies(first)
	k.caller.Never("BYE", 40*t1)                             // time for five
	if more := k.caller.E.Copies(first) - before; more > 2 { // one may have crossed the answer
		t.Errorf("said %d times more after the answer", more)
	}
	s.ends("answered", "agent")
	s.AtZero(t)
}

// Nobody answers our BYE: it is given up after 64·T1, and nothing is left.
func TestOurByeIsNeverAnswered(t *testing.T) {
	s := begin(t)
	k := s.talks()
	k.agent.Request("BYE", "")
	k.agent.Expect("200 BYE", script.Soon)
	bye := k.caller.Expect("BYE", script.Soon)
	s.ends("answered", "agent")
	s.AtZero(t)
	said(t, k.caller.E.Copies(bye))
}

// said checks how often a message went out within 64·T1: after 50, 100, 200 ms
// and then each 400 ms up to 3.2 s make eleven times; a busy machine may leave
// some out.
func said(t *testing.T, n int) {
	t.Helper()
	if n < 6 || n > 11 {
		t.Errorf("said %d times", n)
	}
}

// The answer to the caller's BYE is lost: the same answer to the same BYE.
func TestTheAnswerToAByeIsLost(t *testing.T) {
	s := begin(t)
	k := s.talks()
	bye := k.caller.Request("BYE", "")
	ok := k.caller.Expect("200 BYE", script.Soon)
	for range 2 {
		k.caller.E.Send(bye)
		k.caller.E.Again(ok, script.Soon)
	}
	k.agent.Answer(k.agent.Expect("BYE", script.Soon), "200 OK", "")
	s.ends("answered", "caller")
	s.AtZero(t)
}

// The caller's ACK never comes: the 2xx is said again for 64·T1, then the
// dialog is ended with a BYE (RFC 3261 section 13.3.1.4).
func TestTheCallersAckIsLost(t *testing.T) {
	s := begin(t)
	c := s.rings(s.carrier(128))
	ok := c.Expect("200 INVITE", script.Soon)
	bye := c.Expect("BYE", 2*script.Soon)
	if after := bye.At.Sub(ok.At); after < 55*t1 || after > 64*t1+time.Second {
		t.Errorf("the BYE came after %v", after)
	}
	said(t, c.E.Copies(ok))
	if bye.SIPCause() != 408 {
		t.Errorf("the BYE's Reason: %q", bye.All("Reason"))
	}
	c.Answer(bye, "200 OK", "")
	s.cause(s.ends("no-ack", "system"), 408, 0)
	s.AtZero(t)
}

// A late ACK stops the repeats.
func TestTheCallersAckIsLate(t *testing.T) {
	s := begin(t)
	c := s.rings(s.carrier(128))
	ok := c.Expect("200 INVITE", script.Soon)
	c.E.Again(ok, script.Soon)
	c.E.Again(ok, script.Soon)
	c.Ack("")
	said := c.E.Copies(ok)
	c.Never("BYE", 70*t1)
	if more := c.E.Copies(ok) - said; more > 2 { // one may have crossed the ACK
		t.Errorf("said %d times more after the ACK", more)
	}
	c.Request("BYE", "")
	c.Expect("200 BYE", script.Soon)
	s.ends("abandoned-queue", "caller")
	s.AtZero(t)
}

// The caller hangs up without having acknowledged: both ends are clear.
func TestTheCallerHangsUpInsteadOfAcknowledging(t *testing.T) {
	s := begin(t)
	c := s.rings(s.carrier(128))
	ok := c.Expect("200 INVITE", script.Soon)
	c.Request("BYE", "")
	c.Expect("200 BYE", script.Soon)
	said := c.E.Copies(ok)
	c.Never("BYE", 40*t1)
	if more := c.E.Copies(ok) - said; more > 2 {
		t.Errorf("the 200 was said %d times more after the BYE", more)
	}
	s.ends("abandoned-queue", "caller")
	s.AtZero(t)
}

// We want to hang up and the caller's ACK has not come: the BYE waits for it
// (RFC 3261 section 15).
func TestOurByeWaitsForTheAck(t *testing.T) {
	s := begin(t, waitLimit)
	c := s.rings(s.carrier(128))
	c.Expect("200 INVITE", script.Soon)
	s.ends("wait-limit", "system")
	c.Never("BYE", 5*t1)
	c.Ack("")
	c.Answer(c.Expect("BYE", script.Soon), "200 OK", "")
	s.AtZero(t)
}

// Our ACK to the agent is lost: his 200 comes again, and so does the ACK.
func TestOurAckIsLost(t *testing.T) {
	s := begin(t)
	k := s.talks()
	ok := k.agent.Say("200 OK", "") // another text
	ack := k.agent.E.Wait("the ACK again", func(m *script.Message) bool { return m.Copy > 0 && m.Method() == "ACK" })
	if seq, _ := ack.CSeq(); seq != firstOf(k.agent.Invite.CSeq()) {
		t.Errorf("the ACK to %s is\n%s", ok, ack.Raw)
	}
	s.over(k)
}

func firstOf(n int, _ string) int { return n }

// Two forks of an INVITE answer: the second is acknowledged and ended, in its
// own dialog (RFC 3261 section 13.2.2.4).
func TestALateForkAnswers(t *testing.T) {
	s := begin(t)
	phone := s.phone("8001", 2)
	caller := s.waits(128)
	one := phone.Ring(script.Soon)
	two := phone.Take(one.Invite)
	two.Contact = "<sip:other@" + phone.Addr.String() + ">"
	one.Say("180 Ringing", "")
	two.Say("180 Ringing", "")
	phone.answers(one)
	s.bridged()
	two.Say("200 OK", phone.offer())
	ack, bye := two.Expect("ACK", script.Soon), two.Expect("BYE", script.Soon)
	for _, m := range []*script.Message{ack, bye} {
		if m.Tag("To") != two.Tag || m.URI() != "sip:other@"+phone.Addr.String() {
			t.Errorf("not in the fork's dialog:\n%s", m.Raw)
		}
	}
	two.Answer(bye, "200 OK", "")
	one.Never("BYE", 70*t1)

	// Also when the INVITE's transaction is over: another fork, and a repeat of
	// the first one's 200.
	three := phone.Take(one.Invite)
	three.Say("200 OK", phone.offer())
	late := three.E.Wait("the ACK", func(m *script.Message) bool { return m.Method() == "ACK" && m.Tag("To") == three.Tag })
	if late.URI() != strings.Trim(three.Contact, "<>") {
		t.Errorf("the late fork's ACK:\n%s", late.Raw)
	}
	three.Answer(three.Expect("BYE", script.Soon), "200 OK", "")
	one.Say("200 OK", phone.offer())
	one.E.Wait("the ACK again", func(m *script.Message) bool { return m.Method() == "ACK" && m.Tag("To") == one.Tag })
	one.Never("BYE", 5*t1)
	byes(caller.Dialog, one)
	s.ends("answered", "caller")
	s.AtZero(t)
}

// The caller's INVITE comes again: before the final answer it gets the
// provisional again, after it nothing but our own repeats; one call is there.
func TestTheInviteIsRepeated(t *testing.T) {
	s := begin(t, flow(progress, enlist, music))
	phone := s.phone("8001", 2)
	p := s.carrier(128)
	c := &citizen{p.Dial(number, "12345"), p}
	invite := c.Text("INVITE", p.offer())
	p.Send(invite)
	c.Expect("100 INVITE", script.Soon)
	early := c.Expect("183 INVITE", script.Soon)
	p.Send(invite)
	p.Again(early, script.Soon)
	agent := phone.Ring(script.Soon)
	phone.answers(agent)
	c.Expect("200 INVITE", script.Soon)
	c.Ack("")
	p.Send(invite)
	c.Never("xxx INVITE", 5*t1)
	phone.Never("INVITE", 0)
	s.bridged()
	byes(c.Dialog, agent)
	s.ends("answered", "caller")
	s.AtZero(t)
}

// Our ACK to a refusal is lost: the refusal comes again, and so does the ACK.
func TestOurAckToARefusalIsLost(t *testing.T) {
	s := begin(t)
	phone := s.phone("8001", 2)
	c := s.waits(128)
	agent := phone.Ring(script.Soon)
	refusal := agent.Say("486 Busy Here", "")
	ack := agent.Expect("ACK", script.Soon)
	phone.Send(refusal)
	phone.Again(ack, script.Soon)
	s.misses("8001", 1)
	c.Request("BYE", "")
	c.Expect("200 BYE", script.Soon)
	s.ends("abandoned-queue", "caller")
	s.AtZero(t)
}

// The ACK of our refusal never comes: it is given up after 64·T1 (timer H).
func TestARefusalsAckNeverComes(t *testing.T) {
	s := begin(t, flow(gone))
	c := s.rings(s.carrier(128))
	refusal := c.Expect("410 INVITE", script.Soon)
	s.ends("flow-ended", "system")
	s.AtZero(t)
	said(t, c.E.Copies(refusal))
}
