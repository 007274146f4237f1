package sim

import (
	"fmt"
	"slices"

	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/turn"
)

// group is all waiting calls of a queue that ask for the same skills with the
// same priority, oldest first: each may go to whomever a younger one may.
type group struct {
	line       *line
	needs      []acd.Skill
	priority   int
	from       []int8 // by person.index: the tier from which on he may have them; -1: never
	head, tail *ticket
}

// first reports whether t is served before x.
func (t *ticket) first(x *ticket) bool {
	return t.Priority > x.Priority || t.Priority == x.Priority && t.older(x)
}

// older reports whether t has its place since before x.
func (t *ticket) older(x *ticket) bool {
	return t.Since < x.Since || t.Since == x.Since && t.Sequence < x.Sequence
}

// waitsFrom is when the queue's own limit and its tiers begin to count.
func (t *ticket) waitsFrom() turn.Instant { return max(t.Since, t.Entered) }

// mayWiden says whether the call has waited long enough for tier i at the
// instant; the first tier is open at once.
func (t *ticket) mayWiden(i int, at turn.Instant) bool {
	return i == 0 || at >= t.waitsFrom().Add(t.line.o.Tiers[i].After)
}

// aged says whether the call has its place since before it came.
func (t *ticket) aged() bool { return t.Entered > t.Since }

// may says whether a person may be offered the call as the clock stands.
func (t *ticket) may(p *person, now turn.Instant) bool {
	from := t.group.from[p.index]
	return from >= 0 && t.mayWiden(int(from), now) && !t.shy(p, now)
}

func (t *ticket) shy(p *person, now turn.Instant) bool {
	return (t.shyOf == p || t.shyOfAll) && now < t.shyUntil
}

// group finds the call's group, or makes it and asks of everybody whether he
// may have its calls.
func (a *audit) group(t *ticket) *group {
	key := fmt.Sprint(t.Queue, t.Needs, t.Priority)
	g := a.byKey[key]
	if g != nil {
		return g
	}
	g = &group{line: t.line, needs: slices.Clone(t.Needs), priority: t.Priority, from: make([]int8, len(a.o.Agents))}
	for i := range g.from {
		g.from[i] = from(&a.o.Agents[i], t.line.o, g.needs)
		if g.from[i] >= 0 {
			a.people[i].places = append(a.people[i].places, place{g, int(g.from[i])})
		}
	}
	a.byKey[key] = g
	a.groups = append(a.groups, g)
	return g
}

// from is the first tier in which an agent may have a queue's calls of these
// needs, or -1.
func from(o *acd.AgentOptions, q *acd.QueueOptions, needs []acd.Skill) int8 {
	for i := range q.Tiers {
		tier := &q.Tiers[i]
		name := tier.Queue
		if name == "" {
			name = q.Name
		}
		fits := tier.Duty == nil && slices.Contains(o.Queues, name)
		for _, need := range needs {
			least := max(int(need.Level)-int(tier.Lower), 1)
			fits = fits && slices.ContainsFunc(o.Skills, func(s acd.Skill) bool { return s.Name == need.Name && int(s.Level) >= least })
		}
		if fits {
			return int8(i)
		}
	}
	return -1
}

// waits puts a call into its group, at its place by age.
func (a *audit) waits(t *ticket) {
	a.touch(t)
	g := a.group(t)
	t.group = g
	t.line.waiting++
	// One that comes back is among the oldest, a new one the youngest, as a rule.
	next := g.head
	if g.tail != nil && g.tail.older(t) {
		next = nil
	}
	for next != nil && next.older(t) {
		next = next.next
	}
	a.link(g, t, next)
	a.setTier(t)
	for _, x := range [...]struct {
		kind obligation
		at   turn.Instant
	}{{shynessEnds, t.shyUntil}, {dutyAgain, t.DutyAt}} {
		if x.at > a.now {
			a.due.Set(duty{kind: x.kind, call: t.Call}, x.at)
		}
	}
	if limit := t.line.o.MaxWait; limit > 0 {
		a.due.Set(duty{kind: waitEnds, call: t.Call}, max(t.waitsFrom().Add(limit), a.now))
	}
}

// link puts t before next, or at the end.
func (a *audit) link(g *group, t, next *ticket) {
	prev := g.tail
	if next != nil {
		prev = next.prev
	}
	t.prev, t.next = prev, next
	if prev == nil {
		g.head = t
	} else {
		prev.next = t
	}
	if next == nil {
		g.tail = t
	} else {
		next.prev = t
	}
}

func (a *audit) waitsNoMore(t *ticket) {
	g := t.group
	if t.prev == nil {
		g.head = t.next
	} else {
		t.prev.next = t.next
	}
	if t.next == nil {
		g.tail = t.prev
	} else {
		t.next.prev = t.prev
	}
	t.group, t.prev, t.next = nil, nil, nil
	t.line.waiting--
	for _, kind := range [...]obligation{tierWidens, shynessEnds, dutyAgain, waitEnds} {
		a.due.Set(duty{kind: kind, call: t.Call}, 0)
	}
}

// setTier says when more people may have the call.
func (a *audit) setTier(t *ticket) {
	for i := range t.line.o.Tiers {
		if at := t.waitsFrom().Add(t.line.o.Tiers[i].After); i > 0 && at > a.now {
			a.due.Set(duty{kind: tierWidens, call: t.Call}, at)
			return
		}
	}
}

// owed is a waiting call that a person should have been offered, or nil. Among
// calls of a group the oldest may go to whomever any may.
func (a *audit) owed(p *person) *ticket {
	for _, place := range p.places {
		for t := place.group.head; t != nil; t = t.next {
			wide := t.mayWiden(place.tier, a.now)
			if wide && !t.shy(p, a.now) {
				return t
			}
			if !wide && !t.aged() {
				break // nor have those behind it waited long enough
			}
		}
	}
	return nil
}

// passedOver is a call that p could have been offered before t, or nil. What
// came within his reach in this very instant does not count.
func (a *audit) passedOver(t *ticket, p *person) *ticket {
	for _, place := range p.places {
		for x := place.group.head; x != nil; x = x.next {
			if x == t || !x.first(t) {
				break // and so are those behind it
			}
			wide := x.mayWiden(place.tier, a.now-1)
			if wide && !x.shy(p, a.now-1) {
				return x
			}
			if !wide && !x.aged() {
				break // nor have those behind it waited long enough
			}
		}
	}
	return nil
}
