package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hotline12345/hotline/ivr"
	"github.com/hotline12345/hotline/schedule"
)

// Stretch is a time at which the same people take a number's calls.
type Stretch struct {
	Days     string   `json:"days"` // mon-fri, or a date with its holiday: 2026-10-01 国庆节
	From     string   `json:"from"` // 08:00
	To       string   `json:"to"`
	More     int      `json:"more,omitempty"`     // other dates of which the same is true
	First    []string `json:"first,omitempty"`    // destinations and phones that are rung before: the queue takes over
	Queue    string   `json:"queue,omitempty"`    // in which calls wait; empty: in none
	Posts    []Post   `json:"posts,omitempty"`    // people of the rosters, the queue's own first
	Duty     []string `json:"duty,omitempty"`     // numbers that its tiers ring
	Released bool     `json:"released,omitempty"` // the number is no more
	Hole     string   `json:"hole,omitempty"`     // why nobody takes them
}

// Post is how many people of a queue take them.
type Post struct {
	Queue  string   `json:"queue"`
	People int      `json:"people"`
	Shifts []string `json:"shifts"`
}

// When is the stretch's time: daily 00:00–08:00.
func (s *Stretch) When() string { return when(s.Days, s.From, s.To, s.More) }

// Cover is who takes the calls of one of a number's flows.
type Cover struct {
	Of        []string  `json:"of"` // cities, or area codes that leave the city open; empty: whose it is all the same
	Stretches []Stretch `json:"stretches"`
}

// Covers tells of each number who takes its calls and when: the proof at
// length, over the same times. A number that the plan has not has no cover.
func (c *Compiled) Covers(wanted []string) [][]Cover {
	p := c.prover()
	out := make([][]Cover, len(wanted))
	known := map[string][]Stretch{} // by what of a flow counts
	for i, number := range wanted {
		n := c.numbers[number]
		if n == nil {
			continue
		}
		var keys []string
		for _, f := range c.flowsOf(n) {
			key := counting(f, n.Needs, ivr.Queue, ivr.Music, ivr.Hangup, ivr.Forward)
			if known[key] == nil {
				known[key] = p.stretches(f, n.Needs)
			}
			at := slices.Index(keys, key)
			if at < 0 {
				at = len(keys)
				keys = append(keys, key)
				out[i] = append(out[i], Cover{Stretches: known[key]})
			}
			if of := strings.TrimLeft(strings.TrimPrefix(f.Name, n.Flow), "@?"); of != "" {
				out[i][at].Of = append(out[i][at].Of, of)
			}
		}
		if len(out[i]) > 0 {
			out[i][0].Of = nil // it is that of all others
		}
	}
	return out
}

// stretches are all times of a flow.
func (p *prover) stretches(f *ivr.Flow, needs []ivr.Need) (out []Stretch) {
	var found []during[int]
	var kinds []Stretch
	seen := map[string]int{} // by what they say: place in kinds
	for m := range p.moments {
		s := p.stretch(f, needs, m)
		key := fmt.Sprintf("%+v", s)
		at, known := seen[key]
		if !known {
			at = len(kinds)
			seen[key], kinds = at, append(kinds, s)
		}
		found = append(found, during[int]{&p.moments[m], at})
	}
	for _, s := range spans(p.c, found) {
		one := kinds[s.what]
		one.Days, one.From, one.To, one.More = s.days, schedule.Clock(s.from), schedule.Clock(s.to), s.more
		out = append(out, one)
	}
	return out
}

// stretch is who takes a call of the flow at a moment.
func (p *prover) stretch(f *ivr.Flow, needs []ivr.Need, m int) (out Stretch) {
	unix := p.moments[m].unix
	at, steps := p.stand(f, needs, unix)
	for i := range steps {
		step := &f.Steps[i]
		if step.Kind == ivr.Forward && step.When.Holds(unix) && !slices.Contains(out.First, step.Target) {
			out.First = append(out.First, step.Target)
		}
	}
	switch {
	case at == released:
		out.Released = true
		return out
	case !p.held(at, m):
		out.Queue, out.Hole = p.why(p.gap(at, m))
		return out
	}
	w := p.waits[at]
	out.Queue, out.Duty = p.c.ACD.Queues[w.queue].Name, w.duty
	for i := range w.posts {
		name := p.c.ACD.Queues[w.posts[i].queue].Name
		if people := w.posts[i].people[m]; people > 0 {
			out.Posts = append(out.Posts, Post{Queue: name, People: people, Shifts: p.c.rosters[name].On(unix)})
		}
	}
	return out
}
