package sim

import (
	"net/netip"
	"time"

	"github.com/hotline12345/hotline/turn"
)

// network carries datagrams with the faults of a bad line.
type network struct {
	clock *clock
	rand  *turn.Rand
	loss  int64 // of 1,000 datagrams
	twice int64
	still bool // nothing is lost, and nothing takes time, here and on the disk
	to    map[netip.AddrPort]func(from netip.AddrPort, data []byte)
	wire  hash
	sent  int
}

// send puts a datagram on the line. Delays spread over 2 to 40 ms, so that
// later datagrams overtake earlier ones.
func (n *network) send(from, to netip.AddrPort, data []byte) {
	n.sent++
	n.wire.add(uint64(n.clock.now), data)
	if n.still {
		n.clock.after(0, func() {
			if receive := n.to[to]; receive != nil {
				receive(from, data)
			}
		})
		return
	}
	copies := 1
	switch draw := n.rand.Below(1000); {
	case draw < n.loss:
		copies = 0
	case draw < n.loss+n.twice:
		copies = 2
	}
	for range copies {
		delay := 2*time.Millisecond + time.Duration(n.rand.Below(38000))*time.Microsecond
		n.clock.after(delay, func() {
			if receive := n.to[to]; receive != nil {
				receive(from, data)
			}
		})
	}
}

// hash is FNV-1a: two runs of a seed must agree on every byte.
type hash uint64

func (h *hash) add(n uint64, data []byte) {
	x := uint64(*h)
	if x == 0 {
		x = 14695981039346656037
	}
	for i := range 8 {
		x = (x ^ (n >> (8 * i) & 0xff)) * 1099511628211
	}
	for _, b := range data {
		x = (x ^ uint64(b)) * 1099511628211
	}
	*h = hash(x)
}
