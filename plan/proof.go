package plan

import (
	"slices"

	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/ivr"
	"github.com/hotline12345/hotline/schedule"
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
	own     [][]int                 // by queue of Options and moment: people of its roster, as far as there are agents
	people  [][]int                 // likewise: its own and those whom its tiers ask
	absent  [][]bool                // likewise: a roster wants people of a queue that has no agents
	duty    []bool                  // by queue: it has a duty tier
	done    map[string]*NumberProof // by what of a flow counts
}

// Prove makes the proof. Numbers that share a flow and a queue are proved once.
func (c *Compiled) Prove() *Proof {
	p := c.prover()
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

func (c *Compiled) prover() *prover {
	p := &prover{c: c, moments: c.moments(), done: map[string]*NumberProof{}}
	p.count()
	return p
}

// count counts the people of each queue at each moment.
func (p *prover) count() {
	n := len(p.c.ACD.Queues)
	p.own = make([][]int, n)
	vain := make([][]bool, n) // by queue and moment: the roster has people, the plan no agents
	for i := range n {
		name := p.c.ACD.Queues[i].Name
		agents := p.c.Agents(name)
		p.own[i], vain[i] = make([]int, len(p.moments)), make([]bool, len(p.moments))
		for m := range p.moments {
			due := p.c.Due(name, p.moments[m].unix)
			p.own[i][m], vain[i][m] = min(due, agents), due > 0 && agents == 0
		}
	}
	for i := range n {
		asked, duty := p.c.asked(i)
		people, absent := make([]int, len(p.moments)), make([]bool, len(p.moments))
		for _, q := range asked {
			for m := range p.moments {
				people[m] += p.own[q][m]
				absent[m] = absent[m] || vain[q][m]
			}
		}
		p.people, p.absent, p.duty = append(p.people, people), append(p.absent, absent), append(p.duty, len(duty) > 0)
	}
}

// flow proves one flow, once for all that differ only in what is heard.
func (p *prover) flow(f *ivr.Flow) *NumberProof {
	key := counting(f, ivr.Queue, ivr.Music, ivr.Hangup)
	if p.done[key] == nil {
		p.done[key] = p.prove(p.walk(f))
	}
	return p.done[key]
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

// prove sums up where calls stand.
func (p *prover) prove(stands []int) *NumberProof {
	out := &NumberProof{}
	holders := map[int]int{} // by queue: place in out.Holders
	fewest := -1
	var open []during[gap]
	for m, at := range stands {
		mo := &p.moments[m]
		switch {
		case at == released:
			out.Released = true
		case !p.held(at, m):
			open = append(open, during[gap]{mo, p.gap(at, m)})
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
		var thin []during[int]
		for m, at := range stands {
			if p.held(at, m) && p.people[at][m] == fewest {
				thin = append(thin, during[int]{&p.moments[m], at})
			}
		}
		first := spans(p.c, thin)[0]
		out.Fewest, out.When = fewest, when(first.days, schedule.Clock(first.from), schedule.Clock(first.to), first.more)
	}
	out.Holes = p.holes(open)
	return out
}

// held says whether somebody takes a call that stands there at a moment.
func (p *prover) held(at, m int) bool { return at >= 0 && (p.people[at][m] > 0 || p.duty[at]) }

func (p *prover) gap(at, m int) gap { return gap{at, at >= 0 && p.absent[at][m]} }

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
