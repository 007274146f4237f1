package script

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"
)

// Soon is how long a message may take that is due at once: generous, since the
// machine may be busy with other tests.
const Soon = 10 * time.Second

// Endpoint is one party's SIP side on an address of its own.
type Endpoint struct {
	t      testing.TB
	Addr   netip.AddrPort
	Server netip.AddrPort
	stream bool
	write  func(raw string) error
	close  func()

	mu     sync.Mutex
	log    []*Message
	copies map[string]int
	bell   chan struct{} // closed at each arrival
	closed bool
}

// UDP binds an endpoint to a port of the system's choice on ip. Server may be
// set later, before the first sending.
func UDP(t testing.TB, ip string, server netip.AddrPort) *Endpoint {
	t.Helper()
	conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(ip), 0)))
	if err != nil {
		t.Fatal(err)
	}
	e := endpoint(t, conn.LocalAddr().(*net.UDPAddr).AddrPort(), server)
	e.write = func(raw string) error {
		_, err := conn.WriteToUDPAddrPort([]byte(raw), e.Server)
		return err
	}
	e.close = func() { conn.Close() }
	go func() {
		buf := make([]byte, 65536)
		for {
			n, from, err := conn.ReadFromUDPAddrPort(buf)
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err == nil { // else it is the ICMP of an earlier sending
				e.came(string(buf[:n]), from)
			}
		}
	}()
	return e
}

func endpoint(t testing.TB, addr, server netip.AddrPort) *Endpoint {
	e := &Endpoint{t: t, Addr: addr, Server: server, copies: map[string]int{}, bell: make(chan struct{})}
	t.Cleanup(e.Close)
	return e
}

// Close takes the endpoint off the network: over UDP, what is sent to it meets
// ICMP from then on.
func (e *Endpoint) Close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.closed {
		e.closed = true
		e.close()
	}
}

func (e *Endpoint) came(raw string, from netip.AddrPort) {
	if strings.TrimSpace(raw) == "" {
		return // a keep-alive
	}
	m := read(raw)
	m.From = from
	e.mu.Lock()
	defer e.mu.Unlock()
	m.Copy = e.copies[raw]
	e.copies[raw]++
	e.log = append(e.log, m)
	close(e.bell)
	e.bell = make(chan struct{})
}

// Send sends a text as it stands, its line ends turned into CRLF.
func (e *Endpoint) Send(raw string) {
	e.t.Helper()
	raw = strings.ReplaceAll(strings.ReplaceAll(raw, "\r\n", "\n"), "\n", "\r\n")
	if err := e.write(raw); err != nil {
		e.t.Fatalf("%v sends: %v", e.Addr, err)
	}
}

// Expect waits for a message (see Message.matches) that no Expect has taken
// yet. Copies of a message that came before do not count: see Again.
func (e *Endpoint) Expect(what string, within time.Duration) *Message {
	e.t.Helper()
	return e.must(what, within, func(m *Message) bool { return m.Copy == 0 && m.matches(what) })
}

// Again waits for the next copy of a message: a retransmission.
func (e *Endpoint) Again(m *Message, within time.Duration) *Message {
	e.t.Helper()
	return e.must("again "+m.Start, within, func(o *Message) bool { return o.Copy > 0 && o.Raw == m.Raw })
}

// Wait waits for a message that fits, copies or not, and that none has taken.
func (e *Endpoint) Wait(what string, fits func(*Message) bool) *Message {
	e.t.Helper()
	return e.must(what, Soon, fits)
}

// Copies is how often exactly this message has come, the first time included.
func (e *Endpoint) Copies(m *Message) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.copies[m.Raw]
}

// Never fails the test where such a message comes within the time, or has
// come and was not taken.
func (e *Endpoint) Never(what string, within time.Duration) {
	e.t.Helper()
	if m := e.wait(within, func(m *Message) bool { return m.Copy == 0 && m.matches(what) }); m != nil {
		e.t.Fatalf("%v got what must not come:\n%s", e.Addr, m.Raw)
	}
}

func (e *Endpoint) must(what string, within time.Duration, fits func(*Message) bool) *Message {
	e.t.Helper()
	m := e.wait(within, fits)
	if m == nil {
		e.t.Fatalf("%v: no %s within %v; what came:\n%s", e.Addr, what, within, e.Story())
	}
	return m
}

// wait takes the first message that fits; nil: none came in time.
func (e *Endpoint) wait(within time.Duration, fits func(*Message) bool) *Message {
	timer := time.NewTimer(within)
	defer timer.Stop()
	for late := false; ; {
		e.mu.Lock()
		for _, m := range e.log {
			if !m.taken && fits(m) {
				m.taken = true
				e.mu.Unlock()
				return m
			}
		}
		bell := e.bell
		e.mu.Unlock()
		if late {
			return nil
		}
		select {
		case <-bell:
		case <-timer.C:
			late = true
		}
	}
}

// Story is a line for each message that came, for a test's failure.
func (e *Endpoint) Story() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var b strings.Builder
	for _, m := range e.log {
		fmt.Fprintf(&b, "  %s %s (%s", m.At.Format("05.000"), m.Start, m.Get("CSeq"))
		if m.Copy > 0 {
			fmt.Fprintf(&b, ", copy %d", m.Copy)
		}
		if m.taken {
			b.WriteString(", taken")
		}
		if reason := m.All("Reason"); len(reason) > 0 {
			fmt.Fprintf(&b, ", %q", reason)
		}
		b.WriteString(")\n")
	}
	return b.String()
}
