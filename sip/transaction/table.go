// Package transaction is RFC 3261 section 17 with RFC 6026: one machine, Table,
// holds every client and server transaction of a node. It is pure: messages,
// requests to send and the time come in, actions go out.
package transaction

import (
	"time"

	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

// Options are the timers of RFC 3261 table 4 and the table's size.
type Options struct {
	T1, T2, T4 time.Duration // 500 ms, 4 s and 5 s by the RFC
	Max        int           // transactions; a request over it gets 503 without state
	// Linger rounds the end of a transaction that only absorbs repeats up to a
	// multiple of itself, so that many end in one turn. 0: none does.
	Linger time.Duration
}

// Table holds the transactions.
type Table struct {
	o      Options
	all    map[turn.ID]*transaction
	order  []*transaction // all of them, for walks
	byKey  map[string]turn.ID
	merged map[string]turn.ID         // RFC 3261 section 8.2.2.2
	byFlow map[message.Flow][]turn.ID // clients that wait for a final response
	timers *turn.Timers[turn.ID]
	full   uint64
}

// New returns an empty table.
func New(o Options) *Table {
	return &Table{
		o: o, all: map[turn.ID]*transaction{}, byKey: map[string]turn.ID{}, merged: map[string]turn.ID{},
		byFlow: map[message.Flow][]turn.ID{}, timers: turn.NewTimers[turn.ID](),
	}
}

// Len returns how many transactions there are.
func (t *Table) Len() int { return len(t.all) }

// Refused returns how many requests found the table full.
func (t *Table) Refused() uint64 { return t.full }

// Next is the earliest deadline.
func (t *Table) Next() turn.Instant {
	at, _ := t.timers.Next()
	return at
}

// Expire takes every deadline that has come.
func (t *Table) Expire(now turn.Instant, out *[]Action) {
	for {
		id, ok := t.timers.Pop(now)
		if !ok {
			return
		}
		tx := t.all[id]
		if tx.repeat != 0 && now >= tx.repeat {
			t.again(now, tx, out)
		}
		if tx.end != 0 && now >= tx.end {
			t.expired(now, tx, out)
			continue
		}
		t.arm(tx)
	}
}

func (t *Table) arm(tx *transaction) {
	end := tx.end
	if by := turn.Instant(t.o.Linger); by > 0 && tx.final() {
		end = (end + by - 1) / by * by
	}
	t.timers.Set(tx.id, turn.Earliest(tx.repeat, end))
}

func (t *Table) add(tx *transaction) {
	t.all[tx.id] = tx
	tx.place, t.order = len(t.order), append(t.order, tx)
	t.byKey[tx.key] = tx.id
	if tx.merge != "" {
		t.merged[tx.merge] = tx.id
	}
	if tx.client && !tx.final() {
		flow := anyConn(tx.flow)
		t.byFlow[flow] = append(t.byFlow[flow], tx.id)
	}
	t.arm(tx)
}

func (t *Table) drop(tx *transaction, out *[]Action) {
	t.timers.Set(tx.id, 0)
	t.offFlow(tx)
	delete(t.all, tx.id)
	last := len(t.order) - 1
	t.order[tx.place], t.order[last].place = t.order[last], tx.place
	t.order[last], t.order = nil, t.order[:last]
	delete(t.byKey, tx.key)
	if tx.merge != "" {
		delete(t.merged, tx.merge)
	}
	*out = append(*out, Action{Kind: Ended, ID: tx.id})
}

// offFlow takes a client off its flow's list: its final response is there.
func (t *Table) offFlow(tx *transaction) {
	if !tx.client {
		return
	}
	flow := anyConn(tx.flow)
	list := t.byFlow[flow]
	for i, id := range list {
		if id == tx.id {
			list = append(list[:i], list[i+1:]...)
			break
		}
	}
	if len(list) == 0 {
		delete(t.byFlow, flow)
	} else {
		t.byFlow[flow] = list
	}
}

// anyConn names a peer on an interface, by whatever connection.
func anyConn(f message.Flow) message.Flow {
	f.Conn = 0
	if f.Transport.Reliable() {
		f.Local = message.Flow{}.Local
	}
	return f
}

// FlowFailed ends the clients that wait for an answer on a flow that was
// refused or closed: RFC 3261 section 8.1.3.1 takes it as a 503.
func (t *Table) FlowFailed(now turn.Instant, flow message.Flow, out *[]Action) {
	for _, id := range append([]turn.ID(nil), t.byFlow[anyConn(flow)]...) {
		tx := t.all[id]
		if flow.Conn != 0 && tx.flow.Conn != 0 && tx.flow.Conn != flow.Conn {
			continue
		}
		t.fail(now, tx, 503, out)
	}
}

func (t *Table) fail(_ turn.Instant, tx *transaction, status int, out *[]Action) {
	if !tx.silent {
		*out = append(*out, Action{Kind: Failed, ID: tx.id, Status: status})
	}
	t.drop(tx, out)
}
