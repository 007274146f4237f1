// Package plan compiles a routing plan into immutable options for everything
// that routes, with all faults at once. It is pure.
package plan

import (
	"time"

	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/call"
	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/ivr"
	"github.com/hotline12345/hotline/numbering"
	"github.com/hotline12345/hotline/schedule"
	"github.com/hotline12345/hotline/sip/trunk"
)

// Compiled is a plan as the core runs on it. Nothing changes it any more.
type Compiled struct {
	Revision uint64
	Source   *config.Plan
	Call     call.Options
	ACD      acd.Options
	Trunks   trunk.Options

	PerCaller int // calls of one caller that one destination may have at once

	flows   map[string]*ivr.Flow
	numbers map[string]*Number
	phones  map[string]*config.Phone
	targets map[string]Target
	queues  map[string]*acd.QueueOptions
	agents  map[string]*acd.AgentOptions

	calendar *schedule.Calendar
	hours    map[string]*schedule.Hours
	rosters  map[string]schedule.Roster // by queue

	onward     map[string]onward // where callers can be sent, by name or number as the plan has it
	onwardForm map[string]onward // destinations, by their number in national form

	ledger     map[string]*listed // by number in national form
	listed     map[string]*listed // by number as the plan has it
	lines      map[string]*line   // by trunk
	cities     map[string]*City
	codes      map[string]code // by area code
	areas      []string        // of the cities, in their order
	home       City            // without a name: the plan has none
	prefixes   *numbering.Prefixes
	prefixCity []*City // by the index of Prefixes.Names; nil: none of the plan's
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

// Target is what a call can be sent to: a phone, or a destination.
type Target struct {
	Phone string // or

	Destination string
	Kind        string // department, subcenter, emergency …
	Trunk       string
	Number      string        // to be dialled there
	Channels    int           // calls at once; 0: as many as the trunk takes
	Ring        time.Duration // it may ring so long
	Hours       ivr.Hours     // it is rung while they are open; nil: always
}

// Urgent says whether it is an emergency service: it may have its trunk's
// reserved channels, and is told every caller's number.
func (t *Target) Urgent() bool { return t.Kind == "emergency" }

// Flow finds a flow by name, nil for none: Compiled is an ivr.Flows.
func (c *Compiled) Flow(name string) *ivr.Flow { return c.flows[name] }

// Number finds a number as the plan has it, or one of the agents' own, nil for
// none. What was dialled goes through Resolve.
func (c *Compiled) Number(name string) *Number { return c.numbers[name] }

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

// Hours finds hours by name, nil for none.
func (c *Compiled) Hours(name string) *schedule.Hours { return c.hours[name] }

// Calendar is the table of holidays that the plan was compiled with.
func (c *Compiled) Calendar() *schedule.Calendar { return c.calendar }

// NoHolidays is the year whose table of holidays is wanted at a civil time in
// Unix seconds and not there: from December on the next one. Its weeks are
// plain. 0: none is wanting.
func (c *Compiled) NoHolidays(unix int64) int { return c.calendar.Missing(unix) }

// Roster is all shifts of a queue.
func (c *Compiled) Roster(queue string) schedule.Roster { return c.rosters[queue] }

// Due is how many agents the rosters say a queue should have at a civil time
// in Unix seconds.
func (c *Compiled) Due(queue string, unix int64) int { return c.rosters[queue].Due(unix) }
