package core_test

import (
	"testing"
	"time"

	"github.com/hotline12345/hotline/demo"
	"github.com/hotline12345/hotline/media/order"
)

// ring lets the carrier's caller dial a number.
func (w *world) ring(number string) {
	var out demo.Out
	w.peers[0].Dial(w.now, demo.Journey{Number: number, Caller: "13912345678", Patience: 90 * time.Second}, &out)
	w.flight = append(w.flight, out.Packets...)
}

// forwarded rings a number whose flow leads outside, and tells what the caller
// hears while the destination rings.
func (w *world) forwarded(number string) order.Hear {
	w.t.Helper()
	w.manner.Answer = 5 * time.Second
	w.ring(number)
	w.pass(time.Second)
	if len(w.peers[0].Calls) == 1 { // he hears a prompt first
		w.clipsEnd()
		w.pass(time.Second)
	}
	if len(w.peers[0].Calls) != 2 || w.peers[0].Calls[1].Answered != 0 {
		w.t.Fatalf("the destination does not ring: %d calls", len(w.peers[0].Calls))
	}
	return w.orders[w.legs[0]].Hear
}

// A caller who has heard a prompt hears music while a destination rings without
// a sound of its own, and that one's sound where it has one.
func TestACallerHearsSomethingWhileADestinationRings(t *testing.T) {
	for name, c := range map[string]struct {
		number string
		early  bool
		want   order.HearKind
	}{
		"after a prompt":                  {"12348", false, order.HearClips},
		"after a prompt, with a sound":    {"12348", true, order.HearLeg},
		"before the answer":               {"12333", false, order.HearNothing}, // his exchange has the ringing tone
		"before the answer, with a sound": {"12333", true, order.HearLeg},
	} {
		w := newWorld(t)
		w.manner.Early = c.early
		if hear := w.forwarded(c.number); hear.Kind != c.want || hear.Kind == order.HearClips && !hear.Loop {
			t.Errorf("%s he hears %+v", name, hear)
		}
		w.pass(6 * time.Second)
		if hear := w.orders[w.legs[0]].Hear; hear.Kind != order.HearLeg {
			t.Errorf("%s, once it has answered, he hears %+v", name, hear)
		}
		w.end()
	}
}

// An early sound that takes nothing (sendonly) is heard: it is no hold.
func TestAnEarlyAnnouncementIsHeard(t *testing.T) {
	w := newWorld(t)
	w.manner.Early = true
	w.manner.SDP = early + "a=sendonly\r\n"
	if hear := w.forwarded("12333"); hear.Kind != order.HearLeg {
		t.Errorf("he hears %+v", hear)
	}
	w.peers[0].Calls[1].Manner.SDP = "" // and talks with the caller, once it has answered
	w.pass(6 * time.Second)
	if hear := w.orders[w.legs[0]].Hear; hear.Kind != order.HearLeg || w.orders[w.legs[1]].Mute {
		t.Errorf("once it has answered, he hears %+v", hear)
	}
	w.end()
}

// One that is not there to be heard (inactive) takes no music away.
func TestAnEarlySilenceIsNotHeard(t *testing.T) {
	w := newWorld(t)
	w.manner.Early = true
	w.manner.SDP = early + "a=inactive\r\n"
	if hear := w.forwarded("12348"); hear.Kind != order.HearClips || !hear.Loop {
		t.Errorf("he hears %+v", hear)
	}
	w.end()
}

const early = "v=0\r\no=- 1 1 IN IP4 10.1.0.1\r\ns=-\r\nc=IN IP4 10.1.0.1\r\nt=0 0\r\nm=audio 10050 RTP/AVP 8\r\n"
