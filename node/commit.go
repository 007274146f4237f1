package node

import (
	"context"
	"log/slog"
	"time"

	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/journal"
)

// commit writes turns, many at once where many wait, and lets their sends,
// orders and replies go when they are in the journal. It ends with the core's
// goroutine, or when another has taken its part over.
func (n *Node) commit() {
	var batch []*core.Outputs
	var turns []journal.Turn
	letGo := func(late bool) {
		if late {
			turns = nil // they are in use
		}
		n.letGo(batch, late)
	}
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
		j := n.job(batch, turns[:0])
		if turns = j.turns; len(turns) == 0 {
			letGo(false)
			continue
		}
		if !n.writer.write(j, letGo) {
			return
		}
	}
	close(n.committed)
}

// job is what of the batch is to be written.
func (n *Node) job(batch []*core.Outputs, turns []journal.Turn) job {
	j, now := job{turns: turns, whole: -1}, n.clock.now()
	for _, out := range batch {
		if len(out.Records)+len(out.Facts) == 0 {
			continue
		}
		if out.Whole {
			j.whole = len(j.turns)
		}
		j.turns = append(j.turns, journal.Turn{At: now, Records: out.Records, Facts: out.Facts})
	}
	return j
}

// letGo sends what turns have to say to the world. The records of late ones
// are still being written.
func (n *Node) letGo(batch []*core.Outputs, late bool) {
	for _, out := range batch {
		if late {
			out.Records, out.Facts = nil, nil
		}
		n.send(out)
	}
}

func (n *Node) send(out *core.Outputs) {
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
