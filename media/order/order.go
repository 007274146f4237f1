// Package order holds the orders that the core gives to the media plane and
// the events that come back. An order is a leg's whole wanted state with a
// number, so that it can be given again at any time and after a restart.
package order

import (
	"net/netip"
	"time"

	"github.com/hotline12345/hotline/turn"
)

// Codec is a voice codec of the relay.
type Codec uint8

// The codecs of the G.711 family, RFC 3551 section 4.5.14.
const (
	PCMA Codec = 1 + iota
	PCMU
)

// Pair is a bound pair of ports: RTP on Port, RTCP on Port+1.
type Pair struct {
	Interface string     `cbor:"1,keyasint,omitempty"`
	Local     netip.Addr `cbor:"2,keyasint,omitempty"` // address the sockets are bound to
	Advertise netip.Addr `cbor:"3,keyasint,omitempty"` // address the SDP names
	Port      uint16     `cbor:"4,keyasint,omitempty"`
}

// Source says from where a leg's packets are taken.
type Source uint8

const (
	// FromSDP takes packets from the signalled address only (trunks).
	FromSDP Source = iota
	// FromLatch prefers the SDP's or the signalling address and then locks on
	// the source of packets in sequence (phones behind NAT).
	FromLatch
)

// HearKind says what a leg's peer hears.
type HearKind uint8

const (
	// HearNothing sends no packets.
	HearNothing HearKind = iota
	// HearClips plays Clips one after the other from At on, then reports
	// ClipFinished, or begins again when Loop is set.
	HearClips
	// HearLeg relays what the leg named Leg receives.
	HearLeg
)

// Hear is what a leg's peer is to hear.
type Hear struct {
	Kind  HearKind     `cbor:"1,keyasint,omitempty"`
	Clips []string     `cbor:"2,keyasint,omitempty"` // clip names, played in order
	At    turn.Instant `cbor:"3,keyasint,omitempty"` // when the first clip began (or is to begin)
	Loop  bool         `cbor:"4,keyasint,omitempty"`
	Leg   turn.ID      `cbor:"5,keyasint,omitempty"`
}

// Leg is the whole wanted state of one leg's media.
type Leg struct {
	ID     turn.ID `cbor:"1,keyasint,omitempty"`
	Number uint64  `cbor:"2,keyasint,omitempty"` // rises with every change; an older order than the last is dropped
	Pair   Pair    `cbor:"3,keyasint,omitempty"`

	Remote     netip.AddrPort `cbor:"4,keyasint,omitempty"` // zero: not known yet, nothing is sent
	RemoteRTCP netip.AddrPort `cbor:"5,keyasint,omitempty"`
	Mux        bool           `cbor:"6,keyasint,omitempty"` // rtcp-mux, RFC 5761
	Signalling netip.Addr     `cbor:"7,keyasint,omitempty"` // where the leg's SIP comes from, for latching
	Source     Source         `cbor:"8,keyasint,omitempty"`
	Codec      Codec          `cbor:"9,keyasint,omitempty"`
	Payload    uint8          `cbor:"10,keyasint,omitempty"`
	Event      uint8          `cbor:"11,keyasint,omitempty"` // telephone-event payload type, RFC 4733; 0: none
	Ptime      uint8          `cbor:"12,keyasint,omitempty"` // ms a packet we make, 10 to 60

	// Outgoing packets are numbered from these bases and the Instant, so that
	// a restarted process goes on without a jump that a phone would hear.
	SSRC     uint32       `cbor:"13,keyasint,omitempty"`
	Sequence uint16       `cbor:"14,keyasint,omitempty"`
	Time     uint32       `cbor:"15,keyasint,omitempty"` // RTP timestamp at Since, 8 kHz
	Since    turn.Instant `cbor:"16,keyasint,omitempty"`

	Mute    bool           `cbor:"17,keyasint,omitempty"` // the peer asked not to be sent to (held: sendonly/inactive of theirs)
	Hear    Hear           `cbor:"18,keyasint,omitempty"`
	Expect  bool           `cbor:"19,keyasint,omitempty"` // we expect to receive: silence counts
	Silence time.Duration  `cbor:"20,keyasint,omitempty"` // with Expect: report PeerSilent after so long
	Latched netip.AddrPort `cbor:"21,keyasint,omitempty"` // the source learnt, given back after a restart
	End     bool           `cbor:"22,keyasint,omitempty"` // the leg is over: report counters, free the pair
}

// EventKind says what the media plane reports.
type EventKind uint8

// The events.
const (
	PairsGranted EventKind = 1 + iota // Pairs: bound ahead, the core takes one when it needs it
	Digit                             // Leg, Digit, Duration: RFC 4733, reported once, at its end
	ClipFinished                      // Leg, Number: the clips of that order are played
	PeerSilent                        // Leg: nothing came for the order's Silence
	PeerHeard                         // Leg: the first packet after the order, or after silence
	PeerLatched                       // Leg, Addr
	Counted                           // Leg, Counters: every 5 s and at the end
	PairFreed                         // Pair: the leg is gone, its sockets may be used again
)

// Counters are a leg's media figures since it began (after a kill: at least).
type Counters struct {
	Received uint64 `cbor:"1,keyasint,omitempty"` // RTP packets
	Sent     uint64 `cbor:"2,keyasint,omitempty"`
	Lost     uint64 `cbor:"3,keyasint,omitempty"` // gaps in the sequence received
	Late     uint64 `cbor:"4,keyasint,omitempty"` // came after a later one
	Refused  uint64 `cbor:"5,keyasint,omitempty"` // from a source we do not take, or no RTP
}

// Event is a report of the media plane to the core.
type Event struct {
	Kind     EventKind
	Leg      turn.ID
	Number   uint64 // the order that was in force
	Digit    byte   // '0'…'9', '*', '#', 'A'…'D'
	Duration time.Duration
	Addr     netip.AddrPort
	Counters Counters
	Pairs    []Pair
	Pair     Pair
	Final    bool // with Counted: the leg's last
}
