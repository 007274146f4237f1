package main

import (
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"
)

// callers are a carrier's callers on one socket, for the measurements in which
// the sound matters; rates are SIPp's.
type callers struct {
	conn   *net.UDPConn
	local  netip.AddrPort
	server netip.AddrPort
	media  netip.AddrPort

	mu      sync.Mutex
	made    int
	open    map[string]bool // Call-ID
	streams []netip.AddrPort
	refused int
}

func openCallers(ip string, server, media netip.AddrPort) (*callers, error) {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(ip)})
	if err != nil {
		return nil, err
	}
	_ = conn.SetReadBuffer(4 << 20)
	c := &callers{conn: conn, local: conn.LocalAddr().(*net.UDPAddr).AddrPort(), server: server, media: media, open: map[string]bool{}}
	go c.read()
	return c, nil
}

func (c *callers) send(s string) { _, _ = c.conn.WriteToUDPAddrPort([]byte(s), c.server) }

// dial begins one call.
func (c *callers) dial() {
	c.mu.Lock()
	c.made++
	id := fmt.Sprintf("bench-%d-%d", c.local.Port(), c.made)
	c.open[id] = false
	c.mu.Unlock()
	body := sdp(c.media)
	c.send(fmt.Sprintf("INVITE sip:12345@%s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%s;rport\r\nMax-Forwards: 70\r\nFrom: <sip:13800000000@%s>;tag=c\r\n"+
		"To: <sip:12345@%s>\r\nCall-ID: %s\r\nCSeq: 1 INVITE\r\nContact: <sip:carrier@%s>\r\n%sContent-Length: %d\r\n\r\n%s",
		c.server, c.local, id, c.local.Addr(), c.server.Addr(), id, c.local, sdpType, len(body), body))
}

func (c *callers) read() {
	buf := make([]byte, 65536)
	for {
		n, _, err := c.conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			return
		}
		c.take(text(buf[:n]))
	}
}

func (c *callers) take(m text) {
	method, status := m.method()
	id := m.header("Call-ID")
	switch {
	case method == "INVITE" && status == 200:
		c.mu.Lock()
		if !c.open[id] {
			c.open[id] = true
			c.streams = append(c.streams, m.media())
		}
		c.mu.Unlock()
		c.ack(m, "a")
	case method == "INVITE" && status >= 300:
		c.mu.Lock()
		c.refused++
		c.mu.Unlock()
		c.ack(m, "")
	case method == "BYE" && status == 0:
		c.mu.Lock()
		delete(c.open, id)
		c.mu.Unlock()
		c.send(m.reply("200 OK", "", "", ""))
	}
}

func (c *callers) ack(m text, branch string) {
	id := m.header("Call-ID")
	uri := between(m.header("Contact"), "<", ">")
	if uri == "" {
		uri = "sip:12345@" + c.server.String()
	}
	c.send(fmt.Sprintf("ACK %s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%s%s;rport\r\nMax-Forwards: 70\r\nFrom: %s\r\nTo: %s\r\n"+
		"Call-ID: %s\r\nCSeq: 1 ACK\r\nContent-Length: 0\r\n\r\n", uri, c.local, id, branch, m.header("From"), m.header("To"), id))
}

func (c *callers) left() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.open)
}

// answered takes the streams of calls answered so far.
func (c *callers) answered() []netip.AddrPort {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]netip.AddrPort(nil), c.streams...)
}

// until waits for what must come within the limit.
func until(limit time.Duration, what string, ok func() bool) error {
	deadline := time.After(limit)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline:
			return fmt.Errorf("%s: did not come within %v", what, limit)
		case <-tick.C:
		}
	}
	return nil
}
