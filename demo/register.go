package demo

import (
	"crypto/md5"
	"fmt"
	"strings"
	"time"
)

// registration is a phone's account at the server.
type registration struct {
	callID string
	seq    int
	nonce  string
	realm  string
	nc     int
	tries  int // challenges in a row
}

func (p *Peer) sendRegister() {
	r := &p.register
	r.seq++
	c := &Call{
		ID: r.callID, localTag: p.token(), seq: r.seq,
		local:  fmt.Sprintf("<sip:%s@%s>", p.User, p.Domain),
		remote: fmt.Sprintf("<sip:%s@%s>", p.User, p.Domain),
		target: "sip:" + p.Domain,
	}
	x := &exchange{call: c, method: "REGISTER", branch: "z9hG4bK" + p.token(), seq: r.seq, wait: p.T1, began: p.now, then: p.registered}
	headers := fmt.Sprintf("Expires: %d\r\n", p.Expires)
	if r.nonce != "" {
		headers += p.credentials("REGISTER", c.target)
	}
	x.raw = p.requestText(c, "REGISTER", x.branch, r.seq, headers, "")
	p.start(x)
}

// credentials is RFC 2617 with qop=auth and MD5.
func (p *Peer) credentials(method, uri string) string {
	r := &p.register
	r.nc++
	cnonce := p.token()
	nc := fmt.Sprintf("%08x", r.nc)
	response := hash(hash(p.User, r.realm, p.Password), r.nonce, nc, cnonce, "auth", hash(method, uri))
	return fmt.Sprintf("Authorization: Digest username=%q, realm=%q, nonce=%q, uri=%q, response=%q, algorithm=MD5, cnonce=%q, qop=auth, nc=%s\r\n",
		p.User, r.realm, r.nonce, uri, response, cnonce, nc)
}

func hash(parts ...string) string {
	return fmt.Sprintf("%x", md5.Sum([]byte(strings.Join(parts, ":"))))
}

func (p *Peer) registered(_ *Peer, _ *exchange, m text) {
	r := &p.register
	switch {
	case m.status == 200:
		r.tries = 0
		if p.Registered == 0 {
			p.Registered = p.now
		}
		p.timers.Set(alarm{}, p.now.Add(time.Duration(p.Expires)*time.Second/2))
	case m.status == 401 && r.tries < 3:
		r.tries++
		p.challenged(m)
		p.timers.Set(alarm{}, p.now)
	default:
		p.Refused++
		r.tries = 0
		p.timers.Set(alarm{}, p.now.Add(2*time.Second))
	}
}

func (p *Peer) challenged(m text) {
	r, challenge := &p.register, m.get("WWW-Authenticate")
	r.nonce, r.realm, r.nc = quoted(challenge, "nonce"), quoted(challenge, "realm"), 0
}

func quoted(value, name string) string {
	_, rest, ok := strings.Cut(value, name+"=\"")
	if !ok {
		return ""
	}
	out, _, _ := strings.Cut(rest, "\"")
	return out
}
