// Package dialog is one side of a call in SIP: a Leg is one INVITE usage, as
// server or client, with all its forks (RFC 3261 sections 9, 12 to 15). It
// builds and reads messages and knows no sockets, no transactions but by their
// IDs, and of bodies only who owes an answer. It is pure.
package dialog

import (
	"time"

	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

// Options are the timers and how we name ourselves.
type Options struct {
	T1, T2    time.Duration
	UserAgent string
}

// Path is how the peer is reached now: asked anew at every step, since a leg
// keeps no socket.
type Path struct {
	Flow    message.Flow
	OK      bool
	SentBy  string // host:port for Via
	Contact string // our Contact on that flow, "<sip:…>"
}

// Env is what a step may use.
type Env struct {
	Now  turn.Instant
	Path Path
	IDs  *turn.IDs
	Rand *turn.Rand
	Out  *[]Action
}

func (env *Env) do(a Action) { *env.Out = append(*env.Out, a) }

// Phase is how far a leg has come.
type Phase uint8

// The phases.
const (
	Invited   Phase = 1 + iota // server: their INVITE has no final response
	Inviting                   // client: our INVITE has none
	Confirmed                  // a 2xx was sent or has come
	Ending                     // we want it over: CANCEL or BYE under way, or BYE waiting for the ACK
	Over                       // nothing but repeats is expected
)

// Leg is one side of a call.
type Leg struct {
	State
	o      *Options
	repeat turn.Instant // our 2xx is sent again
	wait   time.Duration
}

// State is a leg as the journal holds it.
type State struct {
	LegID  turn.ID `cbor:"1,keyasint,omitempty"`
	Server bool    `cbor:"2,keyasint,omitempty"` // they invited us
	Phase  Phase   `cbor:"3,keyasint,omitempty"`

	Call      string       `cbor:"4,keyasint,omitempty"` // Call-ID
	Tag       string       `cbor:"5,keyasint,omitempty"` // ours
	PeerTag   string       `cbor:"6,keyasint,omitempty"`
	Local     string       `cbor:"7,keyasint,omitempty"` // our address as From or To has it, without tag
	Remote    string       `cbor:"8,keyasint,omitempty"`
	Target    string       `cbor:"9,keyasint,omitempty"` // remote target, a URI
	Routes    []string     `cbor:"10,keyasint,omitempty"`
	Seq       uint32       `cbor:"11,keyasint,omitempty"` // the last CSeq of ours
	PeerSeq   uint32       `cbor:"12,keyasint,omitempty"` // theirs
	Forks     []Fork       `cbor:"13,keyasint,omitempty"` // client, before the first 2xx
	Answered  Last         `cbor:"14,keyasint,omitempty"` // the last request of theirs that we answered
	Offer     Pending      `cbor:"15,keyasint,omitempty"` // their INVITE or UPDATE that waits for our answer
	OK        Waiting      `cbor:"16,keyasint,omitempty"` // our 2xx that waits for its ACK
	Ack       Ack          `cbor:"17,keyasint,omitempty"` // our last ACK of a 2xx
	Ours      Request      `cbor:"18,keyasint,omitempty"` // our INVITE under way
	Bye       turn.ID      `cbor:"19,keyasint,omitempty"`
	Cause     Cause        `cbor:"20,keyasint,omitempty"` // with which End was called
	ReleaseAt turn.Instant `cbor:"21,keyasint,omitempty"`
	RetryAt   turn.Instant `cbor:"22,keyasint,omitempty"` // our re-INVITE after a 491
	Retries   int          `cbor:"23,keyasint,omitempty"`
	Refer     Refer        `cbor:"24,keyasint,omitempty"` // their REFER that waits for our answer
	ReferSeen bool         `cbor:"25,keyasint,omitempty"` // a REFER has come: the NOTIFYs of others name theirs
	Transfer  Transfer     `cbor:"26,keyasint,omitempty"` // of the REFER that was taken
}

// Fork is an early dialog that a 18x of a fork has made.
type Fork struct {
	Tag    string   `cbor:"1,keyasint,omitempty"`
	Target string   `cbor:"2,keyasint,omitempty"`
	Routes []string `cbor:"3,keyasint,omitempty"`
}

// Last is an answered request: the same one again gets the same answer, also
// after a restart that lost its transaction.
type Last struct {
	Seq    uint32         `cbor:"1,keyasint,omitempty"`
	Method message.Method `cbor:"2,keyasint,omitempty"`
	Status int            `cbor:"3,keyasint,omitempty"`
	Raw    []byte         `cbor:"4,keyasint,omitempty"`
}

// Pending is a request of theirs that we owe a final response.
type Pending struct {
	Tx     turn.ID       `cbor:"1,keyasint,omitempty"`
	Seq    uint32        `cbor:"2,keyasint,omitempty"`
	Reply  message.Reply `cbor:"3,keyasint,omitempty"`
	Offers bool          `cbor:"4,keyasint,omitempty"` // it carries an offer
}

// Waiting is our 2xx until its ACK.
type Waiting struct {
	Tx    turn.ID      `cbor:"1,keyasint,omitempty"`
	Seq   uint32       `cbor:"2,keyasint,omitempty"`
	Raw   []byte       `cbor:"3,keyasint,omitempty"`
	End   turn.Instant `cbor:"4,keyasint,omitempty"` // 64·T1 after it was sent
	Offer bool         `cbor:"5,keyasint,omitempty"` // it carries our offer: the ACK has the answer
}

// Ack is an ACK that is sent again for each repeat of its 2xx.
type Ack struct {
	Seq uint32 `cbor:"1,keyasint,omitempty"`
	Raw []byte `cbor:"2,keyasint,omitempty"`
}

// Request is our INVITE or re-INVITE under way.
type Request struct {
	Tx   turn.ID `cbor:"1,keyasint,omitempty"`
	Seq  uint32  `cbor:"2,keyasint,omitempty"`
	Body []byte  `cbor:"3,keyasint,omitempty"` // of a re-INVITE, for its repeat after a 491
	Re   bool    `cbor:"4,keyasint,omitempty"`
}

// Record is a leg's journaled state.
type Record = State

// Record returns the state to be journaled.
func (l *Leg) Record() Record { return l.State }

// Restore takes up a leg where a process left it: a 2xx without ACK is sent
// again at once.
func Restore(env *Env, o *Options, r Record) *Leg {
	l := &Leg{State: r, o: o}
	if l.OK.Raw != nil {
		l.wait, l.repeat = o.T1, env.Now
	}
	return l
}

// ID is the leg's own name.
func (l *Leg) ID() turn.ID { return l.LegID }

// CallID is the dialog's Call-ID.
func (l *Leg) CallID() string { return l.Call }

// LocalTag is our tag.
func (l *Leg) LocalTag() string { return l.Tag }

// RemoteTarget is the next hop as a URI: the first route, or the remote
// target.
func (l *Leg) RemoteTarget() string {
	if len(l.Routes) > 0 {
		if a, err := message.ParseAddress(l.Routes[0]); err == nil {
			return a.URI.String()
		}
	}
	return l.Target
}

// Owed says whether the peer still has to answer something of ours: an INVITE, a
// BYE, or a 2xx with its ACK.
func (l *Leg) Owed() bool { return l.Ours.Tx != 0 || l.Bye != 0 || l.OK.Raw != nil }

// Deadline is when the leg wants Expire; zero: never.
func (l *Leg) Deadline() turn.Instant {
	next := turn.Earliest(l.repeat, l.OK.End)
	next = turn.Earliest(turn.Earliest(next, l.RetryAt), l.ReleaseAt)
	return turn.Earliest(next, l.Transfer.Until)
}

// Expire takes what is due.
func (l *Leg) Expire(env *Env) {
	if l.OK.End != 0 && env.Now >= l.OK.End {
		l.unacknowledged(env)
	}
	if l.repeat != 0 && env.Now >= l.repeat {
		env.do(Action{Kind: Respond, Leg: l.LegID, Tx: l.OK.Tx, Status: 200, Raw: l.OK.Raw})
		l.wait = min(2*l.wait, l.o.T2) // RFC 3261 section 13.3.1.4
		l.repeat = env.Now.Add(l.wait)
	}
	if l.RetryAt != 0 && env.Now >= l.RetryAt {
		l.RetryAt = 0
		l.Reoffer(env, l.Ours.Body) // waits again where an INVITE of theirs is under way
	}
	if l.Transfer.Until != 0 && env.Now >= l.Transfer.Until {
		l.unheard(env)
	}
	if l.ReleaseAt != 0 && env.Now >= l.ReleaseAt {
		l.ReleaseAt = 0
		env.do(Action{Kind: Released, Leg: l.LegID})
	}
}

// over ends the leg but for repeats of what was said, which come for at most
// 64·T1.
func (l *Leg) over(env *Env) {
	l.Phase, l.RetryAt, l.Transfer = Over, 0, Transfer{}
	l.AnswerRefer(env, 481, "")
	l.noACK()
	l.ReleaseAt = env.Now.Add(64 * l.o.T1)
}

func (l *Leg) noACK() { l.OK, l.repeat, l.wait = Waiting{}, 0, 0 }

// unacknowledged is a 2xx without ACK for 64·T1: the dialog is ended with a
// BYE (section 13.3.1.4).
func (l *Leg) unacknowledged(env *Env) {
	wanted := l.Phase == Ending
	l.noACK()
	if !wanted {
		l.Cause = Cause{Status: 408, Text: "no ACK"}
	}
	l.bye(env)
	if !wanted {
		env.do(Action{Kind: Ended, Leg: l.LegID, Cause: l.Cause})
	}
}
