package core

import "github.com/hotline12345/hotline/call"

// unanswered takes it that nothing at all has come back to the INVITE of a leg:
// that address of a trunk counts as down for a while, and where the trunk has
// another the call rings it. false: there is none.
func (c *Core) unanswered(l *leg) bool {
	e := c.calls.get(l.call)
	if e == nil || l.peer.Kind != call.Trunk {
		return false
	}
	c.trunks.Failed(c.now, l.peer.Name, l.flow.Remote)
	if !c.trunks.Answering(c.now, l.peer.Name) {
		return false
	}
	t := call.Target{Leg: c.ids.Next(), Peer: l.peer}
	var ok bool
	if t.Interface, t.Signalling, ok = c.side(t.Peer); !ok || !e.Unanswered(l.ID()) {
		return false
	}
	id := l.call
	c.letGo(l) // its channel is the next one's
	c.seated(t.Peer, 1)
	e.Again(c.env(), &t)
	c.unlessRung(e, t.Leg, t.Peer)
	c.touchCall(id)
	return true
}

// answered notes that something has come back to the INVITE of a leg.
func (c *Core) answered(l *leg) {
	if l.silent != 0 && l.peer.Kind == call.Trunk {
		c.trunks.Heard(l.peer.Name, l.flow.Remote)
	}
	l.silent = 0
}
