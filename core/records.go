package core

import (
	"bytes"

	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/call"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/turn"
)

// dirty is what a turn touched: its deadlines are set anew and its records
// written if they changed.
type dirty struct {
	calls, legs, tx        []turn.ID
	agents, queues, phones []string
}

func touch[T comparable](list *[]T, what T) {
	var none T
	if what == none {
		return
	}
	if n := len(*list); n == 0 || (*list)[n-1] != what {
		*list = append(*list, what)
	}
}

func (c *Core) touchCall(id turn.ID) { touch(&c.dirty.calls, id) }
func (c *Core) touchLeg(id turn.ID)  { touch(&c.dirty.legs, id) }
func (c *Core) touchTx(id turn.ID)   { touch(&c.dirty.tx, id) }

// flush ends a turn: what it touched gets its deadline, and its record if that
// differs from the one in the journal.
func (c *Core) flush() {
	d := &c.dirty
	for _, id := range d.calls {
		if e := c.calls.get(id); e != nil {
			c.timers.Set(timer{calls, id}, turn.Earliest(e.Deadline(), e.grace))
			c.write(callKey(id), c.callRecord(e))
		}
	}
	for _, id := range d.legs {
		if l := c.legs.get(id); l != nil {
			c.timers.Set(timer{legs, id}, turn.Earliest(l.Deadline(), l.silent))
			c.write(legKey(id), l.record())
		}
	}
	for _, id := range d.tx {
		if r, ok := c.tx.Record(id); ok {
			c.write(txKey(id), &r)
		} else {
			c.endRecord(txKey(id))
		}
	}
	c.flushNames()
	c.beat()
	c.timers.Set(timer{of: transactions}, c.tx.Next())
	c.timers.Set(timer{of: queues}, c.acd.Next())
	c.timers.Set(timer{of: phones}, c.registrar.Next())
	d.calls, d.legs, d.tx = d.calls[:0], d.legs[:0], d.tx[:0]
	d.agents, d.queues, d.phones = d.agents[:0], d.queues[:0], d.phones[:0]
}

// flushNames writes the records of what has a name of its own.
func (c *Core) flushNames() {
	for _, id := range c.dirty.agents {
		if r, ok := c.acd.Agent(id); ok {
			c.write(journal.Key{Kind: journal.Agent, ID: id}, &r)
		}
	}
	for _, name := range c.dirty.queues {
		if r, ok := c.acd.Queue(name); ok {
			c.write(journal.Key{Kind: journal.Queue, ID: name}, &r)
		}
	}
	for _, name := range c.dirty.phones {
		key := journal.Key{Kind: journal.Binding, ID: name}
		if r, ok := c.registrar.Record(name); ok {
			c.write(key, &r)
		} else {
			c.endRecord(key)
		}
	}
}

// callRecord is a call as it stands in the journal: the caller's journey and
// his place in the queue.
type callRecord struct {
	Call  call.State     `cbor:"1,keyasint,omitempty"`
	Queue acd.CallRecord `cbor:"2,keyasint,omitempty"`
}

func (c *Core) callRecord(e *entry) *callRecord {
	place, _ := c.acd.Call(e.ID)
	return &callRecord{Call: *e.Record(), Queue: place}
}

// write puts a record into the turn, unless the journal has just that.
func (c *Core) write(key journal.Key, value any) {
	data, err := journal.Marshal(value)
	if err != nil {
		c.log(Error, "a record could not be encoded", key.ID, err.Error())
		return
	}
	if bytes.Equal(data, c.live.get(key)) {
		return
	}
	c.undo = append(c.undo, former{key, c.live.get(key)})
	c.live.put(key, data)
	c.out.Records = append(c.out.Records, journal.Record{Key: key, Value: data})
}

// endRecord writes a key's end, if the journal has it.
func (c *Core) endRecord(key journal.Key) {
	was := c.live.get(key)
	if c.live.drop(key) {
		c.undo = append(c.undo, former{key, was})
		c.out.Records = append(c.out.Records, journal.Record{Key: key, End: true})
	}
}

// Rewrite gives every live key again: the disk was away and is back.
func (c *Core) Rewrite(out *Outputs) {
	out.Whole = true
	for i, key := range c.live.keys {
		out.Records = append(out.Records, journal.Record{Key: key, Value: c.live.rows[i]})
	}
}

func callKey(id turn.ID) journal.Key { return journal.Key{Kind: journal.Call, ID: id.String()} }
func legKey(id turn.ID) journal.Key  { return journal.Key{Kind: journal.Leg, ID: id.String()} }
func txKey(id turn.ID) journal.Key   { return journal.Key{Kind: journal.Tx, ID: id.String()} }
