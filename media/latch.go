package media

import (
	"net/netip"
	"time"

	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/turn"
)

const (
	// latchPackets in sequence from one source lock it.
	latchPackets = 3
	// relearnAfter is the silence of the source in use after which another
	// may be learnt, and of all that are preferred before a stranger may be.
	relearnAfter = time.Second
	// candidateAge is how long a candidate that says no more stands in the way
	// of others.
	candidateAge = 200 * time.Millisecond
)

// rank says how much a source is preferred.
type rank uint8

const (
	stranger  rank = iota
	neighbour      // the SDP's or the signalling's host, another port
	announced      // the SDP's address
)

// latch learns where a peer behind NAT sends from.
type latch struct {
	learnt netip.AddrPort
	last   turn.Instant // packet from it
	known  turn.Instant // the SDP's address has been known since

	candidate netip.AddrPort
	rank      rank
	count     int
	next      uint16 // the sequence that goes on
	ssrc      uint32
	seen      turn.Instant
	preferred turn.Instant // the last packet of one that is no stranger
}

// takes says whether a packet from that source is the leg's.
func (lp *loop) takes(l *leg, from netip.AddrPort, h *header) bool {
	if l.o.Source == order.FromSDP {
		return from == l.o.Remote
	}
	t := &l.latch
	if from == t.learnt {
		t.last = lp.at
		return true
	}
	if t.learnt.IsValid() && lp.at.Sub(t.last) < relearnAfter {
		return false
	}
	r := l.rank(from)
	if r == stranger && (t.known == 0 || lp.at.Sub(max(t.known, t.preferred, t.last)) < relearnAfter) {
		return false
	}
	if from != t.candidate {
		if r <= t.rank && lp.at.Sub(t.seen) < candidateAge {
			return false
		}
		t.candidate, t.rank, t.count = from, r, 0
	}
	if h.sequence != t.next || h.ssrc != t.ssrc {
		t.count = 0
	}
	t.count++
	t.next, t.ssrc, t.seen = h.sequence+1, h.ssrc, lp.at
	if r != stranger {
		t.preferred = lp.at
	}
	if t.count < latchPackets {
		return r != stranger // whom we prefer is heard while we learn
	}
	t.learnt, t.last = from, lp.at
	t.candidate, t.count = netip.AddrPort{}, 0
	l.aim()
	lp.tell(l, order.PeerLatched, from)
	return true
}

func (l *leg) rank(from netip.AddrPort) rank {
	switch {
	case from == l.o.Remote:
		return announced
	case from.Addr() == l.o.Remote.Addr(), from.Addr() == l.o.Signalling:
		return neighbour
	}
	return stranger
}

// controls says whether RTCP may come from that host. Its port tells little:
// behind NAT it is any.
func (l *leg) controls(host netip.Addr) bool {
	if host == l.o.Remote.Addr() || host == l.o.RemoteRTCP.Addr() {
		return true
	}
	return l.o.Source == order.FromLatch && (host == l.latch.learnt.Addr() || host == l.o.Signalling)
}
