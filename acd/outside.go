package acd

import "time"

// outside is a destination whose channels are seats: those that the engine has
// given calls, and the calls that it has from elsewhere.
type outside struct {
	name   string
	calls  int // the engine's
	others int
	places []place // whose calls may be sent there
}

// outsideOf finds a destination, or makes its place. There are few.
func (e *Engine) outsideOf(name string) *outside {
	for _, o := range e.outsides {
		if o.name == name {
			return o
		}
	}
	o := &outside{name: name}
	e.outsides = append(e.outsides, o)
	return o
}

// emptyOutside forgets which calls destinations have and may have, before
// another plan's take their places.
func (e *Engine) emptyOutside() {
	for _, o := range e.outsides {
		o.calls, o.places = 0, nil
	}
}

// room says whether a duty can take one more call.
func (e *Engine) room(d *Duty) bool {
	if d.Destination == "" || d.Channels == 0 {
		return true
	}
	o := e.outsideOf(d.Destination)
	return o.calls+o.others < d.Channels
}

// duty is what a call's tier rings outside, or one before it; nil: none that has
// room.
func (e *Engine) duty(w *waiting, tier int) *Duty {
	for t := tier; t >= 0; t-- {
		if d := e.options(w).Tiers[t].Duty; d != nil && e.room(d) {
			return d
		}
	}
	return nil
}

// again is how long a duty that has just failed the call is not tried.
func (e *Engine) again(w *waiting) time.Duration {
	for t := e.reached(w); t >= 0; t-- {
		if d := e.options(w).Tiers[t].Duty; d != nil && d.Destination == w.Outside && d.Again > 0 {
			return d.Again
		}
	}
	return 30 * time.Second
}

// ringOutside offers the call to the duty.
func (e *Engine) ringOutside(w *waiting, d *Duty) {
	e.unqueued(w)
	ring := d.Ring
	if ring == 0 {
		ring = e.options(w).Ring
	}
	w.Duty, w.Offered, w.RingEnd = true, e.now, e.now.Add(ring)
	if w.Outside = d.Destination; w.Outside != "" {
		e.outsideOf(w.Outside).calls++
	}
	e.do(Action{
		Kind: OfferDuty, Call: w.Call, Queue: w.Queue, Duty: d,
		Reason: Reason{Tier: uint8(w.tier), Strategy: e.options(w).Strategy},
	})
	e.do(Action{Kind: CallChanged, Call: w.Call})
	e.arm(w)
}

// seatFree takes back a seat that a call has had and looks who may have it.
func (e *Engine) seatFree(name string) {
	if name == "" {
		return
	}
	e.outsideOf(name).calls--
	e.seekOutside(name)
}

// othersOutside takes how many calls a destination has that are not the
// engine's.
func (e *Engine) othersOutside(name string, n int) {
	o := e.outsideOf(name)
	fewer := n < o.others
	o.others = n
	if fewer {
		e.seekOutside(name)
	}
}

// seekOutside gives a destination's free seats to whoever waits for them: over
// all queues the first by priority, then by arrival.
func (e *Engine) seekOutside(name string) {
	o := e.outsideOf(name)
	for {
		var best *waiting
		for _, p := range o.places {
			if !e.room(e.queues[p.class.queue].o.Tiers[p.tier].Duty) {
				continue
			}
			for t := p.tier; t < len(p.class.lines); t++ {
				if w := p.class.lines[t].first(aSeat, e.now); w != nil && (best == nil || w.before(best)) {
					best = w
				}
			}
		}
		if best == nil {
			return
		}
		if e.match(best); best.place >= 0 {
			return // its deadline will look again
		}
	}
}
