package sim

import (
	"time"

	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/turn"
)

// Outcome is how a call ended.
type Outcome uint8

// The outcomes.
const (
	Answered   Outcome = 1 + iota // and talked to the end
	Abandoned                     // gave up before somebody answered
	TurnedAway                    // the queue was full, or the wait too long, or the queue is no more
)

// Call is one call that is over.
type Call struct {
	Kind    int           // in Options.Kinds
	Arrived time.Duration // from the start
	Wait    time.Duration // from the enlisting to the pick-up, the giving up, the turning away
	Outcome Outcome
	InTime  bool // picked up within the queue's service time, clock from the INVITE
	Heard   bool // the same, clock from the end of what must be heard or the enlisting, if that is later
}

// caller is a person on the line.
type caller struct {
	Call
	id      turn.ID
	at      turn.Instant // enlisted
	heardAt turn.Instant // what must be heard is over
	talk    time.Duration
	answer  time.Duration // of Options.Callers
	service time.Duration
	taken   turn.Instant // an agent or the duty has picked up
	fate    fate
}

// nextArrival sets the time of the next call.
func (w *world) nextArrival() {
	if w.arrived < len(w.o.Arrivals) {
		w.timers.Set(what{kind: arrival}, start.Add(w.o.Arrivals[w.arrived]))
	}
}

// arrives enlists a new call. What the caller is like is drawn now, whatever
// becomes of him, so that two plans can be tried with the same callers.
func (w *world) arrives() error {
	w.arrived++
	w.nextArrival()
	var c *caller
	if n := len(w.spare); n > 0 {
		c, w.spare = w.spare[n-1], w.spare[:n-1]
	} else {
		c = &caller{}
	}
	*c = caller{id: turn.ID(w.arrived), at: w.now}
	c.Arrived = w.now.Sub(start)
	var patience time.Duration
	if w.o.Callers != nil {
		p := &w.o.Callers[w.arrived-1]
		c.Kind, c.talk, c.answer, patience = p.Kind, p.Talk, p.Answer, p.Patience
	} else {
		c.talk, c.Kind, patience = w.callers.exp(w.o.People.Talk), w.kind(), w.callers.exp(w.o.People.Patience)
	}
	w.calls[c.id] = c
	w.report.unanswered(1)
	kind := &w.o.Kinds[c.Kind]
	c.heardAt, c.service = w.now.Add(kind.Hear), w.services[c.Kind]
	w.timers.Set(what{kind: heard, call: c.id}, c.heardAt)
	if patience > 0 {
		w.timers.Set(what{kind: givesUp, call: c.id}, w.now.Add(patience))
	}
	ev := acd.Event{Kind: acd.CallWaiting, Call: c.id, Queue: kind.Queue, Needs: kind.Needs, Priority: kind.Priority, Began: w.now.Add(-kind.Before)}
	if kind.Aged {
		ev.Since = ev.Began
	}
	return w.step(ev)
}

func (w *world) kind() int {
	x := int(w.callers.Below(int64(w.weights)))
	for i := range w.o.Kinds {
		if x -= w.o.Kinds[i].Weight; x < 0 {
			return i
		}
	}
	return 0
}

// caller lets happen what was set for a call.
func (w *world) caller(kind happening, id turn.ID) error {
	c := w.calls[id]
	ev := acd.Event{Call: id}
	switch kind {
	case heard:
		ev.Kind = acd.MayBridge
	case givesUp:
		ev.Kind = acd.CallGone
		w.ended(c, Abandoned)
	case rings:
		ev.Kind = acd.OfferRings
	case picksUp:
		ev.Kind, c.taken = acd.OfferTaken, w.now
		w.report.unanswered(-1)
		w.timers.Set(what{kind: givesUp, call: id}, 0)
		if c.fate == hangsUp {
			w.timers.Set(what{kind: drops, call: id}, w.now.Add(w.staff.between(time.Second, 3*time.Second)))
		} else {
			w.timers.Set(what{kind: talkEnds, call: id}, w.now.Add(c.talk))
		}
	case drops:
		ev.Kind, ev.Why, c.taken = acd.OfferRefused, acd.HungUp, 0
		w.report.unanswered(1)
		if patience := w.callers.exp(w.o.People.Patience); patience > 0 {
			w.timers.Set(what{kind: givesUp, call: id}, w.now.Add(patience))
		}
	case refuses:
		ev.Kind, ev.Why = acd.OfferRefused, c.fate.refusal()
	case talkEnds:
		ev.Kind = acd.TalkEnded
		w.ended(c, Answered)
	}
	return w.step(ev)
}

// called is what the engine does with a call.
func (w *world) called(c *caller, a *acd.Action) {
	switch a.Kind {
	case acd.Offer:
		w.offered(c, a.Phone)
	case acd.OfferDuty:
		w.offeredDuty(c)
	case acd.Withdraw:
		w.stopRinging(c)
	case acd.TurnedAway:
		w.ended(c, TurnedAway)
	}
}

// stopRinging forgets what the phone that rang would have done.
func (w *world) stopRinging(c *caller) {
	for _, kind := range [...]happening{rings, picksUp, refuses, drops} {
		w.timers.Set(what{kind: kind, call: c.id}, 0)
	}
}

// ended takes a call out of the world.
func (w *world) ended(c *caller, how Outcome) {
	c.Outcome, c.Wait = how, w.now.Sub(c.at)
	if how == Answered {
		c.Wait = c.taken.Sub(c.at)
		c.InTime = c.Wait+w.o.Kinds[c.Kind].Before <= c.service
		c.Heard = c.taken.Sub(max(c.heardAt, c.at)) <= c.service
	}
	if c.taken == 0 {
		w.report.unanswered(-1)
	}
	w.report.call(&c.Call)
	if w.o.Ended != nil {
		w.o.Ended(&c.Call)
	}
	w.stopRinging(c)
	for _, kind := range [...]happening{heard, givesUp, talkEnds} {
		w.timers.Set(what{kind: kind, call: c.id}, 0)
	}
	delete(w.calls, c.id)
	w.spare = append(w.spare, c)
}
