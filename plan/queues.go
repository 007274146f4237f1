package plan

import (
	"fmt"
	"slices"
	"time"

	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/call"
	"github.com/hotline12345/hotline/config"
)

var strategies = map[string]acd.Strategy{
	"": acd.LongestIdle, "longest-idle": acd.LongestIdle, "most-skilled": acd.MostSkilled,
	"least-calls": acd.LeastCalls, "round-robin": acd.RoundRobin,
}

// queueKinds are whose seats a queue's can be; empty is agents.
var queueKinds = []string{"", "agents", "experts", "subcenter"}

func (c *compiler) queues() {
	for i := range c.p.Queues {
		row := &c.p.Queues[i]
		q, path := &row.Value, "queues."+row.Name
		if !name(row.Name) {
			c.faults.Add(path, row.Line, "a queue's name is 1 to 32 of a-z, A-Z, 0-9, '.', '_' and '-'")
		}
		strategy, known := strategies[q.Strategy]
		if !known {
			c.faults.Add(path+".strategy", row.Line, "unknown strategy %q: longest-idle, most-skilled, least-calls or round-robin", q.Strategy)
		}
		c.wants(path+".kind", row.Line, slices.Contains(queueKinds, q.Kind), "must be agents, experts or subcenter, not %q", q.Kind)
		c.wants(path+".destination", row.Line, (q.Destination != "") == (q.Kind == "subcenter"), "a queue of kind subcenter, and no other, has a destination")
		tiers := q.Tiers
		if q.Kind == "subcenter" { // its seats come first
			tiers = append([]config.Tier{{Destination: q.Destination}}, tiers...)
		}
		if q.Limit < 0 {
			c.faults.Add(path+".limit", row.Line, "must not be negative")
		}
		c.clip(path+".full", row.Line, q.Full)
		c.clip(path+".late", row.Line, q.Late)
		c.out.Call.Farewells[row.Name] = call.Farewell{Full: q.Full, Late: q.Late}
		c.out.ACD.Queues = append(c.out.ACD.Queues, acd.QueueOptions{
			Name: row.Name, Strategy: strategy, Ring: or(q.Ring, 15*time.Second), WrapUp: time.Duration(q.WrapUp),
			Limit: q.Limit, MaxWait: time.Duration(q.MaxWait), Service: or(q.ServiceTime, 15*time.Second),
			Tiers: c.tiers(path, row.Line, tiers, len(tiers)-len(q.Tiers)), Announce: q.AnnounceAgent, Whisper: q.WhisperNumber, Experts: q.Kind == "experts",
		})
	}
	for i := range c.out.ACD.Queues {
		c.out.queues[c.out.ACD.Queues[i].Name] = &c.out.ACD.Queues[i]
	}
}

// tiers compiles a queue's tiers; the first ones are the compiler's own.
func (c *compiler) tiers(path string, line int, tiers []config.Tier, ours int) []acd.Tier {
	if len(tiers) == 0 {
		return []acd.Tier{{}}
	}
	var out []acd.Tier
	for i, t := range tiers {
		at := fmt.Sprintf("%s.tiers[%d]", path, max(i-ours, 0))
		tier := acd.Tier{After: time.Duration(t.After), Queue: t.Queue, Lower: uint8(t.Lower)}
		switch {
		case i == 0 && t.After != 0:
			c.faults.Add(at+".after", line, "the first tier begins at 0s")
		case i > 0 && t.After < tiers[i-1].After:
			c.faults.Add(at+".after", line, "tiers stand in the order of their time")
		}
		if t.Agents != "" && t.Agents != "own" {
			c.faults.Add(at+".agents", line, "must be own, not %q", t.Agents)
		}
		if t.Queue != "" && c.p.Queues.Get(t.Queue) == nil {
			c.faults.Add(at+".queue", line, "unknown queue %q", t.Queue)
		}
		if t.Lower < 0 || t.Lower > 9 {
			c.faults.Add(at+".lower", line, "must be between 0 and 9")
		}
		if t.Duty != "" {
			tier.Duty = &acd.Duty{Number: t.Duty, Trunk: t.Trunk, Again: 30 * time.Second}
			if c.p.Trunks.Get(t.Trunk) == nil {
				c.faults.Add(at+".trunk", line, "unknown trunk %q", t.Trunk)
			}
			if !dialable(t.Duty) {
				c.faults.Add(at+".duty", line, "%q cannot be dialled", t.Duty)
			}
		} else if t.Trunk != "" {
			c.faults.Add(at+".trunk", line, "stands only beside duty")
		}
		if t.Destination != "" {
			c.wants(at+".destination", line, t.Duty == "" && t.Queue == "" && t.Agents == "", "stands beside after alone")
			tier.Duty = c.seats(at+".destination", line, t.Destination)
		}
		out = append(out, tier)
	}
	return out
}

// seats makes a destination's channels a queue's seats. One that has just failed
// a call is tried again soon: others hang up there all the time.
func (c *compiler) seats(path string, line int, name string) *acd.Duty {
	d := c.p.Destinations.Get(name)
	if d == nil {
		c.faults.Add(path, line, "unknown destination %q", name)
		return nil
	}
	return &acd.Duty{Destination: name, Channels: d.Channels, Ring: or(d.Ring, ringTime), Again: 5 * time.Second}
}

func (c *compiler) agents() {
	for i := range c.p.Agents {
		row := &c.p.Agents[i]
		path := "agents." + row.Name
		if !digits(row.Name) {
			c.faults.Add(path, row.Line, "an agent's number is 1 to 12 digits: agents key it in")
		}
		for j, q := range row.Value.Queues {
			if c.p.Queues.Get(q) == nil {
				c.faults.Add(fmt.Sprintf("%s.queues[%d]", path, j), row.Line, "unknown queue %q", q)
			}
		}
		c.skills(path+".skills", row.Value.Skills)
		agent := acd.AgentOptions{ID: row.Name, Queues: row.Value.Queues, Auto: row.Value.AutoAnswer}
		for _, s := range row.Value.Skills {
			agent.Skills = append(agent.Skills, acd.Skill{Name: s.Name, Level: uint8(s.Value)})
		}
		c.out.ACD.Agents = append(c.out.ACD.Agents, agent)
	}
	for i := range c.out.ACD.Agents {
		c.out.agents[c.out.ACD.Agents[i].ID] = &c.out.ACD.Agents[i]
	}
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return len(s) > 0 && len(s) <= 12
}
