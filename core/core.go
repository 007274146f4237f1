// Package core is a node's whole mind: one deterministic machine that owns
// every transaction, dialog, registration, call and queue, stepped by one
// goroutine. It does no I/O, reads no clock and starts nothing; bytes, events
// and commands come in as inputs, and what is to be written, sent and played
// goes out as outputs (docs/ARCHITECTURE.md, "A turn").
package core

import (
	"time"

	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/call"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/plan"
	"github.com/hotline12345/hotline/sip/dialog"
	"github.com/hotline12345/hotline/sip/registrar"
	"github.com/hotline12345/hotline/sip/transaction"
	"github.com/hotline12345/hotline/sip/trunk"
	"github.com/hotline12345/hotline/turn"
)

// Options are what a node's settings say of the core; fixed for a start.
type Options struct {
	Epoch       uint32   // of this start; the journal counts them
	Seed        [32]byte // of the random source: fresh at each start
	NonceKey    [32]byte // used when the journal has none yet
	Civil       int64    // Unix ns minus Instant
	Interfaces  []Interface
	Transaction transaction.Options
	Dialog      dialog.Options
	Registrar   registrar.Options
	Limits      Limits
	PhoneSilent time.Duration // a phone that sends nothing at all back is passed over
	TrunkSilent time.Duration
	Grace       time.Duration           // who was answered must be heard so soon after a restart
	Revision    journal.RevisionApplied // what the plan given to New is; journaled if it is new
	Trap        func(action int)        // for tests: called before each action of a turn; it may panic
}

// Limits bound what the core holds. What is over a limit is refused with a
// status; what was admitted is never refused.
type Limits struct {
	Calls int
}

// Core is the machine.
type Core struct {
	o      Options
	plan   *plan.Compiled
	former []*plan.Compiled // revisions that living calls began under
	now    turn.Instant
	ids    *turn.IDs
	rand   *turn.Rand

	timers     *turn.Timers[timer]
	tx         *transaction.Table
	txOwner    map[turn.ID]owner
	legs       table[turn.ID, *leg]
	byTag      map[string]turn.ID // our tag of a dialog → its leg
	conns      map[uint64]bool    // connections on which something has come and that are not closed
	calls      table[turn.ID, *entry]
	live       table[journal.Key, []byte] // every key's last value, as the journal has it
	pool       pool
	registrar  *registrar.Registrar
	trunks     *trunk.Trunks
	acd        *acd.Engine
	secrets    secrets
	phoneCalls map[string]int // calls that phones themselves have made
	outside    outside

	fifo     fifo
	out      *Outputs
	dirty    dirty
	stats    Stats
	draining bool
	full     bool // the journal refuses new calls
	undo     []former
	suspect  turn.ID      // the call whose step runs
	alive    turn.Instant // what the journal's clock says; zero: no call was there

	legEnv  dialog.Env
	callEnv call.Env
}

// timer names what a deadline belongs to.
type timer struct {
	of machine
	id turn.ID
}

// entry is a call and what the core knows beside it.
type entry struct {
	*call.Call
	plan  *plan.Compiled // under which it began
	grace turn.Instant   // after a restart its caller must be heard by then
}

// New returns a core without calls. What the journal holds is given back with
// Restore before the first Step.
func New(now turn.Instant, o Options, p *plan.Compiled) *Core {
	c := &Core{
		o: o, now: now, ids: turn.NewIDs(o.Epoch), rand: turn.NewRand(o.Seed),
		timers: turn.NewTimers[timer](), tx: transaction.New(o.Transaction), txOwner: map[turn.ID]owner{},
		legs: newTable[turn.ID, *leg](), byTag: map[string]turn.ID{}, conns: map[uint64]bool{}, calls: newTable[turn.ID, *entry](),
		phoneCalls: map[string]int{}, outside: newOutside(),
		live: newTable[journal.Key, []byte](), out: &Outputs{},
	}
	c.legEnv = dialog.Env{IDs: c.ids, Rand: c.rand}
	c.callEnv = call.Env{IDs: c.ids, Rand: c.rand, Ports: &c.pool}
	c.plan = p
	c.registrar = registrar.New(o.Registrar, o.NonceKey, c.phoneKeys)
	c.trunks = trunk.New(p.Trunks)
	c.acd = acd.New(now, &p.ACD)
	return c
}

