package sip

import (
	"net"
	"time"

	"github.com/hotline12345/hotline/sip/message"
)

// sendOn sends on one connection.
func (w *Wire) sendOn(flow message.Flow, raw []byte) {
	w.mu.Lock()
	c := w.conns[flow.Conn]
	w.mu.Unlock()
	if c == nil || !c.put(raw) {
		w.stats.unsent.Add(1)
		w.tell(Received{Kind: FlowClosed, Flow: flow})
	}
}

// put queues bytes for the writer; false: the connection is no more. A queue
// that is full ends it: the peer does not read.
func (c *conn) put(raw []byte) bool {
	c.mu.Lock()
	if c.ended {
		c.mu.Unlock()
		return false
	}
	if len(c.queue) >= c.w.o.Queue || c.size+len(raw) > c.w.o.QueueBytes {
		c.mu.Unlock()
		c.w.stats.slow.Add(1)
		c.end() // its reader reports FlowClosed
		return true
	}
	c.queue = append(c.queue, raw)
	c.size += len(raw)
	c.startWriter()
	c.mu.Unlock()
	return true
}

// startWriter has what is queued written; conn.mu is held. The writer lives
// only while there is something to write, so that a quiet connection costs one
// goroutine.
func (c *conn) startWriter() {
	if c.nc == nil || c.writing || len(c.queue) == 0 {
		return
	}
	c.writing = true
	// A plain goroutine: Close ends what still writes and waits for no more.
	go c.write(c.nc)
}

func (c *conn) write(nc *net.TCPConn) {
	for {
		c.mu.Lock()
		batch := c.queue
		c.queue, c.size = nil, 0
		if len(batch) == 0 || c.ended {
			c.writing = false
			finished := c.last
			c.mu.Unlock()
			if finished {
				c.end()
			}
			return
		}
		c.mu.Unlock()
		_ = nc.SetWriteDeadline(time.Now().Add(c.w.o.Write))
		if _, err := batch.WriteTo(nc); err != nil {
			if timeout(err) {
				c.w.stats.slow.Add(1)
			}
			c.end()
			continue
		}
		c.written.Store(time.Now().UnixNano())
	}
}

func timeout(err error) bool {
	e, ok := err.(net.Error)
	return ok && e.Timeout()
}
