package sip

import (
	"bytes"
	"errors"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hotline12345/hotline/sip/message"
)

// conn is one connection, or one that is being dialled.
type conn struct {
	w        *Wire
	l        *listener
	flow     message.Flow
	accepted bool
	written  atomic.Int64 // Unix ns of the last write

	mu      sync.Mutex
	nc      *net.TCPConn // nil while it is dialled
	hangUp  func()       // ends the dialling; set once
	queue   net.Buffers  // waits to be written
	size    int          // its bytes
	writing bool         // a writer runs
	last    bool         // ends when the queue is empty
	ended   bool
}

func (c *conn) peer() peer { return peer{c.flow.Interface, c.flow.Remote} }

// serve reads an open connection until it ends.
func (c *conn) serve() {
	if c.w.deliver(Received{Kind: FlowOpened, Flow: c.flow}) {
		c.read()
	}
	select {
	case <-c.w.done: // Close lets the writer finish
		c.linger()
	default:
	}
	c.end()
	c.w.deliver(Received{Kind: FlowClosed, Flow: c.flow})
}

func (c *conn) read() {
	var framer message.Framer
	buf := make([]byte, 4096)
	for {
		_ = c.nc.SetReadDeadline(time.Now().Add(c.w.o.Idle))
		n, err := c.nc.Read(buf)
		if n > 0 {
			framer.Push(buf[:n])
			if !c.take(&framer) {
				return
			}
		}
		switch {
		case err == nil:
		case !errors.Is(err, os.ErrDeadlineExceeded):
			return
		case time.Since(time.Unix(0, c.written.Load())) >= c.w.o.Idle:
			c.w.stats.idle.Add(1)
			return
		}
	}
}

// take passes up the messages there are and answers pings; false: there will
// be no more.
func (c *conn) take(framer *message.Framer) bool {
	for {
		raw, fault, ok := framer.Next()
		if n := framer.Pongs(); n > 0 { // RFC 5626 section 4.4.1
			c.w.stats.keepAlives.Add(uint64(n))
			c.put(bytes.Repeat([]byte("\r\n"), n))
		}
		switch {
		case !ok:
			return true
		case fault != nil:
			c.w.stats.broken.Add(1)
			c.w.retire(c)
			if c.w.deliver(Received{Kind: Malformed, Flow: c.flow, Fault: fault}) {
				c.linger()
			}
			return false
		}
		if !c.w.deliver(Received{Kind: Arrived, Flow: c.flow, Raw: raw}) {
			return false
		}
		c.w.stats.messages.Add(1)
	}
}

// linger gives what is still to be written its time, above all the answer to
// a broken message. What the peer sends
// meanwhile is read and thrown away: bytes left unread would make the close a
// reset, which takes the answer with it.
func (c *conn) linger() {
	_ = c.nc.SetReadDeadline(time.Now().Add(c.w.o.Linger))
	waste := make([]byte, 4096)
	for {
		if _, err := c.nc.Read(waste); err != nil {
			return
		}
	}
}

// end closes the connection now. It may be called from anywhere and again.
func (c *conn) end() {
	c.mu.Lock()
	first := !c.ended
	c.ended, c.queue, c.size = true, nil, 0
	nc, hangUp := c.nc, c.hangUp
	c.mu.Unlock()
	if !first {
		return
	}
	c.w.forget(c)
	if nc != nil {
		nc.Close()
	}
	if hangUp != nil {
		hangUp()
	}
}

// finish ends the connection when everything queued is written.
func (c *conn) finish() {
	c.mu.Lock()
	c.last = true
	busy := c.writing
	c.mu.Unlock()
	if !busy {
		c.end()
	}
}
