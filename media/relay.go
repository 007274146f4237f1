package media

import (
	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/turn"
)

// relay is what a leg needs to pass on another leg's packets as its own: what
// is to be added to their sequence and timestamp. An anchor holds as long as
// the source's stream (its epoch) does.
type relay struct {
	source   turn.ID
	anchored bool
	epoch    uint32
	sequence uint16
	time     uint32
}

// content says what a packet holds.
type content uint8

const (
	foreign content = iota // a payload type that was not agreed
	voice
	event // telephone-event, RFC 4733
)

// spread passes the packet in lp.incoming to all that hear the leg it came
// from. Its own header is no longer needed: ours is written before the payload.
func (lp *loop) spread(l *leg, h *header, what content, codec order.Codec, late bool) {
	for _, ear := range l.ears.legs {
		if !ear.sends() {
			continue
		}
		r := &ear.relay
		if what == foreign || (what == event && ear.o.Event == 0) {
			if r.anchored && !late {
				r.sequence-- // closes the gap that it would leave
			}
			continue
		}
		marker := h.marker
		if !r.anchored || r.epoch != l.in.epoch {
			if late {
				continue // of the stream before
			}
			sequence, timestamp := ear.anchor(lp.at)
			r.anchored, r.epoch = true, l.in.epoch
			r.sequence, r.time = sequence-h.sequence, timestamp-h.time
			marker = true
		}
		payload, samples := ear.o.Event, uint32(0)
		packet := lp.incoming[h.from-headerSize : h.to]
		if what == voice {
			payload, samples = ear.o.Payload, uint32(h.to-h.from)
			if ear.o.Codec != codec {
				packet = lp.converted(packet, ear.o.Codec)
			}
		}
		lp.send(ear, packet, payload, marker, h.sequence+r.sequence, h.time+r.time, samples)
	}
}

// converted is the packet in the other codec, in a buffer of its own: the
// next leg may hear it as it is.
func (lp *loop) converted(packet []byte, to order.Codec) []byte {
	table := &aToU
	if to == order.PCMA {
		table = &uToA
	}
	b := lp.other[:len(packet)]
	convert(b[headerSize:], packet[headerSize:], table)
	return b
}
