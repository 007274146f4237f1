package call

import (
	"github.com/hotline12345/hotline/ivr"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/sip/dialog"
	"github.com/hotline12345/hotline/sip/sdp"
	"github.com/hotline12345/hotline/turn"
)

// Leg takes what one of the call's legs reports.
func (c *Call) Leg(env *Env, a *dialog.Action) {
	p := c.party(a.Leg)
	if p == nil || c.Phase == Over {
		if a.Kind == dialog.Referred {
			env.do(Action{Kind: LegAnswerRefer, Call: c.ID, Leg: a.Leg, Status: 481})
		}
		return
	}
	if p == &c.Third && c.third(env, a) {
		return
	}
	switch a.Kind {
	case dialog.Ringing:
		c.rings(env, a.Body, a.Fork)
	case dialog.Answered:
		c.taken(env, a.Body, a.Fork)
	case dialog.Acked:
		c.acked(env, p, a.Body)
	case dialog.Refused:
		c.refused(env, a)
	case dialog.Offered:
		c.offered(env, p, a.Body)
	case dialog.Digit:
		if p == &c.Caller && c.Phase == Walking {
			c.step(env, ivr.Event{Kind: ivr.Digit, Digit: a.Digit})
		}
	case dialog.Referred:
		c.referred(env, p, a.Refer)
	case dialog.Ended:
		c.legEnded(env, p, a)
	}
}

// acked takes the ACK of an answer that carried our offer.
func (c *Call) acked(env *Env, p *Party, body []byte) {
	if !p.Offering {
		return
	}
	if err := p.SDP.Accept(body); err != nil {
		c.end(env, c.talkOutcome(journal.UnusableSDP), bySystem, refusal(err))
		return
	}
	p.agree()
	c.giveMedia(env, p)
	c.rejoin(env)
}

// offered answers a re-INVITE or UPDATE: hold, resume, another codec or
// address. A refused one leaves all as it was.
func (c *Call) offered(env *Env, p *Party, body []byte) {
	if body == nil { // offerless: our full offer; the ACK has the answer
		p.Offering = true
		ours := p.SDP.Offer(caps(c.opposite(p)), p.local(), sdp.SendRecv)
		env.do(Action{Kind: LegAnswerOffer, Call: c.ID, Leg: p.Leg, Status: 200, Body: ours})
		c.changed(env)
		return
	}
	ours, err := p.SDP.Answer(caps(c.opposite(p)), p.local(), body, sdp.SendRecv)
	if err != nil {
		env.do(Action{Kind: LegAnswerOffer, Call: c.ID, Leg: p.Leg, Status: refusal(err).Status})
		return
	}
	p.agree()
	c.giveMedia(env, p)
	env.do(Action{Kind: LegAnswerOffer, Call: c.ID, Leg: p.Leg, Status: 200, Body: ours})
	c.rejoin(env)
}

// rejoin sets anew who hears whom after a hold, resume or change. While a transfer
// rings it changes nothing: nobody hears the caller, if anybody has him still.
func (c *Call) rejoin(env *Env) {
	if c.Phase == Talking && c.Third.Leg == 0 {
		c.hearOther(env, &c.Caller)
		c.hearOther(env, &c.Other)
	}
}

// refused takes the final refusal of the second leg's INVITE.
func (c *Call) refused(env *Env, a *dialog.Action) {
	if a.Leg != c.Other.Leg || c.Phase != Walking {
		return
	}
	c.attemptFailed(env, whyRefused(a.Status, a.Cause.Q850), dialog.Cause{Status: a.Status, Q850: a.Cause.Q850, Text: a.Cause.Text})
}

// legEnded takes the end of an answered leg, or of the caller's INVITE.
func (c *Call) legEnded(env *Env, p *Party, a *dialog.Action) {
	if p == &c.Other {
		switch {
		case c.Phase == Talking && c.Third.Leg != 0:
			c.handedOver(env)
		case c.Phase == Talking && a.ByPeer && c.Other.Playing == PlayingWords:
			c.leftBehind(env)
		case c.Phase == Talking && a.ByPeer:
			c.end(env, journal.Answered, byAgent, dialog.Cause{Q850: 16, Text: "agent hung up"})
		case c.Phase == Talking: // his ACK never came, or his dialog is gone
			c.end(env, journal.Answered, bySystem, a.Cause)
		default:
			c.unbridge(env)
		}
		return
	}
	outcome := journal.AbandonedPrompt
	switch {
	case !a.ByPeer: // our 200 was never acknowledged
		c.end(env, c.talkOutcome(journal.NoACK), bySystem, a.Cause)
		return
	case c.Attempt.Kind != NoAttempt:
		outcome = journal.AbandonedRing
	case c.Enlisted:
		outcome = journal.AbandonedQueue
	}
	cause := dialog.Cause{Q850: 16, Text: "caller hung up"}
	if !c.Caller.Answered {
		cause.Status = 487 // of his INVITE
	}
	c.end(env, c.talkOutcome(outcome), byCaller, cause)
}

// Silent tells that the second leg's peer has not answered at all: its old
// INVITE lives on in its leg and the call looks further.
func (c *Call) Silent(env *Env, leg turn.ID) {
	if leg == c.Third.Leg {
		if !c.Transfer.Ringing {
			c.transferFailed(env, Unreachable, 480)
		}
		return
	}
	if c.Phase == Walking && c.Attempt.Kind != NoAttempt && !c.Attempt.Ringing {
		c.attemptFailed(env, Unreachable, dialog.Cause{Status: 408, Q850: 18, Text: "no response"})
	}
}
