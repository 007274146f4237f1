package acd

import (
	"slices"

	"github.com/hotline12345/hotline/turn"
)

// RestoreAgent takes back a journaled agent. One whom the plan no longer has
// finishes what he does and is logged out.
func (e *Engine) RestoreAgent(r AgentRecord) {
	i, ok := e.byID[r.ID]
	if !ok {
		if r.State == LoggedOut {
			return
		}
		i = len(e.agents)
		r.Leaving = true
		e.agents = append(e.agents, agent{})
		e.byID[r.ID] = i
		if len(e.free)*64 < len(e.agents) {
			e.free = append(e.free, 0)
		}
		for _, c := range e.classes {
			for t := range c.tiers {
				if len(c.tiers[t]) < len(e.free) {
					c.tiers[t] = append(c.tiers[t], 0)
				}
			}
		}
	}
	e.agents[i].AgentRecord = r
	if r.State != LoggedOut {
		e.phone(r.Phone).agent = i
	}
}

// RestoreQueue takes back a journaled queue's cursor and counts.
func (e *Engine) RestoreQueue(r QueueRecord) {
	if i, ok := e.byName[r.Name]; ok {
		e.queues[i].QueueRecord = r
	}
}

// RestoreCall takes back a call with its place; agents and queues come first.
// A talk goes on though the plan has no such queue any more; a call that has
// not been answered cannot: false.
func (e *Engine) RestoreCall(r CallRecord) bool {
	q, ok := e.byName[r.Queue]
	switch {
	case !ok && !r.Taken:
		return false
	case !ok:
		q = e.closed(QueueRecord{Name: r.Queue}, &QueueOptions{})
	}
	e.sequence = max(e.sequence, r.Sequence)
	w := e.enter(r, q, r.Needs)
	if r.Agent == "" && !r.Duty {
		e.queued(w)
		return true
	}
	if r.Outside != "" {
		e.outsideOf(r.Outside).calls++
	}
	if i, ok := e.byID[r.Agent]; ok {
		e.agents[i].call = w
	}
	return true
}

// Restored sets things going again once all is taken back.
func (e *Engine) Restored(now turn.Instant, out *[]Action) {
	e.now, e.out = now, out
	for i := range e.agents {
		a := &e.agents[i]
		switch a.State {
		case Reserved, Ringing, Talking:
			if a.call == nil {
				e.rest(i, "idle")
			}
		case WrapUp:
			e.timers.Set(due{agent: a.ID}, max(a.Until, now))
			if a.Leaving {
				e.logout(i)
			}
		case Idle, Paused:
			if a.Leaving {
				e.logout(i)
				continue
			}
			e.refree(i)
		}
	}
	all := slices.Clone(e.order)
	slices.SortFunc(all, func(w, x *waiting) int {
		if w.before(x) {
			return -1
		}
		return 1
	})
	for _, w := range all {
		if w.place >= 0 {
			e.match(w)
		}
		e.arm(w)
	}
}

// lost says whether the plan has no queue of that name.
func (e *Engine) lost(name string) bool {
	_, ok := e.byName[name]
	return !ok
}

// closed is the place of a queue that the plan has no more and whose last talks
// go on: without it their agents would be taken for idle. It takes no calls,
// is shown to nobody, and is gone with the next plan after its last talk.
func (e *Engine) closed(r QueueRecord, o *QueueOptions) int {
	for i := len(e.o.Queues); i < len(e.queues); i++ {
		if e.queues[i].Name == r.Name {
			return i
		}
	}
	last := QueueOptions{Name: r.Name, WrapUp: o.WrapUp, Service: o.Service, Tiers: []Tier{{}}}
	e.queues = append(e.queues, queue{o: &last, QueueRecord: r, closed: true})
	return len(e.queues) - 1
}

// Replan switches to another plan's queues and agents: states are kept,
// waiting calls are matched again, those whose queue is gone turned away.
func (e *Engine) Replan(now turn.Instant, o *Options, out *[]Action) {
	e.now, e.out = now, out
	agents, queues, all := e.agents, e.queues, e.order
	e.emptyOutside()
	e.plan(o)
	for i := range agents {
		e.RestoreAgent(agents[i].AgentRecord)
	}
	for i := range queues {
		e.RestoreQueue(queues[i].QueueRecord)
	}
	e.order = nil
	e.calls = map[turn.ID]*waiting{}
	for _, w := range all {
		if old := &queues[w.class.queue]; w.Taken && e.lost(w.Queue) {
			e.closed(old.QueueRecord, old.o)
		}
		e.timers.Set(due{call: w.Call}, 0)
		if e.RestoreCall(w.CallRecord) {
			now := e.calls[w.Call]
			if w.shy == everyone {
				now.shy, now.until = everyone, w.until
			} else if w.shy >= 0 {
				if i, ok := e.byID[agents[w.shy].ID]; ok {
					now.shy, now.until = i, w.until
				}
			}
		} else if !w.Taken {
			e.do(Action{Kind: TurnedAway, Call: w.Call, Queue: w.Queue, Away: NoQueue})
		}
	}
	for i := range agents { // places have moved; whoever is gone is on no phone
		a := &agents[i]
		if p := e.phones[a.Phone]; p != nil && a.State != LoggedOut {
			p.agent = -1
			if at, ok := e.byID[a.ID]; ok {
				p.agent = at
			}
		}
	}
	e.Restored(now, out)
}
