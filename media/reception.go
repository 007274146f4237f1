package media

import (
	"github.com/hotline12345/hotline/turn"
)

const (
	// maxDropout is the gap up to which a stream goes on, RFC 3550 A.1.
	maxDropout = 3000
	// windowSize is how far behind the highest a packet may come; RFC 3550's
	// MAX_MISORDER is 100, of which nobody's jitter buffer makes use.
	windowSize = 64
	// maxDrift is how far, in samples, a timestamp may be from where the
	// clock puts it before it counts as a new stream: two seconds.
	maxDrift = 16000
)

// reception follows the sequence of what a leg receives.
type reception struct {
	begun   bool
	ssrc    uint32
	highest uint16
	window  uint64 // bit i: highest-i has come
	next    uint16 // after a jump: the sequence that would confirm it
	jumped  bool
	epoch   uint32 // changes with each stream that does not continue the last

	timed bool // at and time hold
	at    turn.Instant
	time  uint32 // of the newest voice packet, which came at at

	// For reports, RFC 3550 A.3 and A.8.
	cycles, first, received uint32
	transit, jitter         uint32
}

// verdict is what to do with a packet.
type verdict uint8

const (
	fresh    verdict = iota
	late             // came after a later one
	repeated         // came before, or stands alone far off: of no use
)

// accept places a packet in the sequence; gap is how many before it are
// missing.
func (r *reception) accept(h *header) (v verdict, gap int) {
	if !r.begun || h.ssrc != r.ssrc {
		r.restart(h)
		return fresh, 0
	}
	switch d := int(int16(h.sequence - r.highest)); {
	case d > 0 && d <= maxDropout:
		if h.sequence < r.highest {
			r.cycles += 1 << 16
		}
		r.highest, r.jumped = h.sequence, false
		r.window = r.window<<uint(d) | 1
		r.received++
		return fresh, d - 1
	case d <= 0 && d > -windowSize:
		bit := uint64(1) << uint(-d)
		if r.window&bit != 0 {
			return repeated, 0
		}
		r.window |= bit
		r.received++
		return late, 0
	case r.jumped && h.sequence == r.next:
		r.restart(h)
		return fresh, 0
	}
	r.jumped, r.next = true, h.sequence+1
	return repeated, 0
}

func (r *reception) restart(h *header) {
	*r = reception{
		begun: true, ssrc: h.ssrc, highest: h.sequence, window: 1, epoch: r.epoch + 1,
		first: uint32(h.sequence), received: 1,
	}
}

// clock notes when a fresh voice packet came. A timestamp that jumps against
// the clock begins a new stream, though its sequence goes on.
func (r *reception) clock(h *header, now turn.Instant) {
	if r.timed {
		drift := int32(h.time - r.time - uint32(now.Sub(r.at)/sample))
		if drift > maxDrift || drift < -maxDrift {
			r.epoch++
			r.timed = false
		}
	}
	transit := uint32(int64(now)/int64(sample)) - h.time
	if r.timed {
		d := int32(transit - r.transit)
		if d < 0 {
			d = -d
		}
		r.jitter += uint32(d) - (r.jitter+8)>>4
	}
	r.timed, r.at, r.time, r.transit = true, now, h.time, transit
}

// extended is the highest sequence with its wraps; expected is how many
// packets there should have been since the stream began.
func (r *reception) extended() uint32 { return r.cycles | uint32(r.highest) }

func (r *reception) expected() uint32 { return r.extended() - r.first + 1 }
