package store

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/hotline12345/hotline/journal"
)

const (
	minPause = 100 * time.Millisecond // after the first failure, twice as long after each
	maxPause = 5 * time.Second
	// pollEvery is how soon new facts are seen if nobody rings the bell.
	pollEvery = 40 * time.Millisecond
	// hardenEvery is how long the journal keeps what is in the database but
	// might not outlive a power cut there.
	hardenEvery = time.Second
)

// run is what the goroutine of Run keeps.
type run struct {
	db       *database // nil: not open
	pause    time.Duration
	said     time.Time // when the last fault was logged
	hard     uint64    // facts below outlive a power cut in the database
	hardened time.Time
}

// sourceError is a fault of the journal, not of the database.
type sourceError struct{ error }

func (e sourceError) Unwrap() error { return e.error }

// Run is the one writer. It returns when ctx is done, and for nothing else:
// while the database cannot be had it tries again, at least every five
// seconds.
func (p *Projector) Run(ctx context.Context) {
	p.run.pause = minPause
	defer p.leave()
	for ctx.Err() == nil {
		err := p.work(ctx)
		if ctx.Err() != nil {
			return
		}
		p.fails(err)
		p.drop(err)
		p.rest(ctx, p.run.pause, nil)
		p.run.pause = min(2*p.run.pause, maxPause)
	}
}

// work follows the journal until ctx is done or something fails.
func (p *Projector) work(ctx context.Context) (err error) {
	// No fault in here may end the process and with it the calls.
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("store: panic: %v\n%s", r, debug.Stack())
		}
	}()
	// A transaction is not broken off by the end of ctx: it is short.
	whole := context.WithoutCancel(ctx)
	if p.run.db == nil {
		if err := p.open(whole); err != nil {
			return p.named(err)
		}
	}
	for ctx.Err() == nil {
		more, err := p.step(whole)
		if err != nil {
			return p.named(err)
		}
		if !more {
			p.works()
			p.rest(ctx, pollEvery, p.bell)
		}
	}
	return ctx.Err()
}

// open opens the database and tells the journal where it stands.
func (p *Projector) open(ctx context.Context) (err error) {
	d, err := openDatabase(ctx, p.store.path, p.store.pragmas...)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.close())
		}
	}()
	warning, err := d.settle(ctx, p.source)
	if err != nil {
		return err
	}
	if warning != "" {
		p.log.Error(warning, "database", p.store.path)
	}
	revived, err := d.revive(ctx)
	if err != nil {
		return err
	}
	if revived > 0 {
		p.log.Info("facts that an older version had to skip were applied", "facts", revived)
	}
	if err := p.store.serve(d.info); err != nil {
		return err
	}
	if d.position < p.run.hard {
		// A new file in place of one that is gone: what it lacks must stay in
		// the journal, from this moment on.
		p.source.Cursor(Projection, d.position)
	}
	p.run.db, p.run.hard = d, 0
	p.at(d.position)
	p.log.Info("the store is open", "database", p.store.path, "position", d.position, "lag", p.lag())
	return nil
}

// step applies what is there, up to a batch; more says that there may be more.
func (p *Projector) step(ctx context.Context) (more bool, err error) {
	d := p.run.db
	if err := d.moved(p.store.path); err != nil {
		return false, err
	}
	durable := time.Since(p.run.hardened) >= hardenEvery
	if d.position >= p.source.Synced() {
		if durable && p.run.hard != d.position {
			if err := d.harden(ctx); err != nil {
				return false, err
			}
			p.isHard()
		}
		return false, nil
	}
	facts, err := p.source.Read(d.position, batchLimit)
	if gone, ok := errors.AsType[*journal.GoneError](err); ok {
		return true, p.jump(ctx, gone)
	}
	if err != nil {
		return false, sourceError{err}
	}
	if len(facts) == 0 {
		return false, nil
	}
	skipped, err := d.apply(ctx, facts, durable)
	if err != nil {
		return false, err
	}
	if durable {
		p.isHard()
	}
	p.skip(skipped)
	p.at(d.position)
	p.works()
	return true, nil
}

// jump goes on behind facts that the journal has no more.
func (p *Projector) jump(ctx context.Context, gone *journal.GoneError) error {
	d := p.run.db
	why := fmt.Sprintf("the journal has no facts from position %d to %d any more: they are missing in the store, which goes on behind them", d.position, gone.Oldest)
	if err := d.beginEra(ctx, gone.Oldest, d.shift, why); err != nil {
		return err
	}
	p.log.Error(why, "database", p.store.path)
	p.isHard()
	p.at(d.position)
	return nil
}

// isHard notes that all that was committed outlives a power cut. Only now may
// the journal forget it.
func (p *Projector) isHard() {
	p.run.hard, p.run.hardened = p.run.db.position, time.Now()
	p.source.Cursor(Projection, p.run.hard)
}

// drop closes what an error has made useless.
func (p *Projector) drop(err error) {
	d := p.run.db
	if _, ofSource := errors.AsType[sourceError](err); d == nil || ofSource || passing(err) {
		return
	}
	// What a file had that is not there any more is not shown either. A file
	// that is still there may be read on, as far as that goes.
	if errors.Is(err, errMoved) {
		_ = p.store.shut()
	}
	p.run.db = nil
	defer func() { _ = recover() }() // after a panic in it, it may panic again
	_ = d.close()                    // it is broken: what it has to say was said
}

// named says which of the two sides is at fault.
func (p *Projector) named(err error) error {
	if _, ofSource := errors.AsType[sourceError](err); ofSource {
		return fmt.Errorf("the journal cannot be read: %w", err)
	}
	return explain(p.store.path, err)
}

// rest waits for ctx, the bell or d, whichever is first.
func (p *Projector) rest(ctx context.Context, d time.Duration, bell <-chan struct{}) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-bell:
	case <-timer.C:
	}
}

// leave closes the database for good.
func (p *Projector) leave() {
	err := p.store.shut()
	if p.run.db != nil {
		err = errors.Join(err, p.run.db.close())
		p.run.db = nil
	}
	if err != nil {
		p.log.Error("closing the store", "error", err)
	}
}
