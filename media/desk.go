package media

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/hotline12345/hotline/media/order"
)

// stockRetry is the pause after a pair could not be bound: the range is used
// up, or the process has no more files.
const stockRetry = time.Second

// desk does what is too slow for the packet thread: it binds pairs and fetches
// clips. Orders pass through it in their sequence.
type desk struct {
	plane *Plane
	sides []*side
	pairs map[netip.AddrPort]*bound // by the RTP address
}

// job is what the desk hands to the loop: a pair to listen on, or an order.
type job struct {
	bound  *bound
	listen bool // on the pair, from now on; no order
	order  order.Leg
	clips  [][]byte // of the order's Hear
}

func newDesk(p *Plane) (*desk, error) {
	d := &desk{plane: p, pairs: map[netip.AddrPort]*bound{}}
	for _, o := range p.o.Interfaces {
		s, err := newSide(o)
		if err != nil {
			return nil, err
		}
		d.sides = append(d.sides, s)
	}
	return d, nil
}

// open binds what was bound before a restart, then the pairs ahead. The loop
// runs already and takes them.
func (d *desk) open() error {
	for _, pair := range d.plane.o.Rebind {
		// One that cannot be bound now is tried again with its leg's order.
		if b := d.claim(pair); b != nil {
			d.listen(b)
		}
	}
	for _, s := range d.sides {
		if err := d.stock(s); err != nil && s.free.Load() == 0 {
			return fmt.Errorf("media: interface %s: no pair of ports can be bound on %s: %w", s.Name, s.Addr, err)
		}
	}
	return nil
}

// run carries orders to the loop until the plane closes.
func (d *desk) run() {
	for {
		select {
		case o := <-d.plane.orders:
			d.prepare(o)
		case <-d.plane.quit:
			return
		}
	}
}

func (d *desk) prepare(o order.Leg) {
	b := d.pairs[netip.AddrPortFrom(o.Pair.Local, o.Pair.Port)]
	if b == nil {
		if b = d.claim(o.Pair); b == nil {
			d.plane.figures.refusedOrders.Add(1)
			return
		}
		d.listen(b)
	}
	if b.used.CompareAndSwap(false, true) {
		b.side.free.Add(-1)
	}
	d.hand(job{bound: b, order: o, clips: d.clips(&o.Hear)})
	if now := d.plane.o.Now(); now >= b.side.retry && d.stock(b.side) != nil {
		b.side.retry = now.Add(stockRetry)
	}
}

// claim binds a pair that a leg has had since before a restart.
func (d *desk) claim(pair order.Pair) *bound {
	for _, s := range d.sides {
		if s.Name != pair.Interface || s.Addr != pair.Local {
			continue
		}
		if d.pairs[netip.AddrPortFrom(s.Addr, pair.Port)] != nil {
			return nil
		}
		b, err := s.bind(pair.Port)
		if err != nil {
			return nil
		}
		b.pair = pair
		b.used.Store(true)
		return b
	}
	return nil
}

// listen makes the pair known to the desk and to the loop.
func (d *desk) listen(b *bound) {
	d.pairs[netip.AddrPortFrom(b.pair.Local, b.pair.Port)] = b
	d.plane.figures.bound.Add(1)
	d.hand(job{bound: b, listen: true})
}

// stock binds and grants what the interface lacks.
func (d *desk) stock(s *side) (err error) {
	var granted []order.Pair
	for s.free.Load() < int64(d.plane.o.Ahead) {
		var b *bound
		if b, err = s.bindNext(d.pairs); err != nil {
			break
		}
		d.listen(b)
		s.free.Add(1)
		granted = append(granted, b.pair)
	}
	if len(granted) > 0 {
		d.plane.events(order.Event{Kind: order.PairsGranted, Pairs: granted})
	}
	return err
}

func (d *desk) clips(h *order.Hear) [][]byte {
	if h.Kind != order.HearClips {
		return nil
	}
	out := make([][]byte, 0, len(h.Clips))
	for _, name := range h.Clips {
		clip, ok := d.plane.o.Clip(name)
		if !ok {
			d.plane.figures.missingClips.Add(1)
			continue
		}
		out = append(out, clip)
	}
	return out
}

// hand gives a job to the loop; it waits while the loop has many.
func (d *desk) hand(j job) {
	select {
	case d.plane.loop.jobs <- j:
		d.plane.loop.wake()
	case <-d.plane.quit:
	}
}

func (d *desk) close() {
	for _, b := range d.pairs {
		b.close()
	}
}
