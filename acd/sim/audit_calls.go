package sim

import (
	"time"

	"github.com/hotline12345/hotline/acd"
)

// event applies what people did, before the engine says what it makes of it.
func (a *audit) event(ev *acd.Event) {
	switch ev.Kind {
	case acd.CallWaiting:
		a.arrived(ev)
		return
	case acd.PhoneReachable:
		a.reachable(ev.Phone, ev.Yes)
		return
	case acd.PhoneBusy:
		h := a.handset(ev.Phone)
		h.busy = ev.Yes
		a.refresh(h.person)
		return
	case acd.OutsideBusy:
		a.others(ev.Destination, ev.N)
		return
	case acd.Deadline:
		return
	}
	t := a.tickets[ev.Call]
	if t == nil {
		a.fault("an event for call %v, which is over", ev.Call)
		return
	}
	a.touch(t)
	switch ev.Kind {
	case acd.MayBridge:
		if t.Mature == 0 {
			t.Mature = a.now
		}
	case acd.OfferRings:
		if t.person != nil && t.person.State == acd.Reserved {
			a.becomes(t.person, acd.Ringing)
		}
	case acd.OfferTaken:
		a.taken(t)
	case acd.OfferRefused:
		a.refused(t, ev.Why)
	case acd.CallGone, acd.TalkEnded:
		a.gone(t)
	}
}

func (a *audit) touch(t *ticket) {
	if t != nil && !t.touched {
		t.touched = true
		a.touched.tickets = append(a.touched.tickets, t)
	}
}

func (a *audit) touchLine(l *line) {
	if !l.touched {
		l.touched, l.before = true, l.counts
		a.touched.lines = append(a.touched.lines, l)
	}
}

// arrived takes a new call, into its queue or to be turned away.
func (a *audit) arrived(ev *acd.Event) {
	if a.tickets[ev.Call] != nil {
		a.fault("call %v comes twice", ev.Call)
		return
	}
	a.begun++
	l := a.byName[ev.Queue]
	t := &ticket{line: l}
	t.CallRecord = acd.CallRecord{Call: ev.Call, Queue: ev.Queue, Needs: ev.Needs, Priority: ev.Priority, Since: a.now, Began: ev.Began}
	if ev.Since != 0 {
		t.Since, t.Entered = ev.Since, a.now
	}
	a.tickets[ev.Call], t.place = t, len(a.order)
	a.order = append(a.order, t)
	a.touch(t)
	switch {
	case l == nil || l.closed:
		t.line = nil
		a.mustGo(t, acd.NoQueue)
		return
	case l.o.Limit > 0 && l.waiting >= l.o.Limit:
		t.line = nil
		a.touchLine(l)
		l.counts.Full++
		a.mustGo(t, acd.Full)
		return
	}
	a.sequence++
	t.Sequence = a.sequence
	a.touchLine(l)
	l.counts.Entered++
	l.inside++
	a.waits(t)
}

// mustGo expects the engine to turn a call away in this step.
func (a *audit) mustGo(t *ticket, why acd.Away) {
	t.away = why
	a.touched.away = append(a.touched.away, t)
}

// taken is an agent's pick-up, or the duty's.
func (a *audit) taken(t *ticket) {
	if t.Taken || t.person == nil && !t.Duty {
		a.fault("call %v is answered by nobody", t.Call)
		return
	}
	service := t.line.o.Service
	if service == 0 {
		service = 15 * time.Second
	}
	t.Taken, t.TakenAt, t.RingEnd, t.Within = true, a.now, 0, 0
	a.due.Set(duty{kind: ringEnds, call: t.Call}, 0)
	if a.now.Sub(t.Began) <= service {
		t.Within |= acd.InInvite
	}
	if t.Mature <= t.Since && a.now.Sub(t.Since) <= service || t.Mature == 0 || t.Mature > t.Since && a.now.Sub(t.Mature) <= service {
		t.Within |= acd.InHeard
	}
	a.tally(t, 1)
	if t.person != nil {
		a.touchPerson(t.person)
		t.person.Talks++
		a.becomes(t.person, acd.Talking)
	}
}

// tally counts an answer, or takes it back.
func (a *audit) tally(t *ticket, by int) {
	a.touchLine(t.line)
	c, wait := &t.line.counts, t.TakenAt.Sub(t.Since)
	c.Answered = uint64(int(c.Answered) + by)
	c.WaitNs = uint64(int(c.WaitNs) + by*int(wait))
	c.InInvite = uint64(int(c.InInvite) + by*count(t.Within&acd.InInvite != 0))
	c.InHeard = uint64(int(c.InHeard) + by*count(t.Within&acd.InHeard != 0))
	for i := range c.Waits {
		if i == len(acd.WaitBounds) || wait <= acd.WaitBounds[i] {
			c.Waits[i] = uint64(int(c.Waits[i]) + by)
			return
		}
	}
}

// refused is an offer that came to nothing: the call keeps its place.
func (a *audit) refused(t *ticket, why acd.Refusal) {
	p := t.person
	if p == nil && !t.Duty {
		a.fault("call %v is refused by nobody", t.Call)
		return
	}
	a.touch(t)
	if t.Duty {
		t.DutyAt = a.now.Add(t.again(a.now))
	}
	if t.Taken {
		a.tally(t, -1)
		if p != nil {
			a.touchPerson(p)
			p.Talks--
		}
	}
	a.due.Set(duty{kind: ringEnds, call: t.Call}, 0)
	a.seatFree(t)
	t.Agent, t.Duty, t.Taken, t.Offered, t.RingEnd, t.TakenAt, t.Within = "", false, false, 0, 0, 0, 0
	t.person = nil
	if p != nil {
		t.shyOf, t.shyOfAll, t.shyUntil = p, why == acd.NoPorts, a.now.Add(5*time.Second)
		if t.shyOfAll {
			t.shyUntil = a.now.Add(200 * time.Millisecond)
		}
	}
	if t.line.closed {
		a.mustGo(t, acd.NoQueue)
	} else {
		a.waits(t)
	}
	if p != nil {
		p.call = nil
		a.missed(p, why)
	}
}

// gone is the end of a call that is not the engine's doing.
func (a *audit) gone(t *ticket) {
	p, taken, wrapUp := t.person, t.Taken, t.line.o.WrapUp
	if !taken {
		a.touchLine(t.line)
		t.line.counts.Abandoned++
	}
	a.ends(t)
	if p == nil {
		return
	}
	p.call = nil
	if taken {
		a.talked(p, wrapUp)
	} else {
		a.rests(p)
	}
}

// ends closes a call, once.
func (a *audit) ends(t *ticket) {
	if t.over {
		a.fault("call %v ends twice", t.Call)
		return
	}
	a.touch(t)
	t.over = true
	a.ended++
	if t.group != nil {
		a.waitsNoMore(t)
	}
	if t.line != nil {
		t.line.inside--
	}
	a.seatFree(t)
	a.due.Set(duty{kind: ringEnds, call: t.Call}, 0)
	last := a.order[len(a.order)-1]
	a.order[t.place], last.place = last, t.place
	a.order = a.order[:len(a.order)-1]
	delete(a.tickets, t.Call)
}
