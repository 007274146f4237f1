package acd

import (
	"testing"
	"time"

	"github.com/hotline12345/hotline/turn"
)

// subcentre is a queue whose seats are a destination's channels; agents of the
// general queue help after half a minute.
func subcentre(channels int) *Options {
	seats := &Duty{Destination: "tax", Channels: channels, Again: 5e9}
	return &Options{Queues: []QueueOptions{
		{Name: "general", Ring: 15e9, Tiers: []Tier{{}}},
		{Name: "tax", Ring: 10e9, Tiers: []Tier{{Duty: seats}, {After: 30e9, Queue: "general"}}},
	}, Agents: agents(1, "general")}
}

// outside are the calls that the last step offered to a destination.
func (b *bench) outside() (calls []turn.ID) {
	for _, a := range b.out {
		if a.Kind == OfferDuty && a.Duty.Destination == "tax" {
			calls = append(calls, a.Call)
		}
	}
	return calls
}

func (b *bench) rings(what string, want ...turn.ID) {
	b.t.Helper()
	if got := b.outside(); len(got) != len(want) || len(got) > 0 && got[0] != want[0] {
		b.t.Fatalf("%s: the destination rings for %v, must for %v", what, got, want)
	}
}

func TestADestinationHasAsManySeatsAsChannels(t *testing.T) {
	b := newBench(t, subcentre(2))
	for id := turn.ID(1); id <= 3; id++ {
		b.call(id, "tax", 0)
		if id < 3 {
			b.rings("a free seat", id)
		} else {
			b.rings("all seats taken")
		}
	}
	b.call(4, "tax", 5)
	b.step(Event{Kind: OfferTaken, Call: 1})
	b.rings("a seat is in use as long as the talk is")
	b.step(Event{Kind: TalkEnded, Call: 1})
	b.rings("priority first", 4)
	b.step(Event{Kind: OfferRefused, Call: 2, Why: NoAnswer})
	b.rings("the one who refused waits 5 s", 3)
	b.step(Event{Kind: CallGone, Call: 4})
	b.rings("nobody but call 2, who waits 5 s")
	b.later(5 * time.Second)
	b.rings("after them", 2)
}

// A destination rings as long as the plan says of it, not as the queue's agents do.
func TestADestinationRingsAsLongAsItsOwnTime(t *testing.T) {
	o := subcentre(1)
	o.Queues[1].Tiers[0].Duty.Ring = 25e9
	b := newBench(t, o)
	b.call(1, "tax", 0)
	b.later(24 * time.Second)
	if len(b.out) > 0 {
		t.Fatalf("it rings 25 s, and within 24 s: %+v", b.out)
	}
	b.later(time.Second)
	if len(b.out) == 0 || b.out[0].Kind != Withdraw {
		t.Errorf("after its 25 s: %+v", b.out)
	}
}

func TestCallsFromElsewhereTakeSeats(t *testing.T) {
	b := newBench(t, subcentre(2))
	b.step(Event{Kind: OutsideBusy, Destination: "tax", N: 2})
	b.call(1, "tax", 0)
	b.rings("all seats taken")
	b.step(Event{Kind: OutsideBusy, Destination: "tax", N: 1})
	b.rings("one is free", 1)
	b.call(2, "tax", 0)
	b.rings("taken again")
	b.later(30 * time.Second) // call 1 has not been answered, either
	if b.offered(2) != "8001" && b.offered(1) != "8001" {
		t.Errorf("nobody of the general queue helps: %+v", b.out)
	}
}

// A place as old as the call goes before those who came since.
func TestAnAgedPlace(t *testing.T) {
	o := &Options{Queues: []QueueOptions{{Name: "q", Ring: 15e9, Tiers: []Tier{{}}}}, Agents: agents(1, "q")}
	b := newBench(t, o)
	b.call(1, "q", 0)
	b.step(Event{Kind: OfferTaken, Call: 1})
	b.later(20 * time.Second)
	b.call(2, "q", 0)
	b.later(time.Second)
	b.step(Event{Kind: CallWaiting, Call: 3, Queue: "q", Since: b.now.Add(-10 * time.Second), Began: b.now.Add(-10 * time.Second)})
	b.step(Event{Kind: TalkEnded, Call: 1})
	if b.offered(3) == "" {
		t.Errorf("the older call is not first: %+v", b.out)
	}
}

// Seats are counted on over another plan, also where it has fewer of them.
func TestSeatsUnderAnotherPlan(t *testing.T) {
	b := newBench(t, subcentre(3))
	for id := turn.ID(1); id <= 4; id++ {
		b.call(id, "tax", 0)
	}
	b.step(Event{Kind: OfferTaken, Call: 1})
	b.out = b.out[:0]
	b.e.Replan(b.now, subcentre(2), &b.out)
	b.rings("three calls on two seats")
	b.step(Event{Kind: TalkEnded, Call: 1})
	b.rings("two calls on two seats")
	b.step(Event{Kind: CallGone, Call: 2})
	b.rings("one is free", 4)
}

// A place that is older than the call's time in this queue gives it its turn, but
// no wider search: a department's own agents are asked before anybody else is.
func TestAnAgedPlaceWidensNoSearch(t *testing.T) {
	b := newBench(t, &Options{Queues: []QueueOptions{
		{Name: "general", Ring: 15e9, Tiers: []Tier{{}}},
		{Name: "tax", Ring: 10e9, Tiers: []Tier{{}, {After: 30e9, Queue: "general"}}},
	}, Agents: agents(1, "general")})
	b.later(5 * time.Minute)
	b.step(Event{Kind: CallWaiting, Call: 1, Queue: "tax", Since: b.now.Add(-2 * time.Minute)})
	if b.has(Offer) {
		t.Fatalf("offered to the next tier at once: %+v", b.out)
	}
	if b.later(30*time.Second - 1); b.has(Offer) {
		t.Fatalf("offered to the next tier before its time: %+v", b.out)
	}
	if b.later(1); !b.has(Offer) {
		t.Errorf("not offered to the next tier in its time: %+v", b.out)
	}
}

// A restart and another plan give a destination's seats to those who wait as
// their turns stand, not in the order in which their records happen to be read.
func TestSeatsOfAnotherPlanAreGivenInOrder(t *testing.T) {
	b := newBench(t, subcentre(1))
	b.later(5 * time.Minute)
	b.step(Event{Kind: OutsideBusy, Destination: "tax", N: 1})
	b.call(1, "tax", 0)
	b.step(Event{Kind: CallWaiting, Call: 2, Queue: "tax", Since: b.now.Add(-time.Minute)})
	b.call(3, "tax", 1)
	b.replan(subcentre(2))
	b.rings("the first by priority has the new seat", 3)
	b.replan(subcentre(3))
	b.rings("and then the oldest place", 2)
}

// A place that is older than the queue's limit is kept for the limit all the
// same: the time before was another queue's, or a talk's.
func TestAnAgedPlaceWaitsAsLongAsAnyOther(t *testing.T) {
	o := &Options{Queues: []QueueOptions{{Name: "q", Ring: 15e9, MaxWait: 60e9, Tiers: []Tier{{}, {After: 90e9, Queue: "q"}}}}}
	b := newBench(t, o)
	b.later(5 * time.Minute)
	b.step(Event{Kind: CallWaiting, Call: 1, Queue: "q", Since: b.now.Add(-2 * time.Minute)})
	if b.later(59 * time.Second); b.has(TurnedAway) {
		t.Fatalf("turned away before its time: %+v", b.out)
	}
	if b.later(time.Second); !b.has(TurnedAway) {
		t.Errorf("not turned away after the limit: %+v", b.out)
	}
}
