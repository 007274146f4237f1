package plan

import (
	"fmt"
	"slices"
	"time"

	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/call"
	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/ivr"
	"github.com/hotline12345/hotline/ivr/prompt"
	"github.com/hotline12345/hotline/numbering"
	"github.com/hotline12345/hotline/schedule"
)

// Surroundings are what a plan is checked against beside itself.
type Surroundings struct {
	Interfaces []string            // empty: not known, not checked
	Clips      []string            // beside the embedded ones
	Prefixes   *numbering.Prefixes // mobile numbers' cities; nil: none are known
	Holidays   string              // a table of holidays whose years go before the built-in ones (schedule.ParseCalendar); empty: none
}

// Compile makes a plan ready to be put in force, or tells every fault; that
// some number can be taken by nobody at some time is one (Prove).
func Compile(p *config.Plan, s Surroundings, revision uint64) (*Compiled, config.Faults) {
	out, faults := Standing(p, s, revision)
	if len(faults) > 0 {
		return nil, faults
	}
	if faults = out.Prove().faults(p); len(faults) > 0 {
		return nil, faults
	}
	return out, nil
}

// Standing makes a plan ready to run that is in force already, or that no call
// will ever see: holes in its rosters do not count, so that a newer table of
// holidays keeps no server from starting.
func Standing(p *config.Plan, s Surroundings, revision uint64) (*Compiled, config.Faults) {
	c := &compiler{p: p, s: s, clips: clips(p, &s), out: &Compiled{
		Revision: revision, Source: p,
		flows: map[string]*ivr.Flow{}, numbers: map[string]*Number{}, phones: map[string]*config.Phone{},
		hours: map[string]*schedule.Hours{}, rosters: map[string]schedule.Roster{},
		targets: map[string]Target{}, queues: map[string]*acd.QueueOptions{}, agents: map[string]*acd.AgentOptions{},
	}}
	for i, skill := range p.Skills {
		if slices.Contains(p.Skills[:i], skill) {
			c.faults.Add(fmt.Sprintf("skills[%d]", i), 0, "%q is there twice", skill)
		}
	}
	c.out.Call = call.Options{
		Revision: revision, Flows: c.out, Silence: or(p.Calls.Silence, 30*time.Second), Ring: 20 * time.Second, Hold: []string{prompt.Music},
		Farewells: map[string]call.Farewell{}, Busy: map[string]int{},
	}
	c.calendar()
	c.hours()
	c.rosters()
	c.cities()
	c.sounds()
	c.trunks()
	c.phones()
	c.destinations()
	c.queues()
	c.agents()
	c.flows()
	c.service()
	c.numbers()
	c.ledger()
	c.lines()
	c.transfers()
	c.fallback()
	c.out.PerCaller = p.Calls.PerCaller
	if c.out.PerCaller == 0 {
		c.out.PerCaller = 2
	}
	c.out.ACD.Skills = p.Skills
	c.out.ACD.Misses = p.Calls.Misses
	if c.out.ACD.Misses == 0 {
		c.out.ACD.Misses = 3
	}
	if len(c.faults) > 0 {
		return nil, c.faults
	}
	return c.out, nil
}

type compiler struct {
	p      *config.Plan
	s      Surroundings
	out    *Compiled
	faults config.Faults
	clips  map[string]bool // all that can be played

	areas       []string          // area codes that leave the city open
	departments map[string]string // their clips, by their names
}

// clips are those that are built in, the node's own, and those that the plan
// says are to be recorded.
func clips(p *config.Plan, s *Surroundings) map[string]bool {
	out := map[string]bool{}
	for _, names := range [][]string{prompt.Names(), s.Clips} {
		for _, clip := range names {
			out[clip] = true
		}
	}
	for _, row := range p.Sounds {
		out[row.Name] = true
	}
	return out
}

func or(d config.Duration, otherwise time.Duration) time.Duration {
	if d == 0 {
		return otherwise
	}
	return time.Duration(d)
}

// skills checks a table of skills and levels.
func (c *compiler) skills(path string, table config.Table[int]) {
	for _, row := range table {
		at := path + "." + row.Name
		if !slices.Contains(c.p.Skills, row.Name) {
			c.faults.Add(at, row.Line, "unknown skill %q: the plan's skills are %q", row.Name, c.p.Skills)
		}
		if row.Value < 1 || row.Value > 10 {
			c.faults.Add(at, row.Line, "level %d is not between 1 and 10", row.Value)
		}
	}
}

func (c *compiler) needs(path string, table config.Table[int]) []ivr.Need {
	c.skills(path, table)
	var out []ivr.Need
	for _, row := range table {
		out = append(out, ivr.Need{Skill: row.Name, Level: uint8(row.Value)})
	}
	return out
}

func (c *compiler) phones() {
	for i := range c.p.Phones {
		row := &c.p.Phones[i]
		if !name(row.Name) {
			c.faults.Add("phones."+row.Name, row.Line, "a phone's name is 1 to 32 of a-z, A-Z, 0-9, '.', '_' and '-'")
		}
		c.wants("phones."+row.Name+".password", row.Line, row.Value.Password == "" || row.Value.Password == "set",
			"passwords are no part of a plan: use `hotline phone password %s`", row.Name)
		c.out.phones[row.Name] = &row.Value
		c.out.targets[row.Name] = Target{Phone: row.Name}
	}
}

// name says whether s can be a name on the wire, in a file and in a metric.
func name(s string) bool {
	if len(s) == 0 || len(s) > 32 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && c != '.' && c != '_' && c != '-' {
			return false
		}
	}
	return true
}

// dialable says whether s is a number that an exchange takes.
func dialable(s string) bool {
	digits := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9', c == '*', c == '#':
			digits++
		case c == '+' && i == 0:
		default:
			return false
		}
	}
	return digits > 0 && digits <= 24
}
