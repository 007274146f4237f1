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

func (h Hole) when() string {
	text := h.Days + " " + schedule.Clock(h.From) + "–" + schedule.Clock(h.To)
	if h.More > 0 {
		text += fmt.Sprintf(" and on %d more days", h.More)
	}
	return text
}

// String is the hole as people read it.
func (h Hole) String() string { return h.when() + ": " + h.Why }

// gap is a moment and where a call stands in it.
type gap struct {
	*moment
	at     int
	absent bool // the roster has people, the plan no agents
}

// place is what makes gaps of several days one hole.
type place struct {
	from, to, at int
	absent       bool
}

// holes puts gaps together: those of a plain week by weekdays, and of other
// days those that are not so each week.
func (p *prover) holes(gaps []gap) (out []Hole) {
	var places []place
	weeks, dates := map[place]*schedule.Days{}, map[place]int{} // dates: place in out
	for i := 0; i < len(gaps); i++ {
		first, to := gaps[i], gaps[i].to
		for i+1 < len(gaps) && gaps[i+1].day == first.day && gaps[i+1].from == to && gaps[i+1].at == first.at && gaps[i+1].absent == first.absent {
			i++
			to = gaps[i].to
		}
		at := place{first.from, to, first.at, first.absent}
		week, found := weeks[at], dates[at]-1
		switch {
		case first.plain && week == nil:
			week = &schedule.Days{}
			weeks[at], places = week, append(places, at)
			fallthrough
		case first.plain:
			week.AddWeekday(first.day.Weekday())
		case week != nil && week.Has(first.day):
		case found >= 0:
			out[found].More++
		default:
			days := first.day.String()
			if _, name := p.c.calendar.At(first.day); name != "" {
				days += " " + name
			}
			out = append(out, p.hole(at, days))
			dates[at] = len(out)
		}
	}
	var weekly []Hole
	for _, at := range places {
		weekly = append(weekly, p.hole(at, weeks[at].String()))
	}
	return append(weekly, out...)
}

func (p *prover) hole(at place, days string) Hole {
	h := Hole{Days: days, From: at.from, To: at.to}
	if at.at < 0 {
		h.Why = "its flow leads to no queue then"
		return h
	}
	h.Queue = p.c.ACD.Queues[at.at].Name
	h.Why = fmt.Sprintf("queue %s has no roster people then, no duty tier", h.Queue)
	if at.absent {
		h.Why = fmt.Sprintf("queue %s has roster people then, but the plan has no agents in %s; no duty tier", h.Queue, strings.Join(p.deserted(at.at), ", "))
	}
	return h
}

// deserted are the queues with a roster and without agents that a queue asks.
func (p *prover) deserted(queue int) (out []string) {
	asked, _ := p.c.asked(queue)
	for _, q := range asked {
		if name := p.c.ACD.Queues[q].Name; len(p.c.rosters[name]) > 0 && p.c.Agents(name) == 0 {
			out = append(out, name)
		}
	}
	return out
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
