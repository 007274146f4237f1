package plan

import (
	"slices"

	"github.com/hotline12345/hotline/ivr"
	"github.com/hotline12345/hotline/ivr/prompt"
)

// Hearing is a place at which the callers of a number may hear a clip.
type Hearing struct {
	Number string
	City   string // whose calls alone hear it there; empty: no city's own
	Area   string // of the calls whose area code leaves the city open
	Flow   string
	Step   string
	Clip   string
}

// Heard lists what callers of each number may hear, in the numbers' order:
// every clip of every step that its flows can lead to, whatever the hour and
// the day. The digits of a number that is spelled are clips, too. What agents
// hear, and what the server says of itself, is not there.
func (c *Compiled) Heard() (out []Hearing) {
	for _, row := range c.Source.Numbers {
		n := c.numbers[row.Name]
		if n == nil {
			continue
		}
		w := listener{c: c, number: n.Number}
		w.listen(n.Flow, Hearing{Number: n.Number, City: row.Value.City})
		for _, city := range c.Source.Cities {
			w.listen(n.Flow+"@"+city.Name, Hearing{Number: n.Number, City: city.Name})
		}
		for _, area := range c.areas {
			w.listen(n.Flow+"?"+area, Hearing{Number: n.Number, Area: area})
		}
		out = append(out, w.heard...)
	}
	return out
}

// listener goes through the flows of a number.
type listener struct {
	c      *Compiled
	number string
	heard  []Hearing
	been   []string
}

// listen goes through a flow, where the plan has it, and all that it leads to.
func (w *listener) listen(flow string, at Hearing) {
	w.been = w.been[:0]
	w.through(flow, at)
}

func (w *listener) through(flow string, at Hearing) {
	f := w.c.flows[flow]
	if f == nil || slices.Contains(w.been, flow) {
		return
	}
	w.been = append(w.been, flow)
	for i := range f.Steps {
		step := &f.Steps[i]
		at.Flow, at.Step = flow, step.Name
		if step.Kind == ivr.City {
			at.City, at.Area = step.City, ""
		}
		for _, clip := range step.Clips {
			names := []string{clip}
			switch clip {
			case ivr.Dialled:
				names = prompt.Number(w.number)
			case ivr.Takeover:
				names = ivr.Takeovers
			}
			for _, at.Clip = range names {
				if !slices.Contains(w.heard, at) {
					w.heard = append(w.heard, at)
				}
			}
		}
		for _, choice := range step.Choices {
			w.through(choice.Flow, at)
		}
	}
}
