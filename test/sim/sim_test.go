package sim

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/hotline12345/hotline/journal"
)

var (
	seedFlag  = flag.Uint64("sim.seed", 0, "the one seed to run; 0: those of the suite")
	callsFlag = flag.Int("sim.calls", 0, "calls a seed; 0: as the suite has it")
)

// TestMain lets the collector wait longer: a day makes much that is soon gone.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

// day is a day like any other: a bad line, kills that tear the journal, phones
// that crash, plans that change.
func day(seed uint64, calls int) Options {
	return Options{Seed: seed, Calls: calls, Phones: 30, Loss: 50, Kills: 3000, Crashes: true, Switch: true}
}

// weathers are the disks that the suite's days have in turn.
var weathers = []Weather{{}, {Stalls: 2000}, {Fails: 4000}, {Full: true}}

// run lets one seed go by and holds it to a floor, so that a run in which
// nothing happened proves nothing.
func run(t *testing.T, o Options) Result {
	t.Helper()
	w := New(o)
	if err := w.Run(); err != nil {
		t.Fatalf("%v\nagain: make sim SEED=%d CALLS=%d", err, o.Seed, o.Calls)
	}
	r := w.Result()
	if r.Calls < o.Calls*4/5 || r.Answered < o.Calls*2/5 || r.Turns < 10*o.Calls || r.Read != r.Wrote {
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
	met := map[string]int{}
	for _, seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			o := day(seed, calls)
			o.Disk = weathers[seed%uint64(len(weathers))]
			r := run(t, o)
			t.Logf("%+v", r)
			if r.Kills == 0 || r.Resumed == 0 || r.Retired == 0 {
				t.Error("no call has lived through a kill, or no segment was retired")
			}
			if r.Shared == 0 || r.Told["logged-in"] == 0 || r.Told["logged-out"] == 0 || r.Told["paused"] == 0 || r.Told["resumed"] == 0 || r.Told["refused"] == 0 {
				t.Errorf("agents had no shifts: %v", r.Told)
			}
			for doing, n := range r.Struck {
				met[doing] += n
			}
			if calls >= 3000 {
				travelled(t, &r)
			}
		})
	}
	if calls < 3000 || len(seeds) < 20 {
		return
	}
	for _, floor := range floors {
		if met[floor.doing] < floor.calls {
			t.Errorf("%v: kills have met %d calls of %q, must meet %d: %v", errNothing, met[floor.doing], floor.doing, floor.calls, met)
		}
	}
	t.Log(met)
}

// floors are how many calls kills must meet over the suite, by what the calls
// are doing.
var floors = []struct {
	doing string
	calls int
}{
	{"forward", 50},
	{"forward rings", 350},
	{"takeover waits", 4000},
	{"takeover rings", 1000},
	{"talk outside", 2000},
	{"seat rings", 300},
	{"transfer", 90},
	{"handed over", 15},
	{"sent on and waits", 200},
	{"offer", 1200},
	{"talk", 5000},
	{"waits", 6000},
}

