package call

import (
	"net/netip"

	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/sip/sdp"
	"github.com/hotline12345/hotline/turn"
)

// PeerKind says what stands at the far end of a leg.
type PeerKind uint8

// The kinds of peers.
const (
	Trunk PeerKind = 1 + iota
	Phone
)

// Peer is the far end of a leg. The core finds its flow.
type Peer struct {
	Kind   PeerKind `cbor:"1,keyasint,omitempty"`
	Name   string   `cbor:"2,keyasint,omitempty"` // the trunk's or the phone's
	Number string   `cbor:"3,keyasint,omitempty"` // to be dialled at a trunk
	Dest   string   `cbor:"4,keyasint,omitempty"` // the plan's destination, where it is one
	Caller string   `cbor:"5,keyasint,omitempty"` // Dest: for whom it is rung
	Urgent bool     `cbor:"6,keyasint,omitempty"` // may have the trunk's reserved channels
	Direct bool     `cbor:"7,keyasint,omitempty"` // Dest: rung for a call's own sake, not as a seat of a queue
}

// Playing says for whose sake a party hears its clips.
type Playing uint8

// What a party's clips are for.
const (
	PlayingNothing Playing = iota
	PlayingStep            // the flow's step: ClipsFinished goes to the walk
	PlayingMusic           // of the flow
	PlayingWords           // the announcement to the caller; the whisper to the agent, what became of his transfer
	PlayingHold            // music on hold
)

// Party is one side of a call: a leg, its SDP and what it hears.
type Party struct {
	Leg      turn.ID     `cbor:"1,keyasint,omitempty"`
	Peer     Peer        `cbor:"2,keyasint,omitempty"`
	Answered bool        `cbor:"3,keyasint,omitempty"` // the 200 was sent or has come
	Early    bool        `cbor:"4,keyasint,omitempty"` // SDP was agreed in a 18x
	SDP      sdp.Session `cbor:"5,keyasint,omitempty"`
	Agreed   bool        `cbor:"6,keyasint,omitempty"` // SDP.Agreed says where media go
	Offering bool        `cbor:"7,keyasint,omitempty"` // our offer waits for their answer
	Media    order.Leg   `cbor:"8,keyasint,omitempty"`
	Playing  Playing     `cbor:"9,keyasint,omitempty"`
	PlayedBy uint64      `cbor:"10,keyasint,omitempty"` // the number of the order that began the clips
	Held     bool        `cbor:"11,keyasint,omitempty"` // the peer asked not to be sent to
	Fork     string      `cbor:"12,keyasint,omitempty"` // the To tag of the 18x or 200 whose SDP was agreed
}

// newParty takes a pair of ports and draws the bases of the outgoing stream.
func newParty(env *Env, leg turn.ID, peer Peer, iface string, source order.Source, signalling netip.Addr) (Party, bool) {
	pair, ok := env.Ports.Take(iface)
	if !ok {
		return Party{}, false
	}
	bits := env.Rand.Uint64()
	return Party{
		Leg: leg, Peer: peer,
		SDP: *sdp.NewSession(env.Rand.Uint64() >> 2), // o= identities are read as int64 by some peers
		Media: order.Leg{
			ID: leg, Pair: pair, Source: source, Signalling: signalling,
			SSRC: uint32(bits), Sequence: uint16(bits >> 32), Time: uint32(env.Rand.Uint64()), Since: env.Now,
		},
	}, true
}

func (p *Party) local() sdp.Local {
	return sdp.Local{Addr: p.Media.Pair.Advertise, Port: p.Media.Pair.Port, RTCP: p.Media.Pair.Port + 1}
}

// caps puts the codec that is in use on the call's other side first, so that
// nothing need be converted.
func caps(first *Party) sdp.Caps {
	codecs := []sdp.Codec{sdp.PCMA, sdp.PCMU}
	if first != nil && first.Agreed && first.SDP.Agreed.Codec == sdp.PCMU {
		codecs[0], codecs[1] = codecs[1], codecs[0]
	}
	return sdp.Caps{Codecs: codecs, Ptime: 20}
}

// agree takes over what the SDP exchange settled.
func (p *Party) agree() {
	m := &p.SDP.Agreed
	p.Agreed, p.Offering = true, false
	p.Held = m.Held
	p.Media.Remote, p.Media.RemoteRTCP, p.Media.Mux = m.Remote, m.RemoteRTCP, m.Mux
	p.Media.Payload, p.Media.Event, p.Media.Ptime = m.Payload, m.Event, uint8(m.Ptime)
	p.Media.Codec = order.PCMA
	if m.Codec == sdp.PCMU {
		p.Media.Codec = order.PCMU
	}
	p.Media.Mute = m.Held
}
