package call

import (
	"github.com/hotline12345/hotline/ivr"
	"github.com/hotline12345/hotline/ivr/prompt"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/sip/dialog"
)

// announce begins the caller's announcement as soon as the agent is there and
// nothing that must be heard is left.
func (c *Call) announce(env *Env) {
	if c.Phase != Bridging || c.Attempt.Said || !c.bridgeable() {
		return
	}
	c.Attempt.Said = true
	c.walk.Park()
	if c.Attempt.Announce && c.Attempt.Kind == AgentOffer {
		c.play(env, &c.Caller, PlayingWords, prompt.Serving(c.Attempt.Agent), false)
	} else {
		c.silence(env, &c.Caller)
	}
	c.bridge(env)
}

// bridgeable says whether the caller may be cut off from his flow.
func (c *Call) bridgeable() bool {
	return c.Attempt.Kind == ForwardStep || c.walk.Bridgeful
}

// bridge joins both sides when all words are said.
func (c *Call) bridge(env *Env) {
	if c.Phase != Bridging || !c.Attempt.Said || c.Caller.Playing == PlayingWords || c.Other.Playing == PlayingWords {
		return
	}
	c.Phase = Talking
	if c.CDR.Bridged == 0 {
		c.CDR.Bridged = env.Now
	} else {
		c.credit()
	}
	c.hearOther(env, &c.Caller)
	c.hearOther(env, &c.Other)
	c.fact(env, journal.FactBridged, journal.Bridged{Call: c.ID, Agent: c.Attempt.Agent})
	c.changed(env)
}

// credit names in the CDR whoever has the caller now.
func (c *Call) credit() {
	c.CDR.Agent, c.CDR.Phone, c.CDR.AnsweredBy = c.Attempt.Agent, c.Other.Peer.Name, c.answeredBy()
}

// unbridge puts the caller back where he waited: the agent hung up before they
// heard each other.
func (c *Call) unbridge(env *Env) {
	queued, target := c.Attempt.Kind != ForwardStep, c.Attempt.Target
	c.dropOffer(env, HungUp, dialog.Cause{})
	if c.CDR.Bridged == 0 {
		c.CDR.Accepted = 0
		c.CDR.Agent, c.CDR.Phone, c.CDR.AnsweredBy = "", "", ""
	}
	c.Phase = Walking
	if !queued {
		c.passed(env, target, HungUp, 0, 16)
		c.step(env, ivr.Event{Kind: ivr.ForwardFailed})
		return
	}
	env.do(Action{Kind: OfferRefused, Call: c.ID, Why: HungUp})
	if c.walk.Parked {
		c.walk.Parked = false
		c.play(env, &c.Caller, PlayingMusic, c.o.Hold, true)
	}
}
