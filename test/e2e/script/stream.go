package script

import (
	"bufio"
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// TCP connects an endpoint from ip to the server.
func TCP(t testing.TB, ip string, server netip.AddrPort) *Endpoint {
	t.Helper()
	from := net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(ip), 0))
	conn, err := net.DialTCP("tcp4", from, net.TCPAddrFromAddrPort(server))
	if err != nil {
		t.Fatal(err)
	}
	e := endpoint(t, conn.LocalAddr().(*net.TCPAddr).AddrPort(), server)
	e.stream = true
	e.write = func(raw string) error {
		_, err := io.WriteString(conn, raw)
		return err
	}
	e.close = func() { conn.Close() }
	go e.listen(conn)
	return e
}

// Listen is an endpoint to which the server connects: what it sends goes out on
// the newest connection.
func Listen(t testing.TB, ip string, server netip.AddrPort) *Endpoint {
	t.Helper()
	at, err := net.ListenTCP("tcp4", net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(ip), 0)))
	if err != nil {
		t.Fatal(err)
	}
	e := endpoint(t, at.Addr().(*net.TCPAddr).AddrPort(), server)
	e.stream = true
	var mu sync.Mutex
	var conns []net.Conn
	e.write = func(raw string) error {
		mu.Lock()
		defer mu.Unlock()
		if len(conns) == 0 {
			return net.ErrClosed
		}
		_, err := io.WriteString(conns[len(conns)-1], raw)
		return err
	}
	e.close = func() {
		at.Close()
		mu.Lock()
		defer mu.Unlock()
		for _, c := range conns {
			c.Close()
		}
	}
	go func() {
		for {
			conn, err := at.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			conns = append(conns, conn)
			mu.Unlock()
			go e.listen(conn)
		}
	}()
	return e
}

// listen takes in what comes on a connection until its end.
func (e *Endpoint) listen(conn net.Conn) {
	in := bufio.NewReader(conn)
	for {
		raw, err := cut(in)
		if err != nil {
			e.hungUp()
			return
		}
		e.came(raw, e.Server)
	}
}

// HungUp is what Expect waits for where the server shall close a connection.
const HungUp = "EOF"

func (e *Endpoint) hungUp() { e.came(HungUp+" "+e.Addr.String()+" -", e.Server) }

// cut takes one message from a stream, by its Content-Length.
func cut(in *bufio.Reader) (string, error) {
	var b strings.Builder
	length := 0
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return "", err
		}
		if b.Len() == 0 && strings.TrimSpace(line) == "" {
			continue
		}
		b.WriteString(line)
		if line == "\r\n" {
			break
		}
		name, value, _ := strings.Cut(line, ":")
		if strings.EqualFold(name, "Content-Length") {
			if length, err = strconv.Atoi(strings.TrimSpace(value)); err != nil {
				return "", err
			}
		}
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(in, body); err != nil {
		return "", err
	}
	return b.String() + string(body), nil
}
