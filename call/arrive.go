package call

import (
	"errors"
	"net/netip"
	"time"

	"github.com/hotline12345/hotline/ivr"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/sip/dialog"
	"github.com/hotline12345/hotline/sip/sdp"
	"github.com/hotline12345/hotline/turn"
)

// Arrival is an INVITE that the core has let in.
type Arrival struct {
	Call, Leg  turn.ID
	From       Peer
	Interface  string
	Signalling netip.Addr // where the INVITE came from
	Caller     string
	Private    bool   // see State
	Dialled    string // as it was dialled
	Number     string // of the ledger
	Flow       string
	Mode       string // of the number: merged, dual, subcenter
	Department string
	Needs      []ivr.Need
	Priority   int
	Service    bool     // an agent's own call, *11 to *14
	Hops       int      // Max-Forwards of his INVITE; -1: it had none
	City       string   // whose call it is
	Path       []string // see State
	Diverted   []string
	NoEarly    bool
	Lent       bool          // see State
	Returned   bool          // a destination has a call of his already
	Origin     string        // who sent him on: 110, another Hotline
	Before     time.Duration // that he has waited there
	Offer      []byte        // SDP; nil: offerless
}

// Presented is the call's.
func (a *Arrival) Presented(urgent bool) string { return presented(a.Caller, a.Private, urgent) }

// Arrive begins a call. Without ports the call is refused before it began: the
// Cause says how, and there is no Call.
func Arrive(env *Env, o *Options, a *Arrival) (*Call, dialog.Cause) {
	source := order.FromSDP
	if a.From.Kind == Phone {
		source = order.FromLatch
	}
	caller, ok := newParty(env, a.Leg, a.From, a.Interface, source, a.Signalling)
	if !ok {
		return nil, dialog.Cause{Status: 503, Q850: 34, Text: "no ports"}
	}
	c := &Call{
		State: State{
			ID: a.Call, Revision: o.Revision, Phase: Walking, Caller: caller, Needs: a.Needs, Priority: a.Priority, Hops: hops(a.Hops),
			CDR: journal.CDR{
				Call: a.Call, From: a.From.Name, Caller: a.Caller, Dialled: a.Dialled, Number: a.Number,
				Began: env.Now, Service: a.Service, Revision: o.Revision, Mode: a.Mode, Department: a.Department,
				Origin: a.Origin, Before: int64(a.Before), City: a.City, Returned: a.Returned,
			},
			Path: a.Path, Diverted: a.Diverted, NoEarly: a.NoEarly, Private: a.Private, Lent: a.Lent,
		},
		o: o, walk: ivr.New(o.Flows, a.Flow),
	}
	c.changed(env)
	c.fact(env, journal.FactCallBegan, journal.CallBegan{
		Call: a.Call, From: a.From.Name, Caller: a.Caller, Dialled: a.Dialled, Number: a.Number,
	})
	if a.Offer != nil {
		if _, err := c.Caller.SDP.Answer(caps(nil), c.Caller.local(), a.Offer, sdp.SendRecv); err != nil {
			c.end(env, journal.UnusableSDP, bySystem, refusal(err))
			return c, dialog.Cause{}
		}
		c.Caller.agree()
	}
	c.giveMedia(env, &c.Caller)
	c.step(env, ivr.Event{Kind: ivr.Begin})
	return c, dialog.Cause{}
}

// MaxForwards is what an INVITE begins with (RFC 3261 section 8.1.1.6).
const MaxForwards = 70

// hops are those that his INVITE has behind it. What we send for him has one
// more: a call that runs in a circle through other exchanges must come to an
// end (RFC 7332).
func hops(left int) int {
	if left < 0 {
		return 0
	}
	return max(MaxForwards-left, 0)
}

// refusal turns what sip/sdp says of a body into a final status.
func refusal(err error) dialog.Cause {
	var r *sdp.Refusal
	if errors.As(err, &r) {
		return dialog.Cause{Status: r.Status, Q850: 88, Text: r.Reason}
	}
	return dialog.Cause{Status: 488, Q850: 88, Text: err.Error()}
}

// body is our side of the caller's SDP exchange: the answer to his offer, or
// the offer that an offerless INVITE gets.
func (c *Call) body(p *Party) []byte {
	if p.Agreed || p.Offering {
		return p.SDP.Body
	}
	p.Offering = true
	return p.SDP.Offer(caps(c.opposite(p)), p.local(), sdp.SendRecv)
}

// answer sends the caller's 200, once.
func (c *Call) answer(env *Env) {
	if c.Caller.Answered {
		return
	}
	c.Caller.Answered = true
	c.CDR.Answered = env.Now
	env.do(Action{Kind: LegAnswer, Call: c.ID, Leg: c.Caller.Leg, Body: c.body(&c.Caller)})
	c.giveMedia(env, &c.Caller)
	c.changed(env)
}

// progress sends a 183 with our SDP, once. Where nothing can be heard before the
// answer the call is answered instead; so is an offerless INVITE: without 100rel
// no offer of ours may travel in a 18x.
func (c *Call) progress(env *Env) {
	switch {
	case c.Caller.Answered || c.Caller.Early:
	case !c.Caller.Agreed || c.NoEarly:
		c.answer(env)
	default:
		c.Caller.Early = true
		env.do(Action{Kind: LegProgress, Call: c.ID, Leg: c.Caller.Leg, Status: 183, Body: c.body(&c.Caller)})
		c.changed(env)
	}
}
