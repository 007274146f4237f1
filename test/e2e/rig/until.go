package rig

import (
	"fmt"
	"testing"
	"time"
)

// Patience is how long Until waits: long beside what it waits for, so that a
// slow machine fails no test.
const Patience = 30 * time.Second

const poll = 20 * time.Millisecond

// Until waits until ok holds and fails the test if that takes longer than
// Patience.
func Until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	Within(t, Patience, what, ok)
}

// Within is Until with a patience of its own. Args are formatted as they are
// when it fails.
func Within(t testing.TB, patience time.Duration, what string, ok func() bool, args ...fmt.Stringer) {
	t.Helper()
	end := time.Now().Add(patience)
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for !ok() {
		if time.Now().After(end) {
			for _, a := range args {
				t.Log(a.String())
			}
			t.Fatalf("%s: not within %v", what, patience)
		}
		select {
		case <-tick.C:
		case <-t.Context().Done():
			t.Fatalf("%s: the test was ended", what)
		}
	}
}
