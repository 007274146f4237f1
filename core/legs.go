package core

import (
	"net/netip"

	"github.com/hotline12345/hotline/call"
	"github.com/hotline12345/hotline/sip/dialog"
	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

// leg is a dialog.Leg and what the core knows beside it: whose it is and how
// its peer is reached.
type leg struct {
	*dialog.Leg
	call   turn.ID // zero once the call has let it go or is over
	caller bool
	story  turn.ID // the call it belonged to, for its last media counters
	peer   call.Peer
	flow   message.Flow // where the INVITE came from or went to; a phone's binding goes first
	silent turn.Instant // the peer must have sent something by then
}

// legRecord is a leg as it stands in the journal.
type legRecord struct {
	Dialog dialog.Record `cbor:"1,keyasint,omitempty"`
	Call   turn.ID       `cbor:"2,keyasint,omitempty"`
	Caller bool          `cbor:"3,keyasint,omitempty"`
	Story  turn.ID       `cbor:"4,keyasint,omitempty"`
	Peer   call.Peer     `cbor:"5,keyasint,omitempty"`
	Flow   message.Flow  `cbor:"6,keyasint,omitempty"`
	Silent turn.Instant  `cbor:"7,keyasint,omitempty"`
}

func (l *leg) record() *legRecord {
	return &legRecord{
		Dialog: l.Record(), Call: l.call, Caller: l.caller, Story: l.story,
		Peer: l.peer, Flow: l.flow, Silent: l.silent,
	}
}

// path asks anew, at each step, how a leg's peer is reached: a phone by its
// binding, a trunk by its connection or the leg's remote target.
func (c *Core) path(l *leg) dialog.Path {
	flow := l.flow
	ok := flow.Local.IsValid()
	if l.peer.Kind == call.Phone {
		if b, bound := c.registrar.Binding(l.peer.Name); bound {
			flow, ok = b.Flow, b.Open
		}
	} else {
		flow = c.trunkFlow(l)
	}
	listener, known := c.listener(flow)
	return dialog.Path{
		Flow: flow, OK: ok && known, SentBy: listener.SentBy, Contact: contact(listener),
	}
}

func targetAddr(l *leg) (netip.AddrPort, bool) {
	if l.Leg == nil {
		return netip.AddrPort{}, false
	}
	uri, err := message.ParseURI(l.RemoteTarget())
	if err != nil {
		return netip.AddrPort{}, false
	}
	return uri.Addr()
}

func contact(l Listener) string {
	if l.Transport == message.UDP {
		return "<sip:hotline@" + l.SentBy + ">"
	}
	return "<sip:hotline@" + l.SentBy + ";transport=tcp>"
}

// legStep prepares a step of the leg.
func (c *Core) legStep(l *leg) *dialog.Env {
	c.suspected(l.call)
	c.legEnv.Now, c.legEnv.Path, c.legEnv.Out = c.now, c.path(l), &c.fifo.leg
	return &c.legEnv
}

func (c *Core) addLeg(id turn.ID, l *leg) {
	c.legs.put(id, l)
	c.byTag[l.LocalTag()] = id
	c.touchLeg(id)
}

func (c *Core) legDue(id turn.ID) {
	l := c.legs.get(id)
	if l == nil {
		return
	}
	if l.silent != 0 && c.now >= l.silent {
		l.silent = 0
		if e := c.calls.get(l.call); e != nil && !c.unanswered(l) {
			e.Silent(c.env())
			c.touchCall(l.call)
		}
	}
	if due := l.Deadline(); due != 0 && c.now >= due {
		l.Expire(c.legStep(l))
	}
	c.touchLeg(id)
}

// legAction carries out what a leg asked for, or tells its call.
func (c *Core) legAction(a dialog.Action) {
	l := c.legs.get(a.Leg)
	if l == nil {
		return
	}
	switch a.Kind {
	case dialog.Send:
		c.legRequest(l, &a)
	case dialog.Respond:
		c.tx.Respond(c.now, a.Tx, a.Status, a.Raw, &c.fifo.tx)
		c.touchTx(a.Tx)
	case dialog.SendAck:
		if path := c.path(l); path.OK {
			c.send(path.Flow, a.Raw)
		}
	case dialog.CancelTx:
		c.tx.Cancel(c.now, a.Tx, a.Headers, c.ids, &c.fifo.tx)
		c.touchTx(a.Tx)
	case dialog.Released:
		c.dropLeg(a.Leg, l)
	default:
		c.legEvent(l, &a)
	}
}

// legRequest starts a client transaction of the leg's.
func (c *Core) legRequest(l *leg, a *dialog.Action) {
	path := c.path(l)
	if !path.OK {
		l.Failed(c.legStep(l), a.Tx, 503)
		c.touchLeg(a.Leg)
		return
	}
	c.txOwner[a.Tx] = owner{of: legs, id: a.Leg}
	c.tx.Request(c.now, a.Tx, path.Flow, a.Raw, &c.fifo.tx)
	c.touchTx(a.Tx)
}

// legEvent gives the call what its leg reports. A leg that no call owns any
// more refuses what would change media or transfer it.
func (c *Core) legEvent(l *leg, a *dialog.Action) {
	e := c.calls.get(l.call)
	if e == nil {
		switch a.Kind {
		case dialog.Offered:
			l.AnswerOffer(c.legStep(l), 488, nil)
		case dialog.Referred:
			l.AnswerRefer(c.legStep(l), 481, "")
		default:
			return
		}
		c.touchLeg(a.Leg)
		return
	}
	e.Leg(c.env(), a)
	c.touchCall(l.call)
	c.touchLeg(a.Leg)
}

func (c *Core) dropLeg(id turn.ID, l *leg) {
	c.letGo(l)
	delete(c.byTag, l.LocalTag())
	c.legs.drop(id)
	c.timers.Set(timer{legs, id}, 0)
	c.endRecord(legKey(id))
}
