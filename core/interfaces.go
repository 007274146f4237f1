package core

import (
	"net/netip"

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
