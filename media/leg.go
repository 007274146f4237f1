package media

import (
	"net/netip"
	"slices"
	"time"

	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/turn"
)

// leg is one leg's state: the order in force and what has come of it.
type leg struct {
	o     order.Leg
	bound *bound

	target     sockaddr // where RTP goes; zero: not known
	rtcpTarget sockaddr
	out        stream
	in         reception
	relay      relay
	player     player
	latch      latch
	digit      digit
	life       life
	control    control

	ears              *ears // who hears this leg
	counters, counted order.Counters
	pacing, chore     timer
}

// sends says whether RTP may go out.
func (l *leg) sends() bool { return l.target.length > 0 && !l.o.Mute }

// step is how many samples a packet of ours holds.
func (l *leg) step() uint32 {
	ptime := l.o.Ptime
	if ptime == 0 {
		ptime = 20
	}
	return uint32(min(max(ptime, 10), 60)) * 8
}

// apply brings a leg to its order, beginning or ending it as need be.
func (lp *loop) apply(j *job) {
	o := &j.order
	l := lp.legs[o.ID]
	switch {
	case l == nil && lp.ended.has(o.ID):
		return // repeated: its pair may be another's by now
	case l == nil:
		if l = lp.begin(j.bound, o); l == nil {
			lp.out.refusedOrders.Add(1)
			return
		}
	case o.Number < l.o.Number:
		return
	}
	was := l.o
	l.o, l.o.Pair = *o, l.bound.pair
	l.o.Remote, l.o.RemoteRTCP, l.o.Signalling = unmap(o.Remote), unmap(o.RemoteRTCP), o.Signalling.Unmap()
	if o.End {
		lp.end(l)
		return
	}
	lp.readdress(l, &was)
	if !was.Expect && o.Expect {
		l.life = life{since: lp.at}
	}
	if was.SSRC != o.SSRC || was.Since != o.Since || was.Sequence != o.Sequence || was.Time != o.Time {
		l.out = stream{}
	}
	if was.Codec != o.Codec || was.Payload != o.Payload || was.Mute != o.Mute {
		l.relay.anchored, l.player.anchored = false, false
	}
	if !sameHearing(&was.Hear, &o.Hear) {
		lp.hear(l, j.clips)
	}
	lp.timers.set(&l.chore, l.choreAt())
}

// begin makes a leg on its pair; nil when another leg has it.
func (lp *loop) begin(b *bound, o *order.Leg) *leg {
	if b.leg != nil {
		return nil
	}
	l := &leg{bound: b, ears: lp.earsOf(o.ID)}
	l.o.ID, l.o.Number = o.ID, o.Number
	l.pacing, l.chore = timer{kind: paceTimer, leg: l}, timer{kind: choreTimer, leg: l}
	l.latch.learnt, l.latch.last = unmap(o.Latched), lp.at
	l.life.since = lp.at
	// Legs that come back together after a restart do not report together.
	l.control.next = lp.at.Add(reportEvery/2 + time.Duration(o.SSRC%2500)*time.Millisecond)
	b.leg = l
	lp.legs[o.ID] = l
	lp.out.legs.Store(int64(len(lp.legs)))
	return l
}

// readdress sets where packets go after an order.
func (lp *loop) readdress(l *leg, was *order.Leg) {
	if was.Remote != l.o.Remote && was.Remote.IsValid() {
		l.latch = latch{} // another address in the SDP: what was learnt is old
	}
	if l.latch.known == 0 && l.o.Remote.IsValid() {
		l.latch.known = lp.at
	}
	l.aim()
}

// aim computes the addresses that packets go to.
func (l *leg) aim() {
	remote, rtcp := l.o.Remote, l.o.RemoteRTCP
	if l.o.Source == order.FromLatch && l.latch.learnt.IsValid() {
		remote = l.latch.learnt
		if l.control.learnt.IsValid() {
			rtcp = l.control.learnt
		}
	}
	target := newSockaddr(remote, l.bound.v6())
	if target.length == 0 || l.target.length == 0 {
		l.relay.anchored, l.player.anchored = false, false
	}
	l.target, l.rtcpTarget = target, newSockaddr(rtcp, l.bound.v6())
}

// end reports a leg's last figures and frees its pair.
func (lp *loop) end(l *leg) {
	lp.sendReport(l, true)
	lp.hear(l, nil)
	lp.timers.set(&l.pacing, 0)
	lp.timers.set(&l.chore, 0)
	delete(lp.legs, l.o.ID)
	lp.forgetEars(l.o.ID)
	lp.ended.add(l.o.ID)
	lp.out.legs.Store(int64(len(lp.legs)))
	lp.events(order.Event{Kind: order.Counted, Leg: l.o.ID, Number: l.o.Number, Counters: l.counters, Final: true})
	b := l.bound
	b.leg = nil
	b.side.free.Add(1)
	b.used.Store(false)
	lp.events(order.Event{Kind: order.PairFreed, Leg: l.o.ID, Number: l.o.Number, Pair: b.pair})
}

func unmap(a netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()) }

func sameHearing(a, b *order.Hear) bool {
	return a.Kind == b.Kind && a.At == b.At && a.Loop == b.Loop && a.Leg == b.Leg && slices.Equal(a.Clips, b.Clips)
}

// tell sends the core an event of a leg.
func (lp *loop) tell(l *leg, kind order.EventKind, addr netip.AddrPort) {
	lp.events(order.Event{Kind: kind, Leg: l.o.ID, Number: l.o.Number, Addr: addr})
}

// endedLegs remembers the legs that ended last, so that an order given again
// does not begin one anew.
type endedLegs struct {
	set  map[turn.ID]struct{}
	ring [4096]turn.ID
	next int
}

func (e *endedLegs) has(id turn.ID) bool {
	_, ok := e.set[id]
	return ok
}

func (e *endedLegs) add(id turn.ID) {
	if e.set == nil {
		e.set = make(map[turn.ID]struct{}, len(e.ring))
	}
	delete(e.set, e.ring[e.next])
	e.ring[e.next], e.set[id] = id, struct{}{}
	e.next = (e.next + 1) % len(e.ring)
}
