package call

import (
	"net/netip"

	"github.com/hotline12345/hotline/ivr"
	"github.com/hotline12345/hotline/ivr/prompt"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/numbering"
	"github.com/hotline12345/hotline/sip/dialog"
	"github.com/hotline12345/hotline/sip/sdp"
	"github.com/hotline12345/hotline/turn"
)

// AttemptKind says why a second leg is being rung.
type AttemptKind uint8

// The kinds of attempts.
const (
	NoAttempt   AttemptKind = iota
	AgentOffer              // the queue engine's choice
	DutyOffer               // the queue's duty tier: a mobile, a neighbour
	ForwardStep             // a step of the flow
)

// Attempt is the second leg while it is sought; it stays in place, Taken, when
// it has become the caller's partner.
type Attempt struct {
	Kind     AttemptKind  `cbor:"1,keyasint,omitempty"`
	Agent    string       `cbor:"2,keyasint,omitempty"` // 工号
	Announce bool         `cbor:"3,keyasint,omitempty"` // 工号…为您服务
	Whisper  bool         `cbor:"4,keyasint,omitempty"` // …来电
	Ringing  bool         `cbor:"5,keyasint,omitempty"`
	Taken    bool         `cbor:"6,keyasint,omitempty"`  // its 200 has come
	Said     bool         `cbor:"7,keyasint,omitempty"`  // the announcement was begun
	Ends     turn.Instant `cbor:"8,keyasint,omitempty"`  // a forward rings no longer
	Target   string       `cbor:"9,keyasint,omitempty"`  // the forward's, by its name in the plan
	By       string       `cbor:"10,keyasint,omitempty"` // what the CDR calls whoever answers here
}

// Offer is the queue engine's offer of this call to an agent or the duty tier,
// with what the core knows of him.
type Offer struct {
	Leg        turn.ID
	Duty       bool
	Agent      string
	By         string // what the CDR calls whoever answers: agent, expert, duty, subcenter
	Peer       Peer
	Interface  string
	Signalling netip.Addr
	Auto       bool
	Announce   bool
	Whisper    bool
}

// Offer rings the chosen agent.
func (c *Call) Offer(env *Env, offer *Offer, reason journal.Offered) {
	if c.Phase != Walking || c.Attempt.Kind != NoAttempt {
		env.do(Action{Kind: OfferRefused, Call: c.ID, Why: Rejected})
		return
	}
	kind := AgentOffer
	if offer.Duty {
		kind = DutyOffer
	}
	c.CDR.Offers++
	if c.CDR.Offered == 0 {
		c.CDR.Offered = env.Now
	}
	c.fact(env, journal.FactOffered, reason)
	c.Attempt = Attempt{Kind: kind, Agent: offer.Agent, Announce: offer.Announce, Whisper: offer.Whisper, By: offer.By}
	c.ringOther(env, &Target{Leg: offer.Leg, Peer: offer.Peer, Interface: offer.Interface, Signalling: offer.Signalling}, offer.Auto)
}

// ringOther rings whom the call wants as its caller's partner.
func (c *Call) ringOther(env *Env, t *Target, auto bool) {
	if !c.ring(env, &c.Other, t, auto) {
		c.attemptFailed(env, NoPorts, dialog.Cause{Status: 503, Q850: 34, Text: "no ports"})
		return
	}
	// A caller who hears us already, after a prompt, is not to hear nothing while
	// it rings: his own exchange plays him no ringing tone any more.
	hears := c.Caller.Answered || c.Caller.Early
	if c.Attempt.Kind == ForwardStep && hears && c.Caller.Playing == PlayingNothing {
		c.music(env, PlayingHold)
	}
}

// ring makes a party of the target and rings it; false: there are no ports.
func (c *Call) ring(env *Env, p *Party, t *Target, auto bool) bool {
	source := order.FromSDP
	if t.Peer.Kind == Phone {
		source = order.FromLatch
	}
	party, ok := newParty(env, t.Leg, t.Peer, t.Interface, source, t.Signalling)
	if !ok {
		return false
	}
	*p = party
	p.Offering = true
	body := p.SDP.Offer(caps(&c.Caller), p.local(), sdp.SendRecv)
	c.giveMedia(env, p)
	if name := t.Peer.Dest; name != "" {
		c.CDR.Destination = name
		c.fact(env, journal.FactForwarded, journal.Forwarded{Call: c.ID, Destination: name, Trunk: t.Peer.Name, Number: t.Peer.Number})
	}
	display := ""
	if t.Peer.Kind == Phone {
		display = c.shown()
	}
	env.do(Action{
		Kind: LegInvite, Call: c.ID, Leg: t.Leg, Body: body,
		Invite: Invite{Peer: t.Peer, Display: display, Caller: c.Presented(t.Peer.Urgent), Auto: auto, Hops: MaxForwards - 1 - c.Hops},
	})
	return true
}

// shown is what an agent's phone displays: who sent the call on, the number that
// was rung, the caller's.
func (c *Call) shown() string {
	caller := c.Presented(false)
	if caller == numbering.Anonymous {
		caller = "匿名"
	}
	display := c.CDR.Number + " " + caller
	if c.CDR.Origin != "" {
		display = c.CDR.Origin + "转来 " + display
	}
	return display
}

// Unanswered says whether the leg is one that the call rings and nothing has
// come of it.
func (c *Call) Unanswered(leg turn.ID) bool {
	switch leg {
	case c.Third.Leg:
		return c.Phase == Talking && !c.Transfer.Ringing
	case c.Other.Leg:
		return c.Phase == Walking && c.Attempt.Kind != NoAttempt && !c.Attempt.Ringing && !c.Attempt.Taken
	}
	return false
}

