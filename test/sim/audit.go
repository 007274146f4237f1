package sim

import (
	"fmt"
	"time"

	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/demo"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/turn"
)

// Result is what a run brought, for its floor and for people.
type Result struct {
	Calls, Answered, Resumed, Service int
	Turns, Kills, Panics, Packets     int
	Agents, Shared                    int // who have talked; phones that three of them had
	Logins                            int
	Outcomes                          map[journal.Outcome]int
	Told                              map[string]int

	Forwards, Seats, Returned int            // rung by flows; by queues; calls that came back from where they were
	SentBack                  int            // calls that exchanges have sent back
	SentOn                    map[string]int // transfers, by whom
	Arrived                   int            // of them
	Freed, Stayed             int            // transferrers who heard 200 in the end; who heard that it failed
	Whys, Came, Taken         map[string]int // why destinations did not take calls; who answered; why 12345 took over
	Struck                    map[string]int // calls that kills have met, by what they were doing

	Starts, Torn                      int // torn tails found
	Lost                              int // turns that power cuts took
	Segments, Retired                 int // at once; removed
	Batches, Stalls, Failed, Rewrites int
	Unwritten                         int // turns whose sends went without their records
	Wrote, Read                       uint64
	Hash                              uint64
}

// Result tells what happened.
func (w *World) Result() Result {
	n, l := w.node, w.node.ledger
	r := Result{
		Calls: l.calls, Answered: l.answered, Resumed: l.resumed, Service: l.service, Outcomes: l.outcomes, Logins: l.logins, Told: w.told,
		Turns: n.turns, Kills: n.kills, Panics: n.caught, Packets: w.net.sent, Agents: len(l.talked),
		Starts: n.disk.opened, Torn: n.disk.torn, Lost: n.disk.memory.lost, Segments: n.disk.most, Retired: n.disk.retired(),
		Batches: n.committer.batches, Stalls: n.committer.stalls, Failed: n.committer.failed, Rewrites: n.committer.rewrites,
		Unwritten: n.committer.unwritten, Wrote: n.disk.memory.facts, Read: l.next,
		Hash: uint64(w.net.wire)*31 + uint64(n.took),
	}
	t := &l.travels
	r.Forwards, r.Seats, r.Returned, r.SentBack = t.forwards, t.seats, t.returned, w.returned
	r.SentOn, r.Arrived, r.Whys, r.Came, r.Taken, r.Struck = t.sentOn, t.arrived, t.whys, t.came, t.taken, n.struckCalls
	for _, p := range w.everybody() {
		for _, c := range append(append([]*demo.Call{}, p.Past...), p.Calls...) {
			switch {
			case c.Transfer/100 == 2:
				r.Freed++
			case c.Transfer >= 300:
				r.Stayed++
			}
		}
	}
	for _, s := range w.seats {
		all := true
		for _, agent := range s.agents {
			all = all && l.talked[agent] > 0
		}
		if all {
			r.Shared++
		}
	}
	return r
}

// audit holds what must be true when all is over.
func (w *World) audit() error {
	n := w.node
	if n.core == nil {
		return fmt.Errorf("the server did not come back")
	}
	for n.unchecked = true; n.unchecked && w.err == nil; n.check() { // once nothing waits for the disk
		w.clock.run(w.clock.now.Add(10*time.Millisecond), w.stopped)
	}
	if w.err != nil {
		return w.err
	}
	if calls, legs, tx := n.core.Idle(); calls+legs+tx > 0 {
		return fmt.Errorf("%d calls, %d legs and %d transactions are left", calls, legs, tx)
	}
	if pairs := w.pairs(); pairs != n.plane.pairs {
		return fmt.Errorf("%d of %d pairs of ports have come back", pairs, n.plane.pairs)
	}
	if err := w.auditFacts(); err != nil {
		return err
	}
	for _, p := range w.everybody() {
		for _, c := range append(append([]*demo.Call{}, p.Past...), p.Calls...) {
			if err := auditCall(p, c); err != nil && !w.excused(c) {
				return err
			}
		}
	}
	if w.fill != nil {
		return w.fill.audit(w)
	}
	return nil
}

func (w *World) everybody() []*party {
	all := append(append([]*party{}, w.carriers...), w.phones...)
	for _, x := range w.exchanges {
		all = append(all, x.party)
	}
	return all
}

func (w *World) pairs() int {
	pairs := -1
	w.node.ask(core.Command{Kind: core.Look}, func(r core.Reply) { pairs = r.View.Pairs })
	w.clock.run(w.clock.now.Add(time.Second), w.stopped)
	return pairs
}

// auditFacts finds each call's one beginning and one end in what the ledger
// has read.
func (w *World) auditFacts() error {
	l, log := w.node.ledger, w.node.disk.log
	if err := w.node.disk.sync(); err != nil {
		return err
	}
	l.away = 0
	for l.next < log.Position() {
		if err := l.read(w.clock.now.Add(time.Hour), log, NoPlant); err != nil {
			return err
		}
	}
	for _, c := range w.dialled {
		if c.Answered != 0 && !l.callers[c.Journey.Caller] && !w.excused(c) {
			return fmt.Errorf("a caller was answered whose call is in no record")
		}
	}
	for id, n := range l.began {
		if n != 1 || l.ended[id] != 1 {
			return fmt.Errorf("call %v began %d times and has %d CDRs", id, n, l.ended[id])
		}
	}
	if l.calls < w.o.Calls*9/10 && w.fill == nil {
		return fmt.Errorf("%w: %d calls of %d got in", errNothing, l.calls, w.o.Calls)
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
	case (c.Outcome == journal.Answered) != (c.Bridged != 0) && c.Outcome != journal.Outage && c.Outcome != journal.Shutdown && c.Outcome != journal.Fault:
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
