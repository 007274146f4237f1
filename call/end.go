package call

import (
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/sip/dialog"
)

// Who ended a call, in the CDR's words.
const (
	byCaller   = "caller"
	byAgent    = "agent"
	bySystem   = "system"
	byOperator = "operator"
)

// talkOutcome is Answered once they have heard each other, whatever ended it.
func (c *Call) talkOutcome(otherwise journal.Outcome) journal.Outcome {
	if c.CDR.Bridged != 0 {
		return journal.Answered
	}
	return otherwise
}

// Hangup ends the call from the CLI.
func (c *Call) Hangup(env *Env) {
	c.end(env, c.talkOutcome(journal.Operator), byOperator, dialog.Cause{Status: 480, Q850: 16, Text: "ended by the operator"})
}

// Stop ends the call for the node's sake: its shutdown, an outage, our fault.
func (c *Call) Stop(env *Env, outcome journal.Outcome, cause dialog.Cause) {
	c.end(env, outcome, bySystem, cause)
}

// end is the only way a call ends: both legs, all media, the engine's entry,
// one CDR.
func (c *Call) end(env *Env, outcome journal.Outcome, by string, cause dialog.Cause) {
	if c.Phase == Over {
		return
	}
	taken := c.Attempt.Taken && c.Attempt.Kind != ForwardStep
	c.Phase = Over
	for _, p := range c.Parties() {
		if p.Leg != 0 {
			c.letGo(env, p)
			env.do(Action{Kind: LegEnd, Call: c.ID, Leg: p.Leg, Cause: cause})
		}
	}
	switch {
	case taken:
		env.do(Action{Kind: TalkEnded, Call: c.ID})
	case c.Enlisted:
		env.do(Action{Kind: Leave, Call: c.ID})
	}
	c.CDR.Ended, c.CDR.Civil = env.Now, int64(env.Now)+env.Civil
	c.CDR.Outcome, c.CDR.EndedBy = outcome, by
	c.CDR.Status, c.CDR.Q850 = cause.Status, cause.Q850
	c.fact(env, journal.FactCallEnded, c.CDR)
	env.do(Action{Kind: Ended, Call: c.ID})
}
