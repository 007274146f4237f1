package core

import (
	"encoding/hex"
	"strings"
	"time"

	"github.com/hotline12345/hotline/ivr"
	"github.com/hotline12345/hotline/journal"
)

// context is what another Hotline is told of a call, in a User-to-User header
// (RFC 7433) of purpose "hotline": CBOR in hex. Only trunks whose plan says
// that they lead to one send and take it.
type context struct {
	Number string     `cbor:"1,keyasint,omitempty"` // rung first
	Caller string     `cbor:"2,keyasint,omitempty"`
	City   string     `cbor:"3,keyasint,omitempty"`
	Needs  []ivr.Need `cbor:"4,keyasint,omitempty"`
	Waited int64      `cbor:"5,keyasint,omitempty"` // ns, at all Hotlines so far
}

func (c *Core) context(e *entry) context {
	return context{
		Number: e.CDR.Number, Caller: e.Presented(false), City: e.CDR.City, Needs: e.Needs, Waited: e.CDR.Before + int64(c.now.Sub(e.CDR.Began)),
	}
}

// contextPurpose marks our own use of the header.
const contextPurpose = ";purpose=hotline"

func (x context) header() string {
	data, err := journal.Marshal(x)
	if err != nil {
		return "00" + contextPurpose + ";encoding=hex"
	}
	return hex.EncodeToString(data) + contextPurpose + ";encoding=hex"
}

// The most that is believed of a context.
const (
	maxContext = 1024 // bytes of the header
	maxWaited  = time.Hour
	maxNeeds   = 8
)

// readContext reads such a header; false: it is none, or cannot be read.
func readContext(header string) (x context, ok bool) {
	text, params, _ := strings.Cut(header, ";")
	if len(header) > maxContext || !strings.Contains(strings.ToLower(";"+params), contextPurpose) {
		return context{}, false
	}
	data, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil || journal.Unmarshal(data, &x) != nil {
		return context{}, false
	}
	x.Waited = min(max(x.Waited, 0), int64(maxWaited))
	x.Needs = x.Needs[:min(len(x.Needs), maxNeeds)]
	return x, true
}
