package node

import (
	"context"
	"sync"
	"time"

	"github.com/hotline12345/hotline/core"
)

// drain is the way to a stop without calls.
type drain struct {
	mu     sync.Mutex
	cancel context.CancelFunc // of the one under way
	over   chan struct{}      // closed when the node should be closed
	once   sync.Once
}

// Over is closed when a drain has come to its end and the node should be
// closed.
func (n *Node) Over() <-chan struct{} { return n.drain.over }

// Drain takes no new calls. When none is left, or after the grace, those that
// are left are ended and Over is closed.
func (n *Node) Drain(ctx context.Context, grace time.Duration) error {
	if _, err := n.Do(ctx, core.Command{Kind: core.Drain}); err != nil {
		return err
	}
	run, cancel := context.WithCancel(context.Background())
	n.drain.mu.Lock()
	if n.drain.cancel != nil {
		n.drain.cancel()
	}
	n.drain.cancel = cancel
	n.drain.mu.Unlock()
	n.done.Go(func() { n.drained(run, grace) })
	n.o.Log.Info("draining: no new calls", "grace", grace)
	return nil
}

// Undrain takes calls again.
func (n *Node) Undrain(ctx context.Context) error {
	n.drain.mu.Lock()
	if n.drain.cancel != nil {
		n.drain.cancel()
		n.drain.cancel = nil
	}
	n.drain.mu.Unlock()
	_, err := n.Do(ctx, core.Command{Kind: core.Undrain})
	return err
}

func (n *Node) drained(ctx context.Context, grace time.Duration) {
	n.until(ctx, grace, func(v *core.View) bool { return len(v.Calls) == 0 })
	if ctx.Err() == nil {
		n.End(ctx)
		n.drain.once.Do(func() { close(n.drain.over) })
	}
}

// End ends every call and waits, for at most 64·T1, until the BYEs are answered.
// Legs that only absorb repeats any more are not waited for.
func (n *Node) End(ctx context.Context) {
	if _, err := n.Do(ctx, core.Command{Kind: core.EndAll}); err != nil {
		return
	}
	n.until(ctx, 64*n.o.T1, func(v *core.View) bool { return v.Owed == 0 })
}

// until looks every 100 ms whether something is so, for a limited time.
func (n *Node) until(ctx context.Context, limit time.Duration, so func(*core.View) bool) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		r, err := n.Do(ctx, core.Command{Kind: core.Look})
		if err != nil || so(r.View) {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		case <-n.stop:
			return
		}
	}
}
