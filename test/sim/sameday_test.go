package sim

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/acd"
	people "github.com/hotline12345/hotline/acd/sim"
	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/demo"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/plan"
	"github.com/hotline12345/hotline/turn"
)

// assignment is an offer of a call to an agent, and why it was made.
type assignment struct {
	At             time.Duration // from the day's opening
	Call           int           // in the order of arrival, from 1
	Agent, Queue   string
	Tier, Eligible int
	Next           string // who would have been next
}

// sameDay is a day of calls, as both simulators are given it.
type sameDay struct {
	plan     *plan.Compiled
	kinds    []people.Kind
	numbers  []string // by kind
	arrivals []time.Duration
	callers  []people.Person
}

func newSameDay(t *testing.T, seed uint64, calls int) *sameDay {
	t.Helper()
	p := &config.Plan{Skills: []string{"general", "tax"}}
	p.Trunks.Set("carriers", config.Trunk{Match: []string{"10.1.0.0/16"}})
	second := config.Duration(time.Second)
	queues := []string{"longest", "skilled", "least", "robin"}
	for i, q := range []config.Queue{
		{WrapUp: 5 * second, Limit: 20},
		{Strategy: "most-skilled", Tiers: []config.Tier{{Agents: "own"}, {After: 10 * second, Lower: 3}, {After: 20 * second, Queue: "longest"}}},
		{Strategy: "least-calls"},
		{Strategy: "round-robin", MaxWait: 90 * second, WrapUp: second},
	} {
		q.Ring = 15 * second
		p.Queues.Set(queues[i], q)
	}
	for i := range 24 {
		name := strconv.Itoa(8001 + i)
		a := config.Agent{Queues: []string{queues[i%4]}}
		if i%3 == 0 {
			a.Queues = append(a.Queues, queues[(i+1)%4])
			a.Skills.Set("tax", 1+i%10)
		}
		a.Skills.Set("general", 1+(7*i)%10)
		p.Phones.Set(name, config.Phone{})
		p.Agents.Set(name, a)
	}
	d := &sameDay{}
	for i, k := range []people.Kind{
		{Queue: "longest"},
		{Queue: "skilled", Needs: []acd.Skill{{Name: "tax", Level: 4}}, Priority: 1},
		{Queue: "least", Needs: []acd.Skill{{Name: "general", Level: 3}}},
		{Queue: "robin", Needs: []acd.Skill{{Name: "general", Level: 2}}},
	} {
		number := config.Number{Flow: k.Queue, Priority: k.Priority}
		for _, n := range k.Needs {
			number.Skills.Set(n.Name, int(n.Level))
		}
		d.kinds, d.numbers = append(d.kinds, k), append(d.numbers, strconv.Itoa(12301+i))
		p.Flows.Set(k.Queue, []config.Step{{Kind: "answer"}, {Kind: "queue", Queue: k.Queue}, {Kind: "music"}})
		p.Numbers.Set(d.numbers[i], number)
	}
	var faults config.Faults
	if d.plan, faults = plan.Standing(p, plan.Surroundings{Interfaces: []string{"main"}}, 1); faults != nil {
		t.Fatal(faults)
	}
	r := turn.NewRand([32]byte{byte(seed), 77})
	between := func(least, most time.Duration) time.Duration {
		return least + time.Duration(r.Below(int64(most-least)))
	}
	d.arrivals = people.Steady(seed, 1500, calls)
	for range calls {
		c := people.Person{Kind: int(r.Below(4)), Talk: between(5*time.Second, 95*time.Second), Answer: between(500*time.Millisecond, 6*time.Second)}
		if c.Patience = between(5*time.Second, 4*time.Minute); r.Below(5) == 0 {
			c.Patience = 0
		}
		d.callers = append(d.callers, c)
	}
	return d
}

