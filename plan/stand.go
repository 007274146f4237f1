package plan

import (
	"fmt"
	"slices"

	"github.com/hotline12345/hotline/ivr"
)

// Where a call can stand besides in a queue.
const (
	nowhere  = -1
	released = -2
)

// flowsOf are the flows that calls to a number may begin in: its own, and that
// of each city and area code that has another.
func (c *Compiled) flowsOf(n *Number) []*ivr.Flow {
	var out []*ivr.Flow
	for i := -1; i < len(c.Source.Cities); i++ {
		names := []string{n.Flow}
		if i >= 0 {
			city := &c.Source.Cities[i]
			names = []string{n.Flow + "@" + city.Name, n.Flow + "?" + city.Value.Area}
		}
		for _, name := range names {
			if f := c.flows[name]; f != nil && !slices.Contains(out, f) {
				out = append(out, f)
			}
		}
	}
	return out
}

// walk is where a caller who presses nothing stands at last, by moment: in one of
// the prover's waits, nowhere, or released.
func (p *prover) walk(f *ivr.Flow, needs []ivr.Need) []int {
	out := make([]int, len(p.moments))
	for m := range p.moments {
		out[m], _ = p.stand(f, needs, p.moments[m].unix)
	}
	return out
}

// stand is where he stands at a time, and how many steps have led there.
func (p *prover) stand(f *ivr.Flow, needs []ivr.Need, unix int64) (at, steps int) {
	at = nowhere
	for i := range f.Steps {
		step := &f.Steps[i]
		if !step.When.Holds(unix) {
			continue
		}
		switch step.Kind {
		case ivr.Queue: // a later one takes the call out of the one before, and asks for more
			if len(step.Needs) > 0 {
				needs = ivr.MergeNeeds(needs, step.Needs)
			}
			at = nowhere
			if queue := p.c.queueIndex(step.Queue, nowhere); queue >= 0 {
				at = p.wait(queue, needs)
			}
		case ivr.Music: // he waits here
			return at, i
		case ivr.Hangup: // also where he is enlisted
			if step.Status == 404 || step.Status == 410 || step.Status == 604 {
				return released, i
			}
			return nowhere, i
		}
	}
	return at, len(f.Steps)
}

// counting is a flow's steps of some kinds, for a number that asks for skills:
// flows that are alike in them are proved alike.
func counting(f *ivr.Flow, needs []ivr.Need, kinds ...ivr.Kind) string {
	key := fmt.Append(nil, needs)
	for i := range f.Steps {
		step := &f.Steps[i]
		if !slices.Contains(kinds, step.Kind) {
			continue
		}
		w := &step.When
		key = fmt.Appendf(key, "\n%d %s %v %s %d %p %v %d %d", step.Kind, step.Queue, step.Needs, step.Target, step.Status, w.Hours, w.Closed, w.From, w.Until)
	}
	return string(key)
}
