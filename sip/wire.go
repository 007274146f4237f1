// Package sip is the wire of a SIP server: UDP sockets, TCP listeners and
// connections. Bytes come in and go out; it decides nothing. Linux only, for
// its error queue.
package sip

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hotline12345/hotline/sip/message"
)

// Wire holds the sockets of a node.
type Wire struct {
	o     Options
	inbox func(Received) bool
	udp   []*socket
	tcp   []*listener
	stats counters
	next  atomic.Uint64 // the last connection's number

	done chan struct{}
	run  sync.WaitGroup // readers, dialling, writers

	mu       sync.Mutex
	closing  bool
	conns    map[uint64]*conn
	byRemote map[peer]*conn
	sources  map[netip.Addr]int
}

// peer is another side of streams; its newest connection is the one used.
type peer struct {
	iface  string
	remote netip.AddrPort
}

// Open binds every listener, or none. The inbox must not block; it returns
// false where it is full: a datagram is then dropped, since SIP repeats it,
// and a stream's reader waits and tries again.
func Open(listens []Listen, o Options, inbox func(Received) bool) (*Wire, error) {
	w := &Wire{
		o: o.filled(), inbox: inbox, done: make(chan struct{}),
		conns: map[uint64]*conn{}, byRemote: map[peer]*conn{}, sources: map[netip.Addr]int{},
	}
	w.next.Store(firstConn())
	for _, l := range listens {
		if err := w.bind(l); err != nil {
			for _, s := range w.udp {
				s.conn.Close()
			}
			for _, l := range w.tcp {
				l.listen.Close()
			}
			return nil, err
		}
	}
	for _, s := range w.udp {
		w.run.Go(s.read)
	}
	for _, l := range w.tcp {
		w.run.Go(l.accept)
	}
	return w, nil
}

// firstConn draws where connections are numbered from, so that a number kept
// over a restart never names another connection. It stays below 2^53, which
// JSON carries.
func firstConn() uint64 {
	var b [8]byte
	rand.Read(b[:]) // never fails, crypto/rand
	return 1<<40 + binary.LittleEndian.Uint64(b[:])>>12
}

func (w *Wire) bind(l Listen) error {
	var err error
	switch l.Transport {
	case message.UDP:
		err = w.bindUDP(l)
	case message.TCP:
		err = w.bindTCP(l)
	default:
		err = errors.New("only UDP and TCP can be listened on")
	}
	if err != nil {
		return fmt.Errorf("interface %q, %v %v: %w", l.Interface, l.Transport, l.Addr, err)
	}
	return nil
}

// Listeners returns what was bound, UDP first, each in the order given.
func (w *Wire) Listeners() []Bound {
	out := make([]Bound, 0, len(w.udp)+len(w.tcp))
	for _, s := range w.udp {
		out = append(out, Bound{s.flow.Interface, s.flow.Transport, s.flow.Local})
	}
	for _, l := range w.tcp {
		out = append(out, Bound{l.flow.Interface, l.flow.Transport, l.flow.Local})
	}
	return out
}

// Send sends one message and never blocks. Raw belongs to the wire from then
// on. A stream's flow with a Conn means that connection and no other: where it
// is gone, FlowClosed is reported again. With Conn 0 it is the newest
// connection to Remote on that interface, or one that is dialled; what is sent
// meanwhile waits for it. What cannot be sent at all is reported as
// FlowRefused.
func (w *Wire) Send(flow message.Flow, raw []byte) {
	switch flow.Transport {
	case message.UDP:
		if s := w.socket(flow); s != nil {
			s.send(flow, raw)
			return
		}
	case message.TCP:
		if flow.Conn != 0 {
			w.sendOn(flow, raw)
			return
		}
		if l := w.listener(flow); l != nil {
			w.sendTo(l, flow, raw)
			return
		}
	}
	w.stats.unsent.Add(1)
	w.tell(Received{Kind: FlowRefused, Flow: flow})
}

// tell passes up from where nothing may wait; a full inbox loses it, and the
// transaction's timer says the same later.
func (w *Wire) tell(r Received) {
	select {
	case <-w.done:
	default:
		if !w.inbox(r) {
			w.stats.dropped.Add(1)
		}
	}
}

// deliver passes up from a stream's reader, as soon as there is room. It is
// false where the wire was closed meanwhile.
func (w *Wire) deliver(r Received) bool {
	for wait := time.Millisecond; ; wait = min(2*wait, 20*time.Millisecond) {
		select {
		case <-w.done:
			return false
		default:
		}
		if w.inbox(r) {
			return true
		}
		w.stats.waited.Add(1)
		select {
		case <-w.done:
			return false
		case <-time.After(wait):
		}
	}
}

// Close closes everything: streams once what is queued was written, but after
// Options.Linger at the latest. When it returns, the inbox is called no more;
// it hears nothing of the closing.
func (w *Wire) Close() {
	w.mu.Lock()
	if w.closing {
		w.mu.Unlock()
		w.run.Wait()
		return
	}
	w.closing = true
	open := make([]*conn, 0, len(w.conns))
	for _, c := range w.conns {
		open = append(open, c)
	}
	w.mu.Unlock()
	close(w.done)
	for _, s := range w.udp {
		s.conn.Close()
	}
	for _, l := range w.tcp {
		l.listen.Close()
	}
	for _, c := range open {
		c.finish()
	}
	late := time.AfterFunc(w.o.Linger, func() {
		for _, c := range open {
			c.end()
		}
	})
	w.run.Wait()
	late.Stop()
}
