package sim

import (
	_ "embed"
	"fmt"
	"time"

	"github.com/hotline12345/hotline/config"
)

//go:embed plan.yaml
var document []byte

// plan is the routing plan of a revision: what changes from one to the next is
// what a supervisor changes.
func (w *World) plan(revision uint64) *config.Plan {
	p := &config.Plan{}
	if w.o.Plain {
		p.Trunks.Set("carriers", config.Trunk{Match: []string{"10.1.0.0/16"}, Peers: []config.Peer{{Address: "10.1.0.1:5060"}}, Area: "0551"})
	} else {
		p = w.document(revision)
	}
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
			p.Agents.Set(agentOf(i, shift), agent(i+shift, revision))
		}
	}
	w.numbers = nil
	for _, row := range p.Numbers {
		w.numbers = append(w.numbers, row.Name)
	}
	return p
}

// document is the plan of queues, destinations and numbers.
func (w *World) document(revision uint64) *config.Plan {
	p, faults := config.Parse(document)
	if faults != nil {
		w.fail(faults)
		return &config.Plan{}
	}
	strategies := []string{"longest-idle", "most-skilled", "least-calls", "round-robin"}
	general := p.Queues.Get("general")
	general.Strategy = strategies[(w.o.Seed+revision)%4]
	general.WrapUp = config.Duration(time.Duration(revision%3) * time.Second)
	return p
}

func agent(i int, revision uint64) config.Agent {
	a := config.Agent{Queues: []string{"general"}}
	a.Skills.Set("general", 1+(i+int(revision))%10)
	if i%3 == 0 {
		a.Queues = append(a.Queues, "tax")
		a.Skills.Set("tax", 1+i%10)
	}
	if i%4 == 1 {
		a.Queues = append(a.Queues, "market")
		a.Skills.Set("market", 1+i%7)
	}
	if i%6 == 2 {
		a.Queues = append(a.Queues, "wuhu")
	}
	return a
}
