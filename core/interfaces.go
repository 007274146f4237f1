package core

import (
	"net/netip"

	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/sip/message"
)

// Interface is a named network side of the node.
type Interface struct {
	Name      string
	Listeners []Listener
}

// Listener is one bound address of an interface.
type Listener struct {
	Transport message.Transport
	Local     netip.AddrPort
	SentBy    string // host:port for Via and Contact: the advertised address
}

// listener finds the listener of the flow; for a stream that we opened, the
// interface's listener of that transport.
func (c *Core) listener(flow message.Flow) (Listener, bool) {
	var found Listener
	ok := false
	for i := range c.o.Interfaces {
		if c.o.Interfaces[i].Name != flow.Interface {
			continue
		}
		for _, l := range c.o.Interfaces[i].Listeners {
			if l.Transport != flow.Transport {
				continue
			}
			if l.Local == flow.Local {
				return l, true
			}
			if !ok {
				found, ok = l, true
			}
		}
	}
	return found, ok
}

// outFlow is the flow by which an address is reached from an interface. A
// stream's Conn is 0: the wire uses the connection there is or opens one.
func (c *Core) outFlow(iface string, transport message.Transport, remote netip.AddrPort) (message.Flow, bool) {
	l, ok := c.listener(message.Flow{Interface: iface, Transport: transport})
	return message.Flow{Interface: iface, Transport: transport, Local: l.Local, Remote: remote}, ok
}

// pool holds the port pairs that the media plane has bound ahead.
type pool struct {
	free []side
}

type side struct {
	iface string
	pairs []order.Pair
}

func (p *pool) side(iface string) *side {
	for i := range p.free {
		if p.free[i].iface == iface {
			return &p.free[i]
		}
	}
	p.free = append(p.free, side{iface: iface})
	return &p.free[len(p.free)-1]
}

// Grant takes in pairs that were bound.
func (p *pool) grant(pairs []order.Pair) {
	for _, pair := range pairs {
		s := p.side(pair.Interface)
		s.pairs = append(s.pairs, pair)
	}
}

// Take gives the pair that has been free the longest.
func (p *pool) Take(iface string) (order.Pair, bool) {
	s := p.side(iface)
	if len(s.pairs) == 0 {
		return order.Pair{}, false
	}
	pair := s.pairs[0]
	s.pairs = s.pairs[1:]
	return pair, true
}

// total is how many pairs are free on all interfaces.
func (p *pool) total() int {
	n := 0
	for i := range p.free {
		n += len(p.free[i].pairs)
	}
	return n
}

// left is how many pairs an interface has.
func (p *pool) left(iface string) int { return len(p.side(iface).pairs) }
