// Package call is one caller's journey: his leg, the flow he walks, the leg
// that rings or talks for him, and who hears whom. It is pure: the core gives
// it what the legs, the media plane and the queue engine report, and carries
// out the actions it returns.
package call

import (
	"cmp"
	"time"

	"github.com/hotline12345/hotline/ivr"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/numbering"
	"github.com/hotline12345/hotline/turn"
)

// Options are what a plan's revision says of calls; immutable.
type Options struct {
	Revision uint64
	Flows    ivr.Flows
	Silence  time.Duration // a leg that should be heard and is not for so long ends the call; 0: never
	Ring     time.Duration // a forward may ring so long where its step does not say
	Hold     []string      // the clips of music on hold
	Fallback string        // the queue of callers whom nobody has any more

	Farewells map[string]Farewell // by queue
	Busy      map[string]int      // status by trunk, where it is not 486
}

// Farewell is what a caller who has been answered hears before a queue that does
// not take or keep him hangs up: clips; empty: none.
type Farewell struct{ Full, Late string }

// BusyStatus is the status with which a trunk's callers are told that everybody
// is busy.
func (o *Options) BusyStatus(trunk string) int { return cmp.Or(o.Busy[trunk], 486) }

// Ports gives a leg its pair of ports, bound ahead by the media plane.
type Ports interface {
	Take(iface string) (order.Pair, bool)
}

// Env is what a step of a call may use.
type Env struct {
	Now   turn.Instant
	Civil int64 // Unix ns minus Now
	IDs   *turn.IDs
	Rand  *turn.Rand
	Ports Ports
	Out   *[]Action
}

// Phase is how far a call has come.
type Phase uint8

// The phases, in the order in which a call goes through them.
const (
	Walking  Phase = 1 + iota // in the flow; perhaps enlisted, perhaps a phone rings
	Bridging                  // the other side has answered; announcements are heard
	Talking
	Over
)

func (p Phase) String() string {
	return [...]string{"none", "walking", "bridging", "talking", "over"}[p]
}

// Call is one call. Its state is State, as it stands in the journal.
type Call struct {
	State
	o    *Options
	walk *ivr.Walk
	acts []ivr.Action // reused by step
}

// State is the journaled state of a call.
type State struct {
	ID       turn.ID     `cbor:"1,keyasint,omitempty"`
	Revision uint64      `cbor:"2,keyasint,omitempty"`
	Phase    Phase       `cbor:"3,keyasint,omitempty"`
	Caller   Party       `cbor:"4,keyasint,omitempty"`
	Other    Party       `cbor:"5,keyasint,omitempty"`
	Attempt  Attempt     `cbor:"6,keyasint,omitempty"`
	Place    ivr.Place   `cbor:"7,keyasint,omitempty"`
	CDR      journal.CDR `cbor:"8,keyasint,omitempty"`
	Needs    []ivr.Need  `cbor:"9,keyasint,omitempty"` // of the number dialled
	Priority int         `cbor:"10,keyasint,omitempty"`
	Enlisted bool        `cbor:"11,keyasint,omitempty"` // the queue engine has the call
	Hops     int         `cbor:"13,keyasint,omitempty"` // that the caller's INVITE had behind it; key 12 was a queue

	Path     []string `cbor:"14,keyasint,omitempty"` // node:destination, wherever a Hotline has sent the call
	Diverted []string `cbor:"15,keyasint,omitempty"` // the Diversion headers that it came with, the newest first
	Third    Party    `cbor:"17,keyasint,omitempty"` // rung for a transfer, while the other one still talks
	Transfer Transfer `cbor:"18,keyasint,omitempty"`
	NoEarly  bool     `cbor:"16,keyasint,omitempty"` // the caller's trunk lets nothing be heard before the answer
	Private  bool     `cbor:"19,keyasint,omitempty"` // the caller wants his number kept from those who talk with him
	Lent     bool     `cbor:"20,keyasint,omitempty"` // another Hotline keeps him until a queue here has taken him
}

// Enlistment says where the call waits: the queue it was given to, all its
// needs.
func (c *Call) Enlistment() (queue string, needs []ivr.Need, priority int) {
	return c.CDR.Queue, c.Needs, c.Priority
}

// Presented is the caller's number as those are told who talk with him:
// numbering.Anonymous if he keeps it from them. The emergency services are told
// in any case.
func (c *Call) Presented(urgent bool) string { return presented(c.CDR.Caller, c.Private, urgent) }

func presented(caller string, private, urgent bool) string {
	if private && !urgent {
		return numbering.Anonymous
	}
	return caller
}

// Deadline is when the call wants Expire; zero: never.
func (c *Call) Deadline() turn.Instant {
	if c.Phase == Over {
		return 0
	}
	return turn.Earliest(turn.Earliest(c.walk.Deadline(), c.Attempt.Ends), c.Transfer.Ends)
}

// Record is the state to be journaled.
func (c *Call) Record() *State {
	c.Place = c.walk.Place
	return &c.State
}

// Restore returns the call that the record tells of. Media orders for its
// parties come out again, by the same code as the first time.
func Restore(env *Env, o *Options, s State) *Call {
	c := &Call{State: s, o: o, walk: ivr.Restore(o.Flows, s.Place)}
	c.CDR.Resumed = true
	c.walk.Renew(env.Now)
	for _, p := range c.Parties() {
		if p.Leg != 0 {
			c.giveMedia(env, p)
		}
	}
	c.changed(env)
	return c
}

func (c *Call) changed(env *Env) { env.do(Action{Kind: Changed, Call: c.ID}) }

// party returns the party that the leg is, or nil for a leg that the call has
// let go.
func (c *Call) party(leg turn.ID) *Party {
	switch leg {
	case 0:
		return nil
	case c.Caller.Leg:
		return &c.Caller
	case c.Other.Leg:
		return &c.Other
	case c.Third.Leg:
		return &c.Third
	}
	return nil
}

// Parties are all that a call can have; those without a leg are not there.
func (s *State) Parties() [3]*Party { return [3]*Party{&s.Caller, &s.Other, &s.Third} }

func (c *Call) opposite(p *Party) *Party {
	if p == &c.Caller {
		return &c.Other
	}
	return &c.Caller
}
