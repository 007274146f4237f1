package demo

import "github.com/hotline12345/hotline/turn"

// HangUp ends a call as fits its state: BYE, CANCEL, or 603 to one that rings
// here.
func (p *Peer) HangUp(now turn.Instant, c *Call, out *Out) {
	p.control(now, c, out, func() {
		switch {
		case c.Over():
		case c.Answered != 0:
			c.hangUp(p, "us")
		case c.Outgoing:
			c.cancel(p)
		default:
			c.Manner.Status, c.answerAt = 603, 0
			c.answer(p)
		}
	})
}

// Answer answers a call that rings here, as its Manner says.
func (p *Peer) Answer(now turn.Instant, c *Call, out *Out) {
	p.control(now, c, out, func() {
		if !c.Over() && !c.Outgoing && c.Answered == 0 {
			c.answerAt = 0
			c.answer(p)
		}
	})
}

// Hold holds an answered call with a re-INVITE, or takes it off hold.
func (p *Peer) Hold(now turn.Instant, c *Call, on bool, out *Out) {
	p.control(now, c, out, func() {
		if !c.Over() && c.Answered != 0 && c.Held != on {
			c.hold(p)
		}
	})
}

// Refer transfers an answered call, blind, to a number of the server's or to a
// URI.
func (p *Peer) Refer(now turn.Instant, c *Call, to string, out *Out) {
	p.control(now, c, out, func() {
		if !c.Over() && c.Answered != 0 {
			c.refer(p, to)
		}
	})
}

// Press sends digits with INFO, one every 200 ms.
func (p *Peer) Press(now turn.Instant, c *Call, digits string, out *Out) {
	p.control(now, c, out, func() {
		if c.Over() || c.Answered == 0 {
			return
		}
		idle := c.toSend == ""
		if c.toSend += digits; idle {
			c.digitAt = now
		}
	})
}

func (p *Peer) control(now turn.Instant, c *Call, out *Out, do func()) {
	p.now, p.out = now, out
	do()
	p.touch(c)
}
