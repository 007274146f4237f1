package node

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/plan"
)

// asked are commands whose replies have not come.
type asked struct {
	next    atomic.Uint64
	done    atomic.Uint64 // commands answered
	replies sync.Map      // ID → chan core.Reply
}

// answer takes a reply, when its turn is in the journal.
func (a *asked) answer(r core.Reply) {
	a.done.Add(1)
	if reply, ok := a.replies.LoadAndDelete(r.ID); ok {
		reply.(chan core.Reply) <- r
	}
}

// Do carries out a command and waits for its reply, which comes when the turn
// is in the journal. An error of its own says that there was no reply: the
// context is done or the node stops.
func (n *Node) Do(ctx context.Context, c core.Command) (core.Reply, error) {
	reply := make(chan core.Reply, 1)
	c.ID = n.asked.next.Add(1)
	n.asked.replies.Store(c.ID, reply)
	defer n.asked.replies.Delete(c.ID)
	select {
	case n.inbox <- core.Input{Kind: core.Ask, Command: &c}:
	case <-ctx.Done():
		return core.Reply{}, ctx.Err()
	case <-n.stop:
		return core.Reply{}, ErrStopped
	}
	select {
	case r := <-reply:
		if c.Kind == core.Apply && r.Err == nil {
			n.plan.advance(c.Plan)
		}
		return r, r.Err
	case <-ctx.Done():
		return core.Reply{}, ctx.Err()
	case <-n.stop:
		return core.Reply{}, ErrStopped
	}
}

// planInForce is the core's plan as others may read it.
type planInForce struct{ atomic.Pointer[plan.Compiled] }

func (p *planInForce) advance(next *plan.Compiled) {
	for {
		now := p.Load()
		if now.Revision >= next.Revision || p.CompareAndSwap(now, next) {
			return
		}
	}
}

// Plan is the revision in force.
func (n *Node) Plan() *plan.Compiled { return n.plan.Load() }

// viewAge is how old a copy of what stands may be.
const viewAge = 250 * time.Millisecond

// viewCache holds the last copy, so that many readers cost the core one.
type viewCache struct {
	mu   sync.Mutex
	view *core.View
	at   time.Time
	done uint64 // commands that had been answered before it was asked for
}

// View is a copy of what stands, at most 250 ms old and never older than a
// command that has returned.
func (n *Node) View(ctx context.Context) (*core.View, error) {
	v := &n.views
	v.mu.Lock()
	defer v.mu.Unlock()
	done := n.asked.done.Load()
	if v.view != nil && time.Since(v.at) < viewAge && v.done == done {
		return v.view, nil
	}
	at := time.Now()
	r, err := n.Do(ctx, core.Command{Kind: core.Look})
	if err != nil {
		return nil, err
	}
	v.view, v.at, v.done = r.View, at, done+1 // our own question is answered too
	return r.View, nil
}
