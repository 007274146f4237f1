package plan

import (
	"strings"

	"github.com/hotline12345/hotline/ivr"
	"github.com/hotline12345/hotline/numbering"
)

// Onward is where whoever has a caller can send him: a queue, or a target.
type Onward struct {
	Queue  string // or
	Target Target
	Needs  []ivr.Need // Queue: the skills that the number asks for by which it was found
}

// onward is one, as the plan has it.
type onward struct {
	queue, target string
	needs         []ivr.Need
}

func (o onward) none() bool { return o.queue == "" && o.target == "" }

// TransferTo finds what a transfer means by a name or a number: a destination
// by its name or its number, a queue by its name, or a number of the ledger, each
// number in any form that may be dialled. A destination whose channels are a
// queue's seats is waited for there.
func (c *Compiled) TransferTo(name string) (Onward, bool) {
	to, ok := c.onward[strings.ToLower(name)]
	if !ok {
		to, ok = c.onwardNumber(name)
	}
	return Onward{to.queue, c.targets[to.target], to.needs}, ok
}

// onwardNumber finds a number in another form than the plan has it in: a
// destination's, then one of the ledger.
func (c *Compiled) onwardNumber(number string) (onward, bool) {
	form, ok := numbering.Append(nil, number, c.home.Area)
	if !ok {
		return onward{}, false
	}
	if to, ok := c.onwardForm[string(form)]; ok {
		return to, true
	}
	if r := c.Resolve(&Asked{Dialled: []string{number}}); r.Number != nil && !r.Number.Service {
		to, ok := c.onward[r.Number.Number]
		return to, ok
	}
	if n := numbering.AreaLen(form); n > 0 && string(form[:n]) == c.home.Area { // 0551-110
		to, ok := c.onwardForm[string(form[n:])]
		return to, ok
	}
	return onward{}, false
}

// transfers gathers where callers can be sent. A name goes before a number, a
// destination before a queue, and both before the ledger.
func (c *compiler) transfers() {
	c.out.onward, c.out.onwardForm = map[string]onward{}, map[string]onward{}
	seats := map[string]string{} // the queue of a destination
	for i := range c.p.Queues {
		if q := &c.p.Queues[i]; q.Value.Destination != "" && seats[q.Value.Destination] == "" {
			seats[q.Value.Destination] = q.Name
		}
	}
	add := func(name string, to onward) {
		name = strings.ToLower(name)
		if _, taken := c.out.onward[name]; !taken && name != "" {
			c.out.onward[name] = to
		}
	}
	destination := func(name string) onward {
		if queue := seats[name]; queue != "" {
			return onward{queue: queue}
		}
		return onward{target: name}
	}
	for i := range c.p.Destinations {
		add(c.p.Destinations[i].Name, destination(c.p.Destinations[i].Name))
	}
	for i := range c.p.Queues {
		add(c.p.Queues[i].Name, onward{queue: c.p.Queues[i].Name})
	}
	for i := range c.p.Destinations {
		if d := &c.p.Destinations[i]; c.p.Numbers.Get(d.Value.Number) == nil || d.Value.Kind == "emergency" {
			add(d.Value.Number, destination(d.Name))
			if form, ok := numbering.Append(nil, d.Value.Number, c.out.home.Area); ok && c.out.onwardForm[string(form)].none() {
				c.out.onwardForm[string(form)] = destination(d.Name)
			}
		}
	}
	for i := range c.p.Numbers {
		if to := c.ledgers(c.p.Numbers[i].Name, destination); !to.none() {
			add(c.p.Numbers[i].Name, to)
		}
	}
}

// ledgers is where a number of the ledger leads first: its destination, or its
// queue.
func (c *compiler) ledgers(number string, destination func(string) onward) onward {
	n := c.out.numbers[number]
	if n == nil || c.out.flows[n.Flow] == nil {
		return onward{}
	}
	for _, step := range c.out.flows[n.Flow].Steps {
		switch {
		case step.Kind == ivr.Forward && c.out.targets[step.Target].Destination != "":
			return destination(step.Target)
		case step.Kind == ivr.Queue:
			return onward{queue: step.Queue, needs: ivr.MergeNeeds(n.Needs, step.Needs)}
		}
	}
	return onward{}
}

// fallback is the queue of callers whom nobody has any more: 12345's own, or the
// first.
func (c *compiler) fallback() {
	if to := c.out.onward[main]; to.queue != "" {
		c.out.Call.Fallback = to.queue
	} else if len(c.p.Queues) > 0 {
		c.out.Call.Fallback = c.p.Queues[0].Name
	}
}