// alone runs the day through the queue engine alone.
func (d *sameDay) alone(t *testing.T) (all []assignment, outcomes map[string]int) {
	t.Helper()
	outcomes = map[string]int{}
	_, err := people.Run(people.Options{
		Plan: &d.plan.ACD, Kinds: d.kinds, Arrivals: d.arrivals, Callers: d.callers,
		Acted: func(at time.Duration, a *acd.Action) {
			if a.Kind == acd.Offer {
				all = append(all, assignment{at, int(a.Call), a.Agent, a.Queue, int(a.Reason.Tier), a.Reason.Eligible, strings.TrimSpace(strings.Join(a.Reason.Next[:], " "))})
			}
		},
		Ended: func(c *people.Call) {
			outcomes[map[people.Outcome]string{people.Answered: "answered", people.Abandoned: "abandoned", people.TurnedAway: "turned away"}[c.Outcome]]++
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return all, outcomes
}

// whole runs it through the whole core: real SIP, on a network that loses nothing
// and takes no time.
func (d *sameDay) whole(t *testing.T) (all []assignment, outcomes map[string]int) {
	t.Helper()
	w := &World{o: Options{Seed: 1, Deep: 1000}, clock: &clock{now: turn.Instant(1e9)}, rand: turn.NewRand([32]byte{1}), parties: map[netip.Addr]*party{}}
	w.net = &network{clock: w.clock, rand: w.rand, still: true, to: map[netip.AddrPort]func(netip.AddrPort, []byte){}}
	n := &node{
		clock: w.clock, net: w.net, rand: turn.NewRand([32]byte{2}), ledger: newLedger(turn.NewRand([32]byte{3})), fail: w.fail, deep: w.o.Deep,
		tags: tags{}, asked: map[uint64]func(core.Reply){}, plans: []*plan.Compiled{d.plan}, safe: true,
	}
	w.node, n.committer.n = n, n
	n.disk = newDisk(turn.NewRand([32]byte{4}), func() int64 { return int64(w.clock.now) + civil })
	n.plane = newPlane(w.clock, n.mediaEvent, w.alive, w.fail)
	w.net.to[server] = n.receive
	n.start()

	rung := make([]*demo.Call, len(d.callers)) // at the phone that rings or talks for the caller
	w.carriers = []*party{w.join(demo.Options{User: "carrier", Local: netip.MustParseAddrPort("10.1.0.1:5060"), Media: demo.Ports(netip.MustParseAddrPort("10.1.0.1:10000"), 20000)})}
	for i, row := range d.plan.Source.Phones {
		n.ask(core.Command{Kind: core.SetPassword, Phone: row.Name, Secret: "pw" + row.Name}, nil)
		local := netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 2, 0, byte(i + 1)}), 5060)
		w.phones = append(w.phones, w.join(demo.Options{
			User: row.Name, Password: "pw" + row.Name, Local: local, Media: demo.Ports(netip.AddrPortFrom(local.Addr(), 10000), 1000), Expires: 120,
			Manner: func(_ *demo.Peer, c *demo.Call) demo.Manner {
				i := d.caller(c.From)
				rung[i] = c
				return demo.Manner{Answer: d.callers[i].Answer, Status: 200, Talk: d.callers[i].Talk}
			},
		}))
	}
	w.clock.run(w.clock.now.Add(10*time.Second), w.stopped)
	opens := w.clock.now
	for _, row := range d.plan.Source.Agents {
		n.ask(core.Command{Kind: core.AgentLogin, Agent: row.Name, Phone: row.Name}, nil)
	}
	outcomes = map[string]int{}
	calls := map[turn.ID]int{}
	n.facts = func(f *journal.Fact) {
		switch f.Type {
		case journal.FactCallBegan:
			var b journal.CallBegan
			if err := journal.Unmarshal(f.Value, &b); err != nil {
				t.Fatal(err)
			}
			calls[b.Call] = 1 + d.caller(b.Caller)
		case journal.FactOffered:
			var o journal.Offered
			if err := journal.Unmarshal(f.Value, &o); err != nil {
				t.Fatal(err)
			}
			all = append(all, assignment{f.At.Sub(opens), calls[o.Call], o.Agent, o.Queue, o.Tier, o.Eligible, o.Next})
		case journal.FactCallEnded:
			var c journal.CDR
			if err := journal.Unmarshal(f.Value, &c); err != nil {
				t.Fatal(err)
			}
			outcomes[map[journal.Outcome]string{
				journal.Answered: "answered", journal.AbandonedQueue: "abandoned", journal.AbandonedRing: "abandoned",
				journal.QueueFull: "turned away", journal.WaitLimit: "turned away",
			}[c.Outcome]]++
		}
	}
	for i := range d.callers {
		w.clock.at(opens.Add(d.arrivals[i]), func() {
			var out demo.Out
			carrier := w.carriers[0]
			c := carrier.Dial(w.clock.now, demo.Journey{Number: d.numbers[d.callers[i].Kind], Caller: fmt.Sprintf("139%08d", i)}, &out)
			carrier.sent(&out)
			if d.callers[i].Patience == 0 {
				return
			}
			w.clock.after(d.callers[i].Patience, func() {
				if c.Over() || rung[i] != nil && rung[i].Answered != 0 {
					return
				}
				var out demo.Out
				carrier.HangUp(w.clock.now, c, &out)
				carrier.sent(&out)
			})
		})
	}
	w.clock.run(opens.Add(d.arrivals[len(d.arrivals)-1]+time.Hour), w.stopped)
	if w.err != nil {
		t.Fatal(w.err)
	}
	return all, outcomes
}

// caller is the place in the day of whom a From or a fact names.
func (d *sameDay) caller(text string) int {
	_, digits, _ := strings.Cut(text, "139")
	i, _ := strconv.Atoi(digits[:8])
	return i
}

// TestTheEngineAloneAndTheWholeCoreAssignAlike: the same day, once among the queue
// engine's simulated people and once through SIP, the calls' flows and the journal.
// Every offer is the same: when, which call, which agent, out of how many and with
// whom behind him.
func TestTheEngineAloneAndTheWholeCoreAssignAlike(t *testing.T) {
	calls := 1500
	if testing.Short() {
		calls = 300
	}
	for seed := range uint64(3) {
		d := newSameDay(t, seed, calls)
		engine, ends := d.alone(t)
		whole, same := d.whole(t)
		for i := range min(len(engine), len(whole)) {
			if engine[i] != whole[i] {
				t.Fatalf("seed %d: offer %d of %d is\n%+v to the engine alone and\n%+v to the core", seed, i, len(engine), engine[i], whole[i])
			}
		}
		if len(engine) != len(whole) || fmt.Sprint(ends) != fmt.Sprint(same) {
			t.Fatalf("seed %d: %d offers and %d; %v and %v", seed, len(engine), len(whole), ends, same)
		}
		if ends["answered"] < calls/2 || ends["abandoned"] < calls/50 || ends["turned away"] < calls/200 || ends["answered"]+ends["abandoned"]+ends["turned away"] != calls {
			t.Errorf("seed %d: too little happened: %v", seed, ends)
		}
		queues, tiers := map[string]int{}, map[int]int{}
		for _, a := range engine {
			queues[a.Queue]++
			tiers[a.Tier]++
		}
		if len(queues) != 4 || len(tiers) != 3 {
			t.Errorf("seed %d: offers by queue %v, by tier %v", seed, queues, tiers)
		}
	}
}
