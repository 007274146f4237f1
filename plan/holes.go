package plan

import (
	"fmt"
	"strings"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/schedule"
)

// Hole is a time at which nobody can take a number's calls.
type Hole struct {
	Days     string // mon-fri, or a date with its holiday: 2026-10-01 国庆节
	From, To int    // minutes of the day
	More     int    // other dates of which the same is true
	Queue    string // in which the call waits in vain; empty: in none
	Why      string
}

// String is the hole as people read it.
func (h Hole) String() string {
	return when(h.Days, schedule.Clock(h.From), schedule.Clock(h.To), h.More) + ": " + h.Why
}

// A gap is where a call stands at a time at which nobody can take it: nowhere, or
// a wait, of which the roster has people, and none may have the call, or has none.
func (p *prover) gap(at, m int) int {
	switch {
	case at < 0:
		return nowhere
	case p.waits[at].vain[m]:
		return 2*at + 1
	}
	return 2 * at
}

// holes puts gaps together.
func (p *prover) holes(gaps []during[int]) (out []Hole) {
	for _, s := range spans(p.c, gaps) {
		h := Hole{Days: s.days, From: s.from, To: s.to, More: s.more}
		h.Queue, h.Why = p.why(s.what)
		out = append(out, h)
	}
	return out
}

// why says in which queue a call waits in vain, and why in vain.
func (p *prover) why(gap int) (queue, text string) {
	if gap < 0 {
		return "", "its flow leads to no queue then"
	}
	w := p.waits[gap/2]
	queue = p.c.ACD.Queues[w.queue].Name
	if gap%2 == 0 {
		return queue, fmt.Sprintf("queue %s has no roster people then, no duty tier", queue)
	}
	return queue, fmt.Sprintf("queue %s has roster people then, but the plan has no agents in %s; no duty tier", queue, p.deserted(w))
}

// deserted are the queues that a wait asks, with a roster and without an agent
// who may have its calls, and what skills are asked for.
func (p *prover) deserted(w *wait) string {
	var names []string
	for i := range w.posts {
		if name := p.c.ACD.Queues[w.posts[i].queue].Name; len(p.c.rosters[name]) > 0 && w.posts[i].fit == 0 {
			names = append(names, name)
		}
	}
	text := strings.Join(names, ", ")
	for i, n := range w.needs {
		text += []string{" with ", ", "}[min(i, 1)] + fmt.Sprintf("%s of level %d", n.Skill, n.Level)
	}
	return text
}

// How much of many holes is told.
const (
	mostHoles   = 3  // of a number
	mostFaults  = 20 // of a plan
	mostNumbers = 5  // by name, of those with the same holes
)

// Holes says whether some number has one.
func (p *Proof) Holes() bool {
	for i := range p.Numbers {
		if len(p.Numbers[i].Holes) > 0 {
			return true
		}
	}
	return false
}

// faults are a proof's holes, each set of them once for all numbers that have
// it.
func (p *Proof) faults(source *config.Plan) (out config.Faults) {
	var texts []string
	var numbers [][]string // by text
	told := map[string]int{}
	for i := range p.Numbers {
		n := &p.Numbers[i]
		if len(n.Holes) == 0 {
			continue
		}
		text := n.told()
		at, known := told[text]
		if !known {
			at = len(texts)
			told[text], texts, numbers = at, append(texts, text), append(numbers, nil)
		}
		numbers[at] = append(numbers[at], n.Number)
	}
	for i, text := range texts {
		if i == mostFaults {
			out.Add("numbers", 0, "%d more holes are not told", len(texts)-i)
			break
		}
		with := numbers[i][1:]
		if len(with) > 0 {
			text += "; so it is with " + strings.Join(with[:min(len(with), mostNumbers)], ", ")
		}
		if len(with) > mostNumbers {
			text += fmt.Sprintf(" and %d more", len(with)-mostNumbers)
		}
		out.Add("numbers."+numbers[i][0], lineOf(source, numbers[i][0]), "%s", text)
	}
	return out
}

// told are a number's holes in one line.
func (n *NumberProof) told() string {
	var parts []string
	for i, h := range n.Holes {
		if i == mostHoles {
			parts = append(parts, fmt.Sprintf("%d more times", len(n.Holes)-i))
			break
		}
		parts = append(parts, h.String())
	}
	return "nobody can take it " + strings.Join(parts, "; ")
}

func lineOf(source *config.Plan, number string) int {
	for i := range source.Numbers {
		if source.Numbers[i].Name == number {
			return source.Numbers[i].Line
		}
	}
	return 0
}
