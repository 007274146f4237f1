package node

import (
	"context"
	"log/slog"
	"time"

	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/journal"
)

// step is the one goroutine that runs the core.
func (n *Node) step() {
	defer n.done.Done()
	defer close(n.commits)
	timer := time.NewTimer(time.Hour)
	for {
		timer.Reset(n.wait())
		select {
		case <-n.stop:
			return
		case in := <-n.inbox:
			n.turn(&in)
		case <-n.mail.bell:
			for _, e := range n.mail.take() {
				n.turn(&core.Input{Kind: core.MediaEvent, Media: e})
			}
		case <-timer.C:
			n.turn(&core.Input{Kind: core.Due})
		}
	}
}

func (n *Node) wait() time.Duration {
	at, ok := n.core.NextDeadline()
	if !ok {
		return time.Hour
	}
	return max(at.Sub(n.clock.now()), 0)
}

// turn steps the core and hands what it brought forth to the committer.
func (n *Node) turn(in *core.Input) {
	var out *core.Outputs
	select {
	case out = <-n.spare:
	default:
		out = &core.Outputs{}
	}
	n.core.Step(n.clock.now(), in, out)
	n.commits <- out
}

// commit writes turns, many with one write where many wait, and then lets
// their sends, orders and replies go.
func (n *Node) commit() {
	defer n.done.Done()
	var batch []*core.Outputs
	var turns []journal.Turn
	for first := range n.commits {
		batch, turns = append(batch[:0], first), turns[:0]
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
		for _, out := range batch {
			if len(out.Records)+len(out.Facts) > 0 {
				turns = append(turns, journal.Turn{At: n.clock.now(), Records: out.Records, Facts: out.Facts})
			}
		}
		if len(turns) > 0 {
			if err := n.log.Append(turns); err != nil {
				n.o.Log.Error("the journal cannot be written; calls go on without it", "error", err)
			}
		}
		for _, out := range batch {
			n.release(out)
		}
	}
}

func (n *Node) release(out *core.Outputs) {
	for _, s := range out.Sends {
		n.wire.Send(s.Flow, s.Raw)
	}
	for _, o := range out.Orders {
		n.media.Order(o)
	}
	for _, r := range out.Replies {
		if reply, ok := n.replies.LoadAndDelete(r.ID); ok {
			reply.(chan core.Reply) <- r
		}
	}
	for _, l := range out.Logs {
		n.o.Log.Log(context.Background(), slog.Level(l.Level), l.Message, "call", l.Call, "detail", l.Detail)
	}
	out.Reset()
	select {
	case n.spare <- out:
	default:
	}
}

// sync makes the journal outlive a power cut, every 100 ms, and copies the
// oldest segment's live keys forward.
func (n *Node) sync() {
	defer n.done.Done()
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
		if err := n.log.Retire(64); err != nil {
			n.o.Log.Error("the journal's oldest segment cannot be retired", "error", err)
		}
		if now := n.log.Room(); now != room {
			room = now
			n.inbox <- core.Input{Kind: core.Room, Room: room}
		}
	}
}
