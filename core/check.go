package core

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/call"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/turn"
)

// Check verifies the invariants that hold between turns: what points to what,
// nothing overdue, the journal's last values are the truth.
func (c *Core) Check() error {
	return errors.Join(
		c.checkTimers(), c.checkCalls(), c.checkLegs(), c.checkRecords(),
		c.tx.Check(c.now), c.checkOpen(), c.acd.Check(c.now),
	)
}

func (c *Core) checkTimers() error {
	if at, ok := c.timers.Next(); ok && at < c.now {
		return fmt.Errorf("a deadline is overdue by %v", c.now.Sub(at))
	}
	return nil
}

func (c *Core) checkCalls() error {
	for i, id := range c.calls.keys {
		e := c.calls.rows[i]
		if e.Phase == call.Over {
			return fmt.Errorf("call %v is over and still there", id)
		}
		if err := c.checkGoesOn(e); err != nil {
			return err
		}
		for _, p := range e.Parties() {
			if p.Leg == 0 {
				if p.Media.ID != 0 || p.Media.Number != 0 {
					return fmt.Errorf("call %v has media for nobody: %+v", id, p.Media)
				}
				continue
			}
			if l := c.legs.get(p.Leg); l == nil || l.call != id {
				return fmt.Errorf("call %v has a leg %v that is not its own", id, p.Leg)
			}
			if h := p.Media.Hear; h.Leg != 0 && h.Leg != e.Caller.Leg && h.Leg != e.Other.Leg && h.Leg != e.Third.Leg {
				return fmt.Errorf("call %v: leg %v hears %v, which is not in the call", id, p.Leg, h.Leg)
			}
		}
	}
	var err error
	c.acd.Calls(func(r acd.CallRecord) {
		if c.calls.get(r.Call) == nil && err == nil {
			err = fmt.Errorf("the queue engine holds call %v, which is over", r.Call)
		}
	})
	return err
}

// checkGoesOn verifies that a caller is in somebody's hands: of whoever talks with
// him or rings for him, of the queue, of a step that ends.
func (c *Core) checkGoesOn(e *entry) error {
	_, queued := c.acd.Call(e.ID)
	switch {
	case e.Phase == call.Talking && e.Other.Leg == 0 && e.Third.Leg == 0:
		return fmt.Errorf("call %v talks with nobody", e.ID)
	case e.Enlisted != queued:
		return fmt.Errorf("call %v waits in a queue or has its agent: %v; the queue engine says %v", e.ID, e.Enlisted, queued)
	case e.Phase == call.Walking && !queued && e.Attempt.Kind == call.NoAttempt && e.Deadline() == 0 && e.Caller.Playing != call.PlayingStep:
		return fmt.Errorf("call %v waits for nothing", e.ID)
	}
	return nil
}

func (c *Core) checkLegs() error {
	busy := newTable[string, int]()
	for i, id := range c.legs.keys {
		l := c.legs.rows[i]
		if c.byTag[l.LocalTag()] != id {
			return fmt.Errorf("leg %v is not found by its tag", id)
		}
		if l.Refer.Tx != 0 {
			return fmt.Errorf("leg %v owes an answer to a REFER", id)
		}
		if tx := l.Transfer.Tx; tx != 0 && c.txOwner[tx] != (owner{of: legs, id: id}) {
			return fmt.Errorf("leg %v waits for a NOTIFY %v that is not under way", id, tx)
		}
		if l.call == 0 {
			if l.Deadline() == 0 && l.Ours.Tx == 0 && l.Bye == 0 {
				return fmt.Errorf("leg %v has no call and nothing that ends it", id)
			}
			continue
		}
		if e := c.calls.get(l.call); e == nil || e.Caller.Leg != id && e.Other.Leg != id && e.Third.Leg != id {
			return fmt.Errorf("leg %v belongs to call %v, which does not know it", id, l.call)
		}
		if l.peer.Kind == call.Trunk {
			busy.put(l.peer.Name, busy.get(l.peer.Name)+1)
		}
	}
	if !c.checkOutside() {
		return fmt.Errorf("destinations count %v, which is not what their legs are", c.outside.busy)
	}
	if len(c.byTag) != c.legs.len() {
		return fmt.Errorf("%d tags for %d legs", len(c.byTag), c.legs.len())
	}
	for i := range c.plan.Trunks.Trunks {
		name := c.plan.Trunks.Trunks[i].Name
		if n := c.trunks.Busy(name); n != busy.get(name) {
			return fmt.Errorf("trunk %s counts %d calls and has %d legs", name, n, busy.get(name))
		}
	}
	return nil
}

// checkOpen verifies that an INVITE that has no final response yet, and no end of
// its own, has a leg that will end it: with a call, or on its way out.
func (c *Core) checkOpen() (err error) {
	c.tx.Open(func(id turn.ID) {
		o, known := c.txOwner[id]
		l := c.legs.get(o.id)
		switch {
		case err != nil:
		case !known || o.of != legs || l == nil:
			err = fmt.Errorf("INVITE transaction %v rings for nobody", id)
		case l.call == 0 && l.Deadline() == 0:
			err = fmt.Errorf("INVITE transaction %v rings for leg %v, which has no call and no end", id, l.ID())
		}
	})
	return err
}

// checkRecords encodes everything anew: what differs from the journal was
// changed without being written.
func (c *Core) checkRecords() error {
	for i, id := range c.calls.keys {
		if err := c.same(callKey(id), c.callRecord(c.calls.rows[i])); err != nil {
			return err
		}
	}
	for i, id := range c.legs.keys {
		if err := c.same(legKey(id), c.legs.rows[i].record()); err != nil {
			return err
		}
	}
	tx := 0
	for _, key := range c.live.keys {
		switch key.Kind {
		case journal.Tx:
			tx++
			id, err := turn.ParseID(key.ID)
			if err != nil {
				return err
			}
			r, ok := c.tx.Record(id)
			if !ok {
				return fmt.Errorf("the journal has transaction %v, which is gone", id)
			}
			if err := c.same(key, &r); err != nil {
				return err
			}
		case journal.Call:
			if id, err := turn.ParseID(key.ID); err != nil || c.calls.get(id) == nil {
				return fmt.Errorf("the journal has call %s, which is over", key.ID)
			}
		case journal.Leg:
			if id, err := turn.ParseID(key.ID); err != nil || c.legs.get(id) == nil {
				return fmt.Errorf("the journal has leg %s, which is gone", key.ID)
			}
		case journal.Agent:
			r, ok := c.acd.Agent(key.ID)
			if !ok {
				continue // his plan is gone, his record waits for its return
			}
			if err := c.same(key, &r); err != nil {
				return err
			}
		case journal.Binding:
			r, ok := c.registrar.Record(key.ID)
			if !ok {
				return fmt.Errorf("the journal has the binding of %s, which is gone", key.ID)
			}
			if err := c.same(key, &r); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *Core) same(key journal.Key, value any) error {
	data, err := journal.Marshal(value)
	if err != nil {
		return err
	}
	if !bytes.Equal(data, c.live.get(key)) {
		return fmt.Errorf("%s %s differs from its record in the journal", key.Kind, key.ID)
	}
	return nil
}

// Idle says what is still there of calls: all zero when every call's time is
// over. Transactions are those of calls; phones' REGISTERs and probes go on.
func (c *Core) Idle() (calls, legs, transactions int) {
	for _, key := range c.live.keys {
		if key.Kind == journal.Tx {
			transactions++
		}
	}
	return c.calls.len(), c.legs.len(), transactions
}
