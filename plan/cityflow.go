package plan

import (
	"slices"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/ivr"
	"github.com/hotline12345/hotline/ivr/prompt"
)

// cityFlows are a number's flows for the cities that have seats of their own,
// and those that ask for the city where an area code leaves it open.
func (c *compiler) cityFlows(e *entry, n *Number) {
	if e.way == outside || e.way == reassigned {
		return // it is the same in each city
	}
	var gone []ivr.Step
	if t := e.transition; t != nil && t.release {
		if t.from == 0 {
			return // so it is
		}
		gone = c.givenUp(e)
		before := *e
		before.transition = nil
		e = &before
	}
	for i := range c.p.Cities {
		city := &c.p.Cities[i]
		if ownSeats(&city.Value) && (e.City == "" || e.City == city.Name) {
			c.add(&ivr.Flow{Name: n.Flow + "@" + city.Name, Steps: append(slices.Clip(gone), c.inCity(e, city)...)})
		}
	}
	if e.City != "" {
		return
	}
	for _, area := range c.areas {
		c.add(&ivr.Flow{Name: n.Flow + "?" + area, Steps: append(slices.Clip(gone), c.asking(e, n, area)...)})
	}
}

func ownSeats(city *config.City) bool { return city.Queue != "" || city.Destination != "" }

// inCity is the number's flow in a city: its own 12345 is rung first, its own
// queue stands in the place of the hotline's.
func (c *compiler) inCity(e *entry, city *config.Row[config.City]) []ivr.Step {
	local, number := *e, *e.Number
	local.Number = &number
	if number.Queue == "" {
		number.Queue = city.Value.Queue
	}
	out := []ivr.Step{{Name: "city", Kind: ivr.City, City: city.Name}}
	if city.Value.Destination == "" {
		return append(out, c.answered(&local)...)
	}
	steps := c.answered(&local)
	for i := range steps {
		if steps[i].Kind == ivr.Queue {
			steps[i].Aged = true
		}
	}
	return slices.Concat(out, c.forwards(city.Value.Destination), steps)
}

// asking is the number's flow with the question for the city: one key, and
// silence leaves it open. Where a city has seats of its own the question comes
// first, else while people are sought.
func (c *compiler) asking(e *entry, n *Number, area string) []ivr.Step {
	sharing := c.citiesOf(area)
	first := slices.ContainsFunc(sharing, func(city *config.Row[config.City]) bool { return ownSeats(&city.Value) })
	menu := ivr.Step{Name: "area", Kind: ivr.Menu, Clips: []string{"area-" + area}, Wait: keyWait, Tries: 1}
	for i, city := range sharing {
		flow := "@" + city.Name
		if first {
			flow = n.Flow + flow
		}
		if c.out.flows[flow] == nil {
			c.add(&ivr.Flow{Name: flow, Steps: c.known(e, city.Name, first)})
		}
		menu.Choices = append(menu.Choices, ivr.Choice{Digit: byte('1' + i), Flow: flow})
	}
	steps := c.answered(e)
	if first {
		return append([]ivr.Step{menu}, steps...)
	}
	return slices.Insert(steps, 1+lastPrompt(steps), menu)
}

// known is what follows the answer to the question: the number's flow, or,
// where the caller is in a queue already, music.
func (c *compiler) known(e *entry, city string, first bool) []ivr.Step {
	out := []ivr.Step{{Name: "city", Kind: ivr.City, City: city}}
	if first {
		return append(out, c.answered(e)...)
	}
	return append(out, ivr.Step{Name: "music", Kind: ivr.Music, Clips: []string{prompt.Music}})
}

// mostChoices are the keys of a question: 1 to 9.
const mostChoices = 9

// citiesOf are the cities of an area code. Counties are their cities'.
func (c *compiler) citiesOf(area string) (out []*config.Row[config.City]) {
	for i := range c.p.Cities {
		if city := &c.p.Cities[i]; city.Value.Area == area && city.Value.Parent == "" && len(out) < mostChoices {
			out = append(out, city)
		}
	}
	return out
}

// sharedAreas are the area codes of several cities none of which is the
// default.
func (c *compiler) sharedAreas() (out []string) {
	for _, row := range c.p.Cities {
		area := row.Value.Area
		cities := c.citiesOf(area)
		if area == "" || len(cities) < 2 || slices.Contains(out, area) ||
			slices.ContainsFunc(cities, func(city *config.Row[config.City]) bool { return city.Value.Default }) {
			continue
		}
		out = append(out, area)
	}
	return out
}

// lastPrompt is the last of the steps that must be heard; the queue if there
// is none.
func lastPrompt(steps []ivr.Step) int {
	last := -1
	for i := range steps {
		if steps[i].Kind == ivr.Queue || steps[i].Kind == ivr.Play && steps[i].MustHear {
			last = i
		}
	}
	return last
}
