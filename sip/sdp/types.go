// Package sdp keeps each leg's offer and answer (RFC 3264): from what we can
// do, our port and their SDP it makes our SDP and says what media must do. No
// peer's SDP is ever passed on.
//
// Bodies are read by hand: pion/sdp refuses a whole body for one m-line,
// transport or bandwidth type that it does not know (a T.38 m=image in a
// carrier's re-INVITE), where RFC 3264 section 6 wants that line alone answered
// with port 0. The tests read what is written here with pion.
package sdp

import "net/netip"

// Codec is a voice codec that we speak.
type Codec uint8

// The codecs of G.711, 8 kHz (RFC 3551 section 4.5.14).
const (
	PCMA Codec = 1 + iota
	PCMU

	telephoneEvent // RFC 4733; a format of the m-line like the codecs
)

// Payload is the codec's static payload type: 8 or 0.
func (c Codec) Payload() uint8 {
	if c == PCMA {
		return 8
	}
	return 0
}

// String is the codec's encoding name.
func (c Codec) String() string {
	return [...]string{"none", "PCMA", "PCMU", "telephone-event"}[min(c, telephoneEvent)]
}

// Direction says who sends, seen from the SDP's author.
type Direction uint8

// The directions; SendRecv is what an absent attribute means.
const (
	SendRecv Direction = iota
	SendOnly
	RecvOnly
	Inactive
)

// String is the direction's attribute.
func (d Direction) String() string {
	return [...]string{"sendrecv", "sendonly", "recvonly", "inactive"}[d&3]
}

func (d Direction) sends() bool    { return d == SendRecv || d == SendOnly }
func (d Direction) receives() bool { return d == SendRecv || d == RecvOnly }

func direction(sends, receives bool) Direction {
	switch {
	case sends && receives:
		return SendRecv
	case sends:
		return SendOnly
	case receives:
		return RecvOnly
	}
	return Inactive
}

// Caps is what we can do on a leg.
type Caps struct {
	Codecs []Codec // our preference, the first leg's codec first
	Ptime  int     // ms, 10 to 60
}

// Local is our end of the stream.
type Local struct {
	Addr netip.Addr // as advertised
	Port uint16
	RTCP uint16 // usually Port+1
}

// Media is what an exchange settled: where packets go and what they are.
type Media struct {
	Remote     netip.AddrPort `cbor:"1,keyasint,omitempty"` // zero: they gave no address (held the old way, c=0.0.0.0)
	RemoteRTCP netip.AddrPort `cbor:"2,keyasint,omitempty"`
	Mux        bool           `cbor:"3,keyasint,omitempty"` // rtcp-mux, RFC 5761
	Codec      Codec          `cbor:"4,keyasint,omitempty"`
	Payload    uint8          `cbor:"5,keyasint,omitempty"` // the codec's payload type, as they number it
	Event      uint8          `cbor:"6,keyasint,omitempty"` // telephone-event's; 0: none
	Ptime      int            `cbor:"7,keyasint,omitempty"` // ms a packet we send: 10 to 60, a multiple of 10
	Theirs     Direction      `cbor:"8,keyasint,omitempty"` // what they announced
	Held       bool           `cbor:"9,keyasint,omitempty"` // they asked not to be sent to: sendonly, inactive or c=0.0.0.0
}