// Again rings the peer that did not answer on a leg by another of its addresses,
// in the same attempt.
func (c *Call) Again(env *Env, leg turn.ID, t *Target) {
	p := c.party(leg)
	c.letGo(env, p)
	env.do(Action{Kind: LegEnd, Call: c.ID, Leg: leg, Cause: dialog.Cause{Status: 408, Q850: 18, Text: "no response"}})
	*p = Party{}
	switch {
	case p == &c.Other:
		c.ringOther(env, t, false)
	case !c.ring(env, p, t, false):
		c.transferFailed(env, NoPorts, 503)
	}
}

// rings takes a 18x of a fork of the other leg. The first one's SDP counts: the
// caller hears one early sound, not each fork's in turn.
func (c *Call) rings(env *Env, body []byte, fork string) {
	if c.Attempt.Taken {
		return
	}
	if !c.Attempt.Ringing {
		c.Attempt.Ringing = true
		c.changed(env)
		if c.Attempt.Kind != ForwardStep {
			env.do(Action{Kind: OfferRings, Call: c.ID})
		} else if !c.Caller.Answered && len(body) == 0 {
			env.do(Action{Kind: LegProgress, Call: c.ID, Leg: c.Caller.Leg, Status: 180})
		}
	}
	if len(body) == 0 || !c.Other.Offering || c.Attempt.Kind != ForwardStep {
		return
	}
	if c.Other.SDP.Accept(body) != nil {
		return // the 200 will say it again, and then it counts
	}
	c.Other.agree()
	c.Other.Early, c.Other.Fork = true, fork
	c.giveMedia(env, &c.Other)
	c.progress(env)
	c.hearEarly(env, &c.Other)
}

// settled says whether what a party has agreed to holds in its 200, too. An early
// answer binds (RFC 6337 section 2.2); one that was not to be sent to before there
// was anybody to hear it may have become one that is.
func (p *Party) settled(body []byte, fork string) bool {
	return p.Agreed && !p.Offering && p.Fork == fork && (!p.Held || len(body) == 0)
}

// taken takes the 200 of the other leg. Each fork has an answer of its own to
// our offer (RFC 3261 section 13.2.2.4): media go to the one that took the call.
func (c *Call) taken(env *Env, body []byte, fork string) {
	if c.Phase != Walking || c.Attempt.Kind == NoAttempt {
		return
	}
	if !c.Other.settled(body, fork) {
		if err := c.Other.SDP.Accept(body); err != nil {
			c.attemptFailed(env, BadSDP, refusal(err))
			return
		}
		c.Other.agree()
		c.Other.Fork = fork
	}
	c.Other.Answered, c.Attempt.Taken, c.Attempt.Ends = true, true, 0
	c.Phase = Bridging
	if c.CDR.Accepted == 0 { // the first who has answered
		c.CDR.Accepted = env.Now
	}
	if c.CDR.Bridged == 0 { // else who talked before is who talked until this one does
		c.credit()
	}
	c.giveMedia(env, &c.Other)
	if c.Attempt.Kind != ForwardStep {
		env.do(Action{Kind: OfferTaken, Call: c.ID})
	}
	if c.Attempt.Whisper {
		clips := append(prompt.From(c.CDR.Origin), prompt.Number(c.CDR.Number)...)
		c.play(env, &c.Other, PlayingWords, append(clips, prompt.Calling), false)
	}
	c.answer(env)
	c.announce(env)
}

// Withdraw ends the offer: the engine's ring timeout.
func (c *Call) Withdraw(env *Env) {
	if c.Attempt.Kind == NoAttempt || c.Attempt.Taken {
		return
	}
	c.dropOffer(env, NoAnswer, dialog.Cause{Status: 487, Q850: 19, Text: "no answer"})
}

// attemptFailed lets the second leg go and tells whoever wanted it.
func (c *Call) attemptFailed(env *Env, why Refusal, cause dialog.Cause) {
	kind, target := c.Attempt.Kind, c.Attempt.Target
	if kind != ForwardStep {
		why = why.offered()
	}
	c.dropOffer(env, why, cause)
	if kind == ForwardStep {
		c.passed(env, target, why, cause.Status, cause.Q850)
	}
	if kind == ForwardStep {
		c.CDR.Outcome = journal.ForwardFailed
		c.step(env, ivr.Event{Kind: ivr.ForwardFailed})
		return
	}
	env.do(Action{Kind: OfferRefused, Call: c.ID, Why: why})
}

// dropOffer ends the second leg and its media, silently.
func (c *Call) dropOffer(env *Env, why Refusal, cause dialog.Cause) {
	if c.Attempt.Kind == NoAttempt {
		return
	}
	if c.Attempt.Kind != ForwardStep && why != 0 {
		c.fact(env, journal.FactOfferEnded, journal.OfferEnded{
			Call: c.ID, Agent: c.Attempt.Agent, Why: why.String(), Status: cause.Status,
		})
	}
	if c.Other.Leg != 0 {
		if c.Caller.Media.Hear.Leg == c.Other.Leg || c.Caller.Playing == PlayingHold { // its early media
			c.silence(env, &c.Caller)
		}
		c.letGo(env, &c.Other)
		env.do(Action{Kind: LegEnd, Call: c.ID, Leg: c.Other.Leg, Cause: cause})
	}
	c.Other, c.Attempt = Party{}, Attempt{}
	c.changed(env)
}
