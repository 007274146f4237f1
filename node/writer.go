package node

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/turn"
)

// patience is how long sends wait for the journal (CORE.md, "The pipeline").
const patience = 200 * time.Millisecond

// Bounds of what is held in memory while the disk hangs or fails.
const (
	factsKept = 1 << 18 // CDRs are not lost with the disk
	jobsKept  = 1 << 14
)

// writer appends to the journal. The committer itself writes, which costs no
// hand-over; where a write takes too long, watch gives the committer's part to
// another goroutine, which does not wait any more, and the one that hangs
// writes what queues up until it has caught up. Where writing fails, calls go
// on without the journal: facts are kept, and when the disk is back every live
// key is written again.
type writer struct {
	log     *journal.Log
	say     *slog.Logger
	bound   int           // jobs that may queue
	rewrite chan struct{} // rung: the core shall give every live key
	away    atomic.Bool   // the journal misses something
	writes  atomic.Uint64
	late    atomic.Uint64 // turns let go before they were written

	mu      sync.Mutex
	hand    *hand          // the write that is waited for; nil: none is
	slow    bool           // turns queue: another goroutine writes
	queue   []job          //
	spilled []journal.Fact // of jobs for which the queue had no room

	kept []journal.Fact // of turns that could not be written; whoever writes has it
}

// job is some turns to be written together.
type job struct {
	turns []journal.Turn
	whole int // index of the turn that holds every live key, or -1
}

// hand is a write and what waits for it.
type hand struct {
	since time.Time
	turns int
	letGo func(late bool)
}

// write appends the job and then calls letGo; late says that the turns are not
// written yet and still in use. It returns false to a goroutine that has hung
// so long that it is the committer no more.
func (w *writer) write(j job, letGo func(late bool)) bool {
	w.mu.Lock()
	if w.slow {
		w.enqueue(j)
		w.mu.Unlock()
		letGo(true)
		return true
	}
	mine := &hand{since: time.Now(), turns: len(j.turns), letGo: letGo}
	w.hand = mine
	w.mu.Unlock()
	w.append(j)
	w.mu.Lock()
	if w.hand == mine {
		w.hand = nil
		w.mu.Unlock()
		letGo(false)
		return true
	}
	w.mu.Unlock()
	w.catchUp()
	return false
}

// enqueue keeps a job for the goroutine that hangs. Without room its facts are
// kept and its records come again with every live key.
func (w *writer) enqueue(j job) {
	w.late.Add(uint64(len(j.turns)))
	if len(w.queue) < w.bound {
		w.queue = append(w.queue, j)
		return
	}
	w.away.Store(true)
	for _, t := range j.turns {
		w.spilled = append(w.spilled, t.Facts...)
	}
	w.spilled = w.bounded(w.spilled)
}

// catchUp writes what queued up, and lets the committer write again.
func (w *writer) catchUp() {
	for {
		w.mu.Lock()
		jobs, spilled := w.queue, w.spilled
		w.queue, w.spilled = nil, nil
		if w.slow = len(jobs)+len(spilled) > 0; !w.slow {
			w.mu.Unlock()
			w.say.Info("the journal is waited for again")
			return
		}
		w.mu.Unlock()
		for _, j := range jobs {
			w.append(j)
		}
		w.kept = w.bounded(append(w.kept, spilled...))
	}
}

func (w *writer) bounded(facts []journal.Fact) []journal.Fact {
	if over := len(facts) - factsKept; over > 0 {
		w.say.Error("facts are lost: the journal has been away for too long", "facts", over)
		return facts[over:]
	}
	return facts
}

// watch looks, until the end, after a write that hangs and a journal that is
// away. commit is the committer's loop, with what to let go first.
func (w *writer) watch(end <-chan struct{}, commit func(letGo func(late bool))) {
	tick := time.NewTicker(patience / 4)
	defer tick.Stop()
	for {
		select {
		case <-end:
			return
		case <-tick.C:
		}
		if w.away.Load() {
			select {
			case w.rewrite <- struct{}{}:
			default:
			}
		}
		w.mu.Lock()
		stuck := w.hand
		if stuck != nil && time.Since(stuck.since) > patience {
			w.hand, w.slow = nil, true
			w.late.Add(uint64(stuck.turns))
		} else {
			stuck = nil
		}
		w.mu.Unlock()
		if stuck != nil {
			w.say.Error("the journal is slow; calls go on without waiting for it", "waited", patience)
			commit(stuck.letGo)
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
	first := turns[0]
	live := map[journal.Key]bool{}
	for _, r := range first.Records {
		live[r.Key] = true
	}
	for _, r := range w.log.Live() {
		if !live[r.Key] {
			first.Records = append(first.Records, journal.Record{Key: r.Key, End: true})
		}
	}
	first.Facts = append(w.kept, first.Facts...)
	return append([]journal.Turn{first}, turns[1:]...)
}

// last tries once more to write the facts that were kept, when the node stops
// and nobody writes any more.
func (w *writer) last(now turn.Instant) {
	if len(w.kept) == 0 {
		return
	}
	if err := w.log.Append([]journal.Turn{{At: now, Facts: w.kept}}); err != nil {
		w.say.Error("the node stops and facts are lost with it", "facts", len(w.kept), "error", err)
	}
}
