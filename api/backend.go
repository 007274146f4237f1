// Package api is the node's face for people and programs: HTTP on a Unix
// socket in the data folder for the CLI, metrics and health on TCP.
package api

import (
	"context"
	"time"

	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/plan"
	"github.com/hotline12345/hotline/store"
)

// Backend is what the API needs of a node. All of it may be called from many
// goroutines at once.
type Backend interface {
	// Do carries out a command; when it returns, the turn is in the journal.
	Do(ctx context.Context, c core.Command) (core.Reply, error)
	// View is a copy of what stands, at most 250 ms old and never older than a
	// command that has returned.
	View(ctx context.Context) (*core.View, error)
	// Plan is the revision in force.
	Plan() *plan.Compiled
	Surroundings() plan.Surroundings
	// Drain takes no new calls and stops the process when none is left, or
	// after the grace; Undrain takes it back.
	Drain(ctx context.Context, grace time.Duration) error
	Undrain(ctx context.Context) error
	// ReloadPrompts takes the recordings of the data folder anew, all or, where
	// one is no sound, none. The error is config.Faults then.
	ReloadPrompts() (Prompts, error)
	Listeners() []Listener
	// Ready is nil while new calls are taken, else says why not.
	Ready() error
	Journal() journal.Stats
	Projector() *store.Projector
	Figures() Figures
}

// Figures are what the node counts beside the core's own statistics, for
// metrics.
type Figures struct {
	Turns       uint64        // since the start
	Stepping    time.Duration // time spent in them, all together
	TurnBuckets []uint64      // turns of at most TurnBounds[i], not cumulated; one more for those above
	Commits     uint64        // writes to the journal
	Late        uint64        // turns let go without the journal: it failed or was slow
	Inbox       int           // inputs that wait
	LogsLost    uint64
	Checks      uint64 // of the core's invariants, where they are asked for
	Broken      uint64 // that found one broken
	Wire        WireFigures
	Media       MediaFigures
}

// TurnBounds are the upper bounds of Figures.TurnBuckets.
var TurnBounds = []time.Duration{
	10 * time.Microsecond, 25 * time.Microsecond, 50 * time.Microsecond, 100 * time.Microsecond, 250 * time.Microsecond,
	500 * time.Microsecond, time.Millisecond, 5 * time.Millisecond, 25 * time.Millisecond, 100 * time.Millisecond,
}

// WireFigures are the SIP wire's counters.
type WireFigures struct {
	Datagrams, Messages, NotSIP, TooFast, Dropped, Sent, Unsent, Refused, Slow, Broken, OverLimit uint64
	Conns                                                                                         uint64
}

// MediaFigures are the media plane's counters.
type MediaFigures struct {
	Received, Sent, Unsent, Lost, Late, Refused uint64
	MissingClips                                uint64
	Legs, Players, Free, InUse                  int
}
