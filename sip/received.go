package sip

import (
	"net/netip"

	"github.com/hotline12345/hotline/sip/message"
)

// Kind is what the wire tells.
type Kind uint8

// The kinds.
const (
	Arrived     Kind = 1 + iota // Flow, Raw: one message
	Malformed                   // Flow, Fault: a stream whose messages cannot be told apart; it is closed after Options.Linger
	FlowOpened                  // Flow: a connection, accepted or dialled
	FlowClosed                  // Flow: a connection that is no more
	FlowRefused                 // Flow: ICMP says that Remote is not there, or it could not be dialled
)

// Received is one thing that the wire tells. Raw is never reused.
type Received struct {
	Kind  Kind
	Flow  message.Flow
	Raw   []byte
	Fault *message.Fault
}

// Listen is what is to be bound. Port 0 is the system's choice.
type Listen struct {
	Interface string
	Transport message.Transport // UDP or TCP
	Addr      netip.AddrPort
}

// Bound is what was bound. Local stands in every Flow of the listener, also of
// the connections that it dials.
type Bound struct {
	Interface string
	Transport message.Transport
	Local     netip.AddrPort
}
