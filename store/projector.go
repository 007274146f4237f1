package store

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/hotline12345/hotline/journal"
)

// Source is the journal as the Projector needs it; *journal.Log has it.
type Source interface {
	// Read returns at most limit facts from the position on, in order; only
	// those that are synced.
	Read(from uint64, limit int) ([]journal.Fact, error)
	// Synced is the position below which Read has facts.
	Synced() uint64
	// Position is that of the next fact to be written.
	Position() uint64
	// Cursor tells that facts below position will not be asked for again.
	Cursor(name string, position uint64)
}

// Projector takes the journal's facts into a Store: each exactly once,
// whatever dies when.
type Projector struct {
	store  *Store
	source Source
	log    *slog.Logger
	bell   chan struct{}
	run    run // Run's own

	mu       sync.Mutex
	position uint64
	moved    chan struct{} // closed when the position changes
	err      error
	skipped  uint64
}

// NewProjector returns the projector of source into s; it works while Run
// runs.
func NewProjector(s *Store, source Source, log *slog.Logger) *Projector {
	return &Projector{store: s, source: source, log: log, bell: make(chan struct{}, 1), moved: make(chan struct{})}
}

// Store is where the facts go.
func (p *Projector) Store() *Store { return p.store }

// Position is the journal's position of the next fact to be applied: the store
// has all below. It is zero until the database was opened.
func (p *Projector) Position() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.position
}

// Err is why the store does not go on, and nil while it does.
func (p *Projector) Err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

// Skipped counts the facts since the start that this version could not read.
// The database keeps them for one that can.
func (p *Projector) Skipped() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.skipped
}

// Bell says that new facts may be there. It never blocks.
func (p *Projector) Bell() {
	select {
	case p.bell <- struct{}{}:
	default:
	}
}

// Wait returns nil when the store has every fact below the journal's position,
// or ctx's error. Facts come when the journal has synced them.
func (p *Projector) Wait(ctx context.Context, position uint64) error {
	for {
		p.mu.Lock()
		at, moved := p.position, p.moved
		p.mu.Unlock()
		if at >= position {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// at tells where the store has come to.
func (p *Projector) at(position uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if position != p.position {
		p.position = position
		close(p.moved)
		p.moved = make(chan struct{})
	}
}

// skip counts facts that could not be read, and says so the more seldom the
// more there are.
func (p *Projector) skip(errs []error) {
	for _, err := range errs {
		p.mu.Lock()
		p.skipped++
		n := p.skipped
		p.mu.Unlock()
		if n&(n-1) == 0 {
			p.log.Error("a fact cannot be read; it is kept for a version that can", "error", err, "skipped", n)
		}
	}
}

// repeatAfter is how often a fault that lasts is said again.
const repeatAfter = time.Minute

// fails says what is wrong, loudly.
func (p *Projector) fails(err error) {
	p.mu.Lock()
	before := p.err
	p.err = err
	p.mu.Unlock()
	if before == nil || before.Error() != err.Error() || time.Since(p.run.said) > repeatAfter {
		p.run.said = time.Now()
		p.log.Error("the store does not go on; no call is touched by it", "error", err, "lag", p.lag())
	}
}

// works says that nothing is wrong, or no more.
func (p *Projector) works() {
	p.run.pause = minPause
	p.mu.Lock()
	before := p.err
	p.err = nil
	p.mu.Unlock()
	if before != nil {
		p.log.Info("the store goes on", "lag", p.lag())
	}
}

// lag is in facts.
func (p *Projector) lag() uint64 {
	position, at := p.source.Position(), p.Position()
	return position - min(at, position)
}
