package acd

import "github.com/hotline12345/hotline/turn"

// AgentRecord is an agent as the journal holds him.
type AgentRecord struct {
	ID      string       `cbor:"1,keyasint,omitempty"`
	State   AgentState   `cbor:"2,keyasint,omitempty"`
	Since   turn.Instant `cbor:"3,keyasint,omitempty"`
	Phone   string       `cbor:"4,keyasint,omitempty"`
	Misses  int          `cbor:"5,keyasint,omitempty"`
	Talks   uint64       `cbor:"6,keyasint,omitempty"` // since he logged in
	IdleAt  turn.Instant `cbor:"7,keyasint,omitempty"` // for longest-idle: the end of his last talk
	Until   turn.Instant `cbor:"8,keyasint,omitempty"` // wrap-up ends
	Pausing bool         `cbor:"9,keyasint,omitempty"` // paused as soon as the talk is over
	Leaving bool         `cbor:"10,keyasint,omitempty"`
}

// CallRecord is a call's place in the engine: part of the call's record.
type CallRecord struct {
	Call     turn.ID      `cbor:"1,keyasint,omitempty"`
	Queue    string       `cbor:"2,keyasint,omitempty"`
	Needs    []Skill      `cbor:"3,keyasint,omitempty"`
	Priority int          `cbor:"4,keyasint,omitempty"`
	Since    turn.Instant `cbor:"5,keyasint,omitempty"`
	Sequence uint64       `cbor:"6,keyasint,omitempty"` // the order of arrival; kept over restarts
	Mature   turn.Instant `cbor:"7,keyasint,omitempty"` // MayBridge came
	Agent    string       `cbor:"8,keyasint,omitempty"` // offered to or talking with; his record has the state
	Duty     bool         `cbor:"9,keyasint,omitempty"`
	Taken    bool         `cbor:"10,keyasint,omitempty"`
	Offered  turn.Instant `cbor:"11,keyasint,omitempty"`
	RingEnd  turn.Instant `cbor:"12,keyasint,omitempty"` // the offer is withdrawn
	DutyAt   turn.Instant `cbor:"13,keyasint,omitempty"` // not before: after a duty try that failed
	TakenAt  turn.Instant `cbor:"14,keyasint,omitempty"`
	Within   Within       `cbor:"15,keyasint,omitempty"` // Taken: how the service counters have it
	Began    turn.Instant `cbor:"16,keyasint,omitempty"` // the INVITE
	Outside  string       `cbor:"17,keyasint,omitempty"` // Duty: the destination that has it, one of its seats
	Entered  turn.Instant `cbor:"18,keyasint,omitempty"` // an aged place: when the call took it; 0: at Since
}

// QueueRecord is a queue as the journal holds it.
type QueueRecord struct {
	Name   string `cbor:"1,keyasint,omitempty"`
	Cursor string `cbor:"2,keyasint,omitempty"` // round-robin: the agent offered last
	Counts Counts `cbor:"3,keyasint,omitempty"`
}
