package main

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"
)

// phones are many desk phones on one socket: they register, answer at once,
// and hang up as soon as they are heard to have been answered, or talk.
type phones struct {
	conn     *net.UDPConn
	local    netip.AddrPort
	server   netip.AddrPort
	media    netip.AddrPort
	password string

	mu         sync.Mutex
	registered map[string]bool
	seq        int
	calls      map[string]*phoneCall // by Call-ID
	talk       bool                  // until told to hang up
	stay       time.Duration         // from the ACK to the BYE
	freed      map[string]time.Time  // user → when his BYE was sent
	captures   []time.Duration       // from his BYE to his next INVITE
	streams    []netip.AddrPort      // where the server hears the phones that talk
}

type phoneCall struct {
	invite text
	user   string
	answer string
	acked  bool
	bye    string // until its 200 has come
	heard  netip.AddrPort
}

func openPhones(ip string, server, media netip.AddrPort) (*phones, error) {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(ip)})
	if err != nil {
		return nil, err
	}
	_ = conn.SetReadBuffer(4 << 20)
	p := &phones{
		conn: conn, local: conn.LocalAddr().(*net.UDPAddr).AddrPort(), server: server, media: media, password: "bench-password",
		registered: map[string]bool{}, calls: map[string]*phoneCall{}, freed: map[string]time.Time{},
	}
	go p.read()
	return p, nil
}

func (p *phones) send(s string) { _, _ = p.conn.WriteToUDPAddrPort([]byte(s), p.server) }

// register registers the user; a 401 is answered in take.
func (p *phones) register(user string) { p.send(p.registration(user, "")) }

func (p *phones) registration(user, proof string) string {
	p.seq++
	return fmt.Sprintf("REGISTER sip:%s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bKr%d;rport\r\nMax-Forwards: 70\r\nFrom: <sip:%s@%s>;tag=r\r\n"+
		"To: <sip:%s@%s>\r\nCall-ID: reg-%s\r\nCSeq: %d REGISTER\r\nContact: <sip:%s@%s>\r\nExpires: 300\r\n%sContent-Length: 0\r\n\r\n",
		p.server.Addr(), p.local, p.seq, user, p.server.Addr(), user, p.server.Addr(), user, p.seq, user, p.local, proof)
}

func (p *phones) read() {
	buf := make([]byte, 65536)
	for {
		n, _, err := p.conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			return
		}
		p.mu.Lock()
		p.take(text(buf[:n]))
		p.mu.Unlock()
	}
}

func (p *phones) take(m text) {
	method, status := m.method()
	switch {
	case status == 401 && method == "REGISTER":
		user := between(m.header("To"), "sip:", "@")
		p.send(p.registration(user, proof(m.header("WWW-Authenticate"), user, p.password, "REGISTER", "sip:"+p.server.Addr().String())))
	case status == 200 && method == "REGISTER":
		p.registered[between(m.header("To"), "sip:", "@")] = true
	case method == "BYE" && status != 0:
		delete(p.calls, m.header("Call-ID"))
	case status != 0:
	case method == "INVITE":
		p.invited(m)
	case method == "ACK":
		p.acked(m)
	case method == "BYE":
		delete(p.calls, m.header("Call-ID"))
		p.send(m.reply("200 OK", "", "", ""))
	default:
		p.send(m.reply("200 OK", "t", "", ""))
	}
}

func (p *phones) invited(m text) {
	id := m.header("Call-ID")
	c := p.calls[id]
	if c == nil {
		line, _, _ := strings.Cut(string(m), "\r\n")
		user := between(line, "sip:", "@")
		if at, ok := p.freed[user]; ok {
			p.captures = append(p.captures, time.Since(at))
			delete(p.freed, user)
		}
		c = &phoneCall{invite: m, user: user, heard: m.media()}
		c.answer = m.reply("200 OK", "p"+id, fmt.Sprintf("Contact: <sip:%s@%s>\r\n%s", user, p.local, sdpType), sdp(p.media))
		p.calls[id] = c
	}
	p.send(c.answer)
}

func (p *phones) acked(m text) {
	c := p.calls[m.header("Call-ID")]
	if c == nil || c.acked {
		return
	}
	c.acked = true
	if p.talk {
		p.streams = append(p.streams, c.heard)
		return
	}
	if p.stay == 0 {
		p.hangUp(c)
		return
	}
	time.AfterFunc(p.stay, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.calls[c.invite.header("Call-ID")] == c && c.bye == "" {
			p.hangUp(c)
		}
	})
}

func (p *phones) hangUp(c *phoneCall) {
	id := c.invite.header("Call-ID")
	p.freed[c.user] = time.Now()
	c.bye = fmt.Sprintf("BYE %s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bKb%s;rport\r\nMax-Forwards: 70\r\nFrom: %s;tag=p%s\r\nTo: %s\r\n"+
		"Call-ID: %s\r\nCSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n",
		between(c.invite.header("Contact"), "<", ">"), p.local, id, c.invite.header("To"), id, c.invite.header("From"), id)
	p.send(c.bye)
}

// ready waits until so many users are registered, asking again for those that
// are not.
func (p *phones) ready(users []string, limit time.Duration) error {
	deadline := time.After(limit)
	for {
		missing := 0
		p.mu.Lock()
		for _, user := range users {
			if !p.registered[user] {
				missing++
				p.register(user)
			}
		}
		p.mu.Unlock()
		if missing == 0 {
			return nil
		}
		select {
		case <-deadline:
			return fmt.Errorf("%d phones have not registered", missing)
		case <-time.After(500 * time.Millisecond):
		}
	}
}

// setTalk says whether calls from now on are talked in; ending hangs up those
// there are.
func (p *phones) setTalk(talk bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.talk, p.streams, p.captures = talk, nil, nil
	if talk {
		return
	}
	for _, c := range p.calls {
		if c.acked && c.bye == "" {
			p.hangUp(c)
		}
	}
}

func (p *phones) talking() []netip.AddrPort {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]netip.AddrPort(nil), p.streams...)
}

func users(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = strconv.Itoa(90000 + i)
	}
	return out
}

// repeat sends again, twice a second, what has not been answered: UDP loses.
func (p *phones) repeat(ctx context.Context) {
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	old := map[*phoneCall]bool{}
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		p.mu.Lock()
		now := map[*phoneCall]bool{}
		for _, c := range p.calls {
			switch waits := !c.acked || c.bye != ""; {
			case !waits:
			case !old[c]:
				now[c] = true
			case c.bye != "":
				p.send(c.bye)
			default:
				p.send(c.answer)
			}
		}
		p.mu.Unlock()
		old = now
	}
}

// renew keeps the registrations alive, spread over two minutes.
func (p *phones) renew(ctx context.Context, users []string) {
	tick := time.NewTicker(2 * time.Minute / time.Duration(len(users)))
	defer tick.Stop()
	for i := 0; ; i++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			p.mu.Lock()
			p.register(users[i%len(users)])
			p.mu.Unlock()
		}
	}
}
