package media

import (
	"time"

	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/turn"
)

// reportEvery is the interval of RTCP reports and of counters.
const reportEvery = 5 * time.Second

// life is whether a peer is heard.
type life struct {
	since  turn.Instant // the last packet, or when we began to expect one
	heard  bool         // PeerHeard was reported
	silent bool         // PeerSilent was reported
}

// heard notes a packet, RTP or RTCP.
func (lp *loop) heard(l *leg) {
	f := &l.life
	f.since = lp.at
	if f.heard {
		return
	}
	f.heard, f.silent = true, false
	lp.tell(l, order.PeerHeard, l.latch.learnt)
	lp.timers.set(&l.chore, l.choreAt())
}

// silentAt is when a peer counts as silent; zero: never.
func (l *leg) silentAt() turn.Instant {
	if !l.o.Expect || l.o.Silence <= 0 || l.life.silent {
		return 0
	}
	return l.life.since.Add(l.o.Silence)
}

// choreAt is when the leg's chores are next due. Packets move the deadlines
// without arming the timer anew: it looks again when it fires.
func (l *leg) choreAt() turn.Instant {
	at := turn.Earliest(l.control.next, l.silentAt())
	if l.digit.active {
		at = turn.Earliest(at, l.digit.at.Add(digitSilence))
	}
	return at
}

// chores does what is due beside packets.
func (lp *loop) chores(l *leg) {
	if l.digit.active && lp.at.Sub(l.digit.at) >= digitSilence {
		lp.endDigit(l)
	}
	if at := l.silentAt(); at != 0 && lp.at >= at {
		l.life.silent, l.life.heard = true, false
		lp.tell(l, order.PeerSilent, l.latch.learnt)
	}
	if lp.at >= l.control.next {
		lp.sendReport(l, false)
		if l.counters != l.counted {
			l.counted = l.counters
			lp.events(order.Event{Kind: order.Counted, Leg: l.o.ID, Number: l.o.Number, Counters: l.counters})
		}
		if l.control.next = l.control.next.Add(reportEvery); l.control.next <= lp.at {
			l.control.next = lp.at.Add(reportEvery)
		}
	}
	lp.timers.set(&l.chore, l.choreAt())
}
