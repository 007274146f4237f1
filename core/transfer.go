package core

import (
	"errors"
	"fmt"

	"github.com/hotline12345/hotline/call"
	"github.com/hotline12345/hotline/turn"
)

// The refusals of an operator's transfer.
var (
	ErrNoTarget = errors.New("no destination, queue or number of that name")
	ErrTransfer = errors.New("the caller cannot be sent on")
)

// The refusals of transfers that are the core's.
var (
	errNobodyThere = &call.RefusedWish{Status: 404, Text: "no destination, queue or number of that name"}
	errQueueFull   = &call.RefusedWish{Status: 486, Text: "the queue is full"}
)

// bySubcenter is a transfer that another phone system asked for.
const bySubcenter = "subcenter"

// referred finds whom a REFER of one of the call's legs means.
func (c *Core) referred(id, leg turn.ID, to string) {
	e := c.calls.get(id)
	if e == nil {
		return
	}
	by := "agent"
	if l := c.legs.get(leg); l != nil && l.peer.Kind == call.Trunk {
		by = bySubcenter
	}
	c.sendOn(e, &call.Wish{By: by, Leg: leg, To: to})
}

// transfer sends a caller on from the CLI.
func (c *Core) transfer(id turn.ID, to string) error {
	e := c.calls.get(id)
	if e == nil {
		return ErrNoCall
	}
	switch why := c.sendOn(e, &call.Wish{By: "operator", To: to}); why {
	case nil:
		return nil
	case errNobodyThere:
		return ErrNoTarget
	default:
		return fmt.Errorf("%w: %s", ErrTransfer, why.Text)
	}
}

// sendOn finds what a wish means and lets the call fulfil it: a queue takes the
// caller at once, a destination is rung before whoever has him lets him go. Such
// a wish goes by the plan in force.
func (c *Core) sendOn(e *entry, w *call.Wish) *call.RefusedWish {
	to, known := c.plan.TransferTo(w.To)
	target := to.Target
	switch {
	case !known:
		w.Error = errNobodyThere
	case to.Queue != "":
		w.Queue, w.Needs, w.Busy = to.Queue, to.Needs, c.acd.SeatsTaken(to.Queue)
		if !c.acd.Room(to.Queue) {
			w.Error = errQueueFull
		}
	default:
		w.To, w.Out = target.Destination, &call.Target{Leg: c.ids.Next()}
		if c.aim(e, &target, w.Out, w.By != bySubcenter); w.Out.Why != 0 {
			w.Error = &call.RefusedWish{Status: 480, Text: "the destination cannot be rung: " + w.Out.Why.String()}
		}
	}
	taken := w.Out != nil && w.Error == nil
	why := e.Fulfil(c.env(), w)
	if taken {
		c.unlessRung(e, w.Out.Leg, w.Out.Peer)
	}
	c.touchCall(e.ID)
	return why
}
