package sim

import (
	"slices"
	"time"

	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/turn"
)

// seats are how many calls a destination must have: the engine's and others.
type seats struct{ calls, others int }

func (a *audit) seatsOf(name string) *seats {
	if a.seats[name] == nil {
		a.seats[name] = &seats{}
	}
	return a.seats[name]
}

// others takes how many calls a destination has from elsewhere.
func (a *audit) others(name string, n int) {
	a.seatsOf(name).others = n
	a.freed = append(a.freed, name)
}

// seatTaken gives a call the seat that it rings.
func (a *audit) seatTaken(t *ticket, d *acd.Duty) {
	if d.Destination == "" {
		return
	}
	t.Outside = d.Destination
	s := a.seatsOf(t.Outside)
	if s.calls++; d.Channels > 0 && s.calls+s.others > d.Channels {
		a.fault("call %v rings %s, which has %d calls and %d others on %d channels", t.Call, t.Outside, s.calls, s.others, d.Channels)
	}
}

func (a *audit) seatFree(t *ticket) {
	if t.Outside == "" {
		return
	}
	a.seatsOf(t.Outside).calls--
	a.freed = append(a.freed, t.Outside)
	t.Outside = ""
}

// room says whether a duty can take one more call.
func (a *audit) room(d *acd.Duty) bool {
	if d.Destination == "" || d.Channels == 0 {
		return true
	}
	s := a.seatsOf(d.Destination)
	return s.calls+s.others < d.Channels
}

// dutyOf is what a call may ring outside, or nil: the last of its tiers' that
// has room.
func (a *audit) dutyOf(t *ticket) (d *acd.Duty) {
	for i := range t.line.o.Tiers {
		if x := t.line.o.Tiers[i].Duty; x != nil && t.mayWiden(i, a.now) && a.room(x) {
			d = x
		}
	}
	return d
}

// again is how long the duty that has just failed the call is not rung.
func (t *ticket) again(now turn.Instant) time.Duration {
	again := 30 * time.Second
	for i := range t.line.o.Tiers {
		if d := t.line.o.Tiers[i].Duty; d != nil && t.mayWiden(i, now) && d.Destination == t.Outside && d.Again > 0 {
			again = d.Again
		}
	}
	return again
}

// waitsFor says whether the call waits for a seat of the destination at the
// instant.
func (t *ticket) waitsFor(name string, at turn.Instant) bool {
	for i := range t.line.o.Tiers {
		if d := t.line.o.Tiers[i].Duty; d != nil && d.Destination == name && t.mayWiden(i, at) {
			return t.DutyAt <= at
		}
	}
	return false
}

// seatPassed is a call that should have had the destination's seat before t, or
// nil. What came to wait for it in this very instant does not count.
func (a *audit) seatPassed(t *ticket, name string) *ticket {
	if name == "" {
		return nil
	}
	for _, g := range a.groups {
		for x := g.head; x != nil; x = x.next {
			if x != t && x.first(t) && x.waitsFor(name, a.now-1) {
				return x
			}
		}
	}
	return nil
}

// checkSeats sees that no seat which has got free stays so beside a call that
// could have it.
func (a *audit) checkSeats() {
	for _, g := range a.groups {
		if len(a.freed) == 0 || a.err != nil {
			break
		}
		if !slices.ContainsFunc(g.line.o.Tiers, func(t acd.Tier) bool { return t.Duty != nil && slices.Contains(a.freed, t.Duty.Destination) }) {
			continue
		}
		for t := g.head; t != nil; t = t.next {
			if a.dutyOf(t) != nil && t.DutyAt <= a.now {
				a.fault("call %v waits beside a free seat", t.Call)
			}
		}
	}
	a.freed = a.freed[:0]
}
