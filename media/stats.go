package media

import "sync/atomic"

// Stats are the plane's figures since its start, but for the last five, which
// are of this moment.
type Stats struct {
	Received uint64 // RTP packets that were taken
	Sent     uint64 // RTP packets
	Unsent   uint64 // RTP packets that the system refused to send
	Lost     uint64 // gaps in the sequences received
	Late     uint64 // came after a later one, or twice
	Refused  uint64 // from a source that is not taken, for no leg, or no RTP

	RefusedOrders uint64 // for a pair that another leg has, or that cannot be bound
	MissingClips  uint64 // ordered, and not there

	Legs    int
	Players int // clips that play
	Free    int // pairs bound and granted
	InUse   int // pairs that legs have
	Bound   int // pairs
}

// figures are the published counters: written by one thread each.
type figures struct {
	received, sent, unsent, lost, late, refused atomic.Uint64
	refusedOrders, missingClips                 atomic.Uint64
	legs, players, bound                        atomic.Int64
}

// tally is the loop's own copy, published once a turn.
type tally struct{ received, sent, unsent, lost, late, refused uint64 }

func (f *figures) publish(t *tally) {
	f.received.Store(t.received)
	f.sent.Store(t.sent)
	f.unsent.Store(t.unsent)
	f.lost.Store(t.lost)
	f.late.Store(t.late)
	f.refused.Store(t.refused)
}
