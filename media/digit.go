package media

import (
	"encoding/binary"
	"time"

	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/turn"
)

// digitNames are the events 0 to 15 of RFC 4733 section 3.2.
const digitNames = "0123456789*#ABCD"

// digitSilence ends a digit whose end packets were all lost.
const digitSilence = 300 * time.Millisecond

// digit follows the telephone-event that a leg receives, RFC 4733 section 2.5.
// All packets of an event carry the timestamp of its beginning.
type digit struct {
	known  bool // time holds
	active bool // not yet reported
	code   byte
	epoch  uint32
	time   uint32
	before uint32 // samples in segments gone by
	length uint16 // samples of this segment
	at     turn.Instant
}

// takeDigit reads an event packet; each digit is reported once, at its end.
func (lp *loop) takeDigit(l *leg, h *header, b []byte) {
	if len(b) < 4 || int(b[0]) >= len(digitNames) {
		return
	}
	d, length := &l.digit, binary.BigEndian.Uint16(b[2:])
	if d.known && d.epoch != l.in.epoch {
		lp.endDigit(l)
		d.known = false
	}
	switch {
	case d.known && h.time == d.time:
		d.length = max(d.length, length)
	case d.known && int32(h.time-d.time) < 0:
		return // a repeat of one that is over
	case d.active && d.code == b[0] && h.time == d.time+0xffff:
		// A long event goes on in a segment of its own, section 2.5.1.3.
		d.before += 0xffff
		d.time, d.length = h.time, length
	default:
		lp.endDigit(l)
		*d = digit{known: true, active: true, code: b[0], epoch: l.in.epoch, time: h.time, length: length}
		d.at = lp.at
		lp.timers.set(&l.chore, l.choreAt())
	}
	d.at = lp.at
	if b[1]&0x80 != 0 {
		lp.endDigit(l)
	}
}

// endDigit reports the digit that has not been.
func (lp *loop) endDigit(l *leg) {
	d := &l.digit
	if !d.active {
		return
	}
	d.active = false
	lp.events(order.Event{
		Kind: order.Digit, Leg: l.o.ID, Number: l.o.Number,
		Digit: digitNames[d.code], Duration: time.Duration(d.before+uint32(d.length)) * sample,
	})
}
