package media

import (
	"fmt"
	"net/netip"
	"sync/atomic"
	"syscall"

	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/turn"
)

// bound is a pair of sockets. It stays open as long as the plane runs.
type bound struct {
	pair      order.Pair
	rtp, rtcp int
	side      *side
	used      atomic.Bool // a leg has it, or had it before a restart
	leg       *leg        // the loop's
}

func (b *bound) v6() bool { return b.pair.Local.Is6() }

func (b *bound) close() {
	_ = syscall.Close(b.rtp)
	_ = syscall.Close(b.rtcp)
}

// side is an interface's stock of pairs. The desk binds them; the loop counts
// what comes back.
type side struct {
	InterfaceOptions
	next  uint32       // the even port to try next
	retry turn.Instant // not before this is a pair bound again
	free  atomic.Int64
}

func newSide(o InterfaceOptions) (*side, error) {
	if !o.Addr.IsValid() {
		return nil, fmt.Errorf("media: interface %s: no address to bind to", o.Name)
	}
	o.Addr = o.Addr.Unmap()
	if !o.Advertise.IsValid() {
		o.Advertise = o.Addr
	}
	s := &side{InterfaceOptions: o, next: uint32(o.First) + uint32(o.First&1)}
	if !s.systemPorts() && (o.First == 0 || s.next+1 > uint32(o.Last)) {
		return nil, fmt.Errorf("media: interface %s: ports %d to %d hold no even-odd pair", o.Name, o.First, o.Last)
	}
	return s, nil
}

func (s *side) systemPorts() bool { return s.First == 0 && s.Last == 0 }

// systemTries bounds the search for a free neighbour of a port that the
// system gave.
const systemTries = 200

// bindNext binds one more pair: the range's next that is free, or one that
// the system gives.
func (s *side) bindNext(have map[netip.AddrPort]*bound) (*bound, error) {
	if s.systemPorts() {
		return s.bindAny()
	}
	first := uint32(s.First) + uint32(s.First&1)
	var err error = syscall.EADDRINUSE
	for range (uint32(s.Last) - first + 1) / 2 {
		port := s.next
		if s.next += 2; s.next+1 > uint32(s.Last) {
			s.next = first
		}
		if have[netip.AddrPortFrom(s.Addr, uint16(port))] != nil {
			continue
		}
		var b *bound
		if b, err = s.bind(uint16(port)); err == nil {
			return b, nil
		}
	}
	return nil, err
}

// bind binds one certain pair.
func (s *side) bind(port uint16) (*bound, error) {
	rtp, _, err := bindUDP(s.Addr, port)
	if err != nil {
		return nil, err
	}
	rtcp, _, err := bindUDP(s.Addr, port+1)
	if err != nil {
		_ = syscall.Close(rtp)
		return nil, err
	}
	return s.newBound(rtp, rtcp, port), nil
}

// bindAny lets the system choose one port and takes its neighbour.
func (s *side) bindAny() (*bound, error) {
	var err error
	for range systemTries {
		var fd, other int
		var port uint16
		if fd, port, err = bindUDP(s.Addr, 0); err != nil {
			return nil, err
		}
		if other, _, err = bindUDP(s.Addr, port^1); err != nil {
			_ = syscall.Close(fd)
			continue
		}
		if port&1 != 0 {
			fd, other = other, fd
		}
		return s.newBound(fd, other, port&^1), nil
	}
	return nil, err
}

func (s *side) newBound(rtp, rtcp int, port uint16) *bound {
	return &bound{
		pair: order.Pair{Interface: s.Name, Local: s.Addr, Advertise: s.Advertise, Port: port},
		rtp:  rtp, rtcp: rtcp, side: s,
	}
}
