package demo

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/hotline12345/hotline/turn"
)

// Call is one call as a peer knows it.
type Call struct {
	ID       string
	Journey  Journey
	Manner   Manner
	Outgoing bool
	From     string // the From header's value of a call that came in
	Began    turn.Instant
	Answered turn.Instant // the 200 was sent or has come
	Acked    turn.Instant
	Ended    turn.Instant
	Status   int    // of the final response that ended it before it was answered
	Why      string // ended by: us, them, crash, silence, refused
	Reason   string // RFC 3326, of the message of theirs that ended it
	Held     bool
	Ringing  bool           // we rang, or were told that it rings
	Media    netip.AddrPort // where we take RTP
	Sound    Sound
	Digits   string // of our INFOs that were answered with 200
	Referred int    // the answer to our REFER; 408: none
	Transfer int    // the last status that a NOTIFY told of our transfer

	localTag, remoteTag   string
	local, remote, target string
	seq, theirSeq         int
	version               int
	invite                *exchange
	acks                  map[int]string
	first, theirInvite    text   // the INVITE that came, and the last one
	theirs                string // the direction of their last SDP
	response              string // our 2xx, repeated until the ACK
	said                  string // our last provisional response
	repeatAt, giveUp      turn.Instant
	repeatBy              time.Duration
	repeatsFrom           turn.Instant
	ringAt, answerAt      turn.Instant
	hangUpAt, holdAt      turn.Instant
	digitAt, referAt      turn.Instant
	refers, transferring  bool // a REFER was planned; one is not yet decided
	cancelled, rang       bool
	proved                bool   // the INVITE was sent with credentials
	toSend                string // digits
}

// Header is a header's value in the INVITE that brought the call; "" if there
// is none.
func (c *Call) Header(name string) string { return c.first.get(name) }

// Over says whether the call has ended for this peer.
func (c *Call) Over() bool { return c.Ended != 0 }

func (c *Call) finish(now turn.Instant, why string) {
	if c.Ended != 0 {
		return
	}
	c.Ended, c.Why = now, why
	c.repeatAt, c.giveUp, c.ringAt, c.answerAt, c.hangUpAt, c.holdAt, c.digitAt, c.referAt = 0, 0, 0, 0, 0, 0, 0, 0
}

func (c *Call) next() turn.Instant {
	next := turn.Instant(0)
	for _, at := range []turn.Instant{c.repeatAt, c.giveUp, c.ringAt, c.answerAt, c.hangUpAt, c.holdAt, c.digitAt, c.referAt} {
		next = turn.Earliest(next, at)
	}
	return next
}

func passed(at *turn.Instant, now turn.Instant) bool {
	if *at == 0 || now < *at {
		return false
	}
	*at = 0
	return true
}

// due takes what the call's clock brings.
func (c *Call) due(p *Peer) {
	switch {
	case passed(&c.repeatAt, p.now):
		c.repeat(p)
	case c.Over():
	case passed(&c.giveUp, p.now):
		if c.Answered == 0 {
			c.cancel(p)
		} else {
			c.hangUp(p, "us")
		}
	case passed(&c.hangUpAt, p.now):
		c.hangUp(p, "us")
	case passed(&c.ringAt, p.now):
		c.rings(p)
	case passed(&c.answerAt, p.now):
		c.answer(p)
	case passed(&c.holdAt, p.now):
		c.hold(p)
	case passed(&c.digitAt, p.now):
		c.digit(p)
	case passed(&c.referAt, p.now):
		c.refer(p, c.Manner.Refer)
	}
}

// rings tells that it rings here, or lets the caller hear our ringing tone.
func (c *Call) rings(p *Peer) {
	status, body := 180, ""
	if c.Manner.Early {
		status, body = 183, c.sdp(p)
	}
	c.said, c.Ringing = c.theirInvite.reply(status, c.localTag, c.contact(p), body), true
	p.send(c.said)
}

func (c *Call) contact(p *Peer) string {
	return fmt.Sprintf("Contact: <sip:%s@%s>\r\n", p.User, p.Local)
}

// provisional takes a 1xx: a CANCEL that waited may go.
func (c *Call) provisional(p *Peer, m text) {
	if m.status > 100 {
		c.Ringing = true
	}
	if m.body != "" && !c.Journey.Late {
		c.take(p, m.body)
	}
	if c.cancelled {
		c.sendCancel(p)
	}
}

// invited takes the final answer to our INVITE.
func (c *Call) invited(p *Peer, x *exchange, m text) {
	if m.status == 0 {
		c.finish(p.now, "silence")
		return
	}
	if m.status == 401 && p.Password != "" && !c.proved {
		c.prove(p, m)
		return
	}
	if m.status >= 300 {
		c.Status, c.Reason = m.status, m.get("Reason")
		c.finish(p.now, "refused")
		return
	}
	c.remoteTag, c.target = tag(m.get("To")), inner(m.get("Contact"))
	c.Answered = p.now
	body := ""
	if c.Journey.Late {
		body = c.reply(p, m.body)
	} else {
		c.take(p, m.body)
	}
	c.ack(p, x.seq, body)
	if c.cancelled || c.Over() {
		c.hangUp(p, "us")
		return
	}
	if c.Journey.Talk > 0 {
		c.hangUpAt = p.now.Add(c.Journey.Talk)
	}
	if c.Journey.Hold > 0 {
		c.holdAt = p.now.Add(c.Journey.Hold)
	}
	if c.toSend = c.Journey.Digits; c.toSend != "" {
		c.digitAt = p.now.Add(200 * time.Millisecond)
	}
}

