package acd

import "github.com/hotline12345/hotline/turn"

// EventKind is what the engine is told.
type EventKind uint8

// The events. Those of an agent's own wish are methods that can refuse: Login,
// Logout, Pause, Resume.
const (
	CallWaiting    EventKind = 1 + iota // Call, Queue, Needs, Priority: enlisted
	CallGone                            // Call: hung up, forwarded or ended while it waited or was offered
	MayBridge                           // Call: nothing that must be heard is left
	OfferRings                          // Call: the agent's phone rings
	OfferTaken                          // Call: the agent, or the duty, has answered
	OfferRefused                        // Call, Why
	TalkEnded                           // Call: after OfferTaken
	PhoneReachable                      // Phone, Yes: registered and answering probes
	PhoneBusy                           // Phone, Yes: in a call that is not the engine's
	OutsideBusy                         // Destination, N: its calls that are not the engine's
	Deadline                            // the engine's Next has come
)

// Event is one event.
type Event struct {
	Kind     EventKind
	Call     turn.ID
	Began    turn.Instant // CallWaiting: the INVITE, from which one service clock runs; 0: now
	Since    turn.Instant // CallWaiting: the place is as old; 0: now
	Queue    string
	Needs    []Skill
	Priority int // higher goes first
	Phone    string
	Yes      bool
	Why      Refusal

	Destination string
	N           int
}

// Refusal is why an offer did not become a talk.
type Refusal uint8

// The refusals. Rejected, Busy and NoAnswer count as misses of the agent;
// Unreachable and BadSDP keep his phone from offers until PhoneReachable, or
// 30 s; NoPorts and Withdrawn are not his.
const (
	Rejected Refusal = 1 + iota
	Busy
	NoAnswer
	Unreachable
	BadSDP
	HungUp // answered and hung up before the caller was heard: a miss
	NoPorts
)

// ActionKind is what the engine asks for or tells.
type ActionKind uint8

// The actions.
const (
	Offer        ActionKind = 1 + iota // Call, Agent, Phone, Queue, Reason
	OfferDuty                          // Call, Queue, Duty, Reason
	Withdraw                           // Call: the offer's ring time is over; it counts as ended already
	TurnedAway                         // Call, Away: the call has left the queue
	AgentChanged                       // Agent, Phone, State, Why: his record is to be written
	QueueChanged                       // Queue: its record is to be written
	CallChanged                        // Call: its waiting record is to be written
)

// Away is why a queue did not take or keep a call.
type Away uint8

// The reasons.
const (
	Full Away = 1 + iota
	TooLong
	NoQueue // the plan has no queue of that name
)

// Action is one action.
type Action struct {
	Kind   ActionKind
	Call   turn.ID
	Agent  string
	Phone  string
	Queue  string
	Duty   *Duty
	State  AgentState
	Why    string // AgentChanged: login, logout, pause, misses, resume, offer, talk, wrap-up, idle
	Away   Away
	Reason Reason
}

// Reason is why an offer went where it went: of fixed size.
type Reason struct {
	Tier     uint8
	Strategy Strategy
	SortKey  int64     // by which the strategy chose; smaller is better
	Eligible int       // how many could have had the call
	Next     [3]string // the agents that would have been next
}

// AgentState is an agent's state.
type AgentState uint8

// The states (DESIGN.md's words). Reserved: chosen, his phone does not ring
// yet.
const (
	LoggedOut AgentState = iota
	Idle
	Reserved
	Ringing
	Talking
	WrapUp
	Paused
)

func (s AgentState) String() string {
	return [...]string{"LoggedOut", "Idle", "Reserved", "Ringing", "Talking", "WrapUp", "Paused"}[s]
}
