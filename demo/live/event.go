package live

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// keys are the events 0 to 15 of RFC 4733 section 3.2.
const keys = "0123456789*#ABCD"

// Ticks of 20 ms that a digit lasts, that its end is told, and that lie before
// the next digit.
const (
	pressed = 5
	ends    = 3
	between = 5
)

// event is the sending of digits as telephone-events.
type event struct {
	payload uint8
	queue   string
	tick    int    // of the digit that is being sent; 0: none
	since   uint32 // its timestamp
}

func (e *event) press(digits string) error {
	for _, r := range digits {
		if !strings.ContainsRune(keys, r) {
			return fmt.Errorf("%q is no digit: %s", r, keys)
		}
	}
	e.queue += digits
	return nil
}

// next returns the event's payload and timestamp for this tick; not ok: the
// tick is the sound's.
func (e *event) next(time uint32) (payload [4]byte, since uint32, ok bool) {
	if e.tick == 0 {
		if e.queue == "" || e.payload == 0 {
			return payload, 0, false
		}
		e.since = time
	}
	e.tick++
	if e.tick > pressed+ends {
		if e.tick == pressed+ends+between {
			e.tick, e.queue = 0, e.queue[1:]
		}
		return payload, 0, false
	}
	payload[0] = byte(strings.IndexByte(keys, e.queue[0]))
	payload[1] = 10 // -10 dBm0
	if e.tick > pressed {
		payload[1] |= 0x80
	}
	binary.BigEndian.PutUint16(payload[2:], uint16(min(e.tick, pressed)*samples))
	return payload, e.since, true
}
