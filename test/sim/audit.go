package sim

import (
	"fmt"

	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/demo"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/turn"
)

// Result is what a run brought, for its floor and for people.
type Result struct {
	Calls, Answered, Resumed int
	Turns, Kills, Packets    int
	Outcomes                 map[journal.Outcome]int
	Hash                     uint64
}

// Result reads the facts.
func (w *World) Result() Result {
	r := Result{Turns: w.node.turns, Kills: w.node.kills, Packets: w.net.sent, Outcomes: map[journal.Outcome]int{}}
	for _, f := range w.node.disk.facts {
		if f.Type != journal.FactCallEnded {
			continue
		}
		var cdr journal.CDR
		if journal.Unmarshal(f.Value, &cdr) != nil {
			continue
		}
		r.Calls++
		r.Outcomes[cdr.Outcome]++
		if cdr.Bridged != 0 {
			r.Answered++
		}
		if cdr.Resumed {
			r.Resumed++
		}
	}
	r.Hash = uint64(w.net.wire)*31 + uint64(w.node.took)
	return r
}

// audit holds what must be true when all is over.
func (w *World) audit() error {
	if w.node.core == nil {
		return fmt.Errorf("the server did not come back")
	}
	if err := w.node.check(); err != nil {
		return err
	}
	if calls, legs, tx := w.node.core.Idle(); calls+legs+tx > 0 {
		return fmt.Errorf("%d calls, %d legs and %d transactions are left", calls, legs, tx)
	}
	if n := w.pairs(); n != w.node.plane.pairs {
		return fmt.Errorf("%d of %d pairs of ports have come back", n, w.node.plane.pairs)
	}
	if err := w.auditFacts(); err != nil {
		return err
	}
	for _, p := range append(append([]*party{}, w.carriers...), w.phones...) {
		for _, c := range append(append([]*demo.Call{}, p.Past...), p.Calls...) {
			if err := auditCall(p, c); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *World) pairs() int {
	n := 0
	w.node.reply = func(r core.Reply) { n = r.View.Pairs }
	w.node.command(core.Command{Kind: core.Look})
	return n
}

// auditFacts finds each call's one beginning and one end.
func (w *World) auditFacts() error {
	began, ended, callers := map[turn.ID]int{}, map[turn.ID]int{}, map[string]bool{}
	for _, f := range w.node.disk.facts {
		switch f.Type {
		case journal.FactCallBegan:
			var b journal.CallBegan
			if err := journal.Unmarshal(f.Value, &b); err != nil {
				return err
			}
			began[b.Call]++
		case journal.FactCallEnded:
			var cdr journal.CDR
			if err := journal.Unmarshal(f.Value, &cdr); err != nil {
				return err
			}
			ended[cdr.Call]++
			callers[cdr.Caller] = true
			if err := auditCDR(&cdr); err != nil {
				return err
			}
		}
	}
	for _, c := range w.dialled {
		if c.Answered != 0 && !callers[c.Journey.Caller] {
			return fmt.Errorf("a caller was answered whose call is in no record")
		}
	}
	for id, n := range began {
		if n != 1 || ended[id] != 1 {
			return fmt.Errorf("call %v began %d times and has %d CDRs", id, n, ended[id])
		}
	}
	if len(ended) != len(began) {
		return fmt.Errorf("%d calls began, %d have CDRs", len(began), len(ended))
	}
	if len(began) < w.o.Calls*9/10 {
		return fmt.Errorf("%w: %d calls of %d got in", errNothing, len(began), w.o.Calls)
	}
	return nil
}

// auditCDR holds what every CDR says.
func auditCDR(c *journal.CDR) error {
	last := c.Began
	for _, at := range []turn.Instant{c.Bridged, c.Ended} {
		if at != 0 && at < last {
			return fmt.Errorf("call %v: its instants go back: %+v", c.Call, *c)
		}
		last = max(last, at)
	}
	switch {
	case c.Outcome == "":
		return fmt.Errorf("call %v has no outcome", c.Call)
	case c.Ended == 0 || c.Began == 0:
		return fmt.Errorf("call %v has no beginning or end", c.Call)
	case (c.Outcome == journal.Answered) != (c.Bridged != 0) && c.Outcome != journal.Outage && c.Outcome != journal.Shutdown:
		return fmt.Errorf("call %v is %s and bridged at %d", c.Call, c.Outcome, c.Bridged)
	}
	return nil
}

// auditCall holds what a peer must have seen of a call.
func auditCall(p *party, c *demo.Call) error {
	switch {
	case !c.Over():
		return fmt.Errorf("%s still has a call that began at %d (answered %d)", p.User, c.Began, c.Answered)
	case c.Manner.Answer == tooLong && c.Answered != 0:
		return fmt.Errorf("%s was let ring until it answered: no CANCEL came", p.User)
	case c.Outgoing && c.Answered == 0 && c.Status == 0 && c.Why != "silence" && c.Why != "crash":
		return fmt.Errorf("%s: a call ended without an answer or a refusal: %s", p.User, c.Why)
	}
	return nil
}
