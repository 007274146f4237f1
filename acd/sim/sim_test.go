package sim

import (
	"flag"
	"fmt"
	"testing"
	"time"

	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/turn"
)

var (
	seedFlag  = flag.Uint64("sim.seed", 1, "the seed")
	callsFlag = flag.Int("sim.calls", 0, "calls of each plan; 0: as the suite has it. A million is the long mode")
)

// calls is how many calls a plan of the suite gets.
func calls(suite int) int {
	switch {
	case *callsFlag != 0:
		return *callsFlag
	case testing.Short():
		return suite / 10
	}
	return suite
}

// quiet is a plan on which nothing goes wrong.
func quiet(seed uint64, n int) Options {
	o := Options{Seed: seed, Plan: small(40), Kinds: smallKinds(), People: People{Talk: 3 * time.Minute, Patience: 2 * time.Minute, Answer: 3 * time.Second}}
	o.Arrivals = Steady(seed, 700, n)
	return o
}

// rough is one on which everything does.
func rough(seed uint64, n int) Options {
	o := quiet(seed, n)
	o.Trouble = Trouble{
		Miss: 120, Reject: 30, Busy: 20, BadSDP: 5, NoPorts: 15, HangUp: 15, DutyFails: 400,
		Pause: 20 * time.Minute, Logout: 300, Break: 3 * time.Minute, Gone: 40 * time.Minute, Back: 2 * time.Minute, Unheard: 500,
		OwnCall: 30 * time.Minute, Replan: 17 * time.Minute, Others: 2 * time.Minute,
	}
	o.Arrivals = waves(seed, n, 2000, 300, 9000, 700)
	o.Plans = []*acd.Options{without(o.Plan, "robin"), small(46), without(small(46), "longest"), o.Plan}
	return o
}

// crowd is the province when everybody rings at once, again and again, and
// when hardly anybody does.
func crowd(seed uint64, n int) Options {
	o := Options{Seed: seed, Plan: province(), Kinds: provinceKinds(), People: People{Talk: 3 * time.Minute, Patience: 20 * time.Minute, Answer: 3 * time.Second}}
	o.Trouble = Trouble{Miss: 20, Reject: 10, HangUp: 5, NoPorts: 2, Pause: 2 * time.Hour, Logout: 300, Break: 10 * time.Minute, Gone: 5 * time.Hour, Back: 2 * time.Minute, Unheard: 500}
	o.Arrivals = waves(seed, n, 50_000, 45_000, 300_000, 15_000) // 5,000 agents carry 90,000 an hour
	return o
}

// waves are n calls of which the first high of every period come at one rate an
// hour and the others at another.
func waves(seed uint64, n, period, high int, highRate, lowRate float64) []time.Duration {
	d, out, at := newDraws(seed^arrivalSeed), make([]time.Duration, n), time.Duration(0)
	for i := range out {
		rate := lowRate
		if i%period < high {
			rate = highRate
		}
		at += d.exp(time.Duration(float64(time.Hour) / rate))
		out[i] = at
	}
	return out
}

func run(t *testing.T, o Options) *Report {
	t.Helper()
	r, err := Run(o)
	if err != nil {
		t.Fatalf("%v\nagain: go test ./acd/sim -run '%s' -sim.seed %d -sim.calls %d", err, t.Name(), o.Seed, len(o.Arrivals))
	}
	sum := &r.Total
	if sum.Offered != len(o.Arrivals) || sum.Answered+sum.Abandoned+sum.TurnedAway != sum.Offered {
		t.Fatalf("outcomes do not add up: %+v", sum)
	}
	return r
}

// deeds counts what an engine did, so that a day on which nothing happened
// proves nothing.
type deeds struct {
	kinds  [acd.CallChanged + 1]int
	why    map[string]int
	away   [acd.NoQueue + 1]int
	tiers  [4]int
	second int            // offers with another agent as the next
	seats  map[string]int // offers of them, by destination
}

