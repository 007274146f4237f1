package acd

import (
	"fmt"

	"github.com/hotline12345/hotline/turn"
)

// Agent returns an agent's record.
func (e *Engine) Agent(id string) (AgentRecord, bool) {
	if i, ok := e.byID[id]; ok {
		return e.agents[i].AgentRecord, true
	}
	return AgentRecord{}, false
}

// Queue returns a queue's record.
func (e *Engine) Queue(name string) (QueueRecord, bool) {
	if i, ok := e.byName[name]; ok {
		return e.queues[i].QueueRecord, true
	}
	return QueueRecord{}, false
}

// Room says whether a queue takes one more call.
func (e *Engine) Room(name string) bool {
	i, ok := e.byName[name]
	return ok && (e.queues[i].o.Limit == 0 || e.queues[i].waiting < e.queues[i].o.Limit)
}

// SeatsTaken says whether a queue's first seats are a destination's channels, and
// all of them are taken.
func (e *Engine) SeatsTaken(name string) bool {
	i, ok := e.byName[name]
	if !ok || len(e.queues[i].o.Tiers) == 0 {
		return false
	}
	d := e.queues[i].o.Tiers[0].Duty
	return d != nil && !e.room(d)
}

// Call returns a call's place in the engine.
func (e *Engine) Call(id turn.ID) (CallRecord, bool) {
	if w := e.calls[id]; w != nil {
		return w.CallRecord, true
	}
	return CallRecord{}, false
}

// Agents gives every agent, in the plan's order.
func (e *Engine) Agents(yield func(AgentRecord)) {
	for i := range e.agents {
		yield(e.agents[i].AgentRecord)
	}
}

// Queues gives every queue and how many calls wait in it, in the plan's order.
func (e *Engine) Queues(yield func(r QueueRecord, waiting int)) {
	for i := range e.o.Queues {
		yield(e.queues[i].QueueRecord, e.queues[i].waiting)
	}
}

// Calls gives every call, in no order but a repeatable one.
func (e *Engine) Calls(yield func(CallRecord)) {
	for _, w := range e.order {
		yield(w.CallRecord)
	}
}

// Check verifies the invariants: nobody idle beside a call he could have, no
// agent with two calls, nothing overdue, indexes that agree.
func (e *Engine) Check(now turn.Instant) error {
	if at, ok := e.timers.Next(); ok && at < now {
		return fmt.Errorf("a queue deadline is overdue by %v", now.Sub(at))
	}
	for _, w := range e.order {
		if err := e.checkCall(w, now); err != nil {
			return err
		}
	}
	for _, o := range e.outsides {
		if n := e.outsideCalls(o.name); n != o.calls {
			return fmt.Errorf("destination %s counts %d calls and has %d", o.name, o.calls, n)
		}
	}
	for i := range e.agents {
		a := &e.agents[i]
		inCall := a.State == Reserved || a.State == Ringing || a.State == Talking
		if inCall != (a.call != nil) || inCall && (a.call.Agent != a.ID || e.calls[a.call.Call] != a.call) {
			return fmt.Errorf("agent %s is %v with a call: %v", a.ID, a.State, a.call != nil)
		}
		p := e.phones[a.Phone]
		if can := a.State == Idle && p != nil && p.up && !p.busy; can != e.free.has(i) {
			return fmt.Errorf("agent %s can be offered a call: %v, by the index: %v", a.ID, can, e.free.has(i))
		}
	}
	return nil
}

func (e *Engine) outsideCalls(name string) (n int) {
	for _, w := range e.order {
		if w.Outside == name {
			n++
		}
	}
	return n
}

// checkCall verifies that a call waits beside nobody who could have it, or is
// with somebody who has no other.
func (e *Engine) checkCall(w *waiting, now turn.Instant) error {
	i, assigned := e.byID[w.Agent]
	switch {
	case w.place >= 0 && (w.Agent != "" || w.Duty):
		return fmt.Errorf("call %v waits and is offered", w.Call)
	case w.place >= 0:
		if i := e.couldHave(w, now); i >= 0 {
			return fmt.Errorf("agent %s is idle beside call %v, which he could have", e.agents[i].ID, w.Call)
		}
		if d := e.duty(w, w.tier); d != nil && now > w.DutyAt {
			return fmt.Errorf("%s%s has room beside call %v, which it could have", d.Destination, d.Number, w.Call)
		}
	case w.Agent == "" && !w.Duty:
		return fmt.Errorf("call %v neither waits nor is offered", w.Call)
	case assigned && e.agents[i].call == nil:
		return fmt.Errorf("agent %s has call %v and does not know it", w.Agent, w.Call)
	case assigned && e.agents[i].call != w:
		return fmt.Errorf("agent %s has the calls %v and %v", w.Agent, e.agents[i].call.Call, w.Call)
	}
	return nil
}

// couldHave is an agent who is free for a waiting call, or -1.
func (e *Engine) couldHave(w *waiting, now turn.Instant) int {
	for i, set := range w.class.tiers[w.tier] {
		for x := set & e.free[i]; x != 0; x &= x - 1 {
			if a := 64*i + trailing(x); !w.shyOf(a, now) {
				return a
			}
		}
	}
	return -1
}
