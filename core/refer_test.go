package core_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/hotline12345/hotline/call"
	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/demo"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/media/order"
)

// talk is a call that an agent has answered: his phone, and his side of it.
func (w *world) talk() (*demo.Peer, *demo.Call) {
	w.t.Helper()
	w.dial(0)
	for range 6 {
		w.pass(2 * time.Second)
		w.clipsEnd()
	}
	for _, p := range w.peers[1:] {
		if p.Busy() {
			return p, p.Calls[len(p.Calls)-1]
		}
	}
	w.t.Fatal("nobody was rung")
	return nil, nil
}

func (w *world) refer(p *demo.Peer, c *demo.Call, to string) {
	var out demo.Out
	p.Refer(w.now, c, to, &out)
	w.flight = append(w.flight, out.Packets...)
}

func TestATransferToNobodyLeavesTheCallAsItIs(t *testing.T) {
	w := newWorld(t)
	p, c := w.talk()
	w.refer(p, c, "119")
	w.pass(time.Second)
	if c.Referred != 404 || c.Over() || !w.peers[0].Busy() {
		t.Errorf("the REFER got %d, over %v", c.Referred, c.Over())
	}
	w.end()
}

// The carrier plays the police, too: it answers, and the agent has done.
func TestATransferToADestination(t *testing.T) {
	w := newWorld(t)
	p, c := w.talk()
	w.refer(p, c, "110")
	w.pass(4 * time.Second)
	if c.Referred != 202 || c.Transfer != 200 || !c.Over() || p.Busy() {
		t.Errorf("the REFER got %d, its NOTIFY %d, over %v", c.Referred, c.Transfer, c.Over())
	}
	busy := 0
	for _, x := range w.peers[0].Calls {
		if !x.Over() {
			busy++
		}
	}
	if busy != 2 {
		t.Errorf("the carrier has %d calls, must have the caller's and that of the police", busy)
	}
	w.end()
}

// A destination that refuses gives the caller back to the agent, who is told so
// and then hears him.
func TestAFailedTransferComesBack(t *testing.T) {
	w := newWorld(t)
	p, c := w.talk()
	w.manner.Status = 486
	w.refer(p, c, "110")
	w.pass(3 * time.Second)
	if c.Referred != 202 || c.Transfer != 486 || c.Over() {
		t.Errorf("the REFER got %d, its NOTIFY %d, over %v", c.Referred, c.Transfer, c.Over())
	}
	caller, agent := w.orders[w.legs[0]], w.orders[w.legs[1]]
	if caller.Hear.Leg != agent.ID || !slices.Equal(agent.Hear.Clips, []string{"transfer-failed"}) {
		t.Errorf("the caller hears %+v, the agent %+v", caller.Hear, agent.Hear)
	}
	w.clipsEnd()
	if agent = w.orders[agent.ID]; agent.Hear.Leg != caller.ID {
		t.Errorf("then the agent hears %+v", agent.Hear)
	}
	w.end()
	if w.last.Destination != "" || w.last.Transfers != 1 {
		t.Errorf("he was at no destination, says who has asked; the CDR says %q, of %d transfers", w.last.Destination, w.last.Transfers)
	}
}

// A phone that hangs up on hearing that leaves the caller to the queue.
func TestAPhoneHangsUpOnAFailedTransfer(t *testing.T) {
	w := newWorld(t)
	p, c := w.talk()
	w.manner.Status = 486
	w.refer(p, c, "110")
	w.pass(1500 * time.Millisecond)
	w.manner.Status = 200
	if c.Transfer != 486 || c.Over() {
		t.Fatalf("its NOTIFY says %d, over %v", c.Transfer, c.Over())
	}
	var out demo.Out
	p.HangUp(w.now, c, &out)
	w.flight = append(w.flight, out.Packets...)
	for range 4 {
		w.pass(time.Second)
		w.clipsEnd()
	}
	if !w.peers[0].Busy() || w.only() == nil || w.only().Phase != call.Talking {
		t.Errorf("the caller is gone, or nobody has him: %+v", w.only())
	}
	w.end()
}

// A caller hears what becomes of him: that he is being sent on, and, where nobody
// has him any more, that he is back.
func TestACallerHearsThatHeIsSentOnAndIsBack(t *testing.T) {
	w := newWorld(t)
	p, c := w.talk()
	w.manner.Answer, w.manner.Status = 3*time.Second, 486
	w.refer(p, c, "110")
	w.pass(time.Second)
	hears := func(when, clip string) {
		if hear := w.orders[w.legs[0]].Hear; hear.Kind != order.HearClips || !slices.Equal(hear.Clips, []string{clip, "music"}) || !hear.Loop {
			t.Errorf("%s he hears %+v", when, hear)
		}
	}
	hears("sent on", "transferring")
	var out demo.Out
	p.HangUp(w.now, c, &out)
	w.flight = append(w.flight, out.Packets...)
	for _, agent := range []string{"8001", "8002"} {
		w.command(core.Command{Kind: core.AgentLogout, Agent: agent})
	}
	w.pass(4 * time.Second)
	hears("refused", "returned")
	w.end()
}

// A queue takes the caller at once: the next agent has him.
func TestATransferToAQueue(t *testing.T) {
	w := newWorld(t)
	p, c := w.talk()
	w.refer(p, c, "general")
	w.pass(6 * time.Second)
	if c.Referred != 202 || c.Transfer != 200 || !c.Over() {
		t.Errorf("the REFER got %d, its NOTIFY %d, over %v", c.Referred, c.Transfer, c.Over())
	}
	for _, other := range w.peers[1:] {
		if other != p && other.Busy() {
			w.end()
			return
		}
	}
	t.Error("no other agent has the caller")
}

