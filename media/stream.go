package media

import (
	"time"

	"github.com/hotline12345/hotline/turn"
)

// stream is what a leg has sent: the highest sequence and timestamp, for the
// next source to continue ahead of.
type stream struct {
	begun    bool
	sequence uint16
	time     uint32 // of the last packet
	samples  uint32 // in it
	at       turn.Instant
	packets  uint32
	octets   uint32
}

// anchor is the sequence and the timestamp that a new source begins with. The
// first of the process stands where the bases and the Instant put it (50
// packets a second, 8 kHz); those after it follow without a gap in the
// sequence, and in the timestamp as far ahead as time has gone.
func (l *leg) anchor(now turn.Instant) (sequence uint16, timestamp uint32) {
	elapsed := max(now.Sub(l.o.Since), 0)
	sequence = l.o.Sequence + uint16(elapsed/(20*time.Millisecond))
	timestamp = l.o.Time + uint32(elapsed/sample)
	if !l.out.begun {
		return sequence, timestamp
	}
	if next := l.out.time + l.out.samples; int32(timestamp-next) < 0 {
		timestamp = next
	}
	return l.out.sequence + 1, timestamp
}

// sample is the time of one sample at 8 kHz.
const sample = 125 * time.Microsecond

// send writes one packet, whose header lies before its payload in b.
func (lp *loop) send(l *leg, b []byte, payload uint8, marker bool, sequence uint16, timestamp, samples uint32) {
	putHeader(b, payload, marker, sequence, timestamp, l.o.SSRC)
	if !l.out.begun || int16(sequence-l.out.sequence) > 0 {
		l.out.sequence = sequence
	}
	if !l.out.begun || int32(timestamp-l.out.time) >= 0 {
		l.out.time, l.out.samples, l.out.at = timestamp, samples, lp.at
	}
	l.out.begun = true
	if send(l.bound.rtp, b, &l.target) != 0 {
		lp.tally.unsent++
		return
	}
	l.out.packets++
	l.out.octets += uint32(len(b) - headerSize)
	l.counters.Sent++
	lp.tally.sent++
}
