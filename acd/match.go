package acd

import "github.com/hotline12345/hotline/turn"

// candidate is an agent as the strategy sees him: less is better.
type candidate struct {
	agent int
	key   int64
	idle  turn.Instant
}

func (c candidate) before(d candidate) bool {
	if c.key != d.key {
		return c.key < d.key
	}
	if c.idle != d.idle {
		return c.idle < d.idle
	}
	return c.agent < d.agent
}

// match seeks an agent for a call, or rings the duty.
func (e *Engine) match(w *waiting) {
	var best [4]candidate
	n := 0
	set, last := w.class.tiers[w.tier], e.cursor(w)
	for i := range set { // words; the closure of bits.both would escape
		for x := set[i] & e.free[i]; x != 0; x &= x - 1 {
			a := 64*i + trailing(x)
			if w.shyOf(a, e.now) {
				continue
			}
			c := candidate{a, e.key(w, a, last), e.agents[a].IdleAt}
			n++
			for j := range min(n, len(best)) {
				if j == n-1 || c.before(best[j]) {
					best[j], c = c, best[j]
				}
			}
		}
	}
	if n > 0 {
		e.assign(w, &best, n)
		return
	}
	if d := e.duty(w, e.reached(w)); d != nil && e.now >= w.DutyAt {
		e.ringOutside(w, d)
	}
}

// cursor is the agent who was offered a call of this one's queue last, or
// nobody; only round-robin asks.
func (e *Engine) cursor(w *waiting) int {
	q := &e.queues[w.class.queue]
	if i, known := e.byID[q.Cursor]; known && q.o.Strategy == RoundRobin {
		return i
	}
	return nobody
}

// key is what the call's queue goes by; last is its cursor.
func (e *Engine) key(w *waiting, i, last int) int64 {
	a, q := &e.agents[i], &e.queues[w.class.queue]
	switch q.o.Strategy {
	case MostSkilled:
		sum := int64(0)
		for _, n := range w.class.needs {
			sum += int64(level(a.o, n.Name))
		}
		return -sum
	case LeastCalls:
		return int64(a.Talks)
	case RoundRobin:
		if i <= last {
			return int64(i + len(e.agents))
		}
		return int64(i)
	}
	return int64(a.IdleAt)
}

// assign offers the call to the best.
func (e *Engine) assign(w *waiting, best *[4]candidate, n int) {
	i := best[0].agent
	a, q := &e.agents[i], &e.queues[w.class.queue]
	reason := Reason{Tier: uint8(w.tier), Strategy: q.o.Strategy, SortKey: best[0].key, Eligible: n}
	for j := 1; j < min(n, len(best)); j++ {
		reason.Next[j-1] = e.agents[best[j].agent].ID
	}
	e.unqueued(w)
	w.Agent, w.Offered, w.RingEnd = a.ID, e.now, e.now.Add(q.o.Ring)
	a.call = w
	if q.o.Strategy == RoundRobin {
		q.Cursor = a.ID
		e.do(Action{Kind: QueueChanged, Queue: q.Name})
	}
	e.change(i, Reserved, "offer")
	e.do(Action{Kind: CallChanged, Call: w.Call})
	e.do(Action{Kind: Offer, Call: w.Call, Agent: a.ID, Phone: a.Phone, Queue: q.Name, Reason: reason})
	e.arm(w)
}

// seek finds the call that an agent who has become free should have: over all
// his queues the first by priority, then by arrival.
func (e *Engine) seek(i int) {
	var best *waiting
	for _, p := range e.agents[i].classes {
		for t := p.tier; t < len(p.class.lines); t++ {
			if w := p.class.lines[t].first(i, e.now); w != nil && (best == nil || w.before(best)) {
				best = w
			}
		}
	}
	if best == nil {
		return
	}
	c := [4]candidate{{i, e.key(best, i, e.cursor(best)), e.agents[i].IdleAt}}
	e.assign(best, &c, 1)
}
