package registrar

import (
	"slices"
	"time"

	"github.com/hotline12345/hotline/sip/digest"
	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

const (
	// maxNonces is how many nonces a phone uses side by side: many keep one
	// for REGISTER and take a new one for each call.
	maxNonces = 4
	// repeatFor is how long a request may be repeated with the very same
	// credentials: 64·T1, while its transaction may have ended with a restart.
	repeatFor = 32 * time.Second
)

// Nonce is a nonce that a phone has used, and for what last.
type Nonce struct {
	Nonce    string       `cbor:"1,keyasint,omitempty"`
	Made     turn.Instant `cbor:"2,keyasint,omitempty"`
	NC       uint32       `cbor:"3,keyasint,omitempty"` // the highest; 0: digest without qop
	Response string       `cbor:"4,keyasint,omitempty"`
	CallID   string       `cbor:"5,keyasint,omitempty"`
	CSeq     uint32       `cbor:"6,keyasint,omitempty"`
	At       turn.Instant `cbor:"7,keyasint,omitempty"` // when it was used so
}

// verdict is what the replay check says.
type verdict uint8

const (
	fresh  verdict = 1 + iota // used for the first time: it must be journaled
	repeat                    // the same request again
	replay
)

// use takes credentials whose response is right. The count under a nonce must
// rise; digest without a count gets one request from a nonce. Of a nonce that
// fell out of the list all counts are used up.
func (p *phone) use(now, made turn.Instant, c *digest.Credentials, m *message.Message) verdict {
	n := Nonce{Nonce: c.Nonce, Made: made, NC: c.NC, Response: c.Response, CallID: m.CallID, CSeq: m.CSeq, At: now}
	i := slices.IndexFunc(p.Nonces, func(n Nonce) bool { return n.Nonce == c.Nonce })
	if i < 0 {
		if made <= p.Floor {
			return replay
		}
		if len(p.Nonces) >= maxNonces {
			p.Floor = max(p.Floor, p.Nonces[0].Made)
			p.Nonces = slices.Delete(p.Nonces, 0, 1)
		}
		p.Nonces = append(p.Nonces, n)
		return fresh
	}
	last := p.Nonces[i]
	if c.NC > last.NC && last.NC > 0 {
		p.Nonces = append(slices.Delete(p.Nonces, i, i+1), n)
		return fresh
	}
	if c.Response == last.Response && c.NC == last.NC && m.CallID == last.CallID && m.CSeq == last.CSeq && now.Sub(last.At) <= repeatFor {
		return repeat
	}
	return replay
}
