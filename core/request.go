package core

import (
	"strings"

	"github.com/hotline12345/hotline/call"
	"github.com/hotline12345/hotline/sip/dialog"
	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

// request takes a new request: within a dialog for its leg, else by its
// method.
func (c *Core) request(tx turn.ID, flow message.Flow, m *message.Message) {
	if tag := m.To.Tag(); tag != "" {
		c.inDialog(tx, flow, m, tag)
		return
	}
	if c.looped(m) {
		c.respond(tx, m, 482, "", [2]string{"Reason", reason(482, 25, "our own request has come back")})
		return
	}
	if m.MaxForwards == 0 && m.Method != message.OPTIONS {
		c.respond(tx, m, 483, "")
		return
	}
	if missing := dialog.Unsupported(m); len(missing) > 0 {
		c.respond(tx, m, 420, "", [2]string{"Unsupported", strings.Join(missing, ", ")})
		return
	}
	switch m.Method {
	case message.INVITE:
		c.invited(tx, flow, m)
	case message.REGISTER:
		c.register(tx, flow, m)
	case message.OPTIONS:
		c.respond(tx, m, 200, "", [2]string{"Allow", dialog.Allow}, [2]string{"Accept", "application/sdp"})
	case message.BYE, message.INFO, message.UPDATE, message.PRACK, message.NOTIFY:
		c.respond(tx, m, 481, "")
	case message.REFER:
		c.respond(tx, m, 403, "a call is transferred within its own dialog")
	default:
		status := 501
		if m.Method.Known() {
			status = 405
		}
		c.respond(tx, m, status, "", [2]string{"Allow", dialog.Allow})
	}
}

// looped says whether a request is one of ours that has come back.
func (c *Core) looped(m *message.Message) bool {
	l := c.legs.get(c.byTag[m.From.Tag()])
	return l != nil && l.CallID() == m.CallID
}

func (c *Core) inDialog(tx turn.ID, flow message.Flow, m *message.Message, tag string) {
	id, ok := c.byTag[tag]
	l := c.legs.get(id)
	if !ok || l == nil || l.CallID() != m.CallID {
		c.respond(tx, m, 481, "")
		return
	}
	c.txOwner[tx] = owner{of: legs, id: id}
	c.cameOn(l, flow, m)
	l.Request(c.legStep(l), tx, m)
	c.touchLeg(id)
}

// invited lets a call in, or says why not.
func (c *Core) invited(tx turn.ID, flow message.Flow, m *message.Message) {
	peer, iface, ok := c.caller(tx, flow, m)
	if !ok {
		return
	}
	who := c.resolve(peer, m)
	number := who.Number
	if number == nil {
		c.stats.Unknown++
		c.respond(tx, m, 404, "not a number of this hotline")
		return
	}
	if !acceptsSDP(m) {
		c.respond(tx, m, 406, "our answer is application/sdp")
		return
	}
	if !c.admit(tx, m, peer, iface) {
		return
	}
	arrival := call.Arrival{
		Call: c.ids.Next(), Leg: c.ids.Next(), From: peer, Interface: iface, Signalling: flow.Remote.Addr(),
		Caller: who.caller, Private: who.private, Dialled: who.Dialled, Number: number.Number, City: who.City, Needs: number.Needs,
		Mode: number.Mode, Department: number.Department, Priority: number.Priority, Service: number.Service, Hops: m.MaxForwards,
	}
	c.carried(&arrival, m)
	arrival.Returned = c.cameBack(&arrival)
	arrival.Flow = c.plan.FlowOf(number, arrival.City, who.Open)
	if len(m.Body) > 0 {
		if m.ContentType() != "application/sdp" {
			c.seated(peer, -1)
			c.respond(tx, m, 415, "", [2]string{"Accept", "application/sdp"})
			return
		}
		arrival.Offer = append([]byte(nil), m.Body...)
	}
	c.begin(tx, flow, m, &arrival)
}

// begin makes the leg and the call.
func (c *Core) begin(tx turn.ID, flow message.Flow, m *message.Message, a *call.Arrival) {
	l := &leg{call: a.Call, story: a.Call, caller: true, peer: a.From, flow: answering(flow, m)}
	l.Leg = dialog.Incoming(c.legStep(l), &c.o.Dialog, a.Leg, tx, m)
	c.tx.SetTag(tx, l.LocalTag())
	c.txOwner[tx] = owner{of: legs, id: a.Leg}
	c.addLeg(a.Leg, l)
	if a.From.Kind == call.Phone {
		c.inUse(a.From.Name, 1)
	}
	story, cause := call.Arrive(c.env(), &c.plan.Call, a)
	if story == nil {
		c.letGo(l)
		l.End(c.legStep(l), cause)
		return
	}
	c.stats.Began++
	c.calls.put(a.Call, &entry{Call: story, plan: c.plan})
	c.touchCall(a.Call)
}

// caller tells which peer an INVITE comes from: a trunk, or a phone that has
// proved itself. Anyone else has his answer.
func (c *Core) caller(tx turn.ID, flow message.Flow, m *message.Message) (peer call.Peer, iface string, ok bool) {
	if name, known := c.trunks.Identify(flow); known {
		return call.Peer{Kind: call.Trunk, Name: name}, flow.Interface, true
	}
	phone, known, answer := c.registrar.Authenticate(c.now, m, &c.fifo.phone)
	if !known {
		if answer.Status == 403 {
			c.stats.Strangers++
		}
		c.respond(tx, m, answer.Status, answer.Reason, pairs(answer.Headers)...)
		return call.Peer{}, "", false
	}
	return call.Peer{Kind: call.Phone, Name: phone}, flow.Interface, true
}

func number(s string) bool {
	for i := range len(s) {
		if (s[i] < '0' || s[i] > '9') && (i > 0 || s[i] != '+') {
			return false
		}
	}
	return len(s) >= 3 && len(s) <= 24
}

func pairs(headers []string) [][2]string {
	var out [][2]string
	for i := 0; i+1 < len(headers); i += 2 {
		out = append(out, [2]string{headers[i], headers[i+1]})
	}
	return out
}
