package sim

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/turn"
)

// plane is the media plane as far as the core can tell: clips end in their
// time, peers are heard while their calls last, ports come and go.
type plane struct {
	clock   *clock
	events  func(order.Event)
	fail    func(error)
	legs    map[turn.ID]*order.Leg
	heard   map[turn.ID]bool
	watched map[turn.ID]bool
	alive   func(remote netip.AddrPort) bool
	pairs   int
	used    map[uint16]bool
	epoch   int                        // of the process: events of a killed one do not arrive
	said    map[netip.AddrPort]string  // the last words that a peer was played
	remotes map[netip.AddrPort]turn.ID // who is where
}

func newPlane(clock *clock, events func(order.Event), alive func(netip.AddrPort) bool, fail func(error)) *plane {
	p := &plane{clock: clock, events: events, fail: fail, alive: alive, pairs: 2000, said: map[netip.AddrPort]string{}}
	p.restart()
	return p
}

const clipTime = 900 * time.Millisecond

// grant binds all pairs but those that living calls have.
func (p *plane) grant(living []order.Pair) {
	for _, pair := range living {
		p.used[pair.Port] = true
	}
	var pairs []order.Pair
	for i := range p.pairs {
		port := uint16(20000 + 2*i)
		if !p.used[port] {
			pairs = append(pairs, order.Pair{
				Interface: "main", Local: server.Addr(), Advertise: server.Addr(), Port: port,
			})
		}
	}
	p.events(order.Event{Kind: order.PairsGranted, Pairs: pairs})
}

// restart forgets all: the process is gone.
func (p *plane) restart() {
	p.epoch++
	p.legs, p.heard, p.watched, p.used = map[turn.ID]*order.Leg{}, map[turn.ID]bool{}, map[turn.ID]bool{}, map[uint16]bool{}
	p.remotes = map[netip.AddrPort]turn.ID{}
}

func (p *plane) after(d time.Duration, do func()) {
	epoch := p.epoch
	p.clock.after(d, func() {
		if epoch == p.epoch {
			do()
		}
	})
}

// take carries out an order.
func (p *plane) take(o order.Leg) {
	if o.ID == 0 {
		p.fail(fmt.Errorf("nobody is given media: %+v", o))
	}
	if last := p.legs[o.ID]; last != nil && last.Number >= o.Number {
		return
	}
	p.legs[o.ID], p.remotes[o.Remote] = &o, o.ID
	p.used[o.Pair.Port] = true
	if o.End {
		p.after(time.Millisecond, func() {
			delete(p.legs, o.ID)
			delete(p.used, o.Pair.Port)
			p.events(order.Event{Kind: order.Counted, Leg: o.ID, Final: true, Counters: order.Counters{Received: 1}})
			p.events(order.Event{Kind: order.PairFreed, Pair: o.Pair})
		})
		return
	}
	if o.Hear.Kind == order.HearClips && !o.Hear.Loop {
		p.said[o.Remote] = o.Hear.Clips[len(o.Hear.Clips)-1]
		ends := o.Hear.At.Add(time.Duration(len(o.Hear.Clips)) * clipTime)
		p.after(max(ends.Sub(p.clock.now), time.Millisecond), func() {
			if now := p.legs[o.ID]; now != nil && now.Hear.At == o.Hear.At && !now.End {
				p.events(order.Event{Kind: order.ClipFinished, Leg: o.ID, Number: now.Number})
			}
		})
	}
	p.listen(&o)
}

// listen looks whether the peer can be heard, at once and when its silence
// would be over.
func (p *plane) listen(o *order.Leg) {
	if p.alive(o.Remote) && !p.heard[o.ID] {
		p.heard[o.ID] = true
		p.after(20*time.Millisecond, func() {
			if p.legs[o.ID] != nil {
				p.events(order.Event{Kind: order.PeerHeard, Leg: o.ID})
			}
		})
	}
	if o.Expect && o.Silence > 0 && !p.watched[o.ID] {
		p.watched[o.ID] = true
		p.watch(o.ID, o.Silence)
	}
}

func (p *plane) watch(leg turn.ID, silence time.Duration) {
	p.after(silence, func() {
		o := p.legs[leg]
		delete(p.watched, leg)
		if o == nil || o.End || !o.Expect {
			return
		}
		if p.alive(o.Remote) {
			p.listen(o)
			return
		}
		p.events(order.Event{Kind: order.PeerSilent, Leg: leg})
	})
}

// key lets the peer at the address press keys (RFC 4733), one every 200 ms.
func (p *plane) key(remote netip.AddrPort, digits string) {
	for i := range len(digits) {
		p.after(time.Duration(i+1)*200*time.Millisecond, func() {
			if leg := p.at(remote); leg != 0 {
				p.events(order.Event{Kind: order.Digit, Leg: leg, Digit: digits[i], Duration: 100 * time.Millisecond})
			}
		})
	}
}

// at is the leg whose peer is at the address.
func (p *plane) at(remote netip.AddrPort) turn.ID { return p.remotes[remote] }
