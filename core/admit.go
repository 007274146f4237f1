package core

import (
	"strconv"

	"github.com/hotline12345/hotline/call"
	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

// roomFor is how many pairs of ports an interface must have for a new call:
// his own, and one for whoever is rung.
const roomFor = 2

// admit says whether a new call can be taken: 503 is for the node as a whole,
// a trunk's own limit is 486, or what the trunk's plan says.
func (c *Core) admit(tx turn.ID, m *message.Message, peer call.Peer, iface string) bool {
	why := ""
	switch {
	case c.draining:
		c.stats.Refused++
		c.respond(tx, m, 503, "draining", [2]string{"Retry-After", strconv.Itoa(retryAfter)})
		return false
	case c.full:
		why = "the journal has no room"
	case c.o.Limits.Calls > 0 && c.calls.len() >= c.o.Limits.Calls:
		why = "too many calls"
	case c.pool.left(iface) < roomFor:
		why = "no ports"
	}
	if why != "" {
		c.stats.Refused++
		c.log(Warn, "a call was refused", "", why)
		c.respond(tx, m, 503, why)
		return false
	}
	if c.seat(peer, 0) != 0 {
		c.stats.Refused++
		status := c.plan.Call.BusyStatus(peer.Name)
		c.respond(tx, m, status, "", [2]string{"Reason", reason(status, 17, "all channels busy")})
		return false
	}
	return true
}

// retryAfter is short: a carrier's border takes the whole trunk out on it.
const retryAfter = 5

// letGo parts a leg from its call: it finishes on its own, and its channel is
// free.
func (c *Core) letGo(l *leg) {
	if l.call == 0 {
		return
	}
	c.seated(l.peer, -1)
	if l.caller && l.peer.Kind == call.Phone {
		c.inUse(l.peer.Name, -1)
	}
	l.call, l.silent = 0, 0
}
