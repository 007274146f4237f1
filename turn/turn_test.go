package turn

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestTimersComeOutInOrderOfDeadlineThenOfSetting(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		timers := NewTimers[int]()
		type entry struct{ at, order, key int }
		want := map[int]entry{}
		for order := range 300 {
			key, at := rng.IntN(80), rng.IntN(20)
			old, had := want[key]
			timers.Set(key, Instant(at))
			switch {
			case at == 0:
				delete(want, key)
			case !had || old.at != at:
				want[key] = entry{at, order, key}
			}
		}
		var sorted []entry
		for _, e := range want {
			sorted = append(sorted, e)
		}
		slices.SortFunc(sorted, func(a, b entry) int {
			if a.at != b.at {
				return a.at - b.at
			}
			return a.order - b.order
		})
		for _, e := range sorted {
			if at, _ := timers.Next(); at != Instant(e.at) {
				t.Fatalf("next deadline %d, want %d", at, e.at)
			}
			if _, ok := timers.Pop(Instant(e.at - 1)); ok {
				t.Fatal("popped before its time")
			}
			if key, ok := timers.Pop(Instant(e.at)); !ok || key != e.key {
				t.Fatalf("popped %d, want %d", key, e.key)
			}
		}
		if timers.Len() != 0 {
			t.Fatalf("%d timers left", timers.Len())
		}
	}
}

func TestIdentitiesOfTwoStartsDiffer(t *testing.T) {
	a, b := NewIDs(1), NewIDs(2)
	seen := map[ID]bool{}
	for range 1000 {
		for _, id := range []ID{a.Next(), b.Next()} {
			if seen[id] {
				t.Fatalf("%v given twice", id)
			}
			seen[id] = true
			if back, err := ParseID(id.String()); err != nil || back != id {
				t.Fatalf("%v read back as %v, %v", id, back, err)
			}
		}
	}
}

func TestTokensAreFixedByTheSeedAndDoNotRepeat(t *testing.T) {
	a, b := NewRand([32]byte{1}), NewRand([32]byte{1})
	seen := map[string]bool{}
	for range 10000 {
		x := a.Token()
		if x != b.Token() || len(x) != 20 || seen[x] {
			t.Fatalf("token %q: not determined by the seed, or repeated", x)
		}
		seen[x] = true
	}
}

func TestEarliestIgnoresUnset(t *testing.T) {
	for _, c := range [][3]Instant{{0, 0, 0}, {0, 5, 5}, {5, 0, 5}, {3, 5, 3}, {5, 3, 3}} {
		if got := Earliest(c[0], c[1]); got != c[2] {
			t.Errorf("Earliest(%d, %d) = %d, want %d", c[0], c[1], got, c[2])
		}
	}
}

func BenchmarkTimers(b *testing.B) {
	timers := NewTimers[int]()
	for i := range 20000 {
		timers.Set(i, Instant(i+1))
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		timers.Set(i%20000, Instant(i+20001))
	}
}
