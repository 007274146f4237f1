package sim

import (
	"fmt"
	"slices"

	"github.com/hotline12345/hotline/acd"
)

// after closes a step: what it touched stands as it must.
func (a *audit) after(e *acd.Engine) error {
	for _, t := range a.touched.away {
		if !t.over {
			a.fault("call %v should be turned away for reason %d", t.Call, t.away)
		}
	}
	for _, p := range a.touched.people {
		a.checkPerson(e, p)
		if p.told = false; a.err == nil && p.slot >= 0 {
			if t := a.owed(p); t != nil {
				a.fault("agent %s is idle beside call %v, which he could have", p.ID, t.Call)
			}
		}
		p.touched = false
	}
	for _, t := range a.touched.tickets {
		t.touched = false
		a.checkTicket(e, t)
	}
	a.checkSeats()
	for _, l := range a.touched.lines {
		a.checkLine(e, l)
		l.touched, l.told = false, false
	}
	a.touched.people, a.touched.tickets = a.touched.people[:0], a.touched.tickets[:0]
	a.touched.lines, a.touched.away = a.touched.lines[:0], a.touched.away[:0]
	a.switching = false
	return a.err
}

// checkPerson compares an agent with his record, and asks that a change has
// been told: only then is it journaled.
func (a *audit) checkPerson(e *acd.Engine, p *person) {
	got, ok := e.Agent(p.ID)
	switch {
	case !ok && p.o == nil && p.State == acd.LoggedOut: // forgotten with the last plan
	case !ok || got != p.AgentRecord:
		a.fault("agent %s stands as %+v, should be %+v", p.ID, got, p.AgentRecord)
	case p.touched && p.before != p.AgentRecord && !p.told && !a.switching:
		a.fault("agent %s has changed from %+v to %+v and nobody is told", p.ID, p.before, p.AgentRecord)
	case p.State == acd.WrapUp && p.Until <= a.now:
		a.fault("the wrap-up of agent %s is overdue by %v", p.ID, a.now.Sub(p.Until))
	case (p.call != nil) != (p.State == acd.Reserved || p.State == acd.Ringing || p.State == acd.Talking):
		a.fault("agent %s is %v with a call: %v", p.ID, p.State, p.call != nil)
	}
}

// checkTicket compares a call with its record. A waiting one waits for good
// reason, and nothing of it is overdue.
func (a *audit) checkTicket(e *acd.Engine, t *ticket) {
	got, ok := e.Call(t.Call)
	switch {
	case t.over:
		if ok {
			a.fault("call %v is over and still in the engine", t.Call)
		}
		return
	case !ok || !same(&got, &t.CallRecord):
		a.fault("call %v stands as %+v, should be %+v", t.Call, got, t.CallRecord)
	case t.RingEnd != 0 && t.RingEnd <= a.now:
		a.fault("the offer of call %v is overdue by %v", t.Call, a.now.Sub(t.RingEnd))
	}
	if t.group == nil || a.err != nil {
		return
	}
	// A plan that makes a limit shorter lets it fall due at its own instant.
	if limit := t.line.o.MaxWait; limit > 0 && t.waitsFrom().Add(limit) <= a.now && !a.switching {
		a.fault("call %v waits %v, the limit is %v", t.Call, a.now.Sub(t.Since), limit)
	}
	for _, p := range a.available {
		if t.may(p, a.now) {
			a.fault("call %v waits beside agent %s, who could have it", t.Call, p.ID)
		}
	}
	if a.dutyOf(t) != nil && t.DutyAt <= a.now {
		a.fault("call %v waits and could ring outside", t.Call)
	}
}

// same compares what the audit knows of a call.
func same(x, y *acd.CallRecord) bool {
	return x.Call == y.Call && x.Queue == y.Queue && slices.Equal(x.Needs, y.Needs) && x.Priority == y.Priority &&
		x.Since == y.Since && x.Began == y.Began && x.Sequence == y.Sequence && x.Mature == y.Mature && x.Agent == y.Agent && x.Duty == y.Duty &&
		x.Taken == y.Taken && x.Offered == y.Offered && x.RingEnd == y.RingEnd && x.DutyAt == y.DutyAt &&
		x.TakenAt == y.TakenAt && x.Within == y.Within && x.Outside == y.Outside && x.Entered == y.Entered
}

// checkLine compares a queue's counters and adds them up.
func (a *audit) checkLine(e *acd.Engine, l *line) {
	c := &l.counts
	open := c.Entered - c.Answered - c.Abandoned - c.TooLong - l.lost
	if sum := c.InInvite + c.InHeard; sum > 2*c.Answered || open > uint64(l.inside) || open < uint64(l.waiting) {
		a.fault("queue %s does not add up: %+v with %d calls inside, %d waiting", l.o.Name, *c, l.inside, l.waiting)
	}
	waits := uint64(0)
	for _, n := range c.Waits {
		waits += n
	}
	if waits != c.Answered {
		a.fault("queue %s has %d answered calls and %d waits", l.o.Name, c.Answered, waits)
	}
	if l.closed {
		return
	}
	got, ok := e.Queue(l.o.Name)
	switch {
	case !ok || got.Counts != *c || got.Cursor != l.cursor:
		a.fault("queue %s counts %+v %q, should be %+v %q", l.o.Name, got.Counts, got.Cursor, *c, l.cursor)
	case l.touched && l.before != *c && !l.told && !a.switching:
		a.fault("queue %s has changed and nobody is told", l.o.Name)
	}
}

// everything compares all that there is.
func (a *audit) everything(e *acd.Engine) error {
	for _, p := range a.people {
		a.checkPerson(e, p)
		if p.slot >= 0 && a.err == nil {
			if t := a.owed(p); t != nil {
				a.fault("agent %s is idle beside call %v, which he could have", p.ID, t.Call)
			}
		}
	}
	for _, l := range a.lines {
		a.checkLine(e, l)
	}
	for _, t := range a.order {
		if t.group != nil && a.err == nil && a.dutyOf(t) != nil && t.DutyAt <= a.now {
			a.fault("call %v waits and could ring outside", t.Call)
		}
	}
	i := 0
	e.Queues(func(r acd.QueueRecord, waiting int) {
		if l := a.lines[i]; l.o.Name != r.Name || l.waiting != waiting {
			a.fault("%d calls wait in queue %s, should be %d in %s", waiting, r.Name, l.waiting, l.o.Name)
		}
		i++
	})
	n := 0
	e.Calls(func(r acd.CallRecord) {
		n++
		if t := a.tickets[r.Call]; t == nil || !same(&r, &t.CallRecord) {
			a.fault("the engine holds call %v as %+v", r.Call, r)
		}
	})
	if n != len(a.tickets) || a.begun-a.ended != uint64(n) {
		a.fault("the engine holds %d calls; %d are in progress, %d have begun and %d ended", n, len(a.tickets), a.begun, a.ended)
	}
	return a.err
}

// over is the end of the run: every call has ended, once.
func (a *audit) over(e *acd.Engine) error {
	if a.begun != a.ended || len(a.tickets) != 0 {
		a.err = fmt.Errorf("%d calls have begun and %d ended", a.begun, a.ended)
	}
	return a.everything(e)
}
