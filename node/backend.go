package node

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/store"
)

var _ api.Backend = (*Node)(nil)

// Listeners are the addresses that were bound, and those of RTP, whose ports are
// bound ahead as calls need them; port 0 leaves them to the system.
func (n *Node) Listeners() []api.Listener {
	var out []api.Listener
	for _, l := range n.wire.Listeners() {
		out = append(out, api.Listener{Interface: l.Interface, Transport: strings.ToLower(l.Transport.String()), Address: l.Local.String()})
	}
	for i := range n.o.Interfaces {
		side := &n.o.Interfaces[i]
		out = append(out, api.Listener{Interface: side.Name, Transport: "rtp", Address: side.RTP.String()})
	}
	if n.face.public != nil {
		out = append(out, api.Listener{Transport: "http", Address: n.face.public.Addr().String()})
	}
	return out
}

// Ready is nil while new calls are taken, else says why not.
func (n *Node) Ready() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	v, err := n.View(ctx)
	switch {
	case err != nil:
		return errors.New("the core does not answer")
	case v.Draining:
		return errors.New("draining")
	case n.writer.away.Load():
		return errors.New("the journal cannot be written")
	case !n.log.Room():
		return errors.New("the journal has no room for new calls")
	case v.Pairs == 0:
		return errors.New("no RTP ports are free")
	}
	return nil
}

// Journal are the journal's figures.
func (n *Node) Journal() journal.Stats { return n.log.Stats() }

// Projector feeds the store.
func (n *Node) Projector() *store.Projector { return n.store }

// Figures are what the node counts beside the core's own statistics.
func (n *Node) Figures() api.Figures {
	w, m := n.wire.Stats(), n.media.Stats()
	f := api.Figures{
		Turns: n.turns.n.Load(), Stepping: time.Duration(n.turns.spent.Load()),
		Commits: n.writer.writes.Load(), Late: n.writer.late.Load(), Inbox: len(n.inbox), LogsLost: n.o.LogsLost(),
		Checks: n.checks.done.Load(), Broken: n.checks.broken.Load(),
		Wire: api.WireFigures{
			Datagrams: w.Datagrams, Messages: w.Messages, NotSIP: w.NotSIP, TooFast: w.TooFast, Dropped: w.Dropped,
			Sent: w.Sent, Unsent: w.Unsent, Refused: w.Refused, Slow: w.Slow, Broken: w.Broken, OverLimit: w.OverLimit, Conns: w.Conns,
		},
		Media: api.MediaFigures{
			Received: m.Received, Sent: m.Sent, Unsent: m.Unsent, Lost: m.Lost, Late: m.Late, Refused: m.Refused,
			MissingClips: m.MissingClips, Legs: m.Legs, Players: m.Players, Free: m.Free, InUse: m.InUse,
		},
	}
	for i := range len(api.TurnBounds) + 1 {
		f.TurnBuckets = append(f.TurnBuckets, n.turns.buckets[i].Load())
	}
	return f
}
