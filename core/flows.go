package core

import (
	"net/netip"

	"github.com/hotline12345/hotline/call"
	"github.com/hotline12345/hotline/sip/message"
)

// connected notes a connection on which something comes. Those of a process
// that is gone are not there: the wire never numbers two alike.
func (c *Core) connected(flow message.Flow) {
	if flow.Conn != 0 {
		c.conns[flow.Conn] = true
	}
}

func (c *Core) flowClosed(flow message.Flow) {
	delete(c.conns, flow.Conn)
	c.tx.FlowFailed(c.now, flow, &c.fifo.tx)
	c.registrar.FlowClosed(flow, &c.fifo.phone)
}

// flowRefused tells at once that nobody listens there.
func (c *Core) flowRefused(flow message.Flow) {
	c.tx.FlowFailed(c.now, flow, &c.fifo.tx)
}

// wayBack is where a response goes now: a connection that is closed is made
// anew to the sent-by port (RFC 3261 section 18.2.2).
func (c *Core) wayBack(flow message.Flow) message.Flow {
	if flow.Back.IsValid() && !c.conns[flow.Conn] {
		flow.Conn, flow.Remote = 0, flow.Back
	}
	return flow
}

// cameOn has the next request of ours go to the trunk by the connection of its
// newest one. Others that know the dialog's tags do not move it.
func (c *Core) cameOn(l *leg, flow message.Flow, m *message.Message) {
	if l.peer.Kind != call.Trunk || flow.Transport != l.flow.Transport {
		return
	}
	if name, known := c.trunks.Identify(flow); known && name == l.peer.Name {
		l.flow = answering(flow, m)
	}
}

// answering is the flow by which whoever sent the request is sent one.
func answering(flow message.Flow, m *message.Message) message.Flow {
	flow = m.ReplyTo(flow)
	flow.Back = netip.AddrPort{} // of responses alone
	return flow
}

// trunkFlow is the way to a leg's trunk: the connection that it speaks on, else
// the remote target. One that is no address leaves a stream, whose far port was
// the system's choice, the trunk's own address.
func (c *Core) trunkFlow(l *leg) message.Flow {
	flow := l.flow
	if c.conns[flow.Conn] {
		return flow
	}
	flow.Conn = 0
	if target, literal := targetAddr(l); literal {
		flow.Remote = target
	} else if peer, some := c.trunks.Pick(c.now, l.peer.Name); some && flow.Transport.Reliable() && peer.Transport == flow.Transport {
		flow.Remote = peer.Addr
	}
	return flow
}
