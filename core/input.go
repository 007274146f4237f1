package core

import (
	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/sip/message"
)

// InputKind says what reaches the core.
type InputKind uint8

// The inputs of a turn (CORE.md).
const (
	Arrived     InputKind = 1 + iota // Flow, Raw: one SIP message
	Malformed                        // Flow, Fault: a stream's framing gave up on a message
	FlowClosed                       // Flow: a connection ended
	FlowRefused                      // Flow: ICMP, or a connection that could not be had
	MediaEvent                       // Media
	Ask                              // Command
	CivilTime                        // Civil: Unix ns minus Instant
	Room                             // Room: whether the journal takes new calls
	Due                              // a deadline has come
)

// Input is one input; which fields count is its Kind's matter.
type Input struct {
	Kind    InputKind
	Flow    message.Flow
	Raw     []byte
	Fault   *message.Fault
	Media   order.Event
	Command *Command
	Civil   int64
	Room    bool
}
