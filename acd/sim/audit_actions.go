package sim

import (
	"github.com/hotline12345/hotline/acd"
)

// action takes what the engine decided and says whether it might.
func (a *audit) action(act *acd.Action) {
	switch act.Kind {
	case acd.AgentChanged:
		a.told(act)
		return
	case acd.QueueChanged:
		if l := a.byName[act.Queue]; l != nil {
			a.touchLine(l)
			l.told = true
		}
		return
	}
	t := a.tickets[act.Call]
	if t == nil {
		if act.Kind != acd.CallChanged {
			a.fault("call %v, which is over, is given the action %d", act.Call, act.Kind)
		}
		return
	}
	a.touch(t)
	switch act.Kind {
	case acd.Offer:
		a.offer(t, act)
	case acd.OfferDuty:
		a.offerDuty(t, act)
	case acd.Withdraw:
		switch {
		case t.person == nil && !t.Duty || t.Taken:
			a.fault("call %v is withdrawn from nobody", t.Call)
		case a.now < t.RingEnd:
			a.fault("call %v is withdrawn %v too early", t.Call, t.RingEnd.Sub(a.now))
		default:
			a.refused(t, acd.NoAnswer)
		}
	case acd.TurnedAway:
		a.turnedAway(t, act.Away)
	}
}

func (a *audit) turnedAway(t *ticket, why acd.Away) {
	switch {
	case t.away != 0:
		if t.away != why {
			a.fault("call %v is turned away for reason %d, should be %d", t.Call, why, t.away)
		}
		if t.line != nil { // its agent hung up at once, and the queue is no more
			t.line.lost++
		}
	case why == acd.TooLong && t.group != nil && t.line.o.MaxWait > 0 && a.now >= t.waitsFrom().Add(t.line.o.MaxWait):
		a.touchLine(t.line)
		t.line.counts.TooLong++
	default:
		a.fault("call %v is turned away (reason %d) after %v without need", t.Call, why, a.now.Sub(t.Since))
	}
	a.ends(t)
}

// offer is an assignment: to somebody who may have the call and is free, in the
// order of priority and arrival, and to the best by the queue's strategy.
func (a *audit) offer(t *ticket, act *acd.Action) {
	p := a.byID[act.Agent]
	switch {
	case p == nil:
		a.fault("call %v is offered to %q, who is nobody", t.Call, act.Agent)
		return
	case t.group == nil:
		a.fault("call %v is offered to %s though it does not wait", t.Call, p.ID)
		return
	case p.call != nil:
		a.fault("agent %s is given call %v while he has call %v", p.ID, t.Call, p.call.Call)
		return
	case p.slot < 0:
		a.fault("call %v is offered to agent %s, who is %v or whose phone is not free", t.Call, p.ID, p.State)
	case p.o == nil || !t.may(p, a.now):
		a.fault("call %v is offered to agent %s, who may not have it", t.Call, p.ID)
	case act.Phone != p.Phone:
		a.fault("call %v rings phone %s, agent %s is on %s", t.Call, act.Phone, p.ID, p.Phone)
	}
	if x := a.passedOver(t, p); x != nil {
		a.fault("agent %s is given call %v (priority %d, %d. to come) before call %v (priority %d, %d.)",
			p.ID, t.Call, t.Priority, t.Sequence, x.Call, x.Priority, x.Sequence)
	}
	if !a.switching && a.err == nil {
		a.best(t, p, &act.Reason)
	}
	a.waitsNoMore(t)
	t.person, p.call = p, t
	t.Agent, t.Offered, t.RingEnd = p.ID, a.now, a.now.Add(t.line.o.Ring)
	a.due.Set(duty{kind: ringEnds, call: t.Call}, t.RingEnd)
	if t.line.o.Strategy == acd.RoundRobin {
		t.line.cursor = p.ID
	}
	a.becomes(p, acd.Reserved)
}

// best compares the choice with everybody else who is free. With many it is
// made for some of the offers only. Whose phone comes back in this very instant
// may be free before the choice or after it: nothing is said of that when it
// happens, and several things can fall due at once.
func (a *audit) best(t *ticket, p *person, r *acd.Reason) {
	if len(a.available) > 64 && t.Sequence%64 != 0 {
		return
	}
	eligible, unsure, mine := 0, 0, a.key(t, p)
	if r.SortKey != mine || r.Strategy != t.line.o.Strategy {
		a.fault("call %v: the reason says %v by %d, should be %v by %d", t.Call, r.Strategy, r.SortKey, t.line.o.Strategy, mine)
	}
	for _, q := range a.available {
		switch {
		case !t.may(q, a.now):
			continue
		case q != p && q.backAt == a.now:
			unsure++
			continue
		}
		eligible++
		if key := a.key(t, q); q != p && (key < mine || key == mine && (q.IdleAt < p.IdleAt || q.IdleAt == p.IdleAt && q.index < p.index)) {
			a.fault("call %v goes to agent %s, by %v it is %s's", t.Call, p.ID, t.line.o.Strategy, q.ID)
		}
	}
	if r.Eligible < eligible || r.Eligible > eligible+unsure {
		a.fault("call %v: %d agents could have it, the reason says %d", t.Call, eligible, r.Eligible)
	}
}

// key is what the queue's strategy goes by; less is better.
func (a *audit) key(t *ticket, p *person) int64 {
	switch t.line.o.Strategy {
	case acd.MostSkilled:
		sum := int64(0)
		for _, need := range t.Needs {
			for _, s := range p.o.Skills {
				if s.Name == need.Name {
					sum -= int64(s.Level)
				}
			}
		}
		return sum
	case acd.LeastCalls:
		return int64(p.Talks)
	case acd.RoundRobin:
		if last := a.byID[t.line.cursor]; last != nil && p.index <= last.index {
			return int64(p.index + len(a.people))
		}
		return int64(p.index)
	}
	return int64(p.IdleAt)
}

// offerDuty is right where nobody inside is free and the time has come.
func (a *audit) offerDuty(t *ticket, act *acd.Action) {
	want := (*acd.Duty)(nil)
	if t.group != nil {
		want = a.dutyOf(t)
	}
	switch {
	case want == nil || act.Duty == nil || *act.Duty != *want:
		a.fault("call %v rings outside without a tier that says so", t.Call)
		return
	case a.now < t.DutyAt:
		a.fault("call %v rings outside again %v too early", t.Call, t.DutyAt.Sub(a.now))
	}
	for _, p := range a.available {
		if t.may(p, a.now) && p.backAt != a.now {
			a.fault("call %v rings outside, agent %s is free for it", t.Call, p.ID)
		}
	}
	if x := a.seatPassed(t, act.Duty.Destination); x != nil {
		a.fault("a seat of %s is given to call %v (priority %d, since %v) before call %v (priority %d, since %v)",
			act.Duty.Destination, t.Call, t.Priority, t.Since, x.Call, x.Priority, x.Since)
	}
	a.waitsNoMore(t)
	a.seatTaken(t, act.Duty)
	ring := t.line.o.Ring
	if act.Duty.Ring > 0 {
		ring = act.Duty.Ring
	}
	t.Duty, t.Offered, t.RingEnd = true, a.now, a.now.Add(ring)
	a.due.Set(duty{kind: ringEnds, call: t.Call}, t.RingEnd)
}
