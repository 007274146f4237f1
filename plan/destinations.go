package plan

import (
	"slices"
	"strings"
	"time"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/ivr"
)

// destinationKinds are what an answering point outside can be; empty is a
// department's.
var destinationKinds = []string{"", "department", "subcenter", "emergency", "crisis", "utility", "hub", "city", "neighbour"}

// destinations makes each destination a forward's target.
func (c *compiler) destinations() {
	for i := range c.p.Destinations {
		row := &c.p.Destinations[i]
		d, path := &row.Value, "destinations."+row.Name
		trunk := c.p.Trunks.Get(d.Trunk)
		c.wants(path+".trunk", row.Line, trunk != nil, "unknown trunk %q", d.Trunk)
		c.wants(path+".number", row.Line, dialable(d.Number), "%q cannot be dialled", d.Number)
		c.wants(path+".kind", row.Line, slices.Contains(destinationKinds, d.Kind), "must be %s, not %q", strings.Join(destinationKinds[1:], ", "), d.Kind)
		c.wants(path+".channels", row.Line, d.Channels >= 0, "must not be negative")
		c.wants(path+".channels", row.Line, trunk == nil || trunk.Channels == 0 || d.Channels <= trunk.Channels,
			"%d are more than trunk %q has", d.Channels, d.Trunk)
		c.wants(path+".ring", row.Line, d.Ring >= 0, "must not be negative")
		c.knownHours(path+".hours", row.Line, d.Hours)
		c.wants(path+".next", row.Line, d.Next == "" || c.p.Destinations.Get(d.Next) != nil, "unknown destination %q", d.Next)
		if at := c.chain(row.Name); len(at) > 0 && slices.Contains(at, c.p.Destinations.Get(at[len(at)-1]).Next) {
			c.faults.Add(path+".next", row.Line, "leads in a circle: %s, %s", strings.Join(at, ", "), c.p.Destinations.Get(at[len(at)-1]).Next)
		}
		if _, taken := c.out.targets[row.Name]; taken {
			c.faults.Add(path, row.Line, "a phone has the same name")
		}
		c.out.targets[row.Name] = Target{
			Destination: row.Name, Kind: d.Kind, Trunk: d.Trunk, Number: d.Number, Channels: d.Channels, Ring: or(d.Ring, ringTime),
			Hours: c.opening(d).Hours,
		}
	}
}

// chain is a destination and those that are rung after it, each once.
func (c *compiler) chain(name string) (out []string) {
	for name != "" && !slices.Contains(out, name) {
		d := c.p.Destinations.Get(name)
		if d == nil {
			break
		}
		out = append(out, name)
		name = d.Next
	}
	return out
}

// ringTime is how long a destination may ring that does not say it: the
// provincial text's ten seconds.
const ringTime = 10 * time.Second

// forwards are the steps that ring a destination and those after it, each
// while it is open.
func (c *compiler) forwards(first string) (out []ivr.Step) {
	for _, name := range c.chain(first) {
		d := c.p.Destinations.Get(name)
		out = append(out, ivr.Step{
			Name: "forward-" + name, Kind: ivr.Forward, Target: name, Ring: or(d.Ring, ringTime), When: c.opening(d),
		})
	}
	return out
}

// opening is when a destination is rung; nil is one that the plan has not.
func (c *compiler) opening(d *config.Destination) ivr.When {
	if d == nil {
		return ivr.When{}
	}
	if h := c.out.hours[d.Hours]; h != nil {
		return ivr.When{Hours: h}
	}
	return ivr.When{}
}
