package core

import (
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/sip/message"
)

// Send is bytes for a flow.
type Send struct {
	Flow message.Flow
	Raw  []byte
}

// Log is an event for people; the node writes it.
type Log struct {
	Level   Level
	Message string
	Call    string
	Detail  string
}

// Level is a log event's weight.
type Level int8

// The levels, as log/slog numbers them.
const (
	Info  Level = 0
	Warn  Level = 4
	Error Level = 8
)

// Outputs is what one turn brings forth. Records and facts are in the journal
// before any of the rest leaves.
type Outputs struct {
	Records []journal.Record
	Facts   []journal.Fact
	Sends   []Send
	Orders  []order.Leg
	Replies []Reply
	Logs    []Log
	Whole   bool // Records are every live key: what else the journal has is at its end
}

// Empty says that the turn brought forth nothing.
func (o *Outputs) Empty() bool {
	return len(o.Records)+len(o.Facts)+len(o.Sends)+len(o.Orders)+len(o.Replies)+len(o.Logs) == 0
}

// Reset empties the outputs and keeps their room.
func (o *Outputs) Reset() {
	clear(o.Records)
	clear(o.Facts)
	clear(o.Sends)
	clear(o.Orders)
	clear(o.Replies)
	clear(o.Logs)
	o.Records, o.Facts, o.Sends = o.Records[:0], o.Facts[:0], o.Sends[:0]
	o.Whole = false
	o.Orders, o.Replies, o.Logs = o.Orders[:0], o.Replies[:0], o.Logs[:0]
}
