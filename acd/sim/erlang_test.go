package sim

import (
	"math"
	"testing"
)

// The figures are DESIGN.md's ("Numbers that the field sets"), from the R
// package ErlangC and from Garnett, Mandelbaum and Reiman.
func TestErlangsFormulasGiveTheTablesFigures(t *testing.T) {
	c := ErlangC(100.0/1800, 180, 14, 20)
	a := ErlangA(40.0/240, 240, 40, 60)
	for _, x := range []struct {
		name           string
		got, want, off float64
	}{
		{"Erlang C Pw", c.Wait, 0.1741, 5e-5},
		{"Erlang C SL(20 s)", c.InTime, 0.8884, 5e-5},
		{"Erlang C ASA", c.Mean, 7.836, 5e-4},
		{"Erlang A Pw", a.Wait, 0.3628, 5e-5},
		{"Erlang A abandoned", a.Abandoned, 0.0837, 5e-5},
		{"Erlang A E[W]", a.Mean, 5.02, 5e-3},
	} {
		if math.Abs(x.got-x.want) > x.off {
			t.Errorf("%s: %.6f, want %.4f", x.name, x.got, x.want)
		}
	}
}

func TestErlangAtItsEdges(t *testing.T) {
	if w := ErlangC(1, 10, 10, 15); !math.IsNaN(w.Wait) || !math.IsNaN(w.Mean) {
		t.Errorf("a full line has no steady state: %+v", w)
	}
	if w := ErlangC(0.5, 1, 1, 0); math.Abs(w.Wait-0.5) > 1e-12 || math.Abs(w.Mean-1) > 1e-12 {
		t.Errorf("M/M/1 at half load waits half the time and 1 s in the mean: %+v", w)
	}
	// With patience as long as a talk the calls there are those of M/M/∞.
	if w := ErlangA(3, 1, 2, 1); math.Abs(w.Wait-(1-4*math.Exp(-3))) > 1e-12 {
		t.Errorf("M/M/2+M with equal means waits %v", w.Wait)
	}
	// Nobody there: everybody gives up, after his whole patience.
	if w := ErlangA(3, 1, 0, 60); math.Abs(w.Abandoned-1) > 1e-9 || math.Abs(w.Mean-60) > 1e-6 {
		t.Errorf("without agents: %+v", w)
	}
	// Very patient callers make it Erlang C, also where n! is no float64.
	a, c := ErlangA(950, 1, 1000, 1e9), ErlangC(950, 1, 1000, 20)
	if math.Abs(a.Wait-c.Wait) > 1e-6 || math.Abs(a.Mean-c.Mean) > 1e-6 {
		t.Errorf("patient Erlang A %+v, Erlang C %+v", a, c)
	}
}
