package demo

import (
	"net/netip"
	"slices"
)

// request takes a request of the server's.
func (p *Peer) request(m text, _ netip.AddrPort) {
	key := m.branch() + m.method
	if reply, ok := p.replies[key]; ok {
		if len(reply) > 0 {
			p.send(string(reply))
		}
		return
	}
	c := p.callOf(m)
	defer p.touch(c)
	switch m.method {
	case "ACK":
		p.acked(c, m)
	case "CANCEL":
		p.cancelled(c, m, key)
	case "INVITE":
		if c == nil && tag(m.get("To")) == "" {
			p.ring(m)
			return
		}
		p.reinvited(c, m, key)
	case "BYE":
		if c == nil {
			p.answerRequest(m, key, 481, "", "", "")
			return
		}
		p.answerRequest(m, key, 200, c.localTag, "", "")
		if !c.Over() {
			c.Reason = m.get("Reason")
		}
		c.finish(p.now, "them")
	case "OPTIONS":
		p.answerRequest(m, key, 200, p.token(), "", "")
	case "NOTIFY":
		p.notified(c, m, key)
	case "UPDATE", "INFO":
		if c == nil {
			p.answerRequest(m, key, 481, "", "", "")
			return
		}
		body := ""
		if m.method == "UPDATE" && m.body != "" {
			body = c.reply(p, m.body)
		}
		p.answerRequest(m, key, 200, c.localTag, "", body)
	default:
		p.answerRequest(m, key, 501, p.token(), "", "")
	}
}

func (p *Peer) answerRequest(m text, key string, status int, localTag, headers, body string) {
	reply := m.reply(status, localTag, headers, body)
	p.replies[key] = []byte(reply)
	p.order = append(p.order, key)
	p.send(reply)
}

// callOf finds the call: by Call-ID, and by our tag where the request has one.
func (p *Peer) callOf(m text) *Call {
	ours := tag(m.get("To"))
	for _, c := range slices.Backward(p.byID[m.get("Call-ID")]) {
		if ours == "" || ours == c.localTag {
			return c
		}
	}
	return nil
}

// ring takes a new call.
func (p *Peer) ring(m text) {
	c := &Call{
		ID: m.get("Call-ID"), localTag: p.token(), remoteTag: tag(m.get("From")), seq: 1, Began: p.now,
		local: m.get("To"), remote: withoutTag(m.get("From")), target: inner(m.get("Contact")),
		From: m.get("From"), first: m, theirInvite: m, theirSeq: m.seq(),
	}
	c.Manner = p.Manner(p, c)
	if c.Manner.Mute {
		return
	}
	p.add(c)
	c.said = m.reply(100, "", "", "")
	p.send(c.said)
	if c.Manner.Ring >= 0 {
		c.ringAt = p.now.Add(max(c.Manner.Ring, 1))
	}
	if c.Manner.Answer >= 0 {
		c.answerAt = p.now.Add(max(c.Manner.Answer, 1))
	}
	p.touch(c)
}

// acked takes the ACK to our final response.
func (p *Peer) acked(c *Call, m text) {
	if c == nil || c.response == "" || m.seq() != c.theirSeq {
		return
	}
	c.repeatAt = 0
	if c.Over() || c.Acked != 0 {
		return
	}
	c.take(p, m.body)
	c.Acked = p.now
	if c.Manner.Talk > 0 && c.hangUpAt == 0 {
		c.hangUpAt = p.now.Add(c.Manner.Talk)
	}
	if c.Manner.Refer != "" && !c.refers {
		c.refers, c.referAt = true, p.now.Add(max(c.Manner.ReferAfter, 1))
	}
}

// cancelled takes a CANCEL: 200 to it, 487 to the INVITE if that was not yet
// answered.
func (p *Peer) cancelled(c *Call, m text, key string) {
	if c == nil || c.theirInvite.branch() != m.branch() {
		p.answerRequest(m, key, 481, p.token(), "", "")
		return
	}
	p.answerRequest(m, key, 200, c.localTag, "", "")
	if c.Answered != 0 || c.Over() {
		return
	}
	if c.Manner.Late {
		c.ringAt, c.answerAt = 0, 0
		c.answer(p)
		return
	}
	c.response = c.theirInvite.reply(487, c.localTag, "", "")
	c.Status, c.Reason = 487, m.get("Reason")
	c.startRepeats(p)
	at := c.repeatAt
	c.finish(p.now, "them")
	c.repeatAt = at
}

// reinvited takes an INVITE of a call we have: a repeat of the first, or a
// re-INVITE.
func (p *Peer) reinvited(c *Call, m text, key string) {
	switch {
	case c == nil:
		p.answerRequest(m, key, 481, "", "", "")
	case m.branch() == c.theirInvite.branch():
		if c.response != "" {
			p.send(c.response)
		} else {
			p.send(c.said)
		}
	case c.Over():
		p.answerRequest(m, key, 481, c.localTag, "", "")
	default:
		c.theirInvite, c.theirSeq = m, m.seq()
		c.response = m.reply(200, c.localTag, c.contact(p), c.reply(p, m.body))
		answered := c.Answered
		c.startRepeats(p)
		c.Answered = answered
	}
}
