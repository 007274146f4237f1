package sip

import (
	"errors"
	"net"
	"time"

	"golang.org/x/sys/unix"

	"github.com/hotline12345/hotline/sip/message"
)

// listener is one bound TCP socket with the connections it accepted or dialled.
type listener struct {
	w      *Wire
	flow   message.Flow // without Remote and Conn
	listen *net.TCPListener
	conns  int // guarded by Wire.mu
}

func (w *Wire) bindTCP(l Listen) error {
	network := "tcp4"
	if !l.Addr.Addr().Is4() {
		network = "tcp6"
	}
	listen, err := net.ListenTCP(network, net.TCPAddrFromAddrPort(l.Addr))
	if err != nil {
		return reason(err)
	}
	w.tcp = append(w.tcp, &listener{w: w, listen: listen, flow: message.Flow{
		Interface: l.Interface, Transport: message.TCP, Local: unmapped(listen.Addr().(*net.TCPAddr).AddrPort()),
	}})
	return nil
}

// listener finds the one that a flow names, or else the first of its interface
// that can reach Remote.
func (w *Wire) listener(flow message.Flow) *listener {
	var other *listener
	for _, l := range w.tcp {
		if l.flow.Interface != flow.Interface || l.flow.Local.Addr().Is4() != flow.Remote.Addr().Is4() {
			continue
		}
		if l.flow.Local == flow.Local {
			return l
		}
		if other == nil {
			other = l
		}
	}
	return other
}

// accept takes connections until the listener is closed.
func (l *listener) accept() {
	for {
		nc, err := l.listen.AcceptTCP()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil: // no descriptors left, or the peer is gone again
			select {
			case <-l.w.done:
				return
			case <-time.After(20 * time.Millisecond):
			}
		default:
			l.admit(nc)
		}
	}
}

// admit begins a connection, or closes it where there are too many.
func (l *listener) admit(nc *net.TCPConn) {
	w := l.w
	flow := l.flow
	flow.Remote = unmapped(nc.RemoteAddr().(*net.TCPAddr).AddrPort())
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closing || l.conns >= w.o.Conns || w.sources[flow.Remote.Addr()] >= w.o.ConnsSource {
		w.stats.overLimit.Add(1)
		nc.Close()
		return
	}
	w.stats.accepted.Add(1)
	w.sources[flow.Remote.Addr()]++
	c := w.addConn(l, flow)
	c.accepted, c.nc = true, nc
	patience(nc, w.o)
	w.run.Go(c.serve)
}

// patience has the system give up on a peer that acknowledges nothing.
func patience(nc *net.TCPConn, o Options) {
	raw, err := nc.SyscallConn()
	if err != nil {
		return // closed already: its reader will say so
	}
	_ = raw.Control(func(fd uintptr) {
		_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(2*o.Write/time.Millisecond))
	})
}

// addConn numbers a connection and makes it the one that is used for its peer.
// Wire.mu is held.
func (w *Wire) addConn(l *listener, flow message.Flow) *conn {
	flow.Conn = w.next.Add(1)
	c := &conn{w: w, l: l, flow: flow}
	l.conns++
	w.conns[flow.Conn] = c
	w.byRemote[c.peer()] = c
	return c
}

// retire keeps new requests off a connection.
func (w *Wire) retire(c *conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.byRemote[c.peer()] == c {
		delete(w.byRemote, c.peer())
	}
}

// forget drops a connection that has ended.
func (w *Wire) forget(c *conn) {
	w.retire(c)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.conns[c.flow.Conn] != c {
		return
	}
	delete(w.conns, c.flow.Conn)
	c.l.conns--
	if !c.accepted {
		return
	}
	from := c.flow.Remote.Addr()
	if w.sources[from]--; w.sources[from] == 0 {
		delete(w.sources, from)
	}
}
