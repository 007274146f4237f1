package node

import (
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/turn"
)

// patience is how long sends wait for the journal (CORE.md, "The pipeline").
const patience = 200 * time.Millisecond

// factsKept is how many facts are held in memory while the disk is away: CDRs
// are not lost with it.
const factsKept = 1 << 18

// writer appends to the journal. Where that fails, calls go on without it:
// facts are kept, and when the disk is back every live key is written again.
type writer struct {
	log     *journal.Log
	say     *slog.Logger
	jobs    chan job
	rewrite chan struct{} // rung: the core shall give every live key
	away    atomic.Bool   // the journal misses something
	writes  atomic.Uint64
	late    atomic.Uint64 // turns let go before they were written

	// The committer's own.
	behind  atomic.Int64   // jobs that the writer has not finished
	spilled []journal.Fact // of jobs for which there was no room

	// The writer's own.
	kept []journal.Fact
}

type job struct {
	turns []journal.Turn
	whole int // index of the turn that holds every live key, or -1
	done  chan struct{}
}

// write hands turns over and says whether they were dealt with in time; where
// they were not, the writer still has them.
func (w *writer) write(turns []journal.Turn, whole int) bool {
	if len(w.spilled) > 0 {
		turns = append([]journal.Turn{{At: turns[0].At, Facts: w.spilled}}, turns...)
		if whole >= 0 {
			whole++
		}
	}
	j := job{turns: turns, whole: whole, done: make(chan struct{})}
	waiting := w.behind.Add(1)
	select {
	case w.jobs <- j:
		w.spilled = nil
	default: // the disk has hung for so long that memory must not hold it all
		w.behind.Add(-1)
		w.spill(turns)
		return false
	}
	if waiting > 1 { // it hung before, and was not waited for
		w.late.Add(uint64(len(turns)))
		return false
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-j.done:
		return true
	case <-timer.C:
		w.late.Add(uint64(len(turns)))
		w.say.Error("the journal is slow; calls go on without waiting for it", "waited", patience)
		return false
	}
}

// spill keeps the facts of turns that cannot wait for the writer.
func (w *writer) spill(turns []journal.Turn) {
	w.away.Store(true)
	w.late.Add(uint64(len(turns)))
	w.spilled = nil
	for _, t := range turns {
		w.spilled = append(w.spilled, t.Facts...)
	}
	w.spilled = w.bounded(w.spilled)
}

func (w *writer) bounded(facts []journal.Fact) []journal.Fact {
	if over := len(facts) - factsKept; over > 0 {
		w.say.Error("facts are lost: the journal has been away for too long", "facts", over)
		return facts[over:]
	}
	return facts
}

// retry is how often a journal that failed is tried again.
const retry = 200 * time.Millisecond

func (w *writer) run(now func() turn.Instant) {
	tick := time.NewTicker(retry)
	defer tick.Stop()
	for {
		select {
		case j, ok := <-w.jobs:
			if !ok {
				w.last(now())
				return
			}
			w.append(j)
			w.behind.Add(-1)
			close(j.done)
		case <-tick.C:
			if w.away.Load() {
				select {
				case w.rewrite <- struct{}{}:
				default:
				}
			}
		}
	}
}

func (w *writer) append(j job) {
	if w.away.Load() {
		if j.whole < 0 {
			w.keep(j.turns)
			return
		}
		w.keep(j.turns[:j.whole])
		j.turns = w.back(j.turns[j.whole:])
	}
	err := w.log.Append(j.turns)
	w.writes.Add(1)
	switch {
	case err == nil && j.whole >= 0:
		w.kept = nil
		w.away.Store(false)
		w.say.Info("the journal is whole again")
	case err != nil && j.whole >= 0: // the facts of its first turn are those kept
		w.kept = nil
		w.keep(j.turns)
	case err != nil:
		if !w.away.Swap(true) {
			w.say.Error("the journal cannot be written; calls go on without it", "error", err)
		}
		w.keep(j.turns)
	}
}

func (w *writer) keep(turns []journal.Turn) {
	for _, t := range turns {
		w.kept = append(w.kept, t.Facts...)
	}
	w.kept = w.bounded(w.kept)
}

// back makes the first turn, which holds every live key, the whole truth: what
// the journal has beside it ends, and the facts kept go with it.
func (w *writer) back(turns []journal.Turn) []journal.Turn {
	live := map[journal.Key]bool{}
	for _, r := range turns[0].Records {
		live[r.Key] = true
	}
	for _, r := range w.log.Live() {
		if !live[r.Key] {
			turns[0].Records = append(turns[0].Records, journal.Record{Key: r.Key, End: true})
		}
	}
	turns[0].Facts = append(w.kept, turns[0].Facts...)
	return turns
}

// last tries once more to write the facts that were kept, when the node stops.
func (w *writer) last(now turn.Instant) {
	if len(w.kept) == 0 {
		return
	}
	if err := w.log.Append([]journal.Turn{{At: now, Facts: w.kept}}); err != nil {
		w.say.Error("the node stops and facts are lost with it", "facts", len(w.kept), "error", err)
	}
}
