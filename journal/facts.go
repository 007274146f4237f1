package journal

import "github.com/hotline12345/hotline/turn"

// FactType says what happened, and with that which struct a Fact's value is.
type FactType uint16

// The facts. Numbers are in journals for good: only add.
const (
	FactCallBegan    FactType = 1  // CallBegan
	FactCallEnded    FactType = 2  // CDR
	FactEnlisted     FactType = 3  // Enlisted
	FactOffered      FactType = 4  // Offered
	FactOfferEnded   FactType = 5  // OfferEnded
	FactBridged      FactType = 6  // Bridged
	FactPromptHeard  FactType = 7  // PromptHeard
	FactMediaCounted FactType = 8  // MediaCounted
	FactAgentState   FactType = 9  // AgentChanged
	FactRevision     FactType = 10 // RevisionApplied
	FactForwarded    FactType = 11 // Forwarded
	FactForwardEnded FactType = 12 // ForwardEnded
	FactTransferred  FactType = 13 // Transferred
	FactTransferDone FactType = 14 // TransferDone
	FactCDRsReported FactType = 15 // CDRsReported
)

// Outcome is how a call ended: exactly one a call.
type Outcome string

// The outcomes.
const (
	Answered        Outcome = "answered"         // an agent or a destination talked with the caller
	AbandonedPrompt Outcome = "abandoned-prompt" // the caller hung up before he was enlisted
	AbandonedQueue  Outcome = "abandoned-queue"  // the caller hung up while he waited
	AbandonedRing   Outcome = "abandoned-ring"   // the caller hung up while a phone rang for him
	QueueFull       Outcome = "queue-full"
	WaitLimit       Outcome = "wait-limit"
	ForwardFailed   Outcome = "forward-failed"
	FlowEnded       Outcome = "flow-ended"   // the flow came to its end, as planned
	UnusableSDP     Outcome = "unusable-sdp" // no codec or address that we can use
	MediaLost       Outcome = "media-lost"   // no packet for the RTP timeout
	NoACK           Outcome = "no-ack"       // the caller's ACK never came
	Outage          Outcome = "outage"       // lost with a restart
	Operator        Outcome = "operator"     // ended from the CLI, before an agent answered
	Shutdown        Outcome = "shutdown"
	Fault           Outcome = "fault" // our own fault; the log has it
)

// CallBegan is written in the turn that admits a call.
type CallBegan struct {
	Call    turn.ID `cbor:"1,keyasint,omitempty"`
	From    string  `cbor:"2,keyasint,omitempty"` // trunk or phone
	Caller  string  `cbor:"3,keyasint,omitempty"`
	Dialled string  `cbor:"4,keyasint,omitempty"`
	Number  string  `cbor:"5,keyasint,omitempty"` // the ledger's number
}

// Enlisted is a call's entry into a queue.
type Enlisted struct {
	Call  turn.ID `cbor:"1,keyasint,omitempty"`
	Queue string  `cbor:"2,keyasint,omitempty"`
}

// Offered is the queue engine's choice of an agent, with its reason.
type Offered struct {
	Call     turn.ID `cbor:"1,keyasint,omitempty"`
	Agent    string  `cbor:"2,keyasint,omitempty"`
	Phone    string  `cbor:"3,keyasint,omitempty"`
	Queue    string  `cbor:"4,keyasint,omitempty"`
	Tier     int     `cbor:"5,keyasint,omitempty"`
	Strategy string  `cbor:"6,keyasint,omitempty"`
	SortKey  int64   `cbor:"7,keyasint,omitempty"`
	Eligible int     `cbor:"8,keyasint,omitempty"`
	Next     string  `cbor:"9,keyasint,omitempty"` // the agents that would have been next, at most three, with spaces between
}

// OfferEnded is an offer that did not become a talk.
type OfferEnded struct {
	Call   turn.ID `cbor:"1,keyasint,omitempty"`
	Agent  string  `cbor:"2,keyasint,omitempty"`
	Why    string  `cbor:"3,keyasint,omitempty"`
	Status int     `cbor:"4,keyasint,omitempty"`
}

