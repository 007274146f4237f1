package transaction

import (
	"fmt"

	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

// Record is a transaction as the journal holds it. Repeats are not counted in
// it: a restored transaction begins them anew.
type Record struct {
	ID      turn.ID      `cbor:"1,keyasint,omitempty"`
	Client  bool         `cbor:"2,keyasint,omitempty"`
	Invite  bool         `cbor:"3,keyasint,omitempty"`
	State   State        `cbor:"4,keyasint,omitempty"`
	Flow    message.Flow `cbor:"5,keyasint,omitempty"`
	Key     string       `cbor:"6,keyasint,omitempty"`
	Merge   string       `cbor:"7,keyasint,omitempty"`
	Tag     string       `cbor:"8,keyasint,omitempty"`
	Raw     []byte       `cbor:"9,keyasint,omitempty"`
	Ack     []byte       `cbor:"10,keyasint,omitempty"`
	Status  int          `cbor:"11,keyasint,omitempty"`
	End     turn.Instant `cbor:"12,keyasint,omitempty"`
	Cancel  bool         `cbor:"13,keyasint,omitempty"`
	Cancels []string     `cbor:"14,keyasint,omitempty"`
}

// Record returns what is to be journaled of a transaction; false where nothing
// is.
func (t *Table) Record(id turn.ID) (Record, bool) {
	tx := t.all[id]
	if tx == nil || !tx.journaled() {
		return Record{}, false
	}
	return Record{
		ID: tx.id, Client: tx.client, Invite: tx.invite, State: tx.state, Flow: tx.flow, Key: tx.key, Merge: tx.merge,
		Tag: tx.tag, Raw: tx.raw, Ack: tx.ack, Status: tx.status, End: tx.end, Cancel: tx.cancel, Cancels: tx.cancels,
	}, true
}

// Restore takes up a transaction where a process left it: its last message
// goes out once more, which covers a crash before and after the first sending.
func (t *Table) Restore(now turn.Instant, r Record, ids *turn.IDs, out *[]Action) {
	tx := &transaction{
		id: r.ID, client: r.Client, invite: r.Invite, kept: !r.Invite, state: r.State, flow: r.Flow, key: r.Key, merge: r.Merge,
		tag: r.Tag, raw: r.Raw, ack: r.Ack, status: r.Status, end: r.End, cancel: r.Cancel, cancels: r.Cancels,
	}
	again := tx.raw
	if tx.client && tx.state == Completed {
		again = tx.ack
	}
	waits := tx.client && tx.state == Calling || !tx.client && tx.state == Completed
	if waits {
		t.startRepeats(now, tx)
	}
	t.add(tx)
	// An INVITE that rings was heard: its repeat would only ask for the 180
	// again, and that is what tells us how it stands.
	if again != nil {
		*out = append(*out, Action{Kind: Send, Flow: tx.flow, Raw: again})
	}
	if tx.client && tx.invite && tx.cancel && tx.state == Proceeding {
		t.sendCancel(now, tx, ids, out)
	}
}

// Check verifies what must hold of the table at now: nothing overdue, indexes
// that agree, no transaction older than its RFC allows.
func (t *Table) Check(now turn.Instant) error {
	if at, ok := t.timers.Next(); ok && at < now {
		return fmt.Errorf("transaction overdue since %v", now.Sub(at))
	}
	if len(t.byKey) != len(t.all) {
		return fmt.Errorf("%d transactions but %d keys", len(t.all), len(t.byKey))
	}
	return t.checkAges(now)
}
