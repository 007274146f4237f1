package acd

import (
	"slices"
	"strings"
)

// class is all calls of a queue that ask for the same skills: whoever may have
// one of them may have each. There are few.
type class struct {
	queue int
	needs []Skill
	tiers []bits // who may have the call in this tier, or in one before it
	lines []line // calls by the tier they have reached
}

// place is a class in which an agent may be offered calls, from a tier on.
type place struct {
	class *class
	tier  int
}

func (e *Engine) class(q int, needs []Skill) *class {
	// The key is built on the stack of small calls; a class that is known
	// costs a lookup.
	var buf [128]byte
	key := append(buf[:0], e.queues[q].Name...)
	for _, n := range needs {
		key = append(key, 0)
		key = append(key, n.Name...)
		key = append(key, 0, n.Level)
	}
	if c := e.byClass[string(key)]; c != nil {
		return c
	}
	c := &class{queue: q, needs: slices.Clone(needs)}
	o := e.queues[q].o
	c.lines = make([]line, len(o.Tiers))
	for t := range o.Tiers {
		set := newBits(len(e.agents))
		if t > 0 {
			copy(set, c.tiers[t-1])
		}
		for i := range e.agents {
			if !set.has(i) && e.agents[i].o != nil && o.Tiers[t].Fits(e.agents[i].o, o.Name, needs) {
				set.set(i, true)
				e.agents[i].classes = append(e.agents[i].classes, place{c, t})
			}
		}
		c.tiers = append(c.tiers, set)
		if d := o.Tiers[t].Duty; d != nil && d.Destination != "" {
			out := e.outsideOf(d.Destination)
			out.places = append(out.places, place{c, t})
		}
	}
	e.classes = append(e.classes, c)
	e.byClass[string(key)] = c
	return c
}

// Fits says whether an agent may have a call of a queue with these needs in the
// tier.
func (t *Tier) Fits(a *AgentOptions, queue string, needs []Skill) bool {
	if t.Duty != nil {
		return false
	}
	from := queue
	if t.Queue != "" {
		from = t.Queue
	}
	if !slices.ContainsFunc(a.Queues, func(s string) bool { return strings.EqualFold(s, from) }) {
		return false
	}
	for _, n := range needs {
		least := uint8(1)
		if n.Level > t.Lower {
			least = n.Level - t.Lower
		}
		if level(a, n.Name) < least {
			return false
		}
	}
	return true
}

// level is an agent's level of a skill; 0: he has it not.
func level(a *AgentOptions, skill string) uint8 {
	for i := range a.Skills {
		if a.Skills[i].Name == skill {
			return a.Skills[i].Level
		}
	}
	return 0
}
