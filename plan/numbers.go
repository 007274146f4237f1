package plan

import (
	"slices"
	"strings"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/ivr"
)

// main is the number whose flow every other one takes over.
const main = "12345"

// Clips of a plan that stand for others, which the number dialled decides.
const (
	Greeting   = "@greeting"   // in a flow: the number's greeting
	Department = "@department" // in a transition's prompt: the department's name
)

// greeting is the clip that a number without one of its own greets with.
const greeting = "greeting"

// way is how a number's callers are served: all that a mode comes to.
type way uint8

const (
	here       way = iota // by 12345's people, under the number's own greeting
	folded                // as callers of 12345
	outside               // by the department's people; 12345 takes over
	reassigned            // the number has another meaning today: nobody may hear that it was merged
)

// entry is a number of the ledger on its way into a flow.
type entry struct {
	*config.Number
	name, path string
	line       int
	way        way
	template   *ivr.Flow // nil: there is none, which is a fault
	transition *transition
}

// numbers gives each number of the ledger a flow of its own: the one it names,
// or 12345's, with the number's greeting, prompts, queue and destination in
// their places.
func (c *compiler) numbers() {
	base := ""
	if n := c.p.Numbers.Get(main); n != nil {
		base = n.Flow
	}
	c.areas, c.departments = c.sharedAreas(), departmentClips(c.p)
	for _, area := range c.areas {
		clip := "area-" + area
		c.wants("cities", 0, c.clips[clip], "area code %s is several cities': make one of them its default, or add a clip %q that asks", area, clip)
	}
	for i := range c.p.Numbers {
		row := &c.p.Numbers[i]
		e := &entry{Number: &row.Value, name: row.Name, path: "numbers." + row.Name, line: row.Line}
		c.number(e, base)
	}
	c.greetings()
}

func (c *compiler) number(e *entry, base string) {
	c.wants(e.path, e.line, dialable(e.name), "%q cannot be dialled", e.name)
	c.choices(e)
	e.way = e.served()
	flow := e.Flow
	if flow == "" || e.way == folded && e.Mode != "merged" {
		flow = base
	}
	c.wants(e.path+".flow", e.line, c.p.Flows.Get(flow) != nil, "unknown flow %q", flow)
	c.references(e)
	c.contradictions(e)
	e.transition = c.transition(e)
	out := &Number{
		Number: e.name, Flow: "#" + e.name, Needs: c.needs(e.path+".skills", e.Skills), Priority: e.Priority,
		Name: e.Name, Mode: e.Mode, Seats: e.Seats, Status: e.Status, Department: e.Department, City: e.City,
	}
	c.out.numbers[e.name] = out
	if e.template = c.out.flows[flow]; e.template == nil {
		return
	}
	enlists := slices.ContainsFunc(e.template.Steps, func(s ivr.Step) bool { return s.Kind == ivr.Queue })
	c.wants(e.path+".queue", e.line, e.Queue == "" || enlists, "flow %q has no queue in whose place it could stand", flow)
	c.wants(e.path+".destination", e.line, e.Destination == "" || enlists, "flow %q has no queue that could take over", flow)
	c.add(&ivr.Flow{Name: out.Flow, Steps: c.steps(e)})
	c.cityFlows(e, out)
}

func (c *compiler) add(f *ivr.Flow) { c.out.flows[f.Name] = f }

// served says how the number's callers are served.
func (e *entry) served() way {
	switch {
	case e.Status == "reassigned":
		return reassigned
	case e.Mode == "merged", e.Mode != "" && (e.Status == "cancelled" || e.Status == "not_set_up"): // 视同纳入
		return folded
	case e.Destination != "" && (e.Mode == "subcenter" || e.Seats == "retained"):
		return outside
	}
	return here
}

var (
	modes    = []string{"", "merged", "dual", "subcenter"}
	seats    = []string{"", "unified", "retained"}
	statuses = []string{"", "live", "not_set_up", "cancelled", "reassigned"}
)

