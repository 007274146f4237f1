package demo

import (
	"fmt"
	"time"

	"github.com/hotline12345/hotline/turn"
)

// exchange is a request of ours that is repeated until it is answered.
type exchange struct {
	call   *Call
	method string
	branch string
	seq    int
	raw    string
	wait   time.Duration
	began  turn.Instant
	heard  bool                               // a provisional came
	then   func(p *Peer, x *exchange, m text) // final responses, and 2xx again; status 0: none came
}

// exchange sends a request within the call's dialog.
func (p *Peer) exchange(c *Call, method, body string, then func(*Peer, *exchange, text)) *exchange {
	return p.exchangeWith(c, method, "", body, then)
}

func (p *Peer) exchangeWith(c *Call, method, headers, body string, then func(*Peer, *exchange, text)) *exchange {
	x := &exchange{call: c, method: method, branch: "z9hG4bK" + p.token(), seq: c.seq, wait: p.T1, began: p.now, then: then}
	x.raw = p.requestText(c, method, x.branch, c.seq, headers, body)
	c.seq++
	p.start(x)
	return x
}

func (p *Peer) start(x *exchange) {
	p.timers.Set(alarm{exchange: x}, p.now.Add(x.wait))
	p.pending[x.branch+x.method] = x
	p.send(x.raw)
}

// end is for the exchange that has its answer, or will have none.
func (p *Peer) end(x *exchange) {
	p.timers.Set(alarm{exchange: x}, 0)
	delete(p.pending, x.branch+x.method)
}

func (p *Peer) requestText(c *Call, method, branch string, seq int, headers, body string) string {
	to := c.remote
	if c.remoteTag != "" {
		to += ";tag=" + c.remoteTag
	}
	contentType := ""
	if body != "" {
		contentType = "Content-Type: application/sdp\r\n"
		if method == "INFO" {
			contentType = "Content-Type: application/dtmf-relay\r\n"
		}
	}
	return fmt.Sprintf("%s %s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=%s;rport\r\nMax-Forwards: 70\r\nFrom: %s;tag=%s\r\nTo: %s\r\n"+
		"Call-ID: %s\r\nCSeq: %d %s\r\nContact: <sip:%s@%s>\r\n%s%sContent-Length: %d\r\n\r\n%s",
		method, c.target, p.Local, branch, c.local, c.localTag, to,
		c.ID, seq, method, p.User, p.Local, headers, contentType, len(body), body)
}

// repeat sends an unanswered request again, or gives up after 64·T1.
func (p *Peer) repeat(x *exchange) {
	if p.now.Sub(x.began) >= 64*p.T1 {
		p.end(x)
		if !(x.method == "INVITE" && x.heard) {
			x.then(p, x, text{})
			p.touch(x.call)
		}
		return
	}
	if x.method == "INVITE" && x.heard {
		p.timers.Set(alarm{exchange: x}, x.began.Add(64*60*p.T1)) // it rings: no repeats
		return
	}
	p.send(x.raw)
	if x.wait *= 2; x.method != "INVITE" && x.wait > 8*p.T1 {
		x.wait = 8 * p.T1
	}
	p.timers.Set(alarm{exchange: x}, p.now.Add(x.wait))
}

// response finds the exchange that a response belongs to.
func (p *Peer) response(m text) {
	x := p.pending[m.branch()+m.method]
	switch {
	case x == nil:
		p.repeated(m)
		return
	case m.status < 200:
		x.heard = true
		if x.method == "INVITE" {
			x.call.provisional(p, m)
		}
	default:
		p.end(x)
		if x.method == "INVITE" && m.status >= 300 {
			p.ackRefusal(x, m)
		}
		x.then(p, x, m)
	}
	p.touch(x.call)
}

// repeated takes a final response to an exchange that is done: it is ACKed
// again.
func (p *Peer) repeated(m text) {
	if m.method != "INVITE" || m.status < 200 {
		return
	}
	for _, c := range p.byID[m.get("Call-ID")] {
		if m.status >= 300 && c.invite != nil && c.invite.branch == m.branch() {
			p.ackRefusal(c.invite, m)
		} else if ack, ok := c.acks[m.seq()]; ok && tag(m.get("To")) == c.remoteTag {
			p.send(ack)
		}
	}
}

// ackRefusal is RFC 3261 section 17.1.1.3.
func (p *Peer) ackRefusal(x *exchange, m text) {
	c := x.call
	p.send(fmt.Sprintf("ACK %s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=%s;rport\r\nMax-Forwards: 70\r\nFrom: %s;tag=%s\r\nTo: %s\r\n"+
		"Call-ID: %s\r\nCSeq: %d ACK\r\nContent-Length: 0\r\n\r\n",
		c.target, p.Local, x.branch, c.local, c.localTag, m.get("To"), c.ID, x.seq))
}