func (d *deeds) watch(_ turn.Instant, out *[]acd.Action) {
	for i := range *out {
		a := &(*out)[i]
		d.kinds[a.Kind]++
		switch a.Kind {
		case acd.AgentChanged:
			d.why[a.Why]++
		case acd.TurnedAway:
			d.away[a.Away]++
		case acd.OfferDuty:
			d.seats[a.Duty.Destination]++
		case acd.Offer:
			d.tiers[a.Reason.Tier]++
			d.second += count(a.Reason.Next[0] != "")
		}
	}
}

func TestInvariantsHoldAndASeedRunsTheSameTwice(t *testing.T) {
	for _, c := range []struct {
		name  string
		day   func(seed uint64, n int) Options
		calls int
		least deeds // in ten thousandths of the calls
		peak  int
	}{
		{"quiet", quiet, 10_000, deeds{kinds: [...]int{acd.Offer: 5000, acd.OfferDuty: 1000, acd.CallChanged: 1}, tiers: [4]int{3000, 500, 500}, second: 1000, seats: map[string]int{"centre": 400, "hub": 100}}, 15},
		{"rough", rough, 25_000, deeds{
			kinds: [...]int{acd.Offer: 4000, acd.OfferDuty: 1000, acd.Withdraw: 300, acd.TurnedAway: 500, acd.CallChanged: 1},
			why:   map[string]int{"misses": 30, "logout": 300, "pause": 500, "login": 300, "resume": 500, "wrap-up": 2000},
			away:  [...]int{acd.Full: 30, acd.TooLong: 50, acd.NoQueue: 500}, tiers: [4]int{1500, 500, 500}, second: 300, seats: map[string]int{"centre": 300, "hub": 150},
		}, 100},
		{"crowd", crowd, 50_000, deeds{
			kinds: [...]int{acd.Offer: 6000, acd.Withdraw: 100, acd.CallChanged: 1},
			why:   map[string]int{"logout": 100, "pause": 200, "wrap-up": 5000},
			away:  [...]int{acd.Full: 50, acd.NoQueue: 0}, tiers: [4]int{1500, 200, 3000}, second: 500,
		}, 20_000},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, did := c.day(*seedFlag, calls(c.calls)), &deeds{why: map[string]int{}, seats: map[string]int{}}
			o.tamper.actions = did.watch
			r := run(t, o)
			t.Logf("%d calls, %d steps, at most %d unanswered: %+v; %+v", len(o.Arrivals), r.Steps, r.Peak, r.Total, *did)
			o.Trusting, o.tamper.actions = true, nil
			if again := run(t, o); r.Hash != again.Hash || r.Steps != again.Steps {
				t.Fatalf("two runs of seed %d differ: %x after %d steps, %x after %d", o.Seed, r.Hash, r.Steps, again.Hash, again.Steps)
			}
			o.Seed++
			if len(o.Arrivals) < 30_000 {
				if other := run(t, o); other.Hash == r.Hash {
					t.Fatal("two seeds are one run")
				}
			}
			if n := len(o.Arrivals); n >= c.calls {
				did.atLeast(t, &c.least, n)
				if r.Peak < c.peak {
					t.Errorf("only %d calls waited at once", r.Peak)
				}
			}
		})
	}
}

func (d *deeds) atLeast(t *testing.T, least *deeds, n int) {
	t.Helper()
	check := func(what string, got, tenThousandths int) {
		if got < tenThousandths*n/10_000 {
			t.Errorf("%s: only %d", what, got)
		}
	}
	for i := range d.kinds {
		check(fmt.Sprint("actions of kind ", i), d.kinds[i], least.kinds[i])
	}
	for i := range d.away {
		check(fmt.Sprint("calls turned away for reason ", i), d.away[i], least.away[i])
	}
	for i := range d.tiers {
		check(fmt.Sprint("offers of tier ", i), d.tiers[i], least.tiers[i])
	}
	for name, wanted := range least.seats {
		check("seats of "+name, d.seats[name], wanted)
	}
	for why, wanted := range least.why {
		check("agents' changes for "+why, d.why[why], wanted)
	}
	check("offers with a choice", d.second, least.second)
}
