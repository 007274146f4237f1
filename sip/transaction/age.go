package transaction

import (
	"fmt"

	"github.com/hotline12345/hotline/turn"
)

// open says that nothing but its user ends the transaction for now: an INVITE
// that rings and is not cancelled (RFC 3261 figures 5 and 7).
func (tx *transaction) open() bool {
	return tx.invite && tx.state == Proceeding && !(tx.client && tx.cancel)
}

// Open gives every transaction that its user alone can end.
func (t *Table) Open(yield func(id turn.ID)) {
	for _, tx := range t.order {
		if tx.open() {
			yield(tx.id)
		}
	}
}

// checkAges verifies that each transaction ends within 64·T1 of the step that
// began its state, the longest that RFC 3261 allows on any transport, or is
// its user's to end.
func (t *Table) checkAges(now turn.Instant) error {
	if len(t.order) != len(t.all) {
		return fmt.Errorf("%d transactions but %d in order", len(t.all), len(t.order))
	}
	for i, tx := range t.order {
		switch {
		case tx.place != i || t.all[tx.id] != tx:
			return fmt.Errorf("transaction %v is not where it should be", tx.id)
		case tx.open() && tx.end == 0:
		case tx.end == 0:
			return fmt.Errorf("transaction %v (client %v, INVITE %v, state %d) has no end", tx.id, tx.client, tx.invite, tx.state)
		case tx.end.Add(t.o.Linger) < now:
			return fmt.Errorf("transaction %v (client %v, INVITE %v, state %d) should have ended %v ago", tx.id, tx.client, tx.invite, tx.state, now.Sub(tx.end))
		case tx.end > now.Add(64*t.o.T1):
			return fmt.Errorf("transaction %v (client %v, INVITE %v, state %d) ends in %v only", tx.id, tx.client, tx.invite, tx.state, tx.end.Sub(now))
		}
	}
	return nil
}