// Step takes one input with all its consequences: one turn.
func (c *Core) Step(now turn.Instant, in *Input, out *Outputs) {
	if now > c.now {
		c.now = now
	}
	c.out = out
	if stack := c.attempt(in); stack != "" {
		c.takeBack(in, stack)
	}
}

func (c *Core) take(in *Input) {
	switch in.Kind {
	case Arrived:
		c.connected(in.Flow)
		c.arrived(in.Flow, in.Raw)
	case Malformed:
		c.connected(in.Flow)
		c.malformed(in.Flow, in.Fault)
	case FlowClosed:
		c.flowClosed(in.Flow)
	case FlowRefused:
		c.flowRefused(in.Flow)
	case MediaEvent:
		c.mediaEvent(&in.Media)
	case Ask:
		c.command(in.Command)
	case Room:
		c.full = !in.Room
	case CivilTime:
		c.o.Civil = in.Civil
	case Due:
		c.due()
	}
	c.fifo.gather()
}

// maxActions bounds what can follow from one input; thousands follow where a
// plan is switched or all calls are ended.
const maxActions = 1 << 20

// drain carries out actions until none is left: a turn is one input and all
// that follows from it.
func (c *Core) drain() {
	for {
		if c.fifo.head > maxActions {
			panic("core: a turn without end")
		}
		if c.o.Trap != nil {
			c.o.Trap(c.fifo.head)
		}
		m, i, ok := c.fifo.take()
		if !ok {
			break
		}
		switch m {
		case transactions:
			c.transactionAction(c.fifo.tx[i])
		case legs:
			c.legAction(c.fifo.leg[i])
		case calls:
			c.callAction(c.fifo.call[i])
		case queues:
			c.queueAction(c.fifo.queue[i])
		case phones:
			c.phoneAction(c.fifo.phone[i])
		}
		c.fifo.gather()
	}
	c.fifo.reset()
}

// NextDeadline is when the core wants an input Due.
func (c *Core) NextDeadline() (turn.Instant, bool) { return c.timers.Next() }

// due takes everything whose deadline has come.
func (c *Core) due() {
	for {
		t, ok := c.timers.Pop(c.now)
		if !ok {
			return
		}
		switch t.of {
		case transactions:
			c.tx.Expire(c.now, &c.fifo.tx)
		case legs:
			c.legDue(t.id)
		case calls:
			c.callDue(t.id)
		case queues:
			c.toQueue(acd.Event{Kind: acd.Deadline})
		case phones:
			c.registrar.Expire(c.now, &c.fifo.phone)
		}
		// What one deadline brings is carried out before the next is looked at.
		c.fifo.gather()
		c.drain()
	}
}

// env is what a call's step may use, now.
func (c *Core) env() *call.Env {
	c.callEnv.Now, c.callEnv.Civil, c.callEnv.Out = c.now, c.o.Civil, &c.fifo.call
	return &c.callEnv
}

// fact puts what happened into the turn.
func (c *Core) fact(kind journal.FactType, value any) {
	data, err := journal.Marshal(value)
	if err != nil {
		c.log(Error, "a fact could not be encoded", "", err.Error())
		return
	}
	c.out.Facts = append(c.out.Facts, journal.Fact{
		At: c.now, Civil: int64(c.now) + c.o.Civil, Type: kind, Value: data,
	})
}

func (c *Core) log(level Level, message, call, detail string) {
	c.out.Logs = append(c.out.Logs, Log{Level: level, Message: message, Call: call, Detail: detail})
}