// The next agent has answered, and the caller hangs up while the announcement is
// still heard: who talked with him is the first one.
func TestACDRNamesWhoeverTalked(t *testing.T) {
	w := newWorld(t)
	p, c := w.talk()
	w.refer(p, c, "general")
	w.pass(6 * time.Second)
	var out demo.Out
	w.peers[0].HangUp(w.now, w.peers[0].Calls[0], &out)
	w.flight = append(w.flight, out.Packets...)
	w.pass(time.Second)
	if w.last.Agent != p.User || w.last.Phone != p.User || w.last.AnsweredBy != "agent" || w.last.Outcome != journal.Answered {
		t.Errorf("%s talked with the caller, the CDR says %+v", p.User, w.last)
	}
	w.end()
}

func TestAREFEROutsideOfCallsIsRefused(t *testing.T) {
	w := newWorld(t)
	w.arrive(w.peers[1].Local, []byte("REFER sip:12345@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.2.0.1;branch=z9hG4bKr\r\nFrom: <sip:1@a>;tag=1\r\n"+
		"To: <sip:2@b>\r\nCall-ID: 3\r\nCSeq: 1 REFER\r\nMax-Forwards: 9\r\nRefer-To: <sip:110@10.0.0.1>\r\n\r\n"))
	last := w.flight[len(w.flight)-1].Data
	if !bytes.HasPrefix(last, []byte("SIP/2.0 403 ")) || !bytes.Contains(last, []byte("within its own dialog")) {
		t.Errorf("answered with\n%s", last)
	}
}

// A caller who has talked, was sent on to a queue and waited there too long has
// been answered.
func TestWhoeverHasTalkedWasAnsweredWhateverEndsTheCall(t *testing.T) {
	w := newWorld(t)
	p, c := w.talk()
	w.manner.Status = 486
	w.refer(p, c, "general")
	w.pass(50 * time.Second)
	if w.last.Outcome != journal.Answered || w.last.Agent != p.User || w.last.Status != 480 || w.last.Q850 != 19 {
		t.Errorf("the CDR says %+v", w.last)
	}
	w.end()
}

// Whoever was talked with has been answered, though nobody took him where he was
// sent on to; and there he waits as long as others do, however long the talk was.
func TestACallThatIsTransferredAndWaitsInVain(t *testing.T) {
	w := newWorld(t)
	w.manner.Talk = 0
	p, c := w.talk()
	w.pass(30 * time.Second) // the call is older than the queue's limit
	for _, agent := range []string{"8001", "8002"} {
		w.command(core.Command{Kind: core.AgentLogout, Agent: agent})
	}
	w.manner.Status = 486 // the duty
	w.refer(p, c, "general")
	w.pass(35 * time.Second)
	if c.Transfer != 200 || !w.peers[0].Busy() {
		t.Fatalf("the NOTIFY told of %d; the caller is there: %v, %+v", c.Transfer, w.peers[0].Busy(), w.last)
	}
	w.pass(6 * time.Second)
	if w.peers[0].Busy() || w.last.Outcome != journal.Answered || w.last.Q850 != 19 || w.last.Transfers != 1 {
		t.Errorf("the caller is there: %v; his CDR: %+v", w.peers[0].Busy(), w.last)
	}
	w.end()
}

// The agent has hung up while the destination still rings, and the caller holds
// and resumes: he goes on hearing music, and nobody is given media who is not
// there.
func TestAHoldWhileATransferRings(t *testing.T) {
	w := newWorld(t)
	p, c := w.talk()
	w.manner.Answer = 8 * time.Second
	w.refer(p, c, "110")
	w.pass(time.Second)
	var out demo.Out
	p.HangUp(w.now, c, &out)
	w.flight = append(w.flight, out.Packets...)
	w.pass(time.Second)
	caller := w.peers[0].Calls[0]
	for _, hold := range []bool{true, false} {
		w.peers[0].Hold(w.now, caller, hold, &out)
		w.flight, out.Packets = append(w.flight, out.Packets...), nil
		w.pass(time.Second)
	}
	if o, there := w.orders[0]; there {
		t.Errorf("nobody is given media: %+v", o)
	}
	if hear := w.orders[w.legs[0]].Hear; caller.Held || hear.Kind != order.HearClips {
		t.Errorf("held %v, the caller hears %+v", caller.Held, hear)
	}
	w.pass(7 * time.Second)
	if busy := len(w.peers[0].Calls); busy != 2 || w.peers[0].Calls[1].Answered == 0 || w.orders[w.legs[0]].Hear.Kind != order.HearLeg {
		t.Errorf("110 does not have the caller: %d calls, he hears %+v", busy, w.orders[w.legs[0]].Hear)
	}
	w.end()
}

// Two people call from one line, and both are sent on to an emergency: the
// second one is no call of a circle.
func TestTwoOfOneLineAreSentToAnEmergency(t *testing.T) {
	w := newWorld(t)
	w.manner.Talk = 0
	for i := range 2 {
		p, c := w.talk()
		w.refer(p, c, "110")
		w.pass(4 * time.Second)
		if c.Referred != 202 || c.Transfer != 200 {
			t.Errorf("person %d: the REFER got %d, its NOTIFY %d", 1+i, c.Referred, c.Transfer)
		}
	}
	w.end()
}
