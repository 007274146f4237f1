package plan

import (
	"slices"

	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/ivr"
)

// wait is where calls stand: in a queue, with all those that ask there for the
// same skills.
type wait struct {
	queue  int // place in Options
	needs  []ivr.Need
	posts  []post
	duty   []string // numbers that its tiers ring
	people []int    // by moment: those of all posts
	vain   []bool   // by moment: a roster has people, none of whom may have the call
}

// post is a queue whose agents a wait's tiers ask.
type post struct {
	queue  int
	fit    int   // its agents that have the skills
	people []int // by moment: those of its roster, as far as agents fit
}

// wait finds where calls of a queue stand that ask for skills, or makes the
// place. There are few in each queue.
func (p *prover) wait(queue int, needs []ivr.Need) int {
	for _, at := range p.ofQueue[queue] {
		if slices.Equal(p.waits[at].needs, needs) {
			return at
		}
	}
	w := &wait{queue: queue, needs: needs, people: make([]int, len(p.moments)), vain: make([]bool, len(p.moments))}
	w.posts, w.duty = p.asked(queue, needs)
	for i := range w.posts {
		at := &w.posts[i]
		at.people = make([]int, len(p.moments))
		for m, due := range p.dueIn(at.queue) {
			at.people[m] = min(due, at.fit)
			w.people[m] += at.people[m]
			w.vain[m] = w.vain[m] || due > 0 && at.fit == 0
		}
	}
	p.waits, p.ofQueue[queue] = append(p.waits, w), append(p.ofQueue[queue], len(p.waits))
	return len(p.waits) - 1
}

// asked are the queues whose agents a queue's tiers reach before the call's
// longest wait is over, with how many of them may have it, and the numbers they
// ring.
func (p *prover) asked(queue int, needs []ivr.Need) (posts []post, duty []string) {
	q := &p.c.ACD.Queues[queue]
	reach := map[int][]*acd.Tier{} // by queue that is asked
	for i := range q.Tiers {
		t := &q.Tiers[i]
		switch {
		case q.MaxWait > 0 && t.After >= q.MaxWait:
		case t.Duty != nil && t.Duty.Destination != "": // a forward by another name
		case t.Duty != nil:
			duty = append(duty, t.Duty.Number)
		default:
			asks := p.c.queueIndex(t.Queue, queue)
			if asks >= 0 && reach[asks] == nil {
				posts = append(posts, post{queue: asks})
			}
			reach[asks] = append(reach[asks], t)
		}
	}
	skills := Skills(needs)
	for i := range posts {
		for j := range p.c.ACD.Agents {
			a := &p.c.ACD.Agents[j]
			if slices.ContainsFunc(reach[posts[i].queue], func(t *acd.Tier) bool { return t.Fits(a, q.Name, skills) }) {
				posts[i].fit++
			}
		}
	}
	return posts, duty
}

// dueIn is how many people the rosters want in a queue, by moment.
func (p *prover) dueIn(queue int) []int {
	if p.due[queue] == nil {
		p.due[queue] = make([]int, len(p.moments))
		for m := range p.moments {
			p.due[queue][m] = p.c.Due(p.c.ACD.Queues[queue].Name, p.moments[m].unix)
		}
	}
	return p.due[queue]
}

// Skills are what a call asks for, in the engine's words.
func Skills(needs []ivr.Need) []acd.Skill {
	out := make([]acd.Skill, len(needs))
	for i, n := range needs {
		out[i] = acd.Skill{Name: n.Skill, Level: n.Level}
	}
	return out
}
