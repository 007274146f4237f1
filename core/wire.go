package core

import (
	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/sip/transaction"
	"github.com/hotline12345/hotline/turn"
)

// owner is whose client or server transaction one is.
type owner struct {
	of    machine // legs, or phones for a probe
	id    turn.ID
	phone string
}

func (c *Core) send(flow message.Flow, raw []byte) {
	c.stats.sent(raw)
	c.out.Sends = append(c.out.Sends, Send{Flow: flow, Raw: raw})
}

// arrived takes one message off the wire.
func (c *Core) arrived(flow message.Flow, raw []byte) {
	m, fault := message.Parse(raw)
	if fault != nil {
		c.malformed(flow, fault)
		return
	}
	m.SetSource(flow)
	c.stats.received(m)
	c.tx.Receive(c.now, flow, m, c.ids, &c.fifo.tx)
}

// malformed answers what could not be accepted, where enough of it can be
// read; broken responses and ACKs are dropped.
func (c *Core) malformed(flow message.Flow, fault *message.Fault) {
	c.stats.Malformed++
	if fault == nil || fault.Request == nil {
		return
	}
	fault.Request.SetSource(flow)
	response := fault.Request.Response(fault.Status, "", c.rand.Token())
	response.Header("Reason", reason(fault.Status, 0, fault.Reason))
	c.send(fault.Request.ReplyTo(flow), response.Bytes())
}

// transactionAction carries out what the transactions asked for.
func (c *Core) transactionAction(a transaction.Action) {
	switch a.Kind {
	case transaction.Send:
		c.send(c.wayBack(a.Flow), a.Raw)
	case transaction.NewRequest:
		c.request(a.ID, a.Flow, a.Message)
	case transaction.Cancelled:
		if l := c.legs.get(c.txOwner[a.ID].id); l != nil {
			l.Cancelled(c.legStep(l))
			c.touchLeg(l.ID())
		}
	case transaction.Ack:
		if l := c.legs.get(c.byTag[a.Message.To.Tag()]); l != nil && l.CallID() == a.Message.CallID {
			c.cameOn(l, a.Flow, a.Message)
			l.TakeACK(c.legStep(l), a.Message)
			c.touchLeg(l.ID())
		}
	case transaction.Stray:
		c.stray(a.Message)
	case transaction.Response:
		c.response(a.ID, a.Message)
	case transaction.Failed:
		c.failed(a.ID, a.Status)
	case transaction.Ended:
		delete(c.txOwner, a.ID)
	}
	c.touchTx(a.ID)
}

// stray is a 2xx whose transaction is gone: the leg ACKs it again, or ends the
// fork that came too late.
func (c *Core) stray(m *message.Message) {
	l := c.legs.get(c.byTag[m.From.Tag()])
	if l == nil || l.CallID() != m.CallID {
		c.stats.Strays++
		return
	}
	l.Stray(c.legStep(l), m)
	c.touchLeg(l.ID())
}

func (c *Core) response(id turn.ID, m *message.Message) {
	o := c.txOwner[id]
	switch o.of {
	case legs:
		if l := c.legs.get(o.id); l != nil {
			c.answered(l)
			l.Response(c.legStep(l), id, m)
			c.touchLeg(o.id)
		}
	case phones:
		if m.Status >= 200 {
			c.registrar.Probed(c.now, o.phone, true, &c.fifo.phone)
		}
	}
}

func (c *Core) failed(id turn.ID, status int) {
	o := c.txOwner[id]
	switch o.of {
	case legs:
		if l := c.legs.get(o.id); l != nil {
			if l.silent != 0 {
				l.silent = 0
				c.unanswered(l)
			}
			l.Failed(c.legStep(l), id, status)
			c.touchLeg(o.id)
		}
	case phones:
		c.registrar.Probed(c.now, o.phone, false, &c.fifo.phone)
	}
}

// respond answers a request that belongs to no leg.
func (c *Core) respond(tx turn.ID, m *message.Message, status int, why string, headers ...[2]string) {
	response := m.Response(status, "", c.rand.Token())
	for _, h := range headers {
		response.Header(h[0], h[1])
	}
	if why != "" {
		response.Header("Reason", reason(status, 0, why))
	}
	c.tx.Respond(c.now, tx, status, response.Bytes(), &c.fifo.tx)
	c.touchTx(tx)
}
