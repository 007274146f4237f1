// Package acd is the queue engine: which call goes to which agent, when, and
// why; and the agents' states. It is pure: events in, actions out, one
// deadline. Agents and calls are found through indexes (class.go, line.go).
package acd

import (
	"time"

	"github.com/hotline12345/hotline/turn"
)

// unreachableFor keeps a phone from offers that could not be reached, unless
// it tells before that it is there.
const unreachableFor = 30 * time.Second

// shyFor keeps a call from the agent who has just refused it.
const shyFor = 5 * time.Second

// portsAgain is how soon an offer is made again for which there were no ports:
// also just after a restart, before the media plane has granted any.
const portsAgain = 200 * time.Millisecond

// Engine holds agents, queues and waiting calls.
type Engine struct {
	o      *Options
	agents []agent
	byID   map[string]int
	queues []queue
	byName map[string]int

	classes []*class
	byClass map[string]*class
	calls   map[turn.ID]*waiting
	order   []*waiting // all calls, for walks
	spare   []*waiting

	outsides []*outside
	phones   map[string]*phone
	free     bits // agents that can be offered a call now
	sequence uint64
	timers   *turn.Timers[due]
	now      turn.Instant
	out      *[]Action
}

type agent struct {
	AgentRecord
	o       *AgentOptions
	call    *waiting
	classes []place // where he may be offered calls
}

type queue struct {
	QueueRecord
	o       *QueueOptions
	waiting int
	closed  bool // the plan has it no more; its last talks go on (Engine.closed)
}

type phone struct {
	agent    int // -1: nobody
	up, busy bool
}

// due names what a deadline belongs to: a call, an agent, or a phone.
type due struct {
	call  turn.ID
	agent string
	phone string
}

// New returns an engine whose agents are logged out.
func New(now turn.Instant, o *Options) *Engine {
	e := &Engine{phones: map[string]*phone{}, calls: map[turn.ID]*waiting{}, timers: turn.NewTimers[due](), now: now}
	e.plan(o)
	return e
}

// plan sets up indexes for a plan's queues and agents.
func (e *Engine) plan(o *Options) {
	e.o = o
	e.agents, e.queues = make([]agent, len(o.Agents)), make([]queue, len(o.Queues))
	e.byID, e.byName, e.byClass, e.classes = map[string]int{}, map[string]int{}, map[string]*class{}, nil
	for i := range o.Agents {
		e.agents[i] = agent{o: &o.Agents[i], AgentRecord: AgentRecord{ID: o.Agents[i].ID}}
		e.byID[o.Agents[i].ID] = i
	}
	for i := range o.Queues {
		e.queues[i] = queue{o: &o.Queues[i], QueueRecord: QueueRecord{Name: o.Queues[i].Name}}
		e.byName[o.Queues[i].Name] = i
	}
	e.free = newBits(len(e.agents))
}

// Next is the earliest deadline; zero: none.
func (e *Engine) Next() turn.Instant {
	at, _ := e.timers.Next()
	return at
}

// Step takes one event with all its consequences.
func (e *Engine) Step(now turn.Instant, ev *Event, out *[]Action) {
	e.now, e.out = now, out
	switch ev.Kind {
	case CallWaiting:
		e.arrived(ev)
	case PhoneReachable:
		p := e.phone(ev.Phone)
		p.up = ev.Yes
		e.timers.Set(due{phone: ev.Phone}, 0)
		e.phoneChanged(p)
	case PhoneBusy:
		p := e.phone(ev.Phone)
		p.busy = ev.Yes
		e.phoneChanged(p)
	case OutsideBusy:
		e.othersOutside(ev.Destination, ev.N)
	case Deadline:
		e.expire()
	default:
		if w := e.calls[ev.Call]; w != nil {
			e.called(w, ev)
		}
	}
}

func (e *Engine) do(a Action) { *e.out = append(*e.out, a) }

func (e *Engine) phone(name string) *phone {
	p := e.phones[name]
	if p == nil {
		p = &phone{agent: -1}
		e.phones[name] = p
	}
	return p
}

func (e *Engine) phoneChanged(p *phone) {
	if p.agent >= 0 {
		e.refree(p.agent)
	}
}

// expire takes every deadline that has come.
func (e *Engine) expire() {
	for {
		d, ok := e.timers.Pop(e.now)
		if !ok {
			return
		}
		switch {
		case d.call != 0:
			e.callDue(e.calls[d.call])
		case d.agent != "":
			if i, ok := e.byID[d.agent]; ok && e.agents[i].State == WrapUp {
				e.rest(i, "idle")
			}
		default:
			p := e.phone(d.phone)
			p.up = true
			e.phoneChanged(p)
		}
	}
}