// Bridged is the instant from which caller and agent hear each other.
type Bridged struct {
	Call  turn.ID `cbor:"1,keyasint,omitempty"`
	Agent string  `cbor:"2,keyasint,omitempty"`
}

// PromptHeard is a clip list that was played to its end.
type PromptHeard struct {
	Call turn.ID `cbor:"1,keyasint,omitempty"`
	Step string  `cbor:"2,keyasint,omitempty"`
}

// MediaCounted is a leg's last media counters; after a kill they are "at
// least".
type MediaCounted struct {
	Call     turn.ID `cbor:"1,keyasint,omitempty"`
	Leg      turn.ID `cbor:"2,keyasint,omitempty"`
	Caller   bool    `cbor:"3,keyasint,omitempty"` // the caller's side, else the answering one
	Received uint64  `cbor:"4,keyasint,omitempty"`
	Sent     uint64  `cbor:"5,keyasint,omitempty"`
	Lost     uint64  `cbor:"6,keyasint,omitempty"`
	Late     uint64  `cbor:"7,keyasint,omitempty"`
}

// Forwarded is a call's second leg to a destination, when it begins to ring.
type Forwarded struct {
	Call        turn.ID `cbor:"1,keyasint,omitempty"`
	Destination string  `cbor:"2,keyasint,omitempty"`
	Trunk       string  `cbor:"3,keyasint,omitempty"`
	Number      string  `cbor:"4,keyasint,omitempty"` // as it was rung
}

// ForwardEnded is a destination that did not take a call, or was not rung.
type ForwardEnded struct {
	Call        turn.ID `cbor:"1,keyasint,omitempty"`
	Destination string  `cbor:"2,keyasint,omitempty"`
	Why         string  `cbor:"3,keyasint,omitempty"` // busy, no-answer, closed, full, returned …
	Status      int     `cbor:"4,keyasint,omitempty"`
	Q850        int     `cbor:"5,keyasint,omitempty"`
}

// Transferred is a wish to send a caller on.
type Transferred struct {
	Call turn.ID `cbor:"1,keyasint,omitempty"`
	By   string  `cbor:"2,keyasint,omitempty"` // agent, subcenter, operator
	From string  `cbor:"3,keyasint,omitempty"` // the agent or destination that had him
	Kind string  `cbor:"4,keyasint,omitempty"` // destination, queue, agent
	To   string  `cbor:"5,keyasint,omitempty"`
}

// TransferDone is what became of the wish: without Why it was fulfilled.
type TransferDone struct {
	Call turn.ID `cbor:"1,keyasint,omitempty"`
	To   string  `cbor:"2,keyasint,omitempty"`
	Why  string  `cbor:"3,keyasint,omitempty"`
}

// CDRsReported are calls that citizens made past our trunks, as the exchange
// that had them tells: some lines of one file.
type CDRsReported struct {
	Source      string        `cbor:"1,keyasint,omitempty"` // whose file it is
	Destination string        `cbor:"2,keyasint,omitempty"` // the answering point that had the calls
	Calls       []ReportedCDR `cbor:"3,keyasint,omitempty"`
}

// ReportedCDR is one of them. Times are Unix ns, zero if they did not come.
type ReportedCDR struct {
	Call       string `cbor:"1,keyasint,omitempty"` // the source's own name of it
	Number     string `cbor:"2,keyasint,omitempty"` // the ledger's
	Caller     string `cbor:"3,keyasint,omitempty"`
	Began      int64  `cbor:"4,keyasint,omitempty"`
	Answered   int64  `cbor:"5,keyasint,omitempty"`
	Ended      int64  `cbor:"6,keyasint,omitempty"`
	Outcome    string `cbor:"7,keyasint,omitempty"` // answered, abandoned, busy, no-answer, failed
	Agent      string `cbor:"8,keyasint,omitempty"` // the source's own
	City       string `cbor:"9,keyasint,omitempty"`
	Mode       string `cbor:"10,keyasint,omitempty"`
	Department string `cbor:"11,keyasint,omitempty"`
}