func (c *Call) ack(p *Peer, seq int, body string) {
	raw := p.requestText(c, "ACK", "z9hG4bK"+p.token(), seq, "", body)
	if c.acks == nil {
		c.acks = map[int]string{}
	}
	c.acks[seq] = raw
	p.send(raw)
}

// cancel hangs up before an answer (RFC 3261 section 9.1: not before a 1xx).
func (c *Call) cancel(p *Peer) {
	if c.rang { // neither 487 nor anything else came
		c.finish(p.now, "silence")
		return
	}
	c.cancelled = true
	if c.invite.heard {
		c.sendCancel(p)
	}
}

func (c *Call) sendCancel(p *Peer) {
	if c.rang {
		return
	}
	c.rang = true // once
	x := &exchange{call: c, method: "CANCEL", branch: c.invite.branch, seq: c.invite.seq, wait: p.T1, began: p.now}
	x.then = func(*Peer, *exchange, text) {}
	x.raw = fmt.Sprintf("CANCEL %s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=%s;rport\r\nMax-Forwards: 70\r\nFrom: %s;tag=%s\r\nTo: %s\r\n"+
		"Call-ID: %s\r\nCSeq: %d CANCEL\r\nContent-Length: 0\r\n\r\n",
		c.target, p.Local, c.invite.branch, c.local, c.localTag, c.remote, c.ID, c.invite.seq)
	p.start(x)
	c.giveUp = p.now.Add(96 * p.T1) // no 487 either: RFC 3261 section 9.1
}

// prove sends the INVITE once more with the password's proof.
func (c *Call) prove(p *Peer, m text) {
	c.proved = true
	p.challenged(m)
	c.invite = p.exchangeWith(c, "INVITE", p.credentials("INVITE", c.target)+c.Journey.More, c.offer(p, "sendrecv"), c.invited)
}

// hangUp ends an answered call with a BYE.
func (c *Call) hangUp(p *Peer, why string) {
	if c.Over() || c.Answered == 0 {
		c.finish(p.now, "silence")
		return
	}
	p.exchange(c, "BYE", "", func(*Peer, *exchange, text) {})
	c.finish(p.now, why)
}

// hold holds, or takes off hold again.
func (c *Call) hold(p *Peer) {
	direction := "sendonly"
	if c.Held {
		direction = "sendrecv"
	}
	p.exchange(c, "INVITE", c.offer(p, direction), func(p *Peer, x *exchange, m text) {
		switch {
		case m.status == 491:
			c.holdAt = p.now.Add(time.Duration(2100+p.Rand.Below(1900)) * time.Millisecond)
		case m.status >= 200 && m.status < 300:
			c.Held = !c.Held
			c.take(p, m.body)
			c.ack(p, x.seq, "")
			if c.Held && c.Journey.Hold > 0 && !c.Over() {
				c.holdAt = p.now.Add(2 * time.Second)
			}
		}
	})
}

func (c *Call) digit(p *Peer) {
	if c.toSend == "" {
		return
	}
	digit := c.toSend[:1]
	c.toSend = c.toSend[1:]
	p.exchange(c, "INFO", "Signal="+digit+"\r\nDuration=160\r\n", func(p *Peer, _ *exchange, m text) {
		if m.status == 200 {
			c.Digits += digit
		}
		if !c.Over() && c.toSend != "" {
			c.digitAt = p.now.Add(200 * time.Millisecond)
		}
	})
}

// answer sends the final response to a call that came in.
func (c *Call) answer(p *Peer) {
	if c.Manner.Status >= 300 {
		c.Status = c.Manner.Status
		headers := c.Manner.More
		if c.Manner.Status/100 == 3 && headers == "" {
			headers = "Contact: <sip:elsewhere@" + p.Local.String() + ">\r\n"
		}
		c.response = c.theirInvite.reply(c.Manner.Status, c.localTag, headers, "")
		c.startRepeats(p)
		c.finishRefused(p)
		return
	}
	body := c.sdp(p)
	c.Answered = p.now
	c.response = c.theirInvite.reply(200, c.localTag, c.contact(p)+c.Manner.More, body)
	c.startRepeats(p)
}

// sdp is his answer to the offer.
func (c *Call) sdp(p *Peer) string {
	if c.Manner.SDP != "" {
		return c.Manner.SDP
	}
	return c.reply(p, c.theirInvite.body)
}

// finishRefused keeps the repeats going: the call is over, its ACK is not yet
// there.
func (c *Call) finishRefused(p *Peer) {
	at := c.repeatAt
	c.finish(p.now, "us")
	c.repeatAt = at
}

func (c *Call) startRepeats(p *Peer) {
	p.send(c.response)
	c.repeatBy, c.repeatsFrom = p.T1, p.now
	c.repeatAt = p.now.Add(c.repeatBy)
	c.Acked = 0
}

func (c *Call) repeat(p *Peer) {
	if c.repeatBy *= 2; c.repeatBy > 8*p.T1 {
		c.repeatBy = 8 * p.T1
	}
	if p.now.Sub(c.repeatsFrom) > 64*p.T1 {
		if !c.Over() {
			c.hangUp(p, "silence")
		}
		return
	}
	p.send(c.response)
	c.repeatAt = p.now.Add(c.repeatBy)
}

// withoutTag is a header's value up to its tag.
func withoutTag(value string) string {
	if i := strings.LastIndex(value, ";tag="); i >= 0 {
		return value[:i]
	}
	return value
}