// choices checks what has a few fixed values.
func (c *compiler) choices(e *entry) {
	for _, field := range []struct {
		name, value string
		known       []string
	}{{"mode", e.Mode, modes}, {"seats", e.Seats, seats}, {"status", e.Status, statuses}} {
		last := len(field.known) - 1
		c.wants(e.path+"."+field.name, e.line, slices.Contains(field.known, field.value), "must be %s or %s, not %q",
			strings.Join(field.known[1:last], ", "), field.known[last], field.value)
	}
}

// references checks what the number names.
func (c *compiler) references(e *entry) {
	for _, ref := range [][2]string{{"queue", e.Queue}, {"takeover", e.Takeover}} {
		c.wants(e.path+"."+ref[0], e.line, ref[1] == "" || c.p.Queues.Get(ref[1]) != nil, "unknown queue %q", ref[1])
	}
	c.wants(e.path+".destination", e.line, e.Destination == "" || c.p.Destinations.Get(e.Destination) != nil,
		"unknown destination %q", e.Destination)
	c.wants(e.path+".city", e.line, e.City == "" || c.p.Cities.Get(e.City) != nil, "unknown city %q", e.City)
	c.wants(e.path+".greeting", e.line, e.Number.Greeting == "" || c.clips[e.Number.Greeting], "unknown clip %q", e.Number.Greeting)
}

// contradictions names fields that do not go together.
func (c *compiler) contradictions(e *entry) {
	not := func(field string, wrong bool, format string, args ...any) {
		c.wants(e.path+"."+field, e.line, !wrong, format, args...)
	}
	retained := e.Seats == "retained"
	not("seats", e.Mode == "merged" && e.Seats != "", "a merged number's seats are 12345's: leave it out")
	not("seats", e.Mode == "" && e.Seats != "", "stands only beside mode dual")
	not("seats", e.Mode == "subcenter" && e.Seats == "unified", "a sub-centre keeps its seats: mode dual has unified ones")
	not("destination", e.Mode == "merged" && e.Status != "reassigned" && e.Destination != "", "a merged number's calls are 12345's: it has no destination")
	not("destination", e.Mode == "dual" && !retained && e.Destination != "", "seats are unified: only retained ones have a destination")
	not("destination", e.Mode == "" && e.Status != "reassigned" && e.Destination != "", "a number with a destination is dual with retained seats, or subcenter")
	not("destination", e.Mode != "merged" && retained && e.Destination == "", "is missing: retained seats have a destination")
	not("destination", e.Mode == "subcenter" && e.way == here && e.Queue == "", "is missing: a sub-centre is a destination, or a queue that hands out its channels")
	not("takeover", e.Takeover != "" && e.Destination == "", "stands only beside a destination")
	if e.Transition != nil {
		not("transition", e.Status == "reassigned", "the number has another meaning today: its callers must not hear that it was merged")
		not("transition.after", e.Transition.After == "release" && e.Destination != "", "a number with a destination is not given up: leave out one of them")
		not("transition.after", e.Transition.After == "release" && e.name == main, "%s itself is not given up", main)
	}
}

// greets is the clip with which the number's callers are greeted.
func (c *compiler) greets(e *entry) string {
	switch own := greeting + "-" + e.name; {
	case e.Number.Greeting != "":
		return e.Number.Greeting
	case e.way != folded && c.clips[own]:
		return own
	}
	return greeting
}

// greetings puts 12345's greeting into the flows of the plan: a menu may lead
// there from any number.
func (c *compiler) greetings() {
	for _, row := range c.p.Flows {
		f := c.out.flows[row.Name]
		for i := range f.Steps {
			f.Steps[i].Clips = replaced(f.Steps[i].Clips, Greeting, []string{greeting})
		}
	}
}

// replaced is a list of clips with others in the place of one.
func replaced(clips []string, clip string, others []string) []string {
	i := slices.Index(clips, clip)
	if i < 0 {
		return clips
	}
	return slices.Concat(clips[:i], others, clips[i+1:])
}
