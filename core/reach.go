package core

import (
	"net/netip"
	"strconv"
	"time"

	"github.com/hotline12345/hotline/call"
	"github.com/hotline12345/hotline/numbering"
	"github.com/hotline12345/hotline/sip/dialog"
	"github.com/hotline12345/hotline/sip/message"
)

// reach finds where a peer is rung: a phone by its binding, a trunk by the
// first of its addresses that is not known to be down.
func (c *Core) reach(p call.Peer) (flow message.Flow, uri string, ok bool) {
	if p.Kind == call.Phone {
		b, bound := c.registrar.Binding(p.Name)
		return b.Flow, b.Contact, bound && b.Open
	}
	t := c.trunks.Trunk(p.Name)
	peer, some := c.trunks.Pick(c.now, p.Name)
	if t == nil || !some {
		return message.Flow{}, "", false
	}
	flow, ok = c.outFlow(t.Interface, peer.Transport, peer.Addr)
	uri = "sip:" + t.Write(p.Number) + "@" + peer.Addr.String()
	if peer.Transport == message.TCP {
		uri += ";transport=tcp"
	}
	return flow, uri, ok
}

// side is what a new leg to the peer needs of its interface: its name, and
// where its signalling comes from.
func (c *Core) side(p call.Peer) (iface string, signalling netip.Addr, ok bool) {
	flow, _, ok := c.reach(p)
	return flow.Interface, flow.Remote.Addr(), ok
}

// silence is how long a peer may send nothing at all.
func (c *Core) silence(kind call.PeerKind) time.Duration {
	if kind == call.Phone {
		return c.o.PhoneSilent
	}
	return c.o.TrunkSilent
}

// inviteText writes the INVITE to an agent or a destination.
func (c *Core) inviteText(a *call.Action, path dialog.Path, uri string) dialog.Invite {
	caller, e := a.Invite.Caller, c.calls.get(a.Call)
	t := c.trunks.Trunk(a.Invite.Peer.Name)
	outside := a.Invite.Peer.Kind == call.Trunk && e != nil && t != nil
	if outside {
		caller = t.Write(caller)
	}
	from := "<sip:" + userPart(caller) + "@" + path.SentBy + ">"
	if caller == numbering.Anonymous {
		from = "<" + nobody + ">"
	}
	if a.Invite.Display != "" {
		from = strconv.Quote(a.Invite.Display) + " " + from
	}
	inv := dialog.Invite{RequestURI: uri, From: from, To: "<" + uri + ">", Hops: a.Invite.Hops, Body: a.Body}
	if outside {
		inv.Headers = c.sentOn(e, t, a.Invite.Peer, caller, path.SentBy, uri)
	}
	if a.Invite.Auto {
		inv.Headers = []string{ // as the phones of the field know it; RFC 5373
			"Call-Info", "<sip:" + path.SentBy + ">;answer-after=0",
			"Alert-Info", "<http://" + path.SentBy + ">;info=alert-autoanswer;delay=0",
			"Answer-Mode", "Auto",
		}
	}
	return inv
}

// nobody is the URI of one who is not to be known (RFC 3323 section 4.1.1.3).
const nobody = "sip:anonymous@anonymous.invalid"

// userPart keeps of a caller's number what can stand in a URI.
func userPart(s string) string {
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9', c|0x20 >= 'a' && c|0x20 <= 'z', c == '+', c == '*', c == '.', c == '-', c == '_':
			out = append(out, c)
		}
	}
	if len(out) == 0 {
		return "anonymous"
	}
	return string(out)
}

// reason is a Reason header's value (RFC 3326).
func reason(status, q850 int, text string) string {
	if q850 != 0 {
		return "Q.850;cause=" + strconv.Itoa(q850) + ";text=" + strconv.Quote(text)
	}
	return "SIP;cause=" + strconv.Itoa(status) + ";text=" + strconv.Quote(text)
}
