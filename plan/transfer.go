package plan

import (
	"strings"

	"github.com/hotline12345/hotline/ivr"
)

// transferTo is where whoever has a caller can send him: a queue, or a target.
type transferTo struct{ queue, target string }

// TransferTo finds what a transfer means by a name or a number: a destination
// by its name or its number, a queue by its name, or a number of the ledger. One
// whose channels are a queue's seats is waited for there.
func (c *Compiled) TransferTo(name string) (queue string, t Target, ok bool) {
	to, ok := c.transfers[name]
	return to.queue, c.targets[to.target], ok
}

// transfers gathers where callers can be sent. A name goes before a number, a
// destination before a queue, and both before the ledger.
func (c *compiler) transfers() {
	c.out.transfers = map[string]transferTo{}
	seats := map[string]string{} // the queue of a destination
	for i := range c.p.Queues {
		if q := &c.p.Queues[i]; q.Value.Destination != "" && seats[q.Value.Destination] == "" {
			seats[q.Value.Destination] = q.Name
		}
	}
	add := func(name string, to transferTo) {
		name = strings.ToLower(name)
		if _, taken := c.out.transfers[name]; !taken && name != "" {
			c.out.transfers[name] = to
		}
	}
	destination := func(name string) transferTo {
		if queue := seats[name]; queue != "" {
			return transferTo{queue: queue}
		}
		return transferTo{target: name}
	}
	for i := range c.p.Destinations {
		add(c.p.Destinations[i].Name, destination(c.p.Destinations[i].Name))
	}
	for i := range c.p.Queues {
		add(c.p.Queues[i].Name, transferTo{queue: c.p.Queues[i].Name})
	}
	for i := range c.p.Destinations {
		if d := &c.p.Destinations[i]; c.p.Numbers.Get(d.Value.Number) == nil || d.Value.Kind == "emergency" {
			add(d.Value.Number, destination(d.Name))
		}
	}
	for i := range c.p.Numbers {
		if to := c.ledgers(c.p.Numbers[i].Name, destination); to != (transferTo{}) {
			add(c.p.Numbers[i].Name, to)
		}
	}
}

// ledgers is where a number of the ledger leads first: its destination, or its
// queue.
func (c *compiler) ledgers(number string, destination func(string) transferTo) transferTo {
	n := c.out.numbers[number]
	if n == nil || c.out.flows[n.Flow] == nil {
		return transferTo{}
	}
	for _, step := range c.out.flows[n.Flow].Steps {
		switch {
		case step.Kind == ivr.Forward && c.out.targets[step.Target].Destination != "":
			return destination(step.Target)
		case step.Kind == ivr.Queue:
			return transferTo{queue: step.Queue}
		}
	}
	return transferTo{}
}

// fallback is the queue of callers whom nobody has any more: 12345's own, or the
// first.
func (c *compiler) fallback() {
	if to := c.out.transfers[main]; to.queue != "" {
		c.out.Call.Fallback = to.queue
	} else if len(c.p.Queues) > 0 {
		c.out.Call.Fallback = c.p.Queues[0].Name
	}
}
