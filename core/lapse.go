package core

import (
	"time"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/sip/dialog"
	"github.com/hotline12345/hotline/sip/transaction"
)

// beatEvery is how often the journal is told the time while there are calls, so
// that a start knows how long nobody was there.
const beatEvery = 10 * time.Second

var clockKey = journal.Key{Kind: journal.Clock, ID: "core"}

// beat ends a turn with the clock's record, where that is due.
func (c *Core) beat() {
	if c.calls.len() == 0 {
		if c.alive != 0 {
			c.alive = 0
			c.timers.Set(timer{of: clock}, 0)
			c.endRecord(clockKey)
		}
		return
	}
	if c.alive == 0 || c.now >= c.alive.Add(beatEvery) {
		c.alive = c.now
		c.write(clockKey, c.alive)
	}
	c.timers.Set(timer{of: clock}, c.alive.Add(beatEvery))
}

// lapsed drops a transaction whose time was over before anybody was there again:
// its peer waits no more, and what it would be sent is stale. One without an end
// of its own, an INVITE that rings, has 64·T1 from the last beat. Whoever waits
// for the transaction hears of it as from the timer that was missed.
func (c *Core) lapsed(tx *transaction.Record) bool {
	ends := tx.End
	if ends == 0 && c.alive != 0 {
		ends = c.alive.Add(beatEvery + 64*c.o.Transaction.T1)
	}
	if ends == 0 || c.now < ends {
		return false
	}
	o := c.txOwner[tx.ID]
	delete(c.txOwner, tx.ID)
	c.touchTx(tx.ID)
	l := c.legs.get(o.id)
	if o.of != legs || l == nil {
		return true
	}
	c.touchLeg(o.id)
	if tx.Client {
		if tx.State == transaction.Calling || tx.State == transaction.Proceeding {
			l.silent = 0
			l.Failed(c.legStep(l), tx.ID, 408)
		}
		return true
	}
	if e := c.calls.get(l.call); e != nil && l.Phase == dialog.Invited {
		e.Stop(c.env(), journal.Outage, dialog.Cause{Status: 480, Q850: 41, Text: "nobody was there for too long"})
		c.touchCall(l.call)
	}
	return true
}
