package plan

import "slices"

// main is the number whose flow every other one takes over.
const main = "12345"

var modes = []string{"", "merged", "dual", "subcenter"}

// numbers gives each number of the ledger its flow: one of its own, or that of
// 12345 with the department's skills and queue.
func (c *compiler) numbers() {
	base := ""
	if n := c.p.Numbers.Get(main); n != nil {
		base = n.Flow
	}
	for i := range c.p.Numbers {
		row := &c.p.Numbers[i]
		n, path := &row.Value, "numbers."+row.Name
		if !dialable(row.Name) {
			c.faults.Add(path, row.Line, "%q cannot be dialled", row.Name)
		}
		c.wants(path+".mode", row.Line, slices.Contains(modes, n.Mode), "must be merged, dual or subcenter, not %q", n.Mode)
		c.wants(path+".seats", row.Line, n.Seats == "" || n.Seats == "unified" || n.Seats == "retained", "must be unified or retained, not %q", n.Seats)
		flow := n.Flow
		if flow == "" {
			flow = base
		}
		c.wants(path+".flow", row.Line, c.p.Flows.Get(flow) != nil, "unknown flow %q", flow)
		for _, ref := range [][2]string{{"queue", n.Queue}, {"takeover", n.Takeover}} {
			c.wants(path+"."+ref[0], row.Line, ref[1] == "" || c.p.Queues.Get(ref[1]) != nil, "unknown queue %q", ref[1])
		}
		c.wants(path+".destination", row.Line, n.Destination == "" || c.p.Destinations.Get(n.Destination) != nil,
			"unknown destination %q", n.Destination)
		c.out.numbers[row.Name] = &Number{
			Number: row.Name, Flow: flow, Queue: n.Queue, Needs: c.needs(path+".skills", n.Skills), Priority: n.Priority,
		}
	}
}