// travelled holds that a day's calls went every way that there is, and fared in
// every way.
func travelled(t *testing.T, r *Result) {
	t.Helper()
	for _, all := range []struct {
		what  string
		seen  map[string]int
		least int
		names string
	}{
		{"who answered", r.Came, 10, "agent expert destination subcenter takeover duty"},
		{"why destinations did not take calls", r.Whys, 5, "busy rejected no-answer unreachable bad-sdp no-number full closed returned circle"},
		{"why seats of queues did not", r.Whys, 1, "seat busy,seat rejected,seat no-answer,seat unreachable,seat bad-sdp,seat hung-up"},
		{"why 12345 took over", r.Taken, 5, "busy rejected no-answer unreachable bad-sdp no-number full closed returned circle"},
		{"who sent callers on", r.SentOn, 20, "agent subcenter operator"},
	} {
		names := strings.Fields(all.names)
		if strings.Contains(all.names, ",") {
			names = strings.Split(all.names, ",")
		}
		for _, name := range names {
			if all.seen[name] < all.least {
				t.Errorf("%v: %s: %q %d times, must be %d", errNothing, all.what, name, all.seen[name], all.least)
			}
		}
	}
	if r.Forwards < 500 || r.Seats < 100 || r.SentBack < 50 || r.Arrived < 50 || r.Freed < 20 || r.Stayed < 10 {
		t.Errorf("%v: %+v", errNothing, *r)
	}
	for _, outcome := range []journal.Outcome{journal.FlowEnded, journal.QueueFull, journal.WaitLimit, journal.AbandonedRing, journal.AbandonedQueue} {
		if r.Outcomes[outcome] == 0 {
			t.Errorf("%v: no call ended with %s", errNothing, outcome)
		}
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

func TestTheJournalsTailIsTorn(t *testing.T) {
	o := day(21, 300)
	o.Kills = 400
	r := run(t, o)
	if r.Torn < 3 || r.Torn >= r.Starts || r.Batches == 0 {
		t.Errorf("of %d starts %d found a torn tail; %d batches", r.Starts, r.Torn, r.Batches)
	}
}

func TestAFullDiskRefusesNewCallsAndLosesNone(t *testing.T) {
	o := day(22, 300)
	o.Disk.Full = true
	if r := run(t, o); r.Rewrites == 0 || r.Unwritten == 0 || r.Kills == 0 {
		t.Errorf("%v: %+v", errNothing, r)
	}
}

func TestAPanicEndsOneCallAndNoOther(t *testing.T) {
	o := day(26, 300)
	o.Panics = 2000
	if r := run(t, o); r.Panics < 10 || r.Outcomes[journal.Fault] == 0 || r.Outcomes[journal.Fault] > r.Panics {
		t.Errorf("%d panics: %v", r.Panics, r.Outcomes)
	}
}

func TestASlowDiskHoldsNoCallUp(t *testing.T) {
	o := day(23, 300)
	o.Disk.Stalls = 300
	if r := run(t, o); r.Stalls < 10 || r.Unwritten < r.Stalls || r.Rewrites != 0 || r.Kills == 0 {
		t.Errorf("%v: %+v", errNothing, r)
	}
}

func TestADiskThatFailsIsWrittenAgain(t *testing.T) {
	o := day(24, 300)
	o.Disk.Fails = 300
	if r := run(t, o); r.Failed < 10 || r.Rewrites < 10 || r.Kills == 0 {
		t.Errorf("%v: %+v", errNothing, r)
	}
}

func TestAPowerCutTakesTheUnsyncedTailAndNoCDR(t *testing.T) {
	o := day(25, 300)
	o.Power, o.Kills = true, 1500
	if r := run(t, o); r.Lost == 0 || r.Kills < 3 {
		t.Errorf("%v: %+v", errNothing, r)
	}
}

// planted are the faults, how each is met with, and what must be said of it: in
// each seed that sees it one of says, and in one of the seeds the first.
var planted = []struct {
	plant Plant
	kills int   // between kills, about; 0: as on other days
	fails int64 // of the disk's writes one in so many; 0: none
	says  []string
}{
	{DroppedCancel, 0, 0, []string{"no CANCEL came"}},
	{DoubleCDR, 0, 0, []string{"has a second CDR"}},
	{LeakedDialog, 0, 0, []string{"still has a call"}},
	{SendBeforeRecord, 400, 0, []string{"was answered whose call is in no record", "still has a call", "was refused on the phone", "is logged in on the phone", "no CANCEL came"}},
	{UnwrittenKey, 0, 0, []string{"keys, the disk"}},
	{StaleKey, 0, 0, []string{"keys, the disk", "is not on the disk as the core has it"}},
	{NoRewrite, 0, 300, []string{"keys, the disk", "is not on the disk as the core has it"}},
	{EagerCursor, 0, 0, []string{"were removed"}},
}

// says is the place in the list of what an error says, or -1.
func says(err error, list []string) int {
	return slices.IndexFunc(list, func(text string) bool { return strings.Contains(err.Error(), text) })
}

// TestPlantedFaultsAreCaught: each by what it does, and the same days pass
// without it.
func TestPlantedFaultsAreCaught(t *testing.T) {
	passed := map[Options]bool{}
	for _, p := range planted {
		t.Run(string(p.plant), func(t *testing.T) {
			for seed := range uint64(40) {
				o := day(100+seed, 150)
				o.Disk.Fails = p.fails
				if p.kills > 0 {
					o.Kills = p.kills
				}
				if !passed[o] {
					if err := New(o).Run(); err != nil {
						t.Fatalf("without the fault: %v", err)
					}
					passed[o] = true
				}
				o.Plant = p.plant
				err := New(o).Run()
				switch {
				case err == nil || errors.Is(err, errNothing):
					continue
				case says(err, p.says) < 0:
					t.Fatalf("seen, but as something else: %v", err)
				}
				t.Log(err)
				if says(err, p.says) == 0 {
					return
				}
			}
			t.Error("not caught")
		})
	}
	t.Run(string(RandomOrder), func(t *testing.T) {
		o := day(5, 60)
		a, b := New(o), New(o)
		if err := errors.Join(a.Run(), b.Run()); err != nil || a.Result().Hash != b.Result().Hash {
			t.Fatalf("without the fault: %v, %x and %x", err, a.Result().Hash, b.Result().Hash)
		}
		o.Plant = RandomOrder
		a, b = New(o), New(o)
		if errA, errB := a.Run(), b.Run(); errA != nil || errB != nil || a.Result().Hash == b.Result().Hash {
			t.Errorf("two runs of a seed should differ and do no harm: %v, %v", errA, errB)
		}
	})
}
