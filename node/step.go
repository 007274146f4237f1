package node

import (
	"math"
	"slices"
	"sync/atomic"
	"time"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/sip"
	"github.com/hotline12345/hotline/turn"
)

// turnFigures count turns; the core's goroutine writes, anybody reads.
type turnFigures struct {
	n, spent atomic.Uint64
	buckets  [16]atomic.Uint64 // by api.TurnBounds
}

func (f *turnFigures) took(d time.Duration) {
	f.n.Add(1)
	f.spent.Add(uint64(d))
	i, _ := slices.BinarySearch(api.TurnBounds, d)
	f.buckets[i].Add(1)
}

// received takes what the wire brings; false: the inbox is full.
func (n *Node) received(r sip.Received) bool {
	in := core.Input{Flow: r.Flow, Raw: r.Raw, Fault: r.Fault}
	switch r.Kind {
	case sip.Arrived:
		in.Kind = core.Arrived
	case sip.Malformed:
		in.Kind = core.Malformed
	case sip.FlowClosed:
		in.Kind = core.FlowClosed
	case sip.FlowRefused:
		in.Kind = core.FlowRefused
	default:
		return true
	}
	select {
	case n.inbox <- in:
		return true
	default:
		return false
	}
}

// civilDrift is how often the core is told the civil clock's offset: it moves
// where somebody sets the clock.
const civilDrift = 10 * time.Second

// step is the one goroutine that runs the core.
func (n *Node) step() {
	defer close(n.commits)
	timer := time.NewTimer(time.Hour)
	civil := time.NewTicker(civilDrift)
	defer civil.Stop()
	n.takeMail() // the first ports: a call that came as soon as the wire was open must find some
	for armed := never; ; {
		// A timer that rings too early costs less than one set anew each turn.
		if at, ok := n.core.NextDeadline(); ok && at < armed {
			timer.Reset(max(at.Sub(n.clock.now()), 0))
			armed = at
		}
		select {
		case <-n.stop:
			return
		case in := <-n.inbox:
			n.turn(&in)
		case <-n.mail.bell:
			n.takeMail()
		case <-timer.C:
			armed = never
			if at, ok := n.core.NextDeadline(); ok && at <= n.clock.now() {
				n.turn(&core.Input{Kind: core.Due})
			}
		case <-civil.C:
			n.turn(&core.Input{Kind: core.CivilTime, Civil: time.Now().UnixNano() - int64(n.clock.now())})
		case <-n.writer.rewrite:
			out := n.outputs()
			n.core.Rewrite(out)
			n.commits <- out
		}
	}
}

// takeMail steps the core with what the media plane has to say.
func (n *Node) takeMail() {
	for _, e := range n.mail.take() {
		n.turn(&core.Input{Kind: core.MediaEvent, Media: e})
	}
}

// never is later than every deadline.
const never = turn.Instant(math.MaxInt64)

func (n *Node) outputs() *core.Outputs {
	select {
	case out := <-n.spare:
		return out
	default:
		return &core.Outputs{}
	}
}

// turn is one turn of the core, and where it is asked for a check after it.
func (n *Node) turn(in *core.Input) {
	n.advance(in)
	if n.checks.due(n.o.CheckTurns) {
		n.check()
	}
}

// advance steps the core and hands what it brought forth to the committer.
func (n *Node) advance(in *core.Input) {
	out := n.outputs()
	began := time.Now()
	n.core.Step(n.clock.now(), in, out)
	n.turns.took(time.Since(began))
	if out.Empty() { // nothing waits for it
		n.reuse(out)
		return
	}
	n.commits <- out
}
