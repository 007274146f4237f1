package node

import (
	"sync/atomic"

	"github.com/hotline12345/hotline/core"
)

// checks count checks of the core's invariants; the core's goroutine writes,
// anybody reads.
type checks struct {
	since        int // turns
	done, broken atomic.Uint64
}

// due counts a turn and says whether a check is due; every 0: none ever is.
func (c *checks) due(every int) bool {
	if every <= 0 {
		return false
	}
	if c.since++; c.since < every {
		return false
	}
	c.since = 0
	return true
}

// check verifies the core's invariants: it costs far more than a turn, and is for
// tests. What became due while other inputs were taken is no fault, so it is
// taken first.
func (n *Node) check() {
	n.advance(&core.Input{Kind: core.Due})
	err := n.core.Check()
	n.checks.done.Add(1)
	if err == nil {
		return
	}
	n.checks.broken.Add(1)
	n.o.Log.Error("an invariant is broken", "error", err)
}
