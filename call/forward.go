package call

import (
	"net/netip"
	"time"

	"github.com/hotline12345/hotline/ivr"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/sip/dialog"
	"github.com/hotline12345/hotline/turn"
)

// Target is a forward's destination as the core found it.
type Target struct {
	Leg        turn.ID
	Peer       Peer
	Interface  string
	Signalling netip.Addr
	Ring       time.Duration // it may ring so long where the step does not say; 0: Options.Ring
	By         string        // what the CDR calls whoever answers there
	Why        Refusal       // it cannot be rung now; 0: it can
}

// forward asks the core for the step's target.
func (c *Call) forward(env *Env, step *ivr.Step) {
	c.Attempt = Attempt{Kind: ForwardStep, Target: step.Target}
	env.do(Action{Kind: Forward, Call: c.ID, Queue: step.Target})
}

// ForwardTo rings the target that the core found for the step.
func (c *Call) ForwardTo(env *Env, t *Target) {
	if c.Phase != Walking || c.Attempt.Kind != ForwardStep || c.Other.Leg != 0 {
		return
	}
	c.CDR.Returned = c.CDR.Returned || t.Why == Returned
	if t.Why != 0 {
		c.attemptFailed(env, t.Why, dialog.Cause{Status: 480, Q850: 20, Text: t.Why.String()})
		return
	}
	ring := c.o.Ring
	if step := c.walk.Current(); step != nil && step.Ring > 0 {
		ring = step.Ring
	} else if t.Ring > 0 {
		ring = t.Ring
	}
	c.Attempt.Ends, c.Attempt.By = env.Now.Add(ring), t.By
	c.ring(env, t.Leg, t.Peer, t.Interface, t.Signalling, false)
}

// passed notes that a forward's target did not take the call, or was not rung.
func (c *Call) passed(env *Env, target string, why Refusal, status, q850 int) {
	c.CDR.Destination, c.CDR.TakenOver = target, why.String()
	c.fact(env, journal.FactForwardEnded, journal.ForwardEnded{
		Call: c.ID, Destination: target, Why: why.String(), Status: status, Q850: q850,
	})
}

// answeredBy is whoever has just answered, in the CDR's words. What 12345 takes
// over is no destination's any more.
func (c *Call) answeredBy() string {
	switch {
	case c.Attempt.Kind == ForwardStep:
		c.CDR.TakenOver = ""
	case c.CDR.TakenOver != "" && c.Attempt.Kind == AgentOffer:
		return "takeover"
	}
	return c.Attempt.By
}
