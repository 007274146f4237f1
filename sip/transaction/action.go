package transaction

import (
	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

// ActionKind is what the table asks for or tells.
type ActionKind uint8

// The actions.
const (
	Send       ActionKind = 1 + iota // Flow, Raw
	NewRequest                       // ID, Flow, Message: for the user; never ACK or CANCEL
	Cancelled                        // ID: a CANCEL met this INVITE before its final response, and has its 200
	Ack                              // Flow, Message: the ACK of a 2xx
	Stray                            // Flow, Message: a 2xx to an INVITE whose transaction is gone
	Response                         // ID, Message
	Failed                           // ID, Status: 408 no answer, 503 no way to the peer
	Changed                          // ID: its record is to be written
	Ended                            // ID: its record ends
)

// Action is one action.
type Action struct {
	Kind    ActionKind
	ID      turn.ID
	Flow    message.Flow
	Raw     []byte
	Message *message.Message
	Status  int
}
