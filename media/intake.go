package media

import "github.com/hotline12345/hotline/media/order"

// datagram takes what came in on a pair's socket: n bytes in lp.incoming.
func (lp *loop) datagram(b *bound, rtcp bool, n int) {
	l := b.leg
	if l == nil || n > len(lp.incoming) {
		lp.refuse(l)
		return
	}
	packet, from := lp.incoming[:n], lp.from.addr()
	if rtcp || isRTCP(packet) {
		lp.takeReport(l, packet, from)
		return
	}
	h, ok := parseHeader(packet)
	if !ok || !lp.takes(l, from, &h) {
		lp.refuse(l)
		return
	}
	lp.heard(l)
	l.counters.Received++
	lp.tally.received++
	v, gap := l.in.accept(&h)
	switch {
	case v == repeated:
		return
	case v == late:
		l.counters.Late++
		lp.tally.late++
	case gap > 0:
		l.counters.Lost += uint64(gap)
		lp.tally.lost += uint64(gap)
	}
	what, codec := l.content(h.payload)
	if what == voice && v == fresh {
		l.in.clock(&h, lp.at)
	}
	if what == event {
		lp.takeDigit(l, &h, packet[h.from:h.to])
	}
	if h.from < h.to {
		lp.spread(l, &h, what, codec, v == late)
	}
}

func (lp *loop) refuse(l *leg) {
	if l != nil {
		l.counters.Refused++
	}
	lp.tally.refused++
}

// content is what the leg's payload types mean. The static types of RFC 3551
// mean their codec also where the other was agreed: some gateways change
// between the two without a word.
func (l *leg) content(payload uint8) (content, order.Codec) {
	switch {
	case payload == l.o.Payload:
		return voice, l.o.Codec
	case payload == l.o.Event && payload != 0:
		return event, 0
	case payload == 8:
		return voice, order.PCMA
	case payload == 0:
		return voice, order.PCMU
	}
	return foreign, 0
}
