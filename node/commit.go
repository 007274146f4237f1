package node

import (
	"context"
	"log/slog"
	"time"

	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/journal"
)

// commit hands turns to the writer, many at once where many wait, and lets
// their sends, orders and replies go when they are written; a writer that takes
// too long is not waited for.
func (n *Node) commit() {
	defer close(n.writer.jobs)
	var batch []*core.Outputs
	for first := range n.commits {
		batch = append(batch[:0], first)
		for more := true; more && len(batch) < cap(n.commits); {
			select {
			case out, ok := <-n.commits:
				if more = ok; ok {
					batch = append(batch, out)
				}
			default:
				more = false
			}
		}
		n.write(batch)
		for _, out := range batch {
			n.letGo(out)
		}
	}
}

// write gives the batch's records and facts to the writer.
func (n *Node) write(batch []*core.Outputs) {
	var turns []journal.Turn
	whole := -1
	now := n.clock.now()
	for _, out := range batch {
		if len(out.Records)+len(out.Facts) == 0 {
			continue
		}
		if out.Whole {
			whole = len(turns)
		}
		turns = append(turns, journal.Turn{At: now, Records: out.Records, Facts: out.Facts})
	}
	if len(turns) == 0 || n.writer.write(turns, whole) {
		return
	}
	for _, out := range batch { // the writer still has them
		out.Records, out.Facts = nil, nil
	}
}

// letGo sends what a turn has to say to the world.
func (n *Node) letGo(out *core.Outputs) {
	for _, s := range out.Sends {
		n.wire.Send(s.Flow, s.Raw)
	}
	for _, o := range out.Orders {
		n.media.Order(o)
	}
	for _, r := range out.Replies {
		n.asked.answer(r)
	}
	for _, l := range out.Logs {
		n.o.Log.Log(context.Background(), slog.Level(l.Level), l.Message, "call", l.Call, "detail", l.Detail)
	}
	n.reuse(out)
}

func (n *Node) reuse(out *core.Outputs) {
	out.Reset()
	select {
	case n.spare <- out:
	default:
	}
}

// sync makes the journal outlive a power cut, every 100 ms, and copies the
// oldest segment's live keys forward.
func (n *Node) sync() {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	room := true
	for {
		select {
		case <-n.stop:
			return
		case <-tick.C:
		}
		if err := n.log.Sync(); err != nil {
			n.o.Log.Error("the journal cannot be synced", "error", err)
		}
		n.store.Bell()
		if err := n.log.Retire(64); err != nil {
			n.o.Log.Error("the journal's oldest segment cannot be retired", "error", err)
		}
		if now := n.log.Room() && !n.writer.away.Load(); now != room {
			room = now
			n.o.Log.Warn("the journal's room for new calls has changed", "room", room)
			select {
			case n.inbox <- core.Input{Kind: core.Room, Room: room}:
			case <-n.stop:
			}
		}
	}
}
