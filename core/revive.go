package core

import (
	"fmt"
	"runtime/debug"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/sip/dialog"
	"github.com/hotline12345/hotline/turn"
)

// former is a key's value before the turn: should that panic, it is put back.
type former struct {
	key   journal.Key
	value []byte // nil: the key was not there
}

// attempt steps the input and gives the stack if that panicked.
func (c *Core) attempt(in *Input) (stack string) {
	defer func() {
		if p := recover(); p != nil {
			stack = fmt.Sprintf("%v\n%s", p, debug.Stack())
		}
	}()
	c.undo, c.suspect = c.undo[:0], 0
	c.pool.begin()
	c.take(in)
	c.drain()
	c.flush()
	return ""
}

// takeBack undoes a turn that panicked: the core is made anew from what the
// journal had before it, as after a restart, the guilty call is ended, and the
// input is stepped again. A message that panics a second time is dropped, as a
// network may; any other second panic ends the process, which comes back from
// its journal.
func (c *Core) takeBack(in *Input, stack string) {
	guilty := c.suspect
	c.revive()
	c.stats.Panics++
	c.log(Error, "a turn panicked and was taken back", guilty.String(), stack)
	if e := c.calls.get(guilty); e != nil {
		e.Stop(c.env(), journal.Fault, dialog.Cause{Status: 500, Q850: 41, Text: "internal fault"})
		c.touchCall(guilty)
		c.fifo.gather()
		c.drain()
		c.flush()
	}
	stack = c.attempt(in)
	if stack == "" {
		return
	}
	if in.Kind != Arrived && in.Kind != Malformed {
		panic("core: the same turn panicked twice: " + stack)
	}
	c.revive()
	c.stats.Panics++
	c.log(Error, "a message was dropped: its turn panicked twice", "", stack)
}

// revive makes the core anew from its records as they were before the turn.
func (c *Core) revive() {
	for i := len(c.undo) - 1; i >= 0; i-- {
		if f := c.undo[i]; f.value == nil {
			c.live.drop(f.key)
		} else {
			c.live.put(f.key, f.value)
		}
	}
	c.pool.undo()
	var before Outputs
	c.Rewrite(&before)

	next, out := New(c.now, c.o, c.plan), c.out
	out.Reset()
	next.ids, next.rand = c.ids, c.rand
	next.legEnv.IDs, next.legEnv.Rand, next.callEnv.IDs, next.callEnv.Rand = c.ids, c.rand, c.ids, c.rand
	next.former, next.stats, next.draining, next.full, next.o.Trap = c.former, c.stats, c.draining, c.full, nil
	next.pool, next.conns = c.pool, c.conns
	grace, trap := c.o.Grace, c.o.Trap
	next.o.Grace = 0 // the media plane has not been away: who talks is heard
	plans := c.compiled
	*c = *next
	c.callEnv.Ports = &c.pool
	if err := c.Restore(before.Records, plans, out); err != nil {
		panic("core: its own records cannot be read: " + err.Error())
	}
	c.o.Grace, c.o.Trap = grace, trap
}

// suspected notes whose step it is that runs.
func (c *Core) suspected(call turn.ID) {
	if call != 0 {
		c.suspect = call
	}
}
