package core

import (
	"cmp"

	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/call"
	"github.com/hotline12345/hotline/turn"
)

// View is a copy of what stands now, for people and metrics.
type View struct {
	Now          turn.Instant
	Civil        int64 // Unix ns minus Now
	Draining     bool
	Calls        []CallView
	Agents       []acd.AgentRecord
	Queues       []QueueView
	Engine       EngineView
	Phones       []PhoneView
	Trunks       []TrunkView
	Legs         int
	Owed         int // of them, to which the peer still has to answer something of ours
	Transactions int
	Pairs        int // bound and free
	Stats        Stats
}

// CallView is one call.
type CallView struct {
	ID     turn.ID
	Phase  call.Phase
	From   string
	Caller string
	Number string
	Queue  string
	Agent  string
	Phone  string

	Destination string // outside, that rings or talks

	Began   turn.Instant
	Bridged turn.Instant
	Resumed bool // lived through a restart
}

// QueueView is one queue.
type QueueView struct {
	acd.QueueRecord
	Waiting int
	Manning
}

// EngineView counts the calls that the queue engine holds.
type EngineView struct{ Waiting, Offered, Talking int }

func (v *EngineView) add(r acd.CallRecord) {
	switch {
	case r.Taken:
		v.Talking++
	case r.Agent != "" || r.Duty:
		v.Offered++
	default:
		v.Waiting++
	}
}

// PhoneView is one phone that has registered.
type PhoneView struct {
	Phone     string
	Contact   string
	Reachable bool
	Expires   turn.Instant
}

// TrunkView is one trunk.
type TrunkView struct {
	Trunk    string
	Busy     int
	Channels int
}

func (c *Core) view() *View {
	v := &View{
		Now: c.now, Civil: c.o.Civil, Draining: c.draining, Legs: c.legs.len(), Transactions: c.tx.Len(),
		Pairs: c.pool.total(), Stats: c.stats.copy(),
	}
	for _, l := range c.legs.rows {
		if l.Owed() {
			v.Owed++
		}
	}
	for _, e := range c.calls.rows {
		v.Calls = append(v.Calls, CallView{
			ID: e.ID, Phase: e.Phase, From: e.CDR.From, Caller: e.CDR.Caller, Number: e.CDR.Number, Queue: e.CDR.Queue,
			Agent: e.CDR.Agent, Phone: e.CDR.Phone, Destination: cmp.Or(e.Third.Peer.Dest, e.Other.Peer.Dest), Began: e.CDR.Began, Bridged: e.CDR.Bridged, Resumed: e.CDR.Resumed,
		})
	}
	c.acd.Agents(func(r acd.AgentRecord) { v.Agents = append(v.Agents, r) })
	c.acd.Queues(func(r acd.QueueRecord, waiting int) {
		v.Queues = append(v.Queues, QueueView{QueueRecord: r, Waiting: waiting})
	})
	c.man(v)
	c.acd.Calls(v.Engine.add)
	for _, row := range c.plan.Source.Phones {
		if b, ok := c.registrar.Binding(row.Name); ok {
			v.Phones = append(v.Phones, PhoneView{Phone: row.Name, Contact: b.Contact, Reachable: b.Open && b.Reachable, Expires: b.Expires})
		}
	}
	for i := range c.plan.Trunks.Trunks {
		t := &c.plan.Trunks.Trunks[i]
		v.Trunks = append(v.Trunks, TrunkView{Trunk: t.Name, Busy: c.trunks.Busy(t.Name), Channels: t.Channels})
	}
	return v
}
