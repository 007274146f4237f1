package node

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"syscall"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/sip"
	"github.com/hotline12345/hotline/sip/message"
)

// ports remembers which ports this folder got for ":0", so that a restart has
// them again: phones and carriers know them.
type ports struct {
	known map[string]uint16
	fresh []journal.Record
}

func takePorts(records []journal.Record) (*ports, error) {
	p := &ports{known: map[string]uint16{}}
	for _, r := range records {
		if r.Key.Kind != journal.Listener {
			continue
		}
		var port uint16
		if err := journal.Unmarshal(r.Value, &port); err != nil {
			return nil, fmt.Errorf("listener %s: %w", r.Key.ID, err)
		}
		p.known[r.Key.ID] = port
	}
	return p, nil
}

// of gives the port that key has, or the one that free finds for it.
func (p *ports) of(key string, free func() (uint16, error)) (uint16, error) {
	if port, ok := p.known[key]; ok {
		return port, nil
	}
	port, err := free()
	if err != nil {
		return 0, err
	}
	value, err := journal.Marshal(port)
	if err != nil {
		return 0, err
	}
	p.known[key] = port
	p.fresh = append(p.fresh, journal.Record{Key: journal.Key{Kind: journal.Listener, ID: key}, Value: value})
	return port, nil
}

// listens are the wire's listeners. UDP and TCP of one ":0" share their port.
func (p *ports) listens(sides []Interface) ([]sip.Listen, error) {
	var out []sip.Listen
	for i := range sides {
		seen := map[config.Listen]int{}
		for _, l := range sides[i].SIP {
			addr := l.Addr
			if addr.Port() == 0 {
				key := sides[i].Name + " " + addr.Addr().String() + " " + strconv.Itoa(seen[l])
				port, err := p.of(key, func() (uint16, error) { return freePort(addr.Addr()) })
				if err != nil {
					return nil, fmt.Errorf("%s: %w", addr, err)
				}
				addr = netip.AddrPortFrom(addr.Addr(), port)
			}
			seen[l]++
			transport := message.UDP
			if l.Transport == "tcp" {
				transport = message.TCP
			}
			out = append(out, sip.Listen{Interface: sides[i].Name, Transport: transport, Addr: addr})
		}
	}
	return out, nil
}

// freePort finds a port that is free for UDP and TCP.
func freePort(addr netip.Addr) (uint16, error) {
	for range 100 {
		udp, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(addr, 0)))
		if err != nil {
			return 0, err
		}
		port := udp.LocalAddr().(*net.UDPAddr).AddrPort().Port()
		tcp, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(netip.AddrPortFrom(addr, port)))
		udp.Close()
		if err == nil {
			tcp.Close()
			return port, nil
		}
		if !errors.Is(err, syscall.EADDRINUSE) {
			return 0, err
		}
	}
	return 0, errors.New("no port is free for UDP and TCP")
}

// HostAddr is the address from which this host reaches others: no packet is
// sent. Without a route to anywhere it is the loopback's.
func HostAddr(v4 bool) netip.Addr {
	network, far, loopback := "udp4", "192.0.2.1:9", netip.AddrFrom4([4]byte{127, 0, 0, 1})
	if !v4 {
		network, far, loopback = "udp6", "[2001:db8::1]:9", netip.IPv6Loopback()
	}
	conn, err := net.Dial(network, far)
	if err != nil {
		return loopback
	}
	defer conn.Close()
	return conn.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap()
}

// hostAddrs are all addresses of this host: of its listener on 0.0.0.0 or [::]
// any may be named.
func hostAddrs() (out []string) {
	all, _ := net.InterfaceAddrs() // none where the system does not tell
	for _, a := range all {
		if prefix, err := netip.ParsePrefix(a.String()); err == nil {
			out = append(out, prefix.Addr().Unmap().String())
		}
	}
	return out
}
