package acd

import (
	"math/rand/v2"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/hotline12345/hotline/turn"
)

// TestTheDiagramHasEveryEdge: agents who live at random go by every edge of the
// diagram in docs/ARCHITECTURE.md and by no other.
func TestTheDiagramHasEveryEdge(t *testing.T) {
	page, err := os.ReadFile("../docs/ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	drawn := map[string]bool{}
	for _, edge := range regexp.MustCompile(`(?m)^    (\w+) --> (\w+):`).FindAllStringSubmatch(string(page), -1) {
		drawn[edge[1]+" → "+edge[2]] = true
	}
	gone := map[string]bool{}
	for seed := range uint64(12) {
		wander(t, seed, gone)
	}
	for edge := range gone {
		if !drawn[edge] {
			t.Errorf("%s is not drawn", edge)
		}
	}
	for edge := range drawn {
		if !gone[edge] {
			t.Errorf("%s is drawn, and nobody went there", edge)
		}
	}
}

// wander lets three agents live at random and notes which states followed which.
func wander(t *testing.T, seed uint64, gone map[string]bool) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	o := &Options{Misses: 2, Queues: []QueueOptions{
		{Name: "q", Ring: 15e9, WrapUp: 5e9, Tiers: []Tier{{}}}, {Name: "short", Ring: 4e9, Tiers: []Tier{{}}},
	}}
	for _, id := range []string{"8001", "8002", "8003"} {
		o.Agents = append(o.Agents, AgentOptions{ID: id, Queues: []string{"q", "short"}})
	}
	b := newBench(t, o)
	state := map[string]AgentState{}
	note := func() {
		for _, a := range b.out {
			if a.Kind != AgentChanged {
				continue
			}
			if was := state[a.Agent]; was != a.State {
				gone[was.String()+" → "+a.State.String()] = true
			}
			state[a.Agent] = a.State
		}
	}
	for _, a := range o.Agents {
		state[a.ID] = b.state(a.ID)
	}
	wishes := []func(turn.Instant, string, string) error{
		func(now turn.Instant, who, phone string) error { return b.e.Login(now, who, phone, &b.out) },
		func(now turn.Instant, who, phone string) error { return b.e.Login(now, who, phone, &b.out) },
		func(now turn.Instant, who, _ string) error { return b.e.Logout(now, who, &b.out) },
		func(now turn.Instant, who, _ string) error { return b.e.Pause(now, who, &b.out) },
		func(now turn.Instant, who, _ string) error { return b.e.Resume(now, who, &b.out) },
		func(now turn.Instant, who, _ string) error { return b.e.Resume(now, who, &b.out) },
	}
	kinds := []EventKind{OfferRings, OfferTaken, OfferTaken, TalkEnded, CallGone, OfferRefused}
	for i := range turn.ID(4000) {
		who, call := o.Agents[r.IntN(3)].ID, turn.ID(0)
		b.e.Calls(func(c CallRecord) { // one that an agent has
			if c.Agent != "" && (call == 0 || r.IntN(2) == 0) {
				call = c.Call
			}
		})
		switch r.IntN(5) {
		case 0:
			b.call(i, []string{"q", "short"}[r.IntN(2)], 0)
		case 1:
			b.out = b.out[:0]
			_ = wishes[r.IntN(len(wishes))](b.now, who, "p"+who) // many are refused
		case 2:
			b.later(time.Duration(r.IntN(4)) * time.Second)
		default:
			b.step(Event{Kind: kinds[r.IntN(len(kinds))], Call: call, Why: []Refusal{Rejected, HungUp}[r.IntN(2)]})
		}
		note()
	}
}
