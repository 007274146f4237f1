package sdp

import (
	"bytes"
	"net/netip"
)

// Session is one leg's side of its SDP exchanges. It lives in the leg's record
// and is copied by value: Body is replaced, never written into.
type Session struct {
	ID      uint64     `cbor:"1,keyasint,omitempty"` // o= session identity, fixed
	Version uint64     `cbor:"2,keyasint,omitempty"` // o= version of Body; 0: nothing was sent yet
	Origin  netip.Addr `cbor:"3,keyasint,omitempty"` // o= address, fixed with the first SDP
	Body    []byte     `cbor:"4,keyasint,omitempty"` // our last SDP, offer or answer; also tells the m-lines
	Agreed  Media      `cbor:"5,keyasint,omitempty"` // of the last exchange that was completed
}

// NewSession begins a leg's exchanges. The identity should be below 2^63: some
// peers read it as a signed number.
func NewSession(id uint64) *Session { return &Session{ID: id} }

// Refusal is why a body cannot be used, as the final status to answer with.
type Refusal struct {
	Status int // 400 malformed, 488 nothing in common (RFC 3261 section 13.3.1.3)
	Reason string
}

// Error is the reason.
func (r *Refusal) Error() string { return "sdp: " + r.Reason }

func malformed(reason string) *Refusal    { return &Refusal{Status: 400, Reason: reason} }
func unacceptable(reason string) *Refusal { return &Refusal{Status: 488, Reason: reason} }

// put makes our next SDP from p. The version rises by one only where the text
// changes (RFC 3264 section 8).
func (s *Session) put(p *proposal) []byte {
	if !s.Origin.IsValid() {
		s.Origin = p.local.Addr.Unmap()
	}
	if s.Version > 0 {
		if same := p.text(s); bytes.Equal(same, s.Body) {
			return s.Body
		}
	}
	s.Version++
	s.Body = p.text(s)
	return s.Body
}
