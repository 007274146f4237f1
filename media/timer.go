package media

import "github.com/hotline12345/hotline/turn"

// timerKind says what a timer of a leg is for.
type timerKind uint8

const (
	paceTimer  timerKind = iota // the next packet of a clip
	choreTimer                  // reports, silence, a digit that never ended
)

// timer sits in its leg, so arming it allocates nothing.
type timer struct {
	at    turn.Instant
	place int // index in the heap plus one; 0: not armed
	kind  timerKind
	leg   *leg
}

// timers is a heap, earliest first.
type timers struct {
	heap   []*timer
	pacing int // of those armed: clips that play
}

// next returns the earliest deadline.
func (h *timers) next() (turn.Instant, bool) {
	if len(h.heap) == 0 {
		return 0, false
	}
	return h.heap[0].at, true
}

// set arms t for at, or for another time than it was; zero disarms it.
func (h *timers) set(t *timer, at turn.Instant) {
	switch {
	case at == 0:
		h.drop(t)
	case t.place == 0:
		t.at = at
		h.heap = append(h.heap, t)
		h.pace(t, 1)
		t.place = len(h.heap)
		h.up(t.place - 1)
	case t.at != at:
		t.at = at
		h.fix(t.place - 1)
	}
}

func (h *timers) drop(t *timer) {
	if t.place == 0 {
		return
	}
	i, last := t.place-1, len(h.heap)-1
	t.place = 0
	h.pace(t, -1)
	moved := h.heap[last]
	h.heap[last] = nil
	h.heap = h.heap[:last]
	if i < last {
		h.heap[i], moved.place = moved, i+1
		h.fix(i)
	}
}

func (h *timers) pace(t *timer, n int) {
	if t.kind == paceTimer {
		h.pacing += n
	}
}

// pop takes out the earliest timer that is due.
func (h *timers) pop(now turn.Instant) *timer {
	if len(h.heap) == 0 || h.heap[0].at > now {
		return nil
	}
	t := h.heap[0]
	h.drop(t)
	return t
}

func (h *timers) fix(i int) {
	if !h.down(i) {
		h.up(i)
	}
}

func (h *timers) swap(i, j int) {
	h.heap[i], h.heap[j] = h.heap[j], h.heap[i]
	h.heap[i].place, h.heap[j].place = i+1, j+1
}

func (h *timers) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if h.heap[i].at >= h.heap[parent].at {
			return
		}
		h.swap(i, parent)
		i = parent
	}
}

func (h *timers) down(i int) (moved bool) {
	for {
		child := 2*i + 1
		if child >= len(h.heap) {
			return moved
		}
		if r := child + 1; r < len(h.heap) && h.heap[r].at < h.heap[child].at {
			child = r
		}
		if h.heap[i].at <= h.heap[child].at {
			return moved
		}
		h.swap(i, child)
		i, moved = child, true
	}
}
