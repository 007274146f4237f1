package sim

import (
	"fmt"
	"slices"
	"time"

	"github.com/hotline12345/hotline/acd"
)

// small is a plan with everything in it: four queues, one of each strategy,
// skills, tiers that look wider, lower and outside, limits.
func small(agents int) *acd.Options {
	o := &acd.Options{Misses: 3, Skills: []string{"a", "b", "c"}, Queues: []acd.QueueOptions{
		{Name: "longest", Ring: 15e9, WrapUp: 20e9, Limit: 60, MaxWait: 600e9, Tiers: []acd.Tier{{}, {After: 20e9, Lower: 4}, {After: 40e9, Lower: 9}}},
		{Name: "skilled", Strategy: acd.MostSkilled, Ring: 12e9, WrapUp: 10e9, Service: 20e9, MaxWait: 300e9, Tiers: []acd.Tier{
			{}, {After: 15e9, Lower: 5}, {After: 30e9, Queue: "longest", Lower: 9},
		}},
		{Name: "least", Strategy: acd.LeastCalls, Ring: 20e9, Limit: 20, Tiers: []acd.Tier{{}, {After: 25e9, Duty: &acd.Duty{Number: "110", Trunk: "t", Again: 20e9}}}},
		{Name: "robin", Strategy: acd.RoundRobin, Ring: 8e9, WrapUp: 5e9, MaxWait: 120e9, Tiers: []acd.Tier{
			{}, {After: 10e9, Queue: "least"}, {After: 30e9, Lower: 3, Duty: &acd.Duty{Number: "119", Trunk: "t"}},
		}},
		// A sub-centre's channels are seats of its own queue, and of another one's
		// callers who have waited for long.
		{Name: "centre", Ring: 9e9, Limit: 40, MaxWait: 90e9, Tiers: []acd.Tier{
			{Duty: &acd.Duty{Destination: "centre", Channels: 4, Ring: 14e9, Again: 5e9}}, {After: 30e9, Queue: "longest", Lower: 9},
		}},
		{Name: "far", Ring: 9e9, Tiers: []acd.Tier{
			{}, {After: 5e9, Duty: &acd.Duty{Destination: "hub", Channels: 2, Again: 10e9}}, {After: 15e9, Duty: &acd.Duty{Destination: "centre", Channels: 4, Ring: 14e9, Again: 5e9}},
		}},
	}}
	names := []string{"longest", "skilled", "least", "robin"}
	for i := range agents {
		a := acd.AgentOptions{ID: fmt.Sprint(8001 + i), Queues: []string{names[i%4]}}
		if i%3 == 0 {
			a.Queues = append(a.Queues, names[(i+1)%4])
		}
		for j, skill := range o.Skills {
			if level := (i*7 + j*5) % 13; level >= 1 && level <= 10 {
				a.Skills = append(a.Skills, acd.Skill{Name: skill, Level: uint8(level)})
			}
		}
		o.Agents = append(o.Agents, a)
	}
	return o
}

// without is a plan that has lost a queue and every fifth agent, and in which
// the others have learnt or changed something.
func without(o *acd.Options, queue string) *acd.Options {
	out := &acd.Options{Misses: 2, Skills: o.Skills}
	for _, q := range o.Queues {
		if q.Name != queue {
			q.MaxWait, q.Ring = q.MaxWait/2, q.Ring+3*time.Second
			if q.Name == "far" { // its destinations have another number of seats, and are rung sooner
				q.Tiers = []acd.Tier{
					{}, {After: 3e9, Duty: &acd.Duty{Destination: "hub", Channels: 5, Again: 10e9}}, {After: 9e9, Duty: &acd.Duty{Destination: "centre", Channels: 4, Again: 5e9}},
				}
			}
			out.Queues = append(out.Queues, q)
		}
	}
	for i, a := range o.Agents {
		if i%5 != 4 {
			a.Skills = slices.DeleteFunc(slices.Clone(a.Skills), func(s acd.Skill) bool { return s.Name == "c" })
			a.Skills = append(a.Skills, acd.Skill{Name: "c", Level: uint8(1 + i%10)})
			out.Agents = append(out.Agents, a)
		}
	}
	return out
}

// smallKinds are calls for every queue of small, by skills and priorities.
func smallKinds() (out []Kind) {
	for i, queue := range []string{"longest", "longest", "skilled", "least", "robin"} {
		for priority := range 3 {
			k := Kind{Queue: queue, Priority: priority, Weight: []int{12, 2, 1}[priority], Before: time.Duration(priority) * 3 * time.Second, Hear: time.Duration(i) * 2 * time.Second}
			if i > 0 {
				k.Need([]string{"a", "b", "c"}[(i+priority)%3], uint8(2+2*i))
			}
			out = append(out, k)
		}
	}
	for priority := range 2 {
		out = append(out,
			Kind{Queue: "centre", Priority: priority, Weight: 3 - priority, Before: 3 * time.Second},
			Kind{Queue: "centre", Priority: priority, Weight: 2 - priority, Before: 100 * time.Second, Aged: true}, // taken over
			Kind{Queue: "far", Priority: priority, Weight: 2 - priority, Before: 8 * time.Second, Aged: priority == 0, Hear: 3 * time.Second},
			Kind{Queue: "longest", Priority: priority, Weight: 2 - priority, Before: 30 * time.Second, Aged: true})
	}
	return out
}

// province is what the engine is built for: 5,000 agents, 200 queues.
func province() *acd.Options {
	o := &acd.Options{Misses: 5, Skills: []string{"general", "tax", "law", "health"}}
	for i := range 200 {
		q := acd.QueueOptions{Name: fmt.Sprint("q", i), Strategy: acd.Strategy(i % 4), Ring: 15e9, WrapUp: 15e9, Limit: 120, MaxWait: 1800e9}
		q.Tiers = []acd.Tier{{}, {After: 20e9, Lower: 4}, {After: 60e9, Queue: fmt.Sprint("q", (i+1)%200), Lower: 9}}
		o.Queues = append(o.Queues, q)
	}
	for i := range 5000 {
		a := acd.AgentOptions{ID: fmt.Sprint(10000 + i), Queues: []string{fmt.Sprint("q", i%200)}}
		if i%4 == 0 {
			a.Queues = append(a.Queues, fmt.Sprint("q", (i*13+5)%200))
		}
		a.Skills = []acd.Skill{{Name: "general", Level: uint8(1 + i%10)}, {Name: o.Skills[1+i%3], Level: uint8(1 + (i/3)%10)}}
		o.Agents = append(o.Agents, a)
	}
	return o
}

func provinceKinds() (out []Kind) {
	for i := range 200 {
		queue := fmt.Sprint("q", i)
		k := Kind{Queue: queue, Weight: 3, Hear: 4 * time.Second}
		k.Need([]string{"tax", "law", "health"}[i%3], uint8(1+i%10))
		out = append(out, Kind{Queue: queue, Weight: 6}, k, Kind{Queue: queue, Priority: 5, Weight: 1})
	}
	return out
}
