package e2e

import (
	"testing"

	"github.com/hotline12345/hotline/test/e2e/rig"
)

// TestTwentyKillsInARowLoseNoCall: under load, each kill after a moment of its
// own; every call that was let in is in the CDRs once.
func TestTwentyKillsInARowLoseNoCall(t *testing.T) {
	t.Parallel()
	interrupted(t, 20, (*rig.Server).Kill)
}

// TestTwentyUpgradesInARowLoseNoCall: the same with SIGTERM.
func TestTwentyUpgradesInARowLoseNoCall(t *testing.T) {
	t.Parallel()
	interrupted(t, 20, (*rig.Server).Terminate)
}

// interrupted ends and starts the server so many times while calls come, go and
// wait.
func interrupted(t *testing.T, times int, end func(*rig.Server)) {
	t.Helper()
	s := rig.Start(t, rig.Options{Plan: terse})
	l := newLoad(t, s, 4, answering)
	l.begin(uint64(times))
	for i := range times {
		// A few calls between two kills, each time another number of them.
		want := l.rung() + 3 + i%4
		rig.Until(t, "some calls", func() bool { return l.rung() >= want })
		end(s)
		s.Restart()
	}
	l.end()
	cdrs := l.accounted()
	answered, resumed := 0, 0
	for _, c := range cdrs {
		if c.Outcome == "answered" {
			answered++
		}
		if c.Resumed {
			resumed++
		}
	}
	if answered < len(cdrs)/2 || resumed < times/2 {
		t.Errorf("of %d calls %d were answered and %d lived through a restart: this is no load", len(cdrs), answered, resumed)
	}
	s.AtZero(t)
}
