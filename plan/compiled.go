// Package plan compiles a routing plan into immutable options for everything
// that routes, with all faults at once. It is pure.
package plan

import (
	"strings"

	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/call"
	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/ivr"
	"github.com/hotline12345/hotline/sip/trunk"
)

// Compiled is a plan as the core runs on it. Nothing changes it any more.
type Compiled struct {
	Revision uint64
	Source   *config.Plan
	Call     call.Options
	ACD      acd.Options
	Trunks   trunk.Options

	flows   map[string]*ivr.Flow
	numbers map[string]*Number
	phones  map[string]*config.Phone
	targets map[string]Target
	queues  map[string]*acd.QueueOptions
	agents  map[string]*acd.AgentOptions
	areas   []string
}

// Number is a public number of the ledger as calls need it.
type Number struct {
	Number   string
	Flow     string // its own: "#" and the number
	Needs    []ivr.Need
	Priority int
	Service  bool // an agent's own: *11 to *14

	Name       string // its title
	Mode       string // merged, dual, subcenter; empty: 12345 and the like
	Seats      string
	Status     string
	Department string
	City       string // whose every call to it is; empty: the caller's
}

// Target is what a flow can forward to.
type Target struct {
	Phone  string // or
	Trunk  string
	Number string // to be dialled there
}

// Flow finds a flow by name, nil for none: Compiled is an ivr.Flows.
func (c *Compiled) Flow(name string) *ivr.Flow { return c.flows[name] }

// FlowOf is the flow of a call to a number for a city, or where the city is
// not known, for the area code that says no more than that.
func (c *Compiled) FlowOf(n *Number, city, area string) string {
	for i := 0; city != "" && i < cityDepth; i++ {
		if name := n.Flow + "@" + city; c.flows[name] != nil {
			return name
		}
		row := c.Source.Cities.Get(city)
		if row == nil || row.Parent == "" {
			return n.Flow
		}
		city = row.Parent // a county without seats of its own folds into its city
	}
	if name := n.Flow + "?" + area; city == "" && c.flows[name] != nil {
		return name
	}
	return n.Flow
}

// cityDepth is how many levels of cities within cities are looked through.
const cityDepth = 4

// Phone says whether the plan has the phone.
func (c *Compiled) Phone(name string) (*config.Phone, bool) {
	p, ok := c.phones[name]
	return p, ok
}

// Target finds a forward's destination or phone.
func (c *Compiled) Target(name string) (Target, bool) {
	t, ok := c.targets[name]
	return t, ok
}

// Queue finds a queue, nil for none.
func (c *Compiled) Queue(name string) *acd.QueueOptions { return c.queues[name] }

// Agent finds an agent, nil for none.
func (c *Compiled) Agent(id string) *acd.AgentOptions { return c.agents[id] }

// Resolve finds the ledger's number behind what was dialled: 12315, 055112315,
// +8655112315 and 008655112315 are one. area is the code that was dialled, or
// the trunk's own.
func (c *Compiled) Resolve(dialled, trunkArea string) (n *Number, area string) {
	rest := dialled
	switch {
	case strings.HasPrefix(rest, "+86"):
		rest = "0" + rest[3:]
	case strings.HasPrefix(rest, "0086"):
		rest = "0" + rest[4:]
	}
	for _, form := range []string{dialled, rest, strings.TrimPrefix(rest, "0")} {
		if n := c.numbers[form]; n != nil {
			return n, trunkArea
		}
	}
	for _, area := range c.areas {
		if number, ok := strings.CutPrefix(rest, area); ok {
			if n := c.numbers[number]; n != nil {
				return n, area
			}
		}
	}
	return nil, ""
}
