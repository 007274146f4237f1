package call

import (
	"github.com/hotline12345/hotline/ivr"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/sip/dialog"
	"github.com/hotline12345/hotline/turn"
)

// ActionKind is what a call asks of the core.
type ActionKind uint8

// The actions of a call.
const (
	// To a leg.
	LegProgress    ActionKind = 1 + iota // Leg, Status, Body
	LegAnswer                            // Leg, Body
	LegAnswerOffer                       // Leg, Status, Body
	LegAnswerRefer                       // Leg, Status: 2xx takes the transfer, LegNotify is owed; Cause.Text: why not
	LegNotify                            // Leg, Status, Cause.Text: how the transfer goes; a final status ends it
	LegInvite                            // Leg, Invite, Body: a leg of this ID is to be made
	LegEnd                               // Leg, Cause

	Media // Order

	// To the queue engine.
	Enlist       // Queue, Needs, Priority
	MayBridge    // nothing that must be heard is left
	Leave        // the call is gone from its queue
	OfferRings   //
	OfferTaken   // the agent has answered
	OfferRefused // Why
	TalkEnded    //

	Forward // Queue: the name of the target that a step wants rung
	Command // Command, Digits: an agent's command from Phone

	Fact    // FactType, Value
	Changed // the record is to be written
	Ended   // the call is over: its record ends
)

// Action is one action of a call.
type Action struct {
	Kind     ActionKind
	Call     turn.ID
	Leg      turn.ID
	Status   int
	Body     []byte
	Cause    dialog.Cause
	Invite   Invite
	Order    order.Leg
	Queue    string
	Needs    []ivr.Need
	Priority int
	Since    turn.Instant // Enlist: the place is as old; 0: now
	Why      Refusal
	Command  ivr.Order
	Phone    string
	Digits   string
	FactType journal.FactType
	Value    any
}

// Invite says whom a new leg rings and what he is shown.
type Invite struct {
	Peer    Peer
	Display string // shown name: the number dialled, then the caller's
	Caller  string // user part of From
	Auto    bool   // the phone is asked to answer by itself
	Hops    int    // its Max-Forwards
}

func (env *Env) do(a Action) { *env.Out = append(*env.Out, a) }

func (c *Call) fact(env *Env, kind journal.FactType, value any) {
	env.do(Action{Kind: Fact, Call: c.ID, FactType: kind, Value: value})
}
