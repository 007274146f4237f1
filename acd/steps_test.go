package acd

import (
	"testing"
	"time"

	"github.com/hotline12345/hotline/turn"
)

// TestNoStepAllocates drives every kind of event, action and deadline through a
// warm engine.
func TestNoStepAllocates(t *testing.T) {
	o := &Options{Misses: 3, Skills: []string{"s"}, Queues: []QueueOptions{
		{Name: "q", Ring: 15e9, WrapUp: 5e9, MaxWait: 60e9, Tiers: []Tier{{}, {After: 10e9, Lower: 2}}},
		{Name: "r", Strategy: RoundRobin, Ring: 9e9, Limit: 1, Tiers: []Tier{{}, {After: 10e9, Queue: "q"}, {After: 20e9, Duty: &Duty{Trunk: "t"}}}},
	}, Agents: append(agents(3, "q", Skill{"s", 3}), AgentOptions{ID: "9", Queues: []string{"r", "q"}})}
	e, now, out := New(1e9, o), turn.Instant(1e9), []Action(nil)
	needs := []Skill{{"s", 5}}
	step := func(ev Event) {
		out = out[:0]
		e.Step(now, &ev, &out)
	}
	later := func(d time.Duration) {
		for end := now.Add(d); ; step(Event{Kind: Deadline}) {
			if at := e.Next(); at == 0 || at > end {
				now = end
				return
			}
			now = max(now, e.Next())
		}
	}
	round := func() {
		for i := range o.Agents {
			id := o.Agents[i].ID
			step(Event{Kind: PhoneReachable, Phone: id, Yes: true})
			_ = e.Login(now, id, id, &out)
		}
		for id := turn.ID(1); id <= 6; id++ {
			step(Event{Kind: CallWaiting, Call: id, Queue: o.Queues[(id+1)%2].Name, Needs: needs[:id%2], Priority: int(id % 3)})
			step(Event{Kind: MayBridge, Call: id})
			step(Event{Kind: OfferRings, Call: id})
		}
		step(Event{Kind: OfferTaken, Call: 2})
		step(Event{Kind: OfferRefused, Call: 2, Why: HungUp})
		for why := Rejected; why <= NoPorts; why++ {
			step(Event{Kind: OfferRefused, Call: 3, Why: why})
		}
		later(12 * time.Second)
		step(Event{Kind: OfferTaken, Call: 1})
		_ = e.Pause(now, "8002", &out)
		_ = e.Resume(now, "8002", &out)
		step(Event{Kind: PhoneBusy, Phone: "8003", Yes: true})
		step(Event{Kind: PhoneBusy, Phone: "8003"})
		later(50 * time.Second)
		step(Event{Kind: TalkEnded, Call: 1})
		for id := turn.ID(1); id <= 6; id++ {
			step(Event{Kind: CallGone, Call: id})
		}
		later(time.Minute)
		for i := range o.Agents {
			_ = e.Logout(now, o.Agents[i].ID, &out)
		}
	}
	for range 20 {
		round()
	}
	if n := testing.AllocsPerRun(50, round); n != 0 {
		t.Errorf("%v allocations in a round of steps", n)
	}
	q, _ := e.Queue("q")
	r, _ := e.Queue("r")
	if q.Counts.Answered == 0 || q.Counts.TooLong == 0 || r.Counts.Full == 0 || r.Counts.Abandoned == 0 {
		t.Errorf("the round does not reach everything: %+v %+v", q.Counts, r.Counts)
	}
}

func TestAShyCallHidesNobodyBehindIt(t *testing.T) {
	var l line
	calls := make([]waiting, 200)
	for i := range calls {
		calls[i] = waiting{CallRecord: CallRecord{Sequence: uint64(i), Priority: i % 3}, place: -1, shy: nobody}
		l.push(&calls[i])
	}
	for refused := range 40 {
		var best *waiting
		for i := range calls {
			if w := &calls[i]; !w.shyOf(7, 100) && (best == nil || w.before(best)) {
				best = w
			}
		}
		if got := l.first(7, 100); got != best {
			t.Fatalf("after %d refusals the first is %+v, should be %+v", refused, got.CallRecord, best.CallRecord)
		}
		if l.first(8, 100) != l[0] || l.first(7, 200) != l[0] {
			t.Fatal("shy of another agent, or too long")
		}
		best.shy, best.until = 7, 200
	}
	for i := range calls {
		calls[i].shy, calls[i].until = everyone, 200
	}
	if w := l.first(7, 100); w != nil {
		t.Fatalf("withheld from everybody and still found: %+v", w.CallRecord)
	}
}

func TestAWishIsTakenBackAndTold(t *testing.T) {
	b := newBench(t, &Options{Queues: []QueueOptions{{Name: "q", Ring: 15e9, Tiers: []Tier{{}}}}, Agents: agents(1, "q")})
	b.call(1, "q", 0)
	b.step(Event{Kind: OfferTaken, Call: 1})
	for _, wish := range []func(turn.Instant, string, *[]Action) error{b.e.Pause, b.e.Resume} {
		b.out = b.out[:0]
		if err := wish(b.now, "8001", &b.out); err != nil || len(b.out) != 1 || b.out[0].Kind != AgentChanged {
			t.Fatalf("%v %+v: his record would not be written", err, b.out)
		}
	}
	b.step(Event{Kind: TalkEnded, Call: 1})
	if b.state("8001") != Idle {
		t.Errorf("%v after a pause taken back", b.state("8001"))
	}
}
