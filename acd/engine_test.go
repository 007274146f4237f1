package acd

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/hotline12345/hotline/turn"
)

// bench drives an engine and remembers what it did.
type bench struct {
	t   testing.TB
	e   *Engine
	now turn.Instant
	out []Action
}

func newBench(t testing.TB, o *Options) *bench {
	b := &bench{t: t, now: 1e9, e: New(1e9, o)}
	for _, a := range o.Agents {
		b.step(Event{Kind: PhoneReachable, Phone: "p" + a.ID, Yes: true})
		if err := b.e.Login(b.now, a.ID, "p"+a.ID, &b.out); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

func (b *bench) step(ev Event) {
	b.out = b.out[:0]
	b.e.Step(b.now, &ev, &b.out)
	if err := b.e.Check(b.now); err != nil {
		b.t.Fatal(err)
	}
}

// later lets time go by, deadline by deadline.
func (b *bench) later(d time.Duration) {
	var all []Action
	for end := b.now.Add(d); ; {
		at := b.e.Next()
		if at == 0 || at > end {
			b.now = end
			break
		}
		b.now = at
		b.step(Event{Kind: Deadline})
		all = append(all, b.out...)
	}
	b.out = all
}

func (b *bench) call(id turn.ID, queue string, priority int, needs ...Skill) {
	b.step(Event{Kind: CallWaiting, Call: id, Queue: queue, Priority: priority, Needs: needs})
}

// offered is the agent whom the last step offered the call.
func (b *bench) offered(id turn.ID) string {
	for _, a := range b.out {
		if a.Kind == Offer && a.Call == id {
			return a.Agent
		}
	}
	return ""
}

func (b *bench) has(kind ActionKind) bool {
	for _, a := range b.out {
		if a.Kind == kind {
			return true
		}
	}
	return false
}

func (b *bench) state(id string) AgentState {
	r, _ := b.e.Agent(id)
	return r.State
}

func agents(n int, queue string, skills ...Skill) (out []AgentOptions) {
	for i := range n {
		out = append(out, AgentOptions{ID: fmt.Sprint(8001 + i), Queues: []string{queue}, Skills: skills})
	}
	return out
}

func TestACallGoesToAnAgentInTheVeryStepAndTheTalkIsCounted(t *testing.T) {
	b := newBench(t, &Options{Queues: []QueueOptions{{Name: "q", Ring: 15e9, WrapUp: 10e9, Tiers: []Tier{{}}}}, Agents: agents(1, "q")})
	b.call(1, "q", 0)
	if b.offered(1) != "8001" || b.state("8001") != Reserved {
		t.Fatalf("not offered at once: %+v", b.out)
	}
	b.step(Event{Kind: OfferRings, Call: 1})
	b.step(Event{Kind: OfferTaken, Call: 1})
	b.call(2, "q", 0)
	if b.offered(2) != "" || b.state("8001") != Talking {
		t.Fatal("offered to an agent who talks")
	}
	b.step(Event{Kind: TalkEnded, Call: 1})
	if b.state("8001") != WrapUp {
		t.Fatal("no wrap-up")
	}
	b.later(10 * time.Second)
	if b.offered(2) != "8001" {
		t.Fatalf("the waiting call does not come when the wrap-up ends: %+v", b.out)
	}
	if q, _ := b.e.Queue("q"); q.Counts.Entered != 2 || q.Counts.Answered != 1 || q.Counts.InInvite != 1 {
		t.Errorf("counted %+v", q.Counts)
	}
}

func TestPriorityThenArrivalOverAllQueuesOfAnAgent(t *testing.T) {
	o := &Options{Queues: []QueueOptions{{Name: "a", Ring: 15e9, Tiers: []Tier{{}}}, {Name: "b", Ring: 15e9, Tiers: []Tier{{}}}}}
	o.Agents = []AgentOptions{{ID: "8001", Queues: []string{"a", "b"}}}
	b := newBench(t, o)
	b.call(1, "a", 0)
	b.step(Event{Kind: OfferTaken, Call: 1})
	b.call(2, "b", 0)
	b.call(3, "a", 0)
	b.call(4, "a", 1)
	for i, want := range []turn.ID{4, 2, 3} {
		b.step(Event{Kind: TalkEnded, Call: []turn.ID{1, 4, 2}[i]})
		if b.offered(want) != "8001" {
			t.Fatalf("call %v is not next: %+v", want, b.out)
		}
		b.step(Event{Kind: OfferTaken, Call: want})
	}
}

// TestStrategies: after the same day each strategy has another agent next, and
// others behind him.
func TestStrategies(t *testing.T) {
	for strategy, want := range map[Strategy]string{
		LongestIdle: "8001 then 8002 8005 8003", // in the order in which their talks ended
		MostSkilled: "8004 then 8001 8002 8005", // the others are alike, and go by their idleness
		LeastCalls:  "8003 then 8001 8002 8005",
		RoundRobin:  "8005 then 8001 8002 8003", // 8004 had the last one
	} {
		o := &Options{Skills: []string{"s"}, Queues: []QueueOptions{{Name: "q", Strategy: strategy, Ring: 15e9, Tiers: []Tier{{}}}}, Agents: agents(5, "q", Skill{"s", 5})}
		o.Agents[3].Skills = []Skill{{"s", 9}}
		b := newBench(t, o)
		busy := func(but string, yes bool) {
			for _, a := range o.Agents {
				if a.ID != but {
					b.step(Event{Kind: PhoneBusy, Phone: "p" + a.ID, Yes: yes})
				}
			}
		}
		for i, who := range []string{"8001", "8001", "8002", "8002", "8005", "8005", "8003", "8004", "8004"} {
			call := turn.ID(1 + i)
			busy(who, true)
			b.call(call, "q", 0, Skill{"s", 1})
			if got := b.offered(call); got != who {
				t.Fatalf("%v: %s alone is free, and %q is offered the call", strategy, who, got)
			}
			b.step(Event{Kind: OfferTaken, Call: call})
			b.later(time.Second)
			b.step(Event{Kind: TalkEnded, Call: call})
			busy(who, false)
			b.later(time.Second)
		}
		b.call(99, "q", 0, Skill{"s", 1})
		for _, a := range b.out {
			if a.Kind != Offer {
				continue
			}
			if got := fmt.Sprint(a.Agent, " then ", a.Reason.Next[0], " ", a.Reason.Next[1], " ", a.Reason.Next[2]); got != want || a.Reason.Eligible != 5 || a.Reason.Strategy != strategy {
				t.Errorf("%v: %s of %d, want %s", strategy, got, a.Reason.Eligible, want)
			}
		}
		if b.offered(99) == "" {
			t.Errorf("%v: nobody is offered the call", strategy)
		}
	}
}

func TestATierLooksWiderAndLowerAndThenRingsTheDuty(t *testing.T) {
	o := &Options{Skills: []string{"tax"}, Queues: []QueueOptions{
		{Name: "q", Ring: 15e9, Tiers: []Tier{{}, {After: 10e9, Lower: 3}, {After: 20e9, Queue: "r"}, {After: 30e9, Duty: &Duty{Number: "139", Trunk: "t", Again: 20e9}}}},
		{Name: "r", Ring: 15e9, Tiers: []Tier{{}}},
	}}
	o.Agents = []AgentOptions{
		{ID: "1", Queues: []string{"q"}, Skills: []Skill{{"tax", 2}}}, {ID: "2", Queues: []string{"r"}, Skills: []Skill{{"tax", 5}}},
	}
	b := newBench(t, o)
	b.call(1, "q", 0, Skill{"tax", 5})
	b.call(2, "q", 0, Skill{"tax", 5})
	b.call(3, "q", 0, Skill{"tax", 5})
	if b.has(Offer) {
		t.Fatal("offered below the level asked for")
	}
	b.later(10 * time.Second)
	if b.offered(1) != "1" {
		t.Fatalf("the lower level does not count after 10 s: %+v", b.out)
	}
	b.step(Event{Kind: OfferTaken, Call: 1})
	b.later(10 * time.Second)
	if b.offered(2) != "2" {
		t.Fatalf("the other queue's agents do not count after 20 s: %+v", b.out)
	}
	b.step(Event{Kind: OfferTaken, Call: 2})
	b.later(10 * time.Second)
	if !b.has(OfferDuty) {
		t.Fatal("the duty is not rung")
	}
	b.step(Event{Kind: OfferRefused, Call: 3, Why: Busy})
	b.later(19 * time.Second)
	if b.has(OfferDuty) {
		t.Fatal("the duty is rung again too soon")
	}
	b.later(time.Second)
	if !b.has(OfferDuty) {
		t.Fatal("the duty is not rung again")
	}
}

func TestMissesPauseAnAgentAndTheCallKeepsItsPlace(t *testing.T) {
	b := newBench(t, &Options{Misses: 2, Queues: []QueueOptions{{Name: "q", Ring: 15e9, Tiers: []Tier{{}}}}, Agents: agents(1, "q")})
	b.call(1, "q", 0)
	b.call(2, "q", 0)
	b.later(15 * time.Second)
	if !b.has(Withdraw) || b.offered(2) != "8001" {
		t.Fatalf("the next call does not come after a miss: %+v", b.out)
	}
	b.step(Event{Kind: OfferRefused, Call: 2, Why: Rejected})
	if b.state("8001") != Paused {
		t.Fatal("two misses do not pause")
	}
	b.later(time.Minute)
	b.out = b.out[:0]
	if err := b.e.Resume(b.now, "8001", &b.out); err != nil || b.offered(1) != "8001" {
		t.Fatalf("the first call is not first any more: %v %+v", err, b.out)
	}
}

func TestLimits(t *testing.T) {
	b := newBench(t, &Options{Queues: []QueueOptions{{Name: "q", Limit: 1, MaxWait: 20e9, Tiers: []Tier{{}}}}})
	b.call(1, "q", 0)
	b.call(2, "q", 0)
	if !b.has(TurnedAway) {
		t.Fatal("a full queue takes a call")
	}
	b.later(20 * time.Second)
	if !b.has(TurnedAway) {
		t.Fatal("a call waits longer than the limit")
	}
	b.call(3, "lost", 0)
	if !b.has(TurnedAway) {
		t.Fatal("a queue that is not takes a call")
	}
}

func TestWishesThatCannotBe(t *testing.T) {
	b := newBench(t, &Options{Queues: []QueueOptions{{Name: "q", Ring: 15e9, Tiers: []Tier{{}}}}, Agents: agents(2, "q")})
	for _, c := range []struct{ got, want error }{
		{b.e.Login(b.now, "9", "p", &b.out), ErrNoAgent},
		{b.e.Login(b.now, "8001", "p8002", &b.out), ErrPhoneTaken},
		{b.e.Logout(b.now, "8001", &b.out), nil},
		{b.e.Pause(b.now, "8001", &b.out), ErrLoggedOut},
	} {
		if !errors.Is(c.got, c.want) {
			t.Errorf("got %v, want %v", c.got, c.want)
		}
	}
	b.call(1, "q", 0)
	b.step(Event{Kind: OfferTaken, Call: 1})
	if err := b.e.Logout(b.now, "8002", &b.out); err != nil || b.state("8002") != Talking {
		t.Fatal("a logout cuts a talk", err)
	}
	b.step(Event{Kind: TalkEnded, Call: 1})
	if b.state("8002") != LoggedOut {
		t.Fatal("a logout is forgotten")
	}
}

func FuzzEngine(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
	f.Fuzz(func(t *testing.T, data []byte) {
		o := &Options{Misses: 3, Skills: []string{"s"}, Queues: []QueueOptions{
			{Name: "q", Ring: 15e9, WrapUp: 5e9, Limit: 5, Tiers: []Tier{{}, {After: 10e9, Lower: 2}}},
			{Name: "r", Strategy: RoundRobin, Ring: 9e9, MaxWait: 60e9, Tiers: []Tier{{}, {After: 10e9, Queue: "q"}, {After: 20e9, Duty: &Duty{Trunk: "t"}}}},
			{Name: "tax", Ring: 9e9, Tiers: []Tier{{Duty: &Duty{Destination: "tax", Channels: 2, Again: 5e9}}, {After: 10e9, Queue: "q"}}},
		}, Agents: append(agents(3, "q", Skill{"s", 3}), AgentOptions{ID: "9", Queues: []string{"r", "q"}})}
		b := newBench(t, o)
		for _, x := range data {
			id, who := turn.ID(x>>4&7+1), o.Agents[x>>4&3].ID
			b.out = b.out[:0]
			switch x & 15 {
			case 0, 1:
				b.call(id, "q", int(x>>7), Skill{"s", 1 + x>>6})
			case 2:
				b.call(id, []string{"r", "tax"}[x>>7], 0)
			case 3, 4, 5, 6, 7:
				b.step(Event{Kind: []EventKind{CallGone, MayBridge, OfferRings, OfferTaken, TalkEnded}[x&15-3], Call: id})
			case 8:
				b.step(Event{Kind: OfferRefused, Call: id, Why: Refusal(1 + x>>4&7%7)})
			case 9:
				b.step(Event{Kind: PhoneReachable, Phone: "p" + who, Yes: x>>7 != 0})
			case 10:
				b.step(Event{Kind: PhoneBusy, Phone: "p" + who, Yes: x>>7 != 0})
			case 11:
				_ = b.e.Pause(b.now, who, &b.out)
			case 12:
				_ = b.e.Resume(b.now, who, &b.out)
			case 13:
				if x>>7 == 0 {
					_ = b.e.Logout(b.now, who, &b.out)
				} else {
					b.step(Event{Kind: OutsideBusy, Destination: "tax", N: int(x >> 4 & 3)})
				}
			case 14:
				_ = b.e.Login(b.now, who, "p"+who, &b.out)
			case 15:
				b.later(time.Duration(x) * 50 * time.Millisecond)
			}
			if err := b.e.Check(b.now); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// BenchmarkCall is one call from its arrival to the end of its talk, beside
// 5,000 agents and 20,000 waiting calls.
func BenchmarkCall(b *testing.B) {
	o := &Options{Skills: []string{"s"}}
	for i := range 200 {
		o.Queues = append(o.Queues, QueueOptions{Name: fmt.Sprint("q", i), Ring: 15e9, Tiers: []Tier{{}, {After: 3600e9, Lower: 3}}})
	}
	for i := range 5000 {
		o.Agents = append(o.Agents, AgentOptions{ID: fmt.Sprint(i), Queues: []string{fmt.Sprint("q", i%200)}, Skills: []Skill{{"s", uint8(1 + i%10)}}})
	}
	e, now := New(1e9, o), turn.Instant(1e9)
	var out []Action
	for i, a := range o.Agents {
		e.Step(now, &Event{Kind: PhoneReachable, Phone: a.ID, Yes: true}, &out)
		if i%200 != 7 { // nobody serves q7 but those who log in below
			_ = e.Login(now, a.ID, a.ID, &out)
		}
	}
	needs := []Skill{{"s", 5}}
	for i := range 20000 {
		e.Step(now, &Event{Kind: CallWaiting, Call: turn.ID(1e6 + i), Queue: "q7", Needs: needs}, &out)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		id := turn.ID(1 + i)
		for _, ev := range []Event{
			{Kind: CallWaiting, Call: id, Queue: o.Queues[i%7].Name, Needs: needs}, {Kind: OfferRings, Call: id}, {Kind: OfferTaken, Call: id}, {Kind: TalkEnded, Call: id},
		} {
			out = out[:0]
			now++
			e.Step(now, &ev, &out)
		}
	}
}
