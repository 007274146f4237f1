// Package message turns bytes into SIP messages and back. Our own index of the
// bytes decides what is accepted; sipgo's parser gives the values where it can
// be trusted. Nothing else in the project imports sipgo.
package message

import "net/netip"

// Transport is how a message travels.
type Transport uint8

// The transports, RFC 3261 section 18 and RFC 7118.
const (
	UDP Transport = 1 + iota
	TCP
	TLS
	WS
)

// String is the transport as a Via header names it.
func (t Transport) String() string {
	switch t {
	case UDP:
		return "UDP"
	case TCP:
		return "TCP"
	case TLS:
		return "TLS"
	case WS:
		return "WS"
	}
	return "none"
}

// Reliable says whether the transport itself repeats what is lost.
func (t Transport) Reliable() bool { return t > UDP }

// Port is the one that is meant where none is written (RFC 3261 section 18.2.1).
func (t Transport) Port() uint16 {
	if t == TLS {
		return 5061
	}
	return 5060
}

// Flow is where a message came in or goes out: interface, addresses and, of a
// stream, the connection. A stream's Conn 0 asks for any connection to Remote,
// or a new one.
type Flow struct {
	Interface string         `cbor:"1,keyasint,omitempty"`
	Transport Transport      `cbor:"2,keyasint,omitempty"`
	Local     netip.AddrPort `cbor:"3,keyasint,omitempty"`
	Remote    netip.AddrPort `cbor:"4,keyasint,omitempty"`
	Conn      uint64         `cbor:"5,keyasint,omitempty"`
	Back      netip.AddrPort `cbor:"6,keyasint,omitempty"` // of a response on a stream: where it goes when Conn is no more
}
