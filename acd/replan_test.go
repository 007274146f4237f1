package acd

import (
	"testing"
	"time"

	"github.com/hotline12345/hotline/turn"
)

func replanned(t *testing.T) (*bench, *Options) {
	t.Helper()
	o := &Options{Queues: []QueueOptions{{Name: "old", Ring: 15e9, WrapUp: 10e9, Service: 20e9, Tiers: []Tier{{}}}, {Name: "new", Ring: 15e9, Tiers: []Tier{{}}}}}
	o.Agents = []AgentOptions{{ID: "8001", Queues: []string{"old", "new"}}, {ID: "8002", Queues: []string{"old", "new"}}}
	b := newBench(t, o)
	for id := turn.ID(1); id <= 3; id++ {
		b.call(id, "old", 0)
	}
	b.step(Event{Kind: OfferTaken, Call: 1})
	b.step(Event{Kind: OfferRings, Call: 2})
	return b, &Options{Queues: o.Queues[1:], Agents: []AgentOptions{{ID: "8001", Queues: []string{"new"}}, {ID: "8002", Queues: []string{"new"}}}}
}

func (b *bench) replan(o *Options) {
	b.out = b.out[:0]
	b.e.Replan(b.now, o, &b.out)
	if err := b.e.Check(b.now); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) count(kind ActionKind) (n int) {
	for _, a := range b.out {
		if a.Kind == kind {
			n++
		}
	}
	return n
}

// A talk outlives its queue: its agent is not taken for idle, has his wrap-up,
// and nobody else sees the queue any more.
func TestATalkGoesOnWhenItsQueueIsNoMore(t *testing.T) {
	b, o := replanned(t)
	b.replan(o)
	if away := b.count(TurnedAway); away != 2 {
		t.Errorf("%d calls turned away, want the ringing one and the waiting one", away)
	}
	if r, ok := b.e.Call(1); !ok || r.Agent != "8001" || b.state("8001") != Talking || b.state("8002") != Idle {
		t.Fatalf("the talk has lost its place: %+v, agents %v and %v", r, b.state("8001"), b.state("8002"))
	}
	if _, ok := b.e.Queue("old"); ok {
		t.Error("the queue is still shown")
	}
	b.e.Queues(func(r QueueRecord, _ int) {
		if r.Name != "new" {
			t.Errorf("the queue %s is still listed", r.Name)
		}
	})
	b.call(4, "old", 0)
	if !b.has(TurnedAway) {
		t.Error("the queue still takes calls")
	}
	b.call(5, "new", 0)
	b.call(6, "new", 0)
	if b.offered(6) != "" {
		t.Fatalf("offered to an agent who talks: %+v", b.out)
	}
	b.replan(o) // once more: the talk is still there
	b.step(Event{Kind: TalkEnded, Call: 1})
	if b.state("8001") != WrapUp {
		t.Fatalf("%v after the talk, want the queue's wrap-up", b.state("8001"))
	}
	b.later(10 * time.Second)
	if b.offered(6) != "8001" {
		t.Errorf("the next call does not come: %+v", b.out)
	}
	b.replan(o)
	if n := len(b.e.queues); n != 1 {
		t.Errorf("%d queues are kept after the last talk", n)
	}
}

func TestATalkOfAQueueThatIsNoMoreIsRestored(t *testing.T) {
	b, o := replanned(t)
	b.replan(o)
	call, _ := b.e.Call(1)
	agent, _ := b.e.Agent("8001")
	e, out := New(b.now, o), []Action(nil)
	e.RestoreAgent(agent)
	if !e.RestoreCall(call) {
		t.Fatal("the talk is not taken back")
	}
	if waiting := (CallRecord{Call: 9, Queue: "old"}); e.RestoreCall(waiting) {
		t.Error("a call that waits for a queue that is no more is taken back")
	}
	e.Restored(b.now, &out)
	if r, _ := e.Agent("8001"); r.State != Talking {
		t.Fatalf("%v while he talks", r.State)
	}
	e.Step(b.now, &Event{Kind: TalkEnded, Call: 1}, &out)
	if err := e.Check(b.now); err != nil {
		t.Error(err)
	}
}

func TestAnAgentWhoHangsUpAtOnceInAQueueThatIsNoMoreEndsTheCall(t *testing.T) {
	b, o := replanned(t)
	b.replan(o)
	b.step(Event{Kind: OfferRefused, Call: 1, Why: HungUp})
	if _, ok := b.e.Call(1); ok || !b.has(TurnedAway) || b.state("8001") != Idle {
		t.Errorf("nobody can be sought for it any more: %+v", b.out)
	}
}

func TestAQueueThatComesBackKeepsTheCountsOfItsLastTalks(t *testing.T) {
	b, o := replanned(t)
	before := b.e.o
	b.replan(o)
	b.replan(before)
	if q, ok := b.e.Queue("old"); !ok || q.Counts.Answered != 1 {
		t.Fatalf("%+v", q)
	}
	b.step(Event{Kind: TalkEnded, Call: 1})
	if b.state("8001") != WrapUp {
		t.Error(b.state("8001"))
	}
}

// What another plan finds overdue is due at once, not before.
func TestAShorterLimitIsDueNow(t *testing.T) {
	o := &Options{Queues: []QueueOptions{{Name: "q", Ring: 15e9, MaxWait: 60e9, Tiers: []Tier{{}}}}}
	b := newBench(t, o)
	b.call(1, "q", 0)
	b.later(30 * time.Second)
	shorter := *o
	shorter.Queues = []QueueOptions{{Name: "q", Ring: 15e9, MaxWait: 20e9, Tiers: []Tier{{}}}}
	b.replan(&shorter)
	if b.e.Next() != b.now {
		t.Fatalf("due at %v, now is %v", b.e.Next(), b.now)
	}
	b.later(0)
	if !b.has(TurnedAway) {
		t.Error("not turned away")
	}
}

func TestACallWithheldFromAllStaysSoUnderAnotherPlan(t *testing.T) {
	o := &Options{Queues: []QueueOptions{{Name: "q", Ring: 15e9, Tiers: []Tier{{}}}}, Agents: agents(1, "q")}
	b := newBench(t, o)
	b.call(1, "q", 0)
	b.step(Event{Kind: OfferRefused, Call: 1, Why: NoPorts})
	b.replan(o)
	if b.offered(1) != "" {
		t.Fatal("offered again before there can be ports")
	}
	b.later(portsAgain)
	if b.offered(1) != "8001" {
		t.Error("not offered again")
	}
}
