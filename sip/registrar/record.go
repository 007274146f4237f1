package registrar

import (
	"slices"
	"time"

	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

// Record is a phone's journaled state.
type Record struct {
	Phone     string       `cbor:"1,keyasint,omitempty"`
	Contact   string       `cbor:"2,keyasint,omitempty"` // URI as the phone wrote it; "": not registered
	Flow      message.Flow `cbor:"3,keyasint,omitempty"`
	Expires   turn.Instant `cbor:"4,keyasint,omitempty"`
	Since     turn.Instant `cbor:"5,keyasint,omitempty"`  // registered without a gap since
	CallID    string       `cbor:"6,keyasint,omitempty"`  // of the REGISTER that made the binding what it is
	CSeq      uint32       `cbor:"7,keyasint,omitempty"`  // the same
	Reachable bool         `cbor:"8,keyasint,omitempty"`  // answered its last probe, or has registered since
	UserAgent string       `cbor:"9,keyasint,omitempty"`  // at most 64 bytes
	Nonces    []Nonce      `cbor:"10,keyasint,omitempty"` // last used last
	Floor     turn.Instant `cbor:"11,keyasint,omitempty"` // a nonce made up to here that is not in Nonces is taken no more
}

// phone is a phone's state in the running registrar.
type phone struct {
	Record
	open     bool         // there is a way to send to it
	probeAt  turn.Instant // the next probe
	waitEnds turn.Instant // of the probe on its way; 0: none is
}

func (p *phone) bound() bool     { return p.Contact != "" }
func (p *phone) reachable() bool { return p.open && p.Reachable }

// Record returns what is to be journaled of a phone; false: it has no record.
func (r *Registrar) Record(name string) (Record, bool) {
	p := r.phones[name]
	if p == nil {
		return Record{}, false
	}
	record := p.Record
	record.Nonces = slices.Clone(p.Nonces)
	return record, true
}

// Restore takes back a journaled phone. Over UDP it does not notice that we
// were away and counts as before. A stream is gone: the phone is reachable when
// it has come back. What is overdue happens at the next Expire. The first
// probes are spread over one interval. The record stays as it was, and who can
// be reached is to be read from Binding.
func (r *Registrar) Restore(now turn.Instant, record Record) {
	p := r.phone(record.Phone)
	record.Nonces = slices.Clone(record.Nonces)
	p.Record = record
	if p.bound() {
		r.join(p)
		p.open = !p.Flow.Transport.Reliable()
		if p.open && r.o.Probe > 0 {
			p.probeAt = now.Add(1 + spread(p.Phone, r.o.Probe))
		}
	}
	r.arm(p)
}

// spread gives each name its own share of d (FNV-1a), so that thousands of
// phones are not probed in one instant.
func spread(name string, d time.Duration) time.Duration {
	h := uint64(14695981039346656037)
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * 1099511628211
	}
	return time.Duration(h>>1) % d
}
