package core_test

import (
	"bytes"
	"testing"
)

// answered is the status of the last response, above 100, in flight to a peer;
// "": there is none.
func (w *world) answered(to string) (status string) {
	for _, p := range w.flight {
		if p.To.String() == to && bytes.HasPrefix(p.Data, []byte("SIP/2.0 ")) && !bytes.HasPrefix(p.Data, []byte("SIP/2.0 100")) {
			status = string(p.Data[8:11])
		}
	}
	return status
}

// Another Hotline keeps its caller until a queue here takes him: where it is full
// he is refused, though everybody else is answered before he is told so.
func TestAnotherHotlinesCallerIsAnsweredByAQueueThatTakesHim(t *testing.T) {
	const hub = "10.3.0.1:5060"
	w := newWorld(t)
	w.invites(hub, "12345")
	if got := w.answered(hub); got != "200" {
		t.Errorf("with room in the queue he hears %q", got)
	}
	for range 6 {
		w.invites(carrier, "12345")
	}
	if w.invites(carrier, "12345"); w.answered(carrier) != "200" {
		t.Errorf("a carrier's caller hears %q of a full queue", w.answered(carrier))
	}
	w.invites(hub, "12345")
	if got := w.answered(hub); got != "486" {
		t.Errorf("with a full queue he hears %q", got)
	}
}
