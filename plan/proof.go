package plan

import (
	"fmt"
	"slices"

	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/ivr"
)

// Proof says of every number who takes its calls at every minute of the years
// that the table of holidays knows, of a plain week, and around each date that
// the plan names: people of a roster, those of a queue that a tier asks, or a
// duty tier. A roster's people count as far as the plan has agents of the queue
// to fill it. A forward may fail at any time and proves nothing; what stands
// behind it does. The path without a key through a menu is the one that
// counts. A number that is hung up with 404, 410 or 604 is no more: it needs
// nobody.
type Proof struct{ Numbers []NumberProof } // in the plan's order, without the agents' own

// NumberProof is one number's.
type NumberProof struct {
	Number   string
	Holders  []Holder
	Fewest   int    // people that the rosters put there at the thinnest time
	When     string // that is: "daily 00:00–08:00"; empty: nobody is ever there
	Holes    []Hole
	Released bool // at some time the number is no more
}

// Holder is a queue that holds a number, for a part of the week at least.
type Holder struct {
	Queue   string
	Minutes int      // of a plain week
	Shifts  []string // with people
	Also    []string // queues that its tiers ask
	Duty    []string // numbers that its tiers ring
}

// prover is a proof being made.
type prover struct {
	c       *Compiled
	moments []moment
	people  [][]int                 // by queue of Options and moment: its own and those whom its tiers ask
	absent  [][]bool                // likewise: a roster wants people of a queue that has no agents
	duty    []bool                  // by queue: it has a duty tier
	done    map[string]*NumberProof // by what of a flow counts
}

// Where a call can stand besides in a queue.
const (
	nowhere  = -1
	released = -2
)

// Prove makes the proof. Numbers that share a flow and a queue are proved once.
func (c *Compiled) Prove() *Proof {
	p := &prover{c: c, moments: c.moments(), done: map[string]*NumberProof{}}
	p.count()
	out := &Proof{}
	for i := range c.Source.Numbers {
		n := c.numbers[c.Source.Numbers[i].Name]
		if n == nil || n.Service {
			continue
		}
		one := NumberProof{Number: n.Number}
		for i, flow := range c.flowsOf(n) {
			found := p.flow(flow)
			if i == 0 {
				one = *found
				one.Number = n.Number
			} else {
				one.add(found)
			}
		}
		out.Numbers = append(out.Numbers, one)
	}
	return out
}

// count counts the people of each queue at each moment.
func (p *prover) count() {
	due, agents := make([][]int, len(p.c.ACD.Queues)), make([]int, len(p.c.ACD.Queues))
	for i := range p.c.ACD.Queues {
		name := p.c.ACD.Queues[i].Name
		agents[i] = p.c.Agents(name)
		due[i] = make([]int, len(p.moments))
		for m := range p.moments {
			due[i][m] = p.c.Due(name, p.moments[m].unix)
		}
	}
	for i := range p.c.ACD.Queues {
		asked, duty := p.c.asked(i)
		people, absent := make([]int, len(p.moments)), make([]bool, len(p.moments))
		for _, q := range asked {
			for m, n := range due[q] {
				people[m] += min(n, agents[q])
				absent[m] = absent[m] || n > 0 && agents[q] == 0
			}
		}
		p.people, p.absent, p.duty = append(p.people, people), append(p.absent, absent), append(p.duty, len(duty) > 0)
	}
}

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

// flow proves one flow, once for all that differ only in what is heard.
func (p *prover) flow(f *ivr.Flow) *NumberProof {
	var key []byte
	for i := range f.Steps {
		step := &f.Steps[i]
		if step.Kind != ivr.Queue && step.Kind != ivr.Music && step.Kind != ivr.Hangup {
			continue
		}
		w := &step.When
		key = fmt.Appendf(key, "\n%d %s %d %p %v %d %d", step.Kind, step.Queue, step.Status, w.Hours, w.Closed, w.From, w.Until)
	}
	if p.done[string(key)] == nil {
		p.done[string(key)] = p.prove(p.walk(f))
	}
	return p.done[string(key)]
}

