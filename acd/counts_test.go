package acd

import (
	"testing"
	"time"

	"github.com/hotline12345/hotline/turn"
)

func TestWaitsFallIntoTheBucketOfTheirBound(t *testing.T) {
	for i, bound := range WaitBounds {
		for wait, want := range map[time.Duration]int{bound: i, bound + 1: i + 1, bound - 1: i} {
			if got := bucket(wait); got != want {
				t.Errorf("a wait of %v is in bucket %d, want %d", wait, got, want)
			}
		}
		if i > 0 && bound <= WaitBounds[i-1] {
			t.Errorf("%v stands after %v", bound, WaitBounds[i-1])
		}
	}
	if bucket(0) != 0 || bucket(time.Hour) != len(WaitBounds) {
		t.Error("no wait, or a very long one, has no bucket")
	}
}

func TestBothClocksAndTheWaitAreCountedOnceAndTakenBackWithTheTalk(t *testing.T) {
	b := newBench(t, &Options{Misses: 2, Queues: []QueueOptions{{Name: "q", Ring: 60e9, Service: 20e9, Tiers: []Tier{{}}}}, Agents: agents(2, "q")})
	b.call(1, "q", 0)
	b.later(10 * time.Second)
	b.step(Event{Kind: MayBridge, Call: 1})
	b.later(15 * time.Second)
	b.step(Event{Kind: OfferTaken, Call: 1}) // 25 s from the enlisting, 15 s from the prompt's end
	want := Counts{Entered: 1, Answered: 1, InHeard: 1, WaitNs: 25e9}
	want.Waits[4] = 1
	if q, _ := b.e.Queue("q"); q.Counts != want {
		t.Fatalf("%+v, want %+v", q.Counts, want)
	}
	b.step(Event{Kind: OfferRefused, Call: 1, Why: HungUp})
	if q, _ := b.e.Queue("q"); q.Counts != (Counts{Entered: 1}) {
		t.Fatalf("a pick-up without a talk stays counted: %+v", q.Counts)
	}
	if !b.has(QueueChanged) || b.offered(1) != "8002" {
		t.Fatalf("the counters are not written, or the call not offered on: %+v", b.out)
	}
	b.later(5 * time.Second)
	b.step(Event{Kind: OfferTaken, Call: 1})
	want.InHeard, want.WaitNs = 1, 30e9
	if q, _ := b.e.Queue("q"); q.Counts != want {
		t.Fatalf("%+v, want %+v", q.Counts, want)
	}
}

func TestHangingUpOnTheAnnouncementIsAMiss(t *testing.T) {
	b := newBench(t, &Options{Misses: 2, Queues: []QueueOptions{{Name: "q", Ring: 60e9, Tiers: []Tier{{}}}}, Agents: agents(1, "q")})
	for id := turn.ID(1); id <= 2; id++ {
		b.call(id, "q", 0)
		b.step(Event{Kind: OfferTaken, Call: id})
		b.step(Event{Kind: OfferRefused, Call: id, Why: HungUp})
		b.step(Event{Kind: CallGone, Call: id})
	}
	r, _ := b.e.Agent("8001")
	if r.State != Paused || r.Talks != 0 {
		t.Errorf("he picks up and hangs up again and again: %+v", r)
	}
}

// TestTheFirstClockRunsFromTheINVITE: what a caller hears before he is enlisted
// counts.
func TestTheFirstClockRunsFromTheINVITE(t *testing.T) {
	b := newBench(t, &Options{Queues: []QueueOptions{{Name: "q", Ring: 60e9, Service: 15e9, Tiers: []Tier{{}}}}, Agents: agents(1, "q")})
	for id, before := range []time.Duration{6 * time.Second, 4 * time.Second} {
		call := turn.ID(id + 1)
		b.step(Event{Kind: CallWaiting, Call: call, Queue: "q", Began: b.now.Add(-before)})
		b.later(10 * time.Second)
		b.step(Event{Kind: OfferTaken, Call: call})
		b.step(Event{Kind: TalkEnded, Call: call})
	}
	if q, _ := b.e.Queue("q"); q.Counts.InInvite != 1 || q.Counts.InHeard != 2 || q.Counts.Answered != 2 {
		t.Errorf("16 s and 14 s from the INVITE, of 15: %+v", q.Counts)
	}
}
