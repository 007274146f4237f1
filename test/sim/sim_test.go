package sim

import (
	"errors"
	"flag"
	"fmt"
	"testing"

	"github.com/hotline12345/hotline/journal"
)

var (
	seedFlag  = flag.Uint64("sim.seed", 0, "the one seed to run; 0: those of the suite")
	callsFlag = flag.Int("sim.calls", 0, "calls a seed; 0: as the suite has it")
)

func day(seed uint64, calls int) Options {
	return Options{Seed: seed, Calls: calls, Phones: 30, Loss: 50, Kills: 4000, Crashes: true, Switch: true}
}

// run lets one seed go by and holds it to a floor, so that a run in which
// nothing happened proves nothing.
func run(t *testing.T, o Options) Result {
	t.Helper()
	w := New(o)
	if err := w.Run(); err != nil {
		t.Fatalf("%v\nagain: make sim SEED=%d CALLS=%d", err, o.Seed, o.Calls)
	}
	r := w.Result()
	if r.Calls < o.Calls*9/10 || r.Answered < o.Calls*2/5 || r.Turns < 10*o.Calls {
		t.Fatalf("%v: %+v", errNothing, r)
	}
	return r
}

func TestSim(t *testing.T) {
	var seeds []uint64
	for seed := range uint64(20) {
		seeds = append(seeds, seed+1)
	}
	calls := 3000
	if testing.Short() {
		seeds, calls = seeds[:1], 300
	}
	if *seedFlag != 0 {
		seeds = []uint64{*seedFlag}
	}
	if *callsFlag != 0 {
		calls = *callsFlag
	}
	for _, seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := run(t, day(seed, calls))
			t.Logf("%+v", r)
			if r.Kills == 0 || r.Resumed == 0 {
				t.Fatal("no call has lived through a kill")
			}
		})
	}
}

func TestPlainCallsOnABadLineThroughKills(t *testing.T) {
	o := day(11, 300)
	o.Plain, o.Switch = true, false
	r := run(t, o)
	if r.Outcomes[journal.Answered] == 0 || r.Outcomes[journal.ForwardFailed] == 0 {
		t.Errorf("both ends of a forward should be seen: %v", r.Outcomes)
	}
}

func TestASeedRunsTheSameTwice(t *testing.T) {
	a, b := run(t, day(5, 150)), run(t, day(5, 150))
	if a.Hash != b.Hash {
		t.Fatalf("two runs of a seed differ: %x and %x", a.Hash, b.Hash)
	}
	if c := run(t, day(6, 150)); c.Hash == a.Hash {
		t.Fatal("two seeds are the same run")
	}
}

func TestPlantedFaultsAreCaught(t *testing.T) {
	for _, plant := range []Plant{DroppedCancel, DoubleCDR, LeakedDialog, SendBeforeRecord, UnwrittenKey} {
		t.Run(string(plant), func(t *testing.T) {
			for seed := range uint64(8) {
				o := day(100+seed, 150)
				o.Plant = plant
				if plant == SendBeforeRecord {
					o.Kills = 40
				}
				err := New(o).Run()
				if err != nil && !errors.Is(err, errNothing) {
					t.Log(err)
					return
				}
			}
			t.Error("not caught")
		})
	}
	t.Run(string(RandomOrder), func(t *testing.T) {
		o := day(5, 60)
		o.Plant = RandomOrder
		a, b := New(o), New(o)
		errA, errB := a.Run(), b.Run()
		if errA == nil && errB == nil && a.Result().Hash == b.Result().Hash {
			t.Error("not caught")
		}
	})
}