// asked are the queues whose agents a queue's tiers reach before the call's
// longest wait is over, and the numbers they ring.
func (c *Compiled) asked(queue int) (queues []int, duty []string) {
	q := &c.ACD.Queues[queue]
	for _, t := range q.Tiers {
		switch {
		case q.MaxWait > 0 && t.After >= q.MaxWait:
		case t.Duty != nil && t.Duty.Destination != "": // a forward by another name
		case t.Duty != nil:
			duty = append(duty, t.Duty.Number)
		default:
			if i := c.queueIndex(t.Queue, queue); i >= 0 && !slices.Contains(queues, i) {
				queues = append(queues, i)
			}
		}
	}
	return queues, duty
}

func (c *Compiled) queueIndex(name string, otherwise int) int {
	if name == "" {
		return otherwise
	}
	return slices.IndexFunc(c.ACD.Queues, func(o acd.QueueOptions) bool { return o.Name == name })
}

// walk is where a caller who presses nothing stands at last, by moment: in a
// queue, nowhere, or released.
func (p *prover) walk(f *ivr.Flow) []int {
	out := make([]int, len(p.moments))
	queues := make([]int, len(f.Steps))
	for i := range f.Steps {
		queues[i] = p.c.queueIndex(f.Steps[i].Queue, nowhere)
	}
	for m := range p.moments {
		out[m] = stand(f, queues, p.moments[m].unix)
	}
	return out
}

func stand(f *ivr.Flow, queues []int, unix int64) int {
	at := nowhere
	for i := range f.Steps {
		step := &f.Steps[i]
		if !step.When.Holds(unix) {
			continue
		}
		switch step.Kind {
		case ivr.Queue: // a later one takes the call out of the one before
			at = queues[i]
		case ivr.Music: // he waits here
			return at
		case ivr.Hangup: // also where he is enlisted
			if step.Status == 404 || step.Status == 410 || step.Status == 604 {
				return released
			}
			return nowhere
		}
	}
	return at
}

// prove sums up where calls stand.
func (p *prover) prove(stands []int) *NumberProof {
	out := &NumberProof{}
	holders := map[int]int{} // by queue: place in out.Holders
	fewest := -1
	var open []gap
	for m, at := range stands {
		mo := &p.moments[m]
		switch {
		case at == released:
			out.Released = true
		case at == nowhere || p.people[at][m] == 0 && !p.duty[at]:
			open = append(open, gap{mo, at, at >= 0 && p.absent[at][m]})
		default:
			i, known := holders[at]
			if !known {
				i = len(out.Holders)
				holders[at] = i
				out.Holders = append(out.Holders, p.holder(at))
			}
			if mo.plain {
				out.Holders[i].Minutes += mo.to - mo.from
			}
			if n := p.people[at][m]; fewest < 0 || n < fewest {
				fewest = n
			}
		}
	}
	if fewest >= 0 {
		var thin []gap
		for m, at := range stands {
			if at >= 0 && p.people[at][m] == fewest && (fewest > 0 || p.duty[at]) {
				thin = append(thin, gap{&p.moments[m], at, false})
			}
		}
		out.Fewest, out.When = fewest, p.holes(thin)[0].when()
	}
	out.Holes = p.holes(open)
	return out
}

func (p *prover) holder(queue int) Holder {
	asked, duty := p.c.asked(queue)
	h := Holder{Queue: p.c.ACD.Queues[queue].Name, Duty: duty}
	for _, q := range asked {
		name := p.c.ACD.Queues[q].Name
		if q != queue {
			h.Also = append(h.Also, name)
		}
		for _, shift := range p.c.rosters[name] {
			if shift.People > 0 && !slices.Contains(h.Shifts, shift.Name) {
				h.Shifts = append(h.Shifts, shift.Name)
			}
		}
	}
	return h
}

// add takes what another flow of the number leads to.
func (n *NumberProof) add(other *NumberProof) {
	n.Released = n.Released && other.Released
	n.Holders, n.Holes = slices.Clone(n.Holders), slices.Clone(n.Holes)
	for _, h := range other.Holders {
		if !slices.ContainsFunc(n.Holders, func(o Holder) bool { return o.Queue == h.Queue }) {
			n.Holders = append(n.Holders, h)
		}
	}
	for _, h := range other.Holes {
		if !slices.Contains(n.Holes, h) {
			n.Holes = append(n.Holes, h)
		}
	}
	if other.When != "" && (n.When == "" || other.Fewest < n.Fewest) {
		n.Fewest, n.When = other.Fewest, other.When
	}
}
