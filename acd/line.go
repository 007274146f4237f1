package acd

import "github.com/hotline12345/hotline/turn"

// waiting is a call in the engine: waiting, offered or talking.
type waiting struct {
	CallRecord
	class *class
	tier  int
	place int          // in its line; -1: offered or talking
	index int          // in Engine.order
	shy   int          // the agent who refused it last, or nobody, or everyone
	until turn.Instant // he is not asked again before
}

// before says who is served first: by priority, then by arrival.
func (w *waiting) before(x *waiting) bool {
	if w.Priority != x.Priority {
		return w.Priority > x.Priority
	}
	if w.Since != x.Since { // an aged place
		return w.Since < x.Since
	}
	return w.Sequence < x.Sequence
}

// line is a heap of waiting calls, first to be served first.
type line []*waiting

func (l *line) push(w *waiting) {
	w.place = len(*l)
	*l = append(*l, w)
	l.up(w.place)
}

func (l *line) remove(w *waiting) {
	h, i, last := *l, w.place, len(*l)-1
	h[i] = h[last]
	h[i].place = i
	h[last] = nil
	*l = h[:last]
	if i < last {
		l.down(i)
		l.up(i)
	}
	w.place = -1
}

func (l *line) up(i int) {
	h := *l
	for i > 0 {
		parent := (i - 1) / 2
		if !h[i].before(h[parent]) {
			return
		}
		h.swap(i, parent)
		i = parent
	}
}

func (l *line) down(i int) {
	h := *l
	for {
		child := 2*i + 1
		if child >= len(h) {
			return
		}
		if r := child + 1; r < len(h) && h[r].before(h[child]) {
			child = r
		}
		if !h[child].before(h[i]) {
			return
		}
		h.swap(i, child)
		i = child
	}
}

func (l line) swap(i, j int) {
	l[i], l[j] = l[j], l[i]
	l[i].place, l[j].place = i, j
}

// first is the call to be served first that may go to the agent now.
func (l line) first(agent int, now turn.Instant) *waiting { return l.under(0, agent, now) }

// under is first among the call at i and those below it in the heap. Only
// below calls that are shy of him is there anything to look for, and they are
// few.
func (l line) under(i, agent int, now turn.Instant) *waiting {
	switch {
	case i >= len(l):
		return nil
	case !l[i].shyOf(agent, now):
		return l[i]
	}
	left, right := l.under(2*i+1, agent, now), l.under(2*i+2, agent, now)
	if left == nil || right != nil && right.before(left) {
		return right
	}
	return left
}

// Values of waiting.shy that are no agent.
const (
	nobody   = -1
	everyone = -2
)

// aSeat stands for an agent where a destination's free seat looks for a call.
const aSeat = -3

func (w *waiting) shyOf(agent int, now turn.Instant) bool {
	if agent == aSeat {
		return now < w.DutyAt
	}
	return (w.shy == agent || w.shy == everyone) && now < w.until
}
