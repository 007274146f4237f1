package live

import (
	"bytes"
	"encoding/binary"
	"time"

	"github.com/hotline12345/hotline/demo"
)

// jump is the gap, in packets, from which on a stream counts as begun anew.
const jump = 500

// intake counts what a call receives and keeps the end of it.
type intake struct {
	limit    int    // samples kept
	sound    []byte // A-law; up to twice the limit, so that it is seldom moved
	begun    bool
	ssrc     uint32
	sequence uint16 // the highest
	time     uint32 // timestamp that is to follow
	pressed  uint32 // timestamp of the last digit
	keys     []byte
	received uint64
	lost     uint64
	last     time.Time
}

// take takes a packet; event is the payload type of telephone-events.
func (in *intake) take(p []byte, event uint8, now time.Time) {
	if len(p) < header || p[0]>>6 != 2 || p[1] >= 192 && p[1] <= 223 { // RTCP on our port, RFC 5761 section 4
		return
	}
	sequence, stamp, ssrc := binary.BigEndian.Uint16(p[2:]), binary.BigEndian.Uint32(p[4:]), binary.BigEndian.Uint32(p[8:])
	body := header + 4*int(p[0]&15)
	if p[0]&0x10 != 0 && len(p) >= body+4 {
		body += 4 + 4*int(binary.BigEndian.Uint16(p[body+2:]))
	}
	if body >= len(p) {
		return
	}
	in.received++
	in.last = now
	ahead := int(int16(sequence - in.sequence))
	anew := !in.begun || ssrc != in.ssrc || ahead > jump || ahead < -jump
	in.count(ahead, anew, sequence)
	in.begun, in.ssrc = true, ssrc
	switch payload := p[1] & 0x7f; {
	case event != 0 && payload == event:
		in.digit(p[body:], stamp)
	case payload == demo.PCMU:
		sound := bytes.Clone(p[body:])
		for i, u := range sound {
			sound[i] = uToA[u]
		}
		in.keep(sound, stamp, anew)
	case payload == demo.PCMA:
		in.keep(p[body:], stamp, anew)
	}
}

// count finds gaps in the sequence; a late packet closes one.
func (in *intake) count(ahead int, anew bool, sequence uint16) {
	switch {
	case anew:
	case ahead > 0:
		in.lost += uint64(ahead - 1)
	case ahead < 0 && in.lost > 0:
		in.lost--
		return
	default:
		return
	}
	in.sequence = sequence
}

func (in *intake) digit(p []byte, stamp uint32) {
	if int(p[0]) < len(keys) && (len(in.keys) == 0 || stamp != in.pressed) {
		in.keys = append(in.keys, keys[p[0]])
	}
	in.pressed = stamp
}

// keep puts the sound where its timestamp says: gaps become silence, what is
// late goes to its place.
func (in *intake) keep(sound []byte, stamp uint32, anew bool) {
	if in.limit == 0 {
		return
	}
	gap := int(int32(stamp - in.time))
	switch {
	case anew || len(in.sound) == 0 || gap > jump*samples || gap < -jump*samples:
	case gap > 0:
		for range min(gap, in.limit) {
			in.sound = append(in.sound, silence)
		}
	case gap < 0:
		at := len(in.sound) + gap
		if at < 0 {
			return
		}
		n := copy(in.sound[at:], sound)
		if sound = sound[n:]; len(sound) == 0 {
			return
		}
		stamp += uint32(n)
	}
	in.sound = append(in.sound, sound...)
	in.time = stamp + uint32(len(sound))
	if len(in.sound) > 2*in.limit {
		in.sound = in.sound[:copy(in.sound, in.sound[len(in.sound)-in.limit:])]
	}
}

func (in *intake) heard() []byte { return bytes.Clone(in.sound[max(0, len(in.sound)-in.limit):]) }
