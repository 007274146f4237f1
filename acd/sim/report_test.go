package sim

import (
	"math"
	"testing"
	"time"

	"github.com/hotline12345/hotline/acd"
)

// One agent, calls at known times, talks of no length but a wrap-up of known
// length: the report can be written down beforehand.
func TestTheReportSaysWhatHappenedInEachHour(t *testing.T) {
	o := Options{
		Seed:  1,
		Plan:  &acd.Options{Queues: []acd.QueueOptions{{Name: "q", Ring: 15e9, WrapUp: 10 * time.Minute, Service: 5 * time.Minute, MaxWait: time.Hour, Tiers: []acd.Tier{{}}}}},
		Kinds: []Kind{{Queue: "q", Weight: 1, Before: time.Second, Hear: 3 * time.Minute}},
		Arrivals: []time.Duration{
			5 * time.Minute,           // at once
			6 * time.Minute,           // 9 min: late by either clock
			19 * time.Minute,          // 6 min: late from the INVITE, in time from the prompt
			time.Hour + time.Minute,   // at once
			3*time.Hour - time.Minute, // at once; its wrap-up lasts beyond the last hour
		},
	}
	o.Plan.Agents = []acd.AgentOptions{{ID: "8001", Queues: []string{"q"}}}
	r := run(t, o)
	want := []Hour{
		{Hour: 0, Offered: 3, Answered: 3, InTime: 1, Heard: 2, Waited: 15 * time.Minute, Longest: 9 * time.Minute, Busy: 30 * time.Minute, Staffed: time.Hour},
		{Hour: 1, Offered: 1, Answered: 1, InTime: 1, Heard: 1, Busy: 10 * time.Minute, Staffed: time.Hour},
		{Hour: 2, Offered: 1, Answered: 1, InTime: 1, Heard: 1},
	}
	for i := range want[:2] {
		if r.Hours[i] != want[i] {
			t.Errorf("hour %d: %+v, want %+v", i, r.Hours[i], want[i])
		}
	}
	if len(r.Hours) != 3 || r.Total.Offered != 5 || r.Peak != 1 {
		t.Errorf("%d hours, %+v, peak %d", len(r.Hours), r.Total, r.Peak)
	}
	h := &r.Hours[0]
	invite, prompt := h.Level()
	if math.Abs(invite-1.0/3) > 1e-9 || math.Abs(prompt-2.0/3) > 1e-9 || h.ASA() != 5*time.Minute || h.Occupancy() != 0.5 {
		t.Errorf("level %v and %v, ASA %v, occupancy %v", invite, prompt, h.ASA(), h.Occupancy())
	}
}

func TestNobodyThereAndNobodyGivesUpIsSaid(t *testing.T) {
	o := quiet(1, 10)
	o.Plan, o.People.Patience = &acd.Options{Queues: o.Plan.Queues[2:3]}, 0
	o.Plan.Queues[0].Tiers = []acd.Tier{{}}
	o.Kinds = []Kind{{Queue: "least", Weight: 1}}
	if _, err := Run(o); err == nil {
		t.Error("calls that can never end end")
	}
}

func TestADayHasItsCallsWhereItsProfileHasThem(t *testing.T) {
	const n = 100_000
	if Day.sum() != 1000 || Flat.Busiest() != 1.0/24 {
		t.Fatalf("the day has %d thousandths", Day.sum())
	}
	var hours [24]int
	last := time.Duration(0)
	for _, at := range Day.Draw(3, n) {
		if at < last || at >= 24*time.Hour {
			t.Fatalf("a call at %v after one at %v", at, last)
		}
		hours[at/time.Hour]++
		last = at
	}
	for i, got := range hours {
		mean := float64(n) * float64(Day[i]) / 1000
		if math.Abs(float64(got)-mean) > 5*math.Sqrt(mean) {
			t.Errorf("hour %d has %d calls, its mean is %.0f", i, got, mean)
		}
	}
}

func TestStaffIsCutOrRepeated(t *testing.T) {
	plan := small(3)
	for n := range 8 {
		got := Staff(plan, n)
		seen := map[string]bool{}
		for i, a := range got.Agents {
			seen[a.ID] = true
			if a.Queues[0] != plan.Agents[i%3].Queues[0] || i < 3 && a.ID != plan.Agents[i].ID {
				t.Errorf("agent %d of %d is %+v", i, n, a)
			}
		}
		if len(got.Agents) != n || len(seen) != n || len(plan.Agents) != 3 {
			t.Errorf("%d agents, %d different ones, want %d", len(got.Agents), len(seen), n)
		}
	}
	day := People{Talk: 170 * time.Second, Answer: 1250 * time.Millisecond}
	if n := Load(plan, Flat, day, 1); n != 1463 { // 5.83 s of wrap-up in the mean: 177.08 s a call
		t.Errorf("three agents carry %d calls a day", n)
	}
}

// What a caller hears before he is enlisted counts by the first clock only.
func TestTheFirstClockRunsFromTheINVITE(t *testing.T) {
	for before, want := range map[time.Duration]int{9 * time.Second: 1, 11 * time.Second: 0} {
		o := Options{Plan: plain(1, 20*time.Second), Kinds: []Kind{{Queue: "q", Weight: 1, Before: before}}}
		o.Arrivals, o.People.Talk = []time.Duration{0, 10 * time.Second}, time.Nanosecond
		o.Plan.Queues[0].WrapUp = 20 * time.Second // the second call waits 10 s
		if r := run(t, o); r.Total.InTime != 1+want || r.Total.Heard != 2 {
			t.Errorf("10 s in the queue and %v before it: %+v", before, r.Total)
		}
	}
}

// The callers of a day are the same whoever serves them.
func TestTwoPlansAreTriedWithTheSameCallers(t *testing.T) {
	callers := func(agents int) (out []Call) {
		o := quiet(5, 2000)
		o.Plan = small(agents)
		out = make([]Call, 2000)
		i := map[time.Duration]int{}
		for n, at := range o.Arrivals {
			i[at] = n
		}
		o.Ended = func(c *Call) { out[i[c.Arrived]] = Call{Kind: c.Kind, Arrived: c.Arrived} }
		run(t, o)
		return out
	}
	few, many := callers(30), callers(60)
	for i := range few {
		if few[i] != many[i] {
			t.Fatalf("call %d is %+v with few agents and %+v with many", i, few[i], many[i])
		}
	}
}