// AgentChanged is a change of an agent's state.
type AgentChanged struct {
	Agent string `cbor:"1,keyasint,omitempty"`
	Phone string `cbor:"2,keyasint,omitempty"`
	State string `cbor:"3,keyasint,omitempty"`
	Why   string `cbor:"4,keyasint,omitempty"`
}

// CDR is a call's whole story in figures: one a call, the value of
// FactCallEnded. Instants that did not come are zero; Civil minus Ended gives
// the offset for all of them.
type CDR struct {
	Call     turn.ID      `cbor:"1,keyasint,omitempty"`
	From     string       `cbor:"2,keyasint,omitempty"` // trunk or phone that rang us
	Caller   string       `cbor:"3,keyasint,omitempty"`
	Dialled  string       `cbor:"4,keyasint,omitempty"`
	Number   string       `cbor:"5,keyasint,omitempty"`
	Began    turn.Instant `cbor:"6,keyasint,omitempty"` // the INVITE
	Answered turn.Instant `cbor:"7,keyasint,omitempty"` // our 200 to the caller
	Enlisted turn.Instant `cbor:"8,keyasint,omitempty"`
	Heard    turn.Instant `cbor:"9,keyasint,omitempty"`  // what must be heard was heard
	Offered  turn.Instant `cbor:"10,keyasint,omitempty"` // the first offer
	Accepted turn.Instant `cbor:"11,keyasint,omitempty"` // the agent's 200
	Bridged  turn.Instant `cbor:"12,keyasint,omitempty"`
	Ended    turn.Instant `cbor:"13,keyasint,omitempty"`
	Civil    int64        `cbor:"14,keyasint,omitempty"` // Unix ns at Ended
	Queue    string       `cbor:"15,keyasint,omitempty"`
	Agent    string       `cbor:"16,keyasint,omitempty"` // 工号 of whoever talked
	Phone    string       `cbor:"17,keyasint,omitempty"` // or destination
	Offers   int          `cbor:"18,keyasint,omitempty"`
	Outcome  Outcome      `cbor:"19,keyasint,omitempty"`
	EndedBy  string       `cbor:"20,keyasint,omitempty"` // caller, agent, system, operator
	Status   int          `cbor:"21,keyasint,omitempty"` // the SIP status that ended it, if one did
	Q850     int          `cbor:"22,keyasint,omitempty"`
	Service  bool         `cbor:"23,keyasint,omitempty"` // an agent's own call: *11 to *14
	Revision uint64       `cbor:"24,keyasint,omitempty"`
	Resumed  bool         `cbor:"25,keyasint,omitempty"` // lived through a restart

	City        string `cbor:"26,keyasint,omitempty"` // whose call it is
	Mode        string `cbor:"27,keyasint,omitempty"` // of the number: merged, dual, subcenter
	Department  string `cbor:"28,keyasint,omitempty"`
	AnsweredBy  string `cbor:"29,keyasint,omitempty"` // agent, expert, subcenter, destination, takeover, duty
	Destination string `cbor:"30,keyasint,omitempty"` // the last one that was rung
	TakenOver   string `cbor:"31,keyasint,omitempty"` // why 12345 took the call over from it
	Returned    bool   `cbor:"32,keyasint,omitempty"` // had been sent out by us and came back
	Transfers   int    `cbor:"33,keyasint,omitempty"`
	Origin      string `cbor:"34,keyasint,omitempty"` // 110, or the other Hotline, that sent it on
	Before      int64  `cbor:"35,keyasint,omitempty"` // ns that the caller had waited there
}

// RevisionApplied tells that a revision of the plan is in force. It is the
// value of Revision's record too.
type RevisionApplied struct {
	Revision uint64 `cbor:"1,keyasint,omitempty"`
	Base     uint64 `cbor:"2,keyasint,omitempty"` // the revision that it changed
	Author   string `cbor:"3,keyasint,omitempty"`
	Reason   string `cbor:"4,keyasint,omitempty"`
	Document []byte `cbor:"5,keyasint,omitempty"` // YAML
}
