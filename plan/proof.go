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
// to fill it who have the skills that the call asks for. A forward may fail at any time and proves nothing; what stands
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
	due     [][]int // by queue of Options and moment: people of its roster; nil: not asked for yet
	waits   []*wait
	ofQueue [][]int                 // by queue: places in waits
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
			found := p.flow(flow, n.Needs)
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
	n := len(c.ACD.Queues)
	return &prover{c: c, moments: c.moments(), due: make([][]int, n), ofQueue: make([][]int, n), done: map[string]*NumberProof{}}
}

// flow proves one flow for the skills that the number asks for, once for all
// that differ only in what is heard.
func (p *prover) flow(f *ivr.Flow, needs []ivr.Need) *NumberProof {
	key := counting(f, needs, ivr.Queue, ivr.Music, ivr.Hangup)
	if p.done[key] == nil {
		p.done[key] = p.prove(p.walk(f, needs))
	}
	return p.done[key]
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
	fewest := -1
	var open []during[int]
	for m, at := range stands {
		mo := &p.moments[m]
		switch {
		case at == released:
			out.Released = true
		case !p.held(at, m):
			open = append(open, during[int]{mo, p.gap(at, m)})
		default:
			h := out.holder(p, p.waits[at])
			if mo.plain {
				h.Minutes += mo.to - mo.from
			}
			if n := p.waits[at].people[m]; fewest < 0 || n < fewest {
				fewest = n
			}
		}
	}
	if fewest >= 0 {
		var thin []during[int]
		for m, at := range stands {
			if p.held(at, m) && p.waits[at].people[m] == fewest {
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
func (p *prover) held(at, m int) bool {
	return at >= 0 && (p.waits[at].people[m] > 0 || len(p.waits[at].duty) > 0)
}

// holder finds or makes the one that is a wait's.
func (n *NumberProof) holder(p *prover, w *wait) *Holder {
	queue := p.c.ACD.Queues[w.queue].Name
	for i := range n.Holders {
		if n.Holders[i].Queue == queue {
			return &n.Holders[i]
		}
	}
	h := Holder{Queue: queue, Duty: w.duty}
	for _, post := range w.posts {
		name := p.c.ACD.Queues[post.queue].Name
		if post.queue != w.queue {
			h.Also = append(h.Also, name)
		}
		for _, shift := range p.c.rosters[name] {
			if shift.People > 0 && post.fit > 0 && !slices.Contains(h.Shifts, shift.Name) {
				h.Shifts = append(h.Shifts, shift.Name)
			}
		}
	}
	n.Holders = append(n.Holders, h)
	return &n.Holders[len(n.Holders)-1]
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
