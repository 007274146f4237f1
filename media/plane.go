// Package media is the RTP plane: it binds pairs of ports ahead, relays voice
// between legs, plays clips, hears digits and says when a peer falls silent.
// Orders come in as a leg's whole wanted state (media/order), events go out.
// It decides nothing else. Linux only: epoll and raw calls.
package media

import (
	"net/netip"
	"runtime"
	"sync"

	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/turn"
)

// InterfaceOptions name one network side.
type InterfaceOptions struct {
	Name      string
	Addr      netip.Addr // bound to
	Advertise netip.Addr // named in SDP; unset: Addr
	// First and Last bound the even-odd pairs, RTP on the even port. Both 0:
	// the system gives the ports.
	First, Last uint16
}

// Options are the plane's settings.
type Options struct {
	Interfaces []InterfaceOptions
	// Ahead is how many pairs each interface keeps bound and granted that no
	// leg has.
	Ahead int
	// Clip returns a clip's A-law samples, 8 kHz, without a header. It is
	// asked for each order that plays, off the packet thread; what it returns
	// must not change.
	Clip func(name string) ([]byte, bool)
	// Now is the node's time. It must be monotonic, quick and free of locks.
	Now func() turn.Instant
	// Rebind are pairs that living calls of a former process use.
	Rebind []order.Pair
}

// Plane is the running media plane.
type Plane struct {
	o      Options
	events func(order.Event)
	loop   *loop
	desk   *desk

	figures figures
	orders  chan order.Leg
	quit    chan struct{}
	closing sync.Once
	done    sync.WaitGroup
}

// waiting is how many orders may stand before the desk.
const waiting = 4096

// Start binds the pairs to bind again and Ahead more for each interface, which
// it grants by PairsGranted, and starts the packet thread. Events come from the
// plane's threads; events must not block.
func Start(o Options, events func(order.Event)) (*Plane, error) {
	p := &Plane{o: o, events: events, orders: make(chan order.Leg, waiting), quit: make(chan struct{})}
	var err error
	if p.loop, err = newLoop(o.Now, events, &p.figures); err != nil {
		return nil, err
	}
	if p.desk, err = newDesk(p); err != nil {
		p.loop.close()
		return nil, err
	}
	// The packet thread keeps a P of its own busy.
	runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1)
	p.done.Go(p.loop.run)
	if err := p.desk.open(); err != nil {
		p.Close()
		return nil, err
	}
	p.done.Go(p.desk.run)
	return p, nil
}

// Order hands over a leg's wanted state. It waits only while thousands of
// orders stand before the desk. After Close it does nothing.
func (p *Plane) Order(o order.Leg) {
	select {
	case p.orders <- o:
	case <-p.quit:
	}
}

// Stats reads the figures.
func (p *Plane) Stats() Stats {
	f := &p.figures
	s := Stats{
		Received: f.received.Load(), Sent: f.sent.Load(), Unsent: f.unsent.Load(),
		Lost: f.lost.Load(), Late: f.late.Load(), Refused: f.refused.Load(),
		RefusedOrders: f.refusedOrders.Load(), MissingClips: f.missingClips.Load(),
		Legs: int(f.legs.Load()), Players: int(f.players.Load()), Bound: int(f.bound.Load()),
	}
	for _, side := range p.desk.sides {
		s.Free += int(side.free.Load())
	}
	s.InUse = max(s.Bound-s.Free, 0)
	return s
}

// Close ends the threads and closes every socket. Legs are not ended: nothing
// is sent and no event comes any more.
func (p *Plane) Close() {
	p.closing.Do(func() {
		close(p.quit)
		p.loop.stop()
		p.done.Wait()
		p.desk.close()
		p.loop.close()
		runtime.GOMAXPROCS(max(runtime.GOMAXPROCS(0)-1, 1))
	})
}
