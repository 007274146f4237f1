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
	for i := range e.queues {
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
	assigned := map[string]turn.ID{}
	for _, w := range e.order {
		if w.place >= 0 {
			if w.Agent != "" || w.Duty {
				return fmt.Errorf("call %v waits and is offered", w.Call)
			}
			set := w.class.tiers[w.tier]
			for i := range e.agents {
				if set.has(i) && e.free.has(i) && !w.shyOf(i, now) {
					return fmt.Errorf("agent %s is idle beside call %v, which he could have", e.agents[i].ID, w.Call)
				}
			}
			continue
		}
		if w.Agent == "" && !w.Duty {
			return fmt.Errorf("call %v neither waits nor is offered", w.Call)
		}
		if other, two := assigned[w.Agent]; two && w.Agent != "" {
			return fmt.Errorf("agent %s has the calls %v and %v", w.Agent, other, w.Call)
		}
		assigned[w.Agent] = w.Call
	}
	for i := range e.agents {
		a := &e.agents[i]
		inCall := a.State == Reserved || a.State == Ringing || a.State == Talking
		if _, has := assigned[a.ID]; has != inCall {
			return fmt.Errorf("agent %s is %v with a call: %v", a.ID, a.State, has)
		}
		p := e.phones[a.Phone]
		if can := a.State == Idle && p != nil && p.up && !p.busy; can != e.free.has(i) {
			return fmt.Errorf("agent %s can be offered a call: %v, by the index: %v", a.ID, can, e.free.has(i))
		}
	}
	return nil
}
