package sim

import (
	"fmt"

	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/turn"
)

// audit holds the engine to its invariants. It knows nothing of the engine's
// insides: from what people did and what the engine said it works out by itself
// how every agent, call and queue must stand, who may have which call and what
// is due when, and compares.
type audit struct {
	o   *acd.Options
	now turn.Instant

	people    []*person // of the plan in its order, then those it has no more
	byID      map[string]*person
	available []*person // idle, their phones free
	handsets  map[string]*handset
	lines     []*line // of the plan in its order, then those it has no more
	byName    map[string]*line
	groups    []*group
	byKey     map[string]*group
	tickets   map[turn.ID]*ticket
	order     []*ticket // all of them, for walks
	sequence  uint64
	due       *turn.Timers[duty]
	seats     map[string]*seats // of destinations
	freed     []string          // destinations that may have got a free seat in this step

	begun, ended uint64
	switching    bool // a plan is being put in force: many things at once
	touched      struct {
		people  []*person
		tickets []*ticket
		lines   []*line
		away    []*ticket // must be turned away in this step
	}
	err error
}

// person is how an agent must stand.
type person struct {
	acd.AgentRecord
	o      *acd.AgentOptions // nil: the plan has him no more
	index  int               // in the plan's order
	call   *ticket
	places []place      // where he may have calls
	slot   int          // in audit.available; -1
	backAt turn.Instant // his phone was taken for reachable again by the clock alone

	touched, told bool // in this step
	before        acd.AgentRecord
}

// place is a group whose calls an agent may have, from a tier on.
type place struct {
	group *group
	tier  int
}

// handset is how the engine must think of a phone.
type handset struct {
	name     string
	person   *person
	up, busy bool
}

// ticket is how a call must stand.
type ticket struct {
	acd.CallRecord
	line       *line
	group      *group // while it waits
	prev, next *ticket
	person     *person // it is offered to him or he talks
	shyOf      *person // he has just refused it
	shyOfAll   bool
	shyUntil   turn.Instant
	away       acd.Away // must be turned away in this step
	place      int      // in audit.order
	over       bool
	touched    bool
}

// line is how a queue must stand.
type line struct {
	o       *acd.QueueOptions
	counts  acd.Counts
	cursor  string
	waiting int
	lost    uint64 // calls turned away when the plan gave up the queue
	inside  int    // calls that wait or are offered or talk
	closed  bool   // the plan has it no more

	touched, told bool
	before        acd.Counts
}

// duty is something that must have happened at its time.
type duty struct {
	kind obligation
	call turn.ID
	name string
}

type obligation uint8

const (
	ringEnds   obligation = iota // the offer is withdrawn
	waitEnds                     // the call is turned away
	wrapUpEnds                   // the agent is idle
	tierWidens                   // the call is looked at anew, as after the next three
	shynessEnds
	dutyAgain
	phoneBack
)

func (k obligation) String() string {
	return [...]string{"end of an offer", "limit of a wait", "end of a wrap-up", "wider tier", "second try", "duty's second try", "phone's second try"}[k]
}

func newAudit(o *acd.Options) *audit {
	a := &audit{
		byID: map[string]*person{}, handsets: map[string]*handset{}, byName: map[string]*line{},
		tickets: map[turn.ID]*ticket{}, due: turn.NewTimers[duty](),
		seats: map[string]*seats{},
	}
	a.plan(o)
	return a
}

func (a *audit) fault(format string, args ...any) {
	if a.err == nil {
		a.err = fmt.Errorf(format, args...)
	}
}

// begin opens a step.
func (a *audit) begin(now turn.Instant) {
	if now < a.now {
		a.fault("time goes back by %v", a.now.Sub(now))
	}
	a.now = now
	for {
		at, _ := a.due.Next()
		x, ok := a.due.Pop(now)
		if !ok {
			return
		}
		if at < now {
			a.fault("the %v of call %v, %q is overdue by %v", x.kind, x.call, x.name, now.Sub(at))
		}
		a.falls(x, at)
	}
}

// falls takes what is due in this step. What the engine itself must say is
// left due; the rest happens by the clock alone.
func (a *audit) falls(x duty, at turn.Instant) {
	switch x.kind {
	case ringEnds, waitEnds:
		t := a.tickets[x.call]
		a.touch(t)
	case wrapUpEnds:
		a.touchPerson(a.byID[x.name])
	case tierWidens:
		t := a.tickets[x.call]
		a.touch(t)
		a.setTier(t)
	case shynessEnds, dutyAgain:
		a.touch(a.tickets[x.call])
	case phoneBack:
		h := a.handset(x.name)
		h.up = true
		if h.person != nil {
			h.person.backAt = a.now
		}
		a.refresh(h.person)
	}
}
