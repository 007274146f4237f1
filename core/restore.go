package core

import (
	"fmt"

	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/call"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/plan"
	"github.com/hotline12345/hotline/sip/dialog"
	"github.com/hotline12345/hotline/sip/digest"
	"github.com/hotline12345/hotline/sip/registrar"
	"github.com/hotline12345/hotline/sip/transaction"
	"github.com/hotline12345/hotline/turn"
)

// Restore takes up everything where a process left it, before the first Step;
// a new node's journal gives no records. plans finds the compiled revision that
// a living call began under. An error says that a newer version wrote the
// journal.
func (c *Core) Restore(records []journal.Record, plans func(revision uint64) *plan.Compiled, out *Outputs) error {
	c.out = out
	for _, r := range records {
		c.live.put(r.Key, r.Value)
	}
	for _, kind := range []journal.Kind{journal.Clock, journal.NonceKey, journal.Secret, journal.Binding, journal.Agent, journal.Queue, journal.Leg, journal.Call, journal.Tx} {
		for _, r := range records {
			if r.Key.Kind != kind {
				continue
			}
			if err := c.restore(r, plans); err != nil {
				return fmt.Errorf("%s %s: %w", r.Key.Kind, r.Key.ID, err)
			}
		}
	}
	c.takeFormer(records, plans)
	c.write(journal.Key{Kind: journal.NonceKey, ID: "registrar"}, c.o.NonceKey[:])
	c.registrar.Bindings(func(b registrar.Binding) {
		if b.Open && b.Reachable {
			c.toQueue(acd.Event{Kind: acd.PhoneReachable, Phone: b.Phone, Yes: true})
		}
	})
	c.acd.Restored(c.now, &c.fifo.queue)
	c.fifo.gather()
	c.drain()
	c.flush()
	c.due() // what came due while nobody was there
	c.flush()
	return nil
}

func (c *Core) restore(r journal.Record, plans func(uint64) *plan.Compiled) error {
	switch r.Key.Kind {
	case journal.Clock:
		return journal.Unmarshal(r.Value, &c.alive)
	case journal.NonceKey:
		var key []byte
		if err := journal.Unmarshal(r.Value, &key); err != nil {
			return err
		}
		copy(c.o.NonceKey[:], key)
		c.registrar = registrar.New(c.o.Registrar, c.o.NonceKey, c.phoneKeys)
	case journal.Secret:
		var keys digest.Keys
		if err := journal.Unmarshal(r.Value, &keys); err != nil {
			return err
		}
		c.secrets.set(r.Key.ID, keys)
	case journal.Binding:
		var binding registrar.Record
		if err := journal.Unmarshal(r.Value, &binding); err != nil {
			return err
		}
		c.registrar.Restore(c.now, binding)
	case journal.Agent:
		var agent acd.AgentRecord
		if err := journal.Unmarshal(r.Value, &agent); err != nil {
			return err
		}
		c.acd.RestoreAgent(agent)
	case journal.Queue:
		var queue acd.QueueRecord
		if err := journal.Unmarshal(r.Value, &queue); err != nil {
			return err
		}
		c.acd.RestoreQueue(queue)
	case journal.Leg:
		var l legRecord
		if err := journal.Unmarshal(r.Value, &l); err != nil {
			return err
		}
		c.restoreLeg(&l)
	case journal.Call:
		var record callRecord
		if err := journal.Unmarshal(r.Value, &record); err != nil {
			return err
		}
		c.restoreCall(&record, plans)
	case journal.Tx:
		var tx transaction.Record
		if err := journal.Unmarshal(r.Value, &tx); err != nil {
			return err
		}
		if c.lapsed(&tx) {
			return nil
		}
		c.restoreFlow(&tx)
		c.tx.Restore(c.now, tx, c.ids, &c.fifo.tx)
		c.touchTx(tx.ID)
	}
	return nil
}

// restoreLeg takes up a leg. A connection has not outlived the process: the
// wire makes another, or the phone comes back with its own.
func (c *Core) restoreLeg(r *legRecord) {
	l := &leg{call: r.Call, caller: r.Caller, story: r.Story, peer: r.Peer, flow: r.Flow, silent: r.Silent}
	if !c.conns[l.flow.Conn] {
		l.flow.Conn = 0
	}
	c.legEnv.Now, c.legEnv.Out = c.now, &c.fifo.leg
	l.Leg = dialog.Restore(&c.legEnv, &c.o.Dialog, r.Dialog)
	id := l.ID()
	for _, tx := range []turn.ID{l.Ours.Tx, l.Bye, l.Offer.Tx, l.OK.Tx, l.Refer.Tx, l.Transfer.Tx} {
		if tx != 0 {
			c.txOwner[tx] = owner{of: legs, id: id}
		}
	}
	c.addLeg(id, l)
	if l.call == 0 {
		return
	}
	switch {
	case l.peer.Kind == call.Trunk:
		c.seated(l.peer, 1)
	case l.caller:
		c.inUse(l.peer.Name, 1)
	}
}

// restoreFlow finds the way of a transaction whose connection is gone: a request
// to a trunk goes where its leg's next one would.
func (c *Core) restoreFlow(tx *transaction.Record) {
	if c.conns[tx.Flow.Conn] {
		return
	}
	tx.Flow.Conn = 0
	if !tx.Client || !tx.Flow.Transport.Reliable() {
		return
	}
	o := c.txOwner[tx.ID]
	if l := c.legs.get(o.id); o.of == legs && l != nil && l.peer.Kind == call.Trunk {
		tx.Flow = c.trunkFlow(l)
	}
}

// restoreCall takes up a call under the revision it began with. Whoever was
// answered, and did not hold, must be heard within the grace: the caller in a
// prompt or a queue, either side of a talk.
func (c *Core) restoreCall(r *callRecord, plans func(uint64) *plan.Compiled) {
	p := plans(r.Call.Revision)
	if p == nil {
		p = c.plan
	}
	e := &entry{plan: p, Call: call.Restore(c.env(), &p.Call, r.Call)}
	c.calls.put(e.ID, e)
	if r.Queue.Call != 0 {
		c.acd.RestoreCall(r.Queue)
	}
	if c.o.Grace > 0 && (e.Phase != call.Walking || e.Caller.Answered && !e.Caller.Held) {
		e.grace = c.now.Add(c.o.Grace)
	}
	c.touchCall(e.ID)
}

// callDue takes a call's deadline, or the end of its grace.
func (c *Core) callDue(id turn.ID) {
	e := c.calls.get(id)
	if e == nil {
		return
	}
	c.touchCall(id)
	if e.grace != 0 && c.now >= e.grace {
		e.grace = 0
		e.Stop(c.env(), journal.Outage, dialog.Cause{Status: 480, Q850: 41, Text: "no media after a restart"})
		return
	}
	e.Expire(c.env())
}
