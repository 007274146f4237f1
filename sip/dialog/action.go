package dialog

import (
	"strconv"
	"strings"
	"time"

	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

// ActionKind is what a leg asks for or tells.
type ActionKind uint8

// The actions: first those for the transactions, then those for the call.
const (
	Send     ActionKind = 1 + iota // Tx, Raw: begin a client transaction
	Respond                        // Tx, Status, Raw
	SendAck                        // Raw
	CancelTx                       // Tx, Headers

	Ringing    // Status, Body, Fork
	Answered   // Body, Fork
	Acked      // Body
	Refused    // Status, Cause, RetryAfter: our INVITE found no one
	Offered    // Body; nil: they want our offer. AnswerOffer is owed
	Reanswered // Status, Body: the end of our Reoffer
	Digit      // Digit, Duration: from INFO
	Referred   // Refer: they want the call transferred. AnswerRefer is owed
	Ended      // Cause, ByPeer: an established or invited leg is over
	Released   // nothing needs the leg any more
)

// Action is one action.
type Action struct {
	Kind       ActionKind
	Leg        turn.ID
	Tx         turn.ID
	Status     int
	Raw        []byte
	Body       []byte
	Headers    []string // pairs of name and value
	Cause      Cause
	RetryAfter time.Duration
	Digit      byte
	Duration   time.Duration
	ByPeer     bool
	Fork       string // the To tag of the early or confirmed dialog that Body came from
	Refer      *Referral
}

// Cause is why something ended: it becomes a Reason header (RFC 3326).
type Cause struct {
	Status int    `cbor:"1,keyasint,omitempty"` // SIP status; 0: none
	Q850   int    `cbor:"2,keyasint,omitempty"` // ITU-T Q.850 cause; 0: none
	Text   string `cbor:"3,keyasint,omitempty"`
}

// headers is the cause as Reason headers, pairs of name and value.
func (c Cause) headers() []string {
	text := ""
	if c.Text != "" {
		text = ";text=" + strconv.Quote(c.Text)
	}
	var out []string
	if c.Q850 != 0 {
		out = append(out, "Reason", "Q.850;cause="+strconv.Itoa(c.Q850)+text)
	}
	if c.Status != 0 {
		out = append(out, "Reason", "SIP;cause="+strconv.Itoa(c.Status)+text)
	}
	return out
}

// causeOf reads a message's Reason headers.
func causeOf(m *message.Message) Cause {
	c := Cause{Status: m.Status}
	for _, reason := range m.All("Reason") {
		protocol, params, _ := strings.Cut(reason, ";")
		a, err := message.ParseAddress("<sip:x>;" + params)
		if err != nil {
			continue
		}
		value, _ := a.Params.Get("cause")
		n, err := strconv.Atoi(value)
		if err != nil {
			continue
		}
		switch strings.ToUpper(strings.TrimSpace(protocol)) {
		case "Q.850":
			c.Q850 = n
		case "SIP":
			c.Status = n
		}
		if text, ok := a.Params.Get("text"); ok {
			c.Text = text
		}
	}
	return c
}
