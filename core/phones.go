package core

import (
	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/call"
	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/sip/registrar"
	"github.com/hotline12345/hotline/turn"
)

// register answers a REGISTER.
func (c *Core) register(tx turn.ID, flow message.Flow, m *message.Message) {
	answer := c.registrar.Register(c.now, flow, m, &c.fifo.phone)
	c.respond(tx, m, answer.Status, answer.Reason, pairs(answer.Headers)...)
}

// phoneAction carries out what the registrar asks for.
func (c *Core) phoneAction(a registrar.Action) {
	switch a.Kind {
	case registrar.Probe:
		c.probe(a.Phone)
	case registrar.Changed, registrar.Gone:
		touch(&c.dirty.phones, a.Phone)
	case registrar.Reachable:
		c.toQueue(acd.Event{Kind: acd.PhoneReachable, Phone: a.Phone, Yes: a.Yes})
	}
}

// probe asks a phone with OPTIONS whether it is there.
func (c *Core) probe(phone string) {
	l := &leg{peer: call.Peer{Kind: call.Phone, Name: phone}}
	b, bound := c.registrar.Binding(phone)
	path := c.path(l)
	if !bound || !path.OK {
		c.registrar.Probed(c.now, phone, false, &c.fifo.phone)
		return
	}
	us := "<sip:hotline@" + path.SentBy + ">"
	raw := message.NewRequest(message.OPTIONS, b.Contact).
		Header("Via", "SIP/2.0/"+path.Flow.Transport.String()+" "+path.SentBy+";branch=z9hG4bK"+c.rand.Token()+";rport").
		Header("Max-Forwards", "70").
		Header("From", us+";tag="+c.rand.Token()).
		Header("To", "<"+b.Contact+">").
		Header("Call-ID", c.rand.Token()).
		Header("CSeq", "1 OPTIONS").
		Header("Contact", path.Contact).
		Header("Accept", "application/sdp").
		Bytes()
	id := c.ids.Next()
	c.txOwner[id] = owner{of: phones, phone: phone}
	c.tx.Request(c.now, id, path.Flow, raw, &c.fifo.tx)
}

// inUse counts the calls that a phone itself has made: it is offered none
// meanwhile.
func (c *Core) inUse(phone string, more int) {
	was := c.phoneCalls[phone]
	now := was + more
	if now > 0 {
		c.phoneCalls[phone] = now
	} else {
		delete(c.phoneCalls, phone)
	}
	if (was > 0) != (now > 0) {
		c.toQueue(acd.Event{Kind: acd.PhoneBusy, Phone: phone, Yes: now > 0})
	}
}
