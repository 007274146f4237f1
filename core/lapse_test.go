package core_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/hotline12345/hotline/call"
	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/demo"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

// rings has a citizen ring a number. Phones and trunks ring and do not answer
// unless the manner says so.
func (w *world) rings(number string) {
	w.t.Helper()
	var out demo.Out
	w.peers[0].Dial(w.now, demo.Journey{Number: number, Caller: "13912345678", Patience: time.Hour, Talk: time.Hour}, &out)
	w.flight = append(w.flight, out.Packets...)
	w.pass(time.Second)
}

// down is the process killed and started again so much later. Nobody else
// notices, and what flew is gone.
func (w *world) down(d time.Duration) {
	w.t.Helper()
	w.flight = nil
	w.now = w.now.Add(d)
	w.start()
}

// only is the one call there is, or none.
func (w *world) only() *core.CallView {
	w.t.Helper()
	w.command(core.Command{Kind: core.Look})
	switch len(w.view.Calls) {
	case 0:
		return nil
	case 1:
		return &w.view.Calls[0]
	}
	w.t.Fatalf("%d calls", len(w.view.Calls))
	return nil
}

// heard reports the leg's first packet.
func (w *world) heard(leg turn.ID) {
	w.t.Helper()
	w.step(&core.Input{Kind: core.MediaEvent, Media: order.Event{Kind: order.PeerHeard, Leg: leg, Number: w.orders[leg].Number}})
}

// clipsEnd lets everybody have heard what he is played.
func (w *world) clipsEnd() {
	w.t.Helper()
	for _, leg := range w.legs {
		if o := w.orders[leg]; !o.End && o.Hear.Kind == order.HearClips && !o.Hear.Loop {
			w.step(&core.Input{Kind: core.MediaEvent, Media: order.Event{Kind: order.ClipFinished, Leg: leg, Number: o.Number}})
		}
	}
}

// recorded are the keys of a kind that the journal has.
func (w *world) recorded(kind journal.Kind) (out []journal.Key) {
	for _, key := range w.keys {
		if key.Kind == kind && w.journal[key] != nil {
			out = append(out, key)
		}
	}
	return out
}

// TestAStartMuchLaterSendsNothingStale: after 64·T1 away no transaction of the
// process before is taken up, whatever it waited for.
func TestAStartMuchLaterSendsNothingStale(t *testing.T) {
	for name, c := range map[string]struct {
		number string
		ring   time.Duration // of the phone that is rung
		ends   journal.Outcome
	}{
		"an INVITE that nobody has answered":         {"12345", time.Hour, journal.WaitLimit}, // 40 s in the queue
		"an INVITE that rings, and one that is owed": {"12333", time.Millisecond, journal.Outage},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.manner = demo.Manner{Ring: c.ring, Answer: time.Hour, Status: 200}
			var ours [][]byte
			w.sends = func(s core.Send) { ours = append(ours, branch(s.Raw)) }
			w.rings(c.number)
			before := w.recorded(journal.Tx)
			if len(before) < 2 || w.only() == nil {
				t.Fatalf("%d transactions; nothing rings", len(before))
			}
			w.sends = func(s core.Send) {
				for _, was := range ours {
					if bytes.Equal(was, branch(s.Raw)) {
						t.Errorf("sent an hour later:\n%s", s.Raw)
					}
				}
			}
			w.down(time.Hour)
			for _, key := range before {
				if w.journal[key] != nil {
					t.Errorf("transaction %s is taken up", key.ID)
				}
			}
			w.pass(20 * time.Second)
			if w.only() != nil || w.outcomes[c.ends] != 1 {
				t.Errorf("the call is %+v; %v", w.only(), w.outcomes)
			}
			w.end()
		})
	}
}

// branch is a message's top Via, which names its transaction.
func branch(raw []byte) []byte {
	m, fault := message.Parse(raw)
	if fault != nil {
		return nil
	}
	return []byte(string(m.Method) + m.Via.Branch)
}

// TestAStartSoonAfterTakesUpWhatRings, also where nothing has been written for
// longer than 64·T1 when the process is killed.
func TestAStartSoonAfterTakesUpWhatRings(t *testing.T) {
	w := newWorld(t)
	w.rings("12366") // a menu before the answer, whose clip does not end
	w.pass(50 * time.Second)
	w.down(time.Second)
	if c := w.only(); c == nil || c.Phase != call.Walking {
		t.Fatalf("the call is %+v; %v", c, w.outcomes)
	}
	answered := false
	w.sends = func(s core.Send) {
		m, fault := message.Parse(s.Raw)
		answered = answered || fault == nil && m.Method == message.INVITE && m.Status == 200
	}
	w.step(&core.Input{Kind: core.MediaEvent, Media: order.Event{Kind: order.Digit, Leg: w.legs[0], Digit: '1'}})
	if !answered {
		t.Error("his choice has not led to the answer")
	}
	w.end()
	if len(w.recorded(journal.Clock)) > 0 {
		t.Error("the clock is journaled without calls")
	}
}

// TestWhoeverWasAnsweredMustBeHeardAfterARestart, else his call ends with the
// outcome outage.
func TestWhoeverWasAnsweredMustBeHeardAfterARestart(t *testing.T) {
	for _, phase := range []string{"waiting", "bridging", "talking"} {
		for _, heard := range []string{"nobody", "caller", "phone"} {
			t.Run(phase+", heard: "+heard, func(t *testing.T) {
				w := newWorld(t)
				w.manner.Talk = time.Hour
				if phase == "waiting" {
					w.manner.Answer = time.Hour
				}
				w.rings("12345")
				w.pass(time.Second)
				if phase == "talking" {
					for range 3 {
						w.clipsEnd()
					}
				}
				if c := w.only(); c == nil || c.Phase != map[string]call.Phase{"waiting": call.Walking, "bridging": call.Bridging, "talking": call.Talking}[phase] {
					t.Fatalf("the call is %+v", c)
				}
				w.down(time.Second)
				w.pass(9 * time.Second)
				if w.only() == nil {
					t.Fatal("it has ended before its time")
				}
				switch heard {
				case "caller":
					w.heard(w.legs[0])
				case "phone":
					w.heard(w.legs[1])
				}
				w.pass(2 * time.Second)
				stays := heard == "caller" || heard == "phone" && phase != "waiting"
				if c := w.only(); stays != (c != nil) || stays != (w.outcomes[journal.Outage] == 0) {
					t.Errorf("the call is %+v; %v", c, w.outcomes)
				}
				w.end()
			})
		}
	}
}
