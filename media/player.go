package media

import (
	"time"

	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/turn"
)

// lateBegin is how late an order may come to the loop and still have its
// clips played from their beginning: a greeting must not lose its first
// syllable to a busy machine. Later than that it is a restart's, or a stall's.
const lateBegin = 200 * time.Millisecond

// player plays clips, one packet at each due time.
type player struct {
	clips    [][]byte
	total    int // samples in all
	position int // of the next packet in all
	clip     int // the next packet begins in clips[clip]…
	offset   int // …here
	loop     bool
	done     bool

	due      turn.Instant // of the next packet
	anchored bool
	sequence uint16 // of the next packet
	time     uint32
}

// begin sets the player where the clips have come to by now.
func (p *player) begin(clips [][]byte, h *order.Hear, step uint32, now turn.Instant) {
	*p = player{clips: clips, loop: h.Loop, due: h.At}
	for _, c := range clips {
		p.total += len(c)
	}
	if p.total == 0 {
		p.loop, p.done = false, h.Loop // nothing to repeat, nor to finish
	}
	if p.due == 0 || (p.due < now && now.Sub(p.due) < lateBegin) {
		p.due = now
	}
	p.skip(step, now)
}

// skip passes over the packets that are overdue.
func (p *player) skip(step uint32, now turn.Instant) {
	if p.due >= now {
		return
	}
	frame := time.Duration(step) * sample
	frames := int64(now.Sub(p.due) / frame)
	p.due = p.due.Add(time.Duration(frames) * frame)
	passed := frames * int64(step)
	if p.loop {
		passed %= int64(p.total)
	}
	p.seek(int64(p.position) + passed)
	p.anchored = false
}

// seek goes to a position in all clips together.
func (p *player) seek(position int64) {
	if p.loop && p.total > 0 {
		position %= int64(p.total)
	}
	p.position = int(min(position, int64(p.total)))
	p.clip, p.offset = 0, p.position
	for p.clip < len(p.clips) && p.offset >= len(p.clips[p.clip]) {
		p.offset -= len(p.clips[p.clip])
		p.clip++
	}
}

// ended says that the last sample is played.
func (p *player) ended() bool { return !p.loop && p.position >= p.total }

// fill writes the next packet's samples; after the last one silence.
func (p *player) fill(b []byte) {
	for len(b) > 0 {
		if p.clip == len(p.clips) {
			if !p.loop {
				for i := range b {
					b[i] = silenceA
				}
				return
			}
			p.clip, p.offset, p.position = 0, 0, 0
		}
		n := copy(b, p.clips[p.clip][p.offset:])
		b = b[n:]
		p.offset += n
		p.position += n
		for p.clip < len(p.clips) && p.offset == len(p.clips[p.clip]) {
			p.clip, p.offset = p.clip+1, 0
		}
	}
}

// pace sends a clip's packet that is due and arms the next.
func (lp *loop) pace(l *leg) {
	p, step := &l.player, l.step()
	if lp.at.Sub(p.due) > lateBegin {
		p.skip(step, lp.at)
	}
	if p.ended() {
		if !p.done {
			p.done = true
			lp.events(order.Event{Kind: order.ClipFinished, Leg: l.o.ID, Number: l.o.Number})
		}
		return
	}
	packet := lp.other[:headerSize+step]
	p.fill(packet[headerSize:])
	if l.sends() {
		marker := !p.anchored
		if marker {
			p.sequence, p.time = l.anchor(lp.at)
			p.anchored = true
		}
		if l.o.Codec == order.PCMU {
			convert(packet[headerSize:], packet[headerSize:], &aToU)
		}
		lp.send(l, packet, l.o.Payload, marker, p.sequence, p.time, step)
		p.sequence++
		p.time += step
	}
	p.due = p.due.Add(time.Duration(step) * sample)
	lp.timers.set(&l.pacing, p.due)
}
