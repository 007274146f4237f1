package main

import (
	"testing"

	"github.com/hotline12345/hotline/config"
)

// TestTheNewcomerIsTheMostSkilledForEveryNumber: whatever a call of the demo
// asks for, somebody else can do it too, and nobody as well as agent 8001.
func TestTheNewcomerIsTheMostSkilledForEveryNumber(t *testing.T) {
	document, err := demoPlan()
	if err != nil {
		t.Fatal(err)
	}
	p, faults := config.Parse(document)
	if faults != nil {
		t.Fatal(faults)
	}
	for _, n := range p.Numbers {
		if len(n.Value.Skills) == 0 {
			t.Errorf("%s asks for nothing: whoever has been idle longest comes first", n.Name)
		}
		for _, need := range n.Value.Skills {
			able, best := 0, ""
			for _, a := range p.Agents {
				level := a.Value.Skills.Get(need.Name)
				if level == nil || *level < need.Value {
					continue
				}
				if able++; *level == 10 {
					best += a.Name
				}
			}
			if able < 2 || best != newcomer {
				t.Errorf("%s asks for %s %d: %d agents have it, the best is %q", n.Name, need.Name, need.Value, able, best)
			}
		}
	}
	for _, q := range p.Queues {
		if q.Value.Strategy != "most-skilled" {
			t.Errorf("queue %s: %s", q.Name, q.Value.Strategy)
		}
	}
}
