package core

import (
	"github.com/hotline12345/hotline/call"
	"github.com/hotline12345/hotline/plan"
	"github.com/hotline12345/hotline/turn"
)

// forward finds a step's target and lets the call ring it.
func (c *Core) forward(id turn.ID, name string) {
	e := c.calls.get(id)
	if e == nil {
		return
	}
	t := call.Target{Leg: c.ids.Next(), Why: call.Unreachable}
	if found, known := e.plan.Target(name); known {
		c.aim(e, &found, &t, false)
	}
	e.ForwardTo(c.env(), &t)
	if t.Why == 0 {
		c.unlessRung(e, t.Leg, t.Peer)
	}
	c.touchCall(id)
}

// aim makes a target of the plan one that the call can ring, and takes its
// channel; or says why it cannot be rung now.
func (c *Core) aim(e *entry, found *plan.Target, t *call.Target, byHand bool) {
	t.Peer, t.By, t.Ring = c.peer(e, found), answers(found), found.Ring
	t.Peer.Direct = t.Peer.Dest != ""
	if t.Why = c.mayReach(e, found, t, byHand); t.Why == 0 {
		t.Why = c.seat(t.Peer, found.Channels)
	}
}

func (c *Core) mayReach(e *entry, found *plan.Target, t *call.Target, byHand bool) call.Refusal {
	if found.Destination != "" {
		if why := c.mayGo(e, found, byHand); why != 0 {
			return why
		}
	}
	var ok bool
	if t.Interface, t.Signalling, ok = c.side(t.Peer); !ok {
		return call.Unreachable
	}
	return 0
}

// peer is the far end that a target of the plan is for a call.
func (c *Core) peer(e *entry, t *plan.Target) call.Peer {
	if t.Destination == "" {
		return call.Peer{Kind: call.Phone, Name: t.Phone}
	}
	return call.Peer{
		Kind: call.Trunk, Name: t.Trunk, Number: t.Number, Dest: t.Destination, Caller: e.Presented(t.Urgent()), Urgent: t.Urgent(),
	}
}

// answers is what the CDR calls whoever answers at a target.
func answers(t *plan.Target) string {
	switch {
	case t.Destination == "":
		return "phone"
	case t.Kind == "subcenter":
		return "subcenter"
	}
	return "destination"
}

// unlessRung gives a trunk's channel back if the call did not ring the leg it
// was taken for: there were no ports.
func (c *Core) unlessRung(e *entry, leg turn.ID, peer call.Peer) {
	if e.Other.Leg != leg && e.Third.Leg != leg {
		c.seated(peer, -1)
	}
}
