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

// walk is where a caller who presses nothing stands at last, by moment: in a
// queue, nowhere, or released.
func (p *prover) walk(f *ivr.Flow) []int {
	out := make([]int, len(p.moments))
	queues := p.queuesOf(f)
	for m := range p.moments {
		out[m], _ = stand(f, queues, p.moments[m].unix)
	}
	return out
}

// queuesOf are the places in Options of the queues that steps name.
func (p *prover) queuesOf(f *ivr.Flow) []int {
	queues := make([]int, len(f.Steps))
	for i := range f.Steps {
		queues[i] = p.c.queueIndex(f.Steps[i].Queue, nowhere)
	}
	return queues
}

// stand is where he stands at a time, and how many steps have led there.
func stand(f *ivr.Flow, queues []int, unix int64) (at, steps int) {
	at = nowhere
	for i := range f.Steps {
		step := &f.Steps[i]
		if !step.When.Holds(unix) {
			continue
		}
		switch step.Kind {
		case ivr.Queue: // a later one takes the call out of the one before
			at = queues[i]
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

// counting is a flow's steps of some kinds: flows that are alike in them are
// proved alike.
func counting(f *ivr.Flow, kinds ...ivr.Kind) string {
	var key []byte
	for i := range f.Steps {
		step := &f.Steps[i]
		if !slices.Contains(kinds, step.Kind) {
			continue
		}
		w := &step.When
		key = fmt.Appendf(key, "\n%d %s %s %d %p %v %d %d", step.Kind, step.Queue, step.Target, step.Status, w.Hours, w.Closed, w.From, w.Until)
	}
	return string(key)
}
