package sip

import (
	"context"
	"net"

	"github.com/hotline12345/hotline/sip/message"
)

// sendTo sends to a peer on the newest connection there is, or dials one.
func (w *Wire) sendTo(l *listener, flow message.Flow, raw []byte) {
	flow.Local = l.flow.Local
	w.mu.Lock()
	c := w.byRemote[peer{flow.Interface, flow.Remote}]
	if c != nil {
		w.mu.Unlock()
		if c.put(raw) {
			return
		}
		w.mu.Lock() // it has just ended
	}
	if w.closing || l.conns >= w.o.Conns {
		w.mu.Unlock()
		w.stats.overLimit.Add(1)
		w.stats.unsent.Add(1)
		w.tell(Received{Kind: FlowRefused, Flow: flow})
		return
	}
	c = w.addConn(l, flow)
	ctx, cancel := context.WithTimeout(context.Background(), w.o.Dial)
	c.hangUp = cancel
	w.run.Go(func() { c.dial(ctx) })
	w.mu.Unlock()
	c.put(raw)
}

// dial connects from the listener's address, so that the peer sees the
// interface that it knows.
func (c *conn) dial(ctx context.Context) {
	var d net.Dialer
	if local := c.l.flow.Local.Addr(); !local.IsUnspecified() {
		d.LocalAddr = &net.TCPAddr{IP: local.AsSlice(), Zone: local.Zone()}
	}
	nc, err := d.DialContext(ctx, "tcp", c.flow.Remote.String())
	c.hangUp()
	if err != nil {
		c.end()
		c.w.stats.refused.Add(1)
		c.w.deliver(Received{Kind: FlowRefused, Flow: c.flow})
		return
	}
	tcp := nc.(*net.TCPConn)
	patience(tcp, c.w.o)
	c.w.stats.dialled.Add(1)
	c.mu.Lock()
	c.nc = tcp
	ended := c.ended
	c.startWriter()
	c.mu.Unlock()
	if ended { // its queue overflowed meanwhile
		nc.Close()
		c.w.deliver(Received{Kind: FlowClosed, Flow: c.flow})
		return
	}
	c.serve()
}
