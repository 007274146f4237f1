package sim

import (
	"fmt"
	"time"

	"github.com/hotline12345/hotline/config"
)

// plan is the routing plan of a revision: what changes from one to the next is
// what a supervisor changes.
func (w *World) plan(revision uint64) *config.Plan {
	p := &config.Plan{Skills: []string{"general", "tax"}}
	p.Trunks.Set("carriers", config.Trunk{Match: []string{"10.1.0.0/16"}, Peers: []config.Peer{{Address: "10.1.0.1:5060"}}, Area: "0551"})
	for i := range w.o.Phones {
		phone := fmt.Sprintf("%d", 8001+i)
		p.Phones.Set(phone, config.Phone{})
		if w.o.Plain {
			flow := "to-" + phone
			p.Flows.Set(flow, []config.Step{{Kind: "forward", To: phone}})
			p.Numbers.Set(fmt.Sprintf("12%03d", i), config.Number{Flow: flow})
			continue
		}
		for shift := range shifts {
			p.Agents.Set(agentOf(i, shift), w.agent(i+shift, revision))
		}
	}
	if !w.o.Plain {
		w.queues(p, revision)
	}
	w.numbers = nil
	for _, row := range p.Numbers {
		w.numbers = append(w.numbers, row.Name)
	}
	return p
}

func (w *World) agent(i int, revision uint64) config.Agent {
	a := config.Agent{Queues: []string{"general"}}
	a.Skills.Set("general", 1+(i+int(revision))%10)
	if i%3 == 0 {
		a.Queues = append(a.Queues, "tax")
		a.Skills.Set("tax", 1+i%10)
	}
	return a
}

func (w *World) queues(p *config.Plan, revision uint64) {
	strategies := []string{"longest-idle", "most-skilled", "least-calls", "round-robin"}
	wrapUp := config.Duration(time.Duration(revision%3) * time.Second)
	p.Queues.Set("general", config.Queue{
		Strategy: strategies[(w.o.Seed+revision)%4], Ring: config.Duration(15 * time.Second), WrapUp: wrapUp, Limit: 200,
		AnnounceAgent: true, WhisperNumber: true,
	})
	p.Queues.Set("tax", config.Queue{
		Strategy: "most-skilled", MaxWait: config.Duration(90 * time.Second), WhisperNumber: true,
		Tiers: []config.Tier{
			{Agents: "own"}, {After: config.Duration(10 * time.Second), Lower: 3}, {After: config.Duration(20 * time.Second), Queue: "general"},
		},
	})
	p.Flows.Set("hotline", []config.Step{{Kind: "answer"}, {Kind: "queue", Queue: "general"}, {Kind: "play", Clips: []string{"greeting"}, MustHear: true}, {Kind: "music"}})
	p.Flows.Set("tax", []config.Step{
		{Kind: "progress"},
		{Kind: "play", Clips: []string{"greeting"}},
		{Kind: "answer"},
		{Kind: "queue", Queue: "tax", Skills: config.Table[int]{{Name: "tax", Value: 4}}},
		{Kind: "music"},
		{Kind: "hangup", Status: 480},
	})
	p.Numbers.Set("12345", config.Number{Flow: "hotline"})
	p.Numbers.Set("12331", config.Number{Mode: "merged"})
	p.Numbers.Set("12366", config.Number{Flow: "tax", Priority: 1})
}
