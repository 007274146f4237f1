package registrar

import (
	"strconv"
	"time"

	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

// Register carries out a REGISTER that came on the flow and says how to answer
// it: what Authenticate says; 200 with the binding; 423 with Min-Expires; 400.
// It is carried out whole or not at all.
func (r *Registrar) Register(now turn.Instant, flow message.Flow, m *message.Message, out *[]Action) Answer {
	if !r.Domain(m.To.URI.Host) {
		return Answer{Status: 403, Reason: "To is not in a domain of ours"}
	}
	name, ok, answer := r.authenticate(now, m, m.To.URI.User, out)
	if !ok {
		return answer
	}
	list, star, err := r.contacts(m)
	if err != nil {
		return Answer{Status: 400, Reason: err.Error()}
	}
	p := r.phones[name]
	if len(list) == 0 && !star {
		return p.granted(now) // asks what is registered
	}
	if m.CallID == p.CallID && m.CSeq <= p.CSeq {
		if m.CSeq == p.CSeq { // said again, for want of an answer
			return p.granted(now)
		}
		return Answer{Status: 400, Reason: "CSeq out of order"}
	}
	newest, away := -1, star
	for i := range list {
		switch c := &list[i]; {
		case c.expires == 0:
			away = away || p.at(c)
		case c.expires < r.o.MinExpires:
			return Answer{Status: 423, Headers: []string{"Min-Expires", strconv.Itoa(int(r.o.MinExpires / time.Second))}}
		default:
			newest = i
		}
	}
	p.CallID, p.CSeq = m.CallID, m.CSeq
	switch {
	case newest >= 0:
		r.bind(now, p, &list[newest], flow, out)
		p.UserAgent = m.Get("User-Agent")
		p.UserAgent = p.UserAgent[:min(len(p.UserAgent), maxUserAgent)]
	case away:
		r.unbind(p, out)
	}
	r.arm(p)
	*out = append(*out, Action{Kind: Changed, Phone: name})
	return p.granted(now)
}

// at says whether a contact is the one that is bound.
func (p *phone) at(c *contact) bool {
	if c.uri == p.Contact {
		return true
	}
	bound, err := message.ParseURI(p.Contact)
	return err == nil && bound.Equal(c.parsed)
}

// bind makes the contact the phone's only one. A REGISTER is a sign of life.
func (r *Registrar) bind(now turn.Instant, p *phone, c *contact, flow message.Flow, out *[]Action) {
	if p.bound() {
		r.leave(p)
	} else {
		p.Since = now
	}
	p.Contact, p.Flow = c.uri, flow
	p.Expires = now.Add(min(c.expires, r.o.MaxExpires))
	p.probeAt, p.waitEnds = 0, 0
	if r.o.Probe > 0 {
		p.probeAt = now.Add(r.o.Probe)
	}
	r.join(p)
	p.reach(true, true, out)
}

// granted is the 200: the binding, if there is one, and how long it lasts.
func (p *phone) granted(now turn.Instant) Answer {
	a := Answer{Status: 200}
	if p.bound() && p.Expires > now {
		left := (p.Expires.Sub(now) + time.Second - 1) / time.Second
		a.Headers = []string{"Contact", "<" + p.Contact + ">;expires=" + strconv.Itoa(int(left))}
	}
	return a
}
