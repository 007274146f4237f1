package call

import (
	"slices"
	"time"

	"github.com/hotline12345/hotline/ivr"
	"github.com/hotline12345/hotline/ivr/prompt"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/sip/dialog"
	"github.com/hotline12345/hotline/turn"
)

// step gives the walk an event and carries out what it asks for.
func (c *Call) step(env *Env, ev ivr.Event) {
	c.acts, ev.Civil = c.acts[:0], (int64(env.Now)+env.Civil)/int64(time.Second)
	c.walk.Step(env.Now, ev, &c.acts)
	if len(c.acts) > 0 {
		c.changed(env)
	}
	for i := range c.acts {
		if c.Phase == Over {
			return
		}
		c.carryOut(env, &c.acts[i])
	}
}

func (c *Call) carryOut(env *Env, a *ivr.Action) {
	switch a.Kind {
	case ivr.DoAnswer:
		if !c.Lent {
			c.answer(env)
		}
	case ivr.DoProgress:
		c.progress(env)
	case ivr.DoPlay, ivr.DoMusic:
		c.playStep(env, a)
	case ivr.DoEnlist:
		c.enlist(env, a.Step)
	case ivr.MayBridge:
		c.CDR.Heard = env.Now
		if c.Enlisted {
			env.do(Action{Kind: MayBridge, Call: c.ID})
		}
		c.announce(env)
	case ivr.DoCity:
		c.CDR.City = a.Step.City
	case ivr.DoForward:
		c.forward(env, a.Step)
	case ivr.DoPassed:
		c.passed(env, a.Step.Target, Closed, 0, 0)
	case ivr.DoCommand:
		env.do(Action{Kind: Command, Call: c.ID, Command: a.Step.Order, Phone: c.Caller.Peer.Name, Digits: a.Digits})
	case ivr.DoHangup:
		c.flowEnded(env, a.Step)
	}
}

func (c *Call) playStep(env *Env, a *ivr.Action) {
	if c.Phase != Walking && !a.Step.MustHear {
		return // the bridge is being made: nothing that need not be heard begins now
	}
	c.progress(env)
	clips := c.spell(a.Step.Clips)
	playing, loop := PlayingStep, false
	if a.Kind == ivr.DoMusic {
		playing, loop = PlayingMusic, true
	}
	c.play(env, &c.Caller, playing, clips, loop)
}

// spell puts what the call decides in the place of the clips that stand for it.
func (c *Call) spell(clips []string) []string {
	if i := slices.Index(clips, ivr.Dialled); i >= 0 {
		clips = slices.Concat(clips[:i], prompt.Number(c.CDR.Number), clips[i+1:])
	}
	if i := slices.Index(clips, ivr.Takeover); i >= 0 {
		clips = slices.Concat(clips[:i], []string{c.takeover()}, clips[i+1:])
	}
	return clips
}

// takeover is the clip that says why 12345 has taken the call over.
func (c *Call) takeover() string {
	switch c.CDR.TakenOver {
	case Busy.String(), Full.String():
		return ivr.Takeovers[0]
	case Returned.String():
		return ivr.Takeovers[1]
	}
	return ivr.Takeovers[2]
}

func (c *Call) enlist(env *Env, step *ivr.Step) {
	if c.Enlisted {
		env.do(Action{Kind: Leave, Call: c.ID})
	}
	c.Needs = ivr.MergeNeeds(c.Needs, step.Needs)
	c.Priority = max(c.Priority, step.Priority)
	c.wait(env, step.Queue, c.since(step))
}

// wait puts the call into a queue.
func (c *Call) wait(env *Env, queue string, since turn.Instant) {
	c.Enlisted, c.CDR.Queue = true, queue
	if c.CDR.Bridged == 0 { // else it is a transfer
		c.CDR.Enlisted = env.Now
	}
	env.do(Action{Kind: Enlist, Call: c.ID, Queue: queue, Needs: c.Needs, Priority: c.Priority, Since: since})
	c.fact(env, journal.FactEnlisted, journal.Enlisted{Call: c.ID, Queue: queue})
}

// since is how old a place in the queue is: as old as the call where 12345 takes
// it over, older by the time that another Hotline let the caller wait.
func (c *Call) since(step *ivr.Step) turn.Instant {
	switch {
	case c.CDR.Before > 0:
		return c.CDR.Began.Add(-time.Duration(c.CDR.Before))
	case step.Aged:
		return c.CDR.Began
	}
	return 0
}

// Queued tells that the queue has the call: the flow goes on behind its step.
// Whom another Hotline has lent us is ours from here on.
func (c *Call) Queued(env *Env) {
	if c.Phase == Walking && c.Enlisted {
		if c.Lent {
			c.Lent = false
			c.answer(env)
		}
		c.step(env, ivr.Event{Kind: ivr.QueueTaken})
	}
}

// TurnedAway tells that the queue did not take or keep the call.
func (c *Call) TurnedAway(env *Env, outcome journal.Outcome) {
	if c.Phase != Walking || !c.Enlisted {
		return
	}
	c.Enlisted = false
	c.CDR.Outcome = outcome
	c.dropOffer(env, 0, dialog.Cause{})
	c.step(env, ivr.Event{Kind: ivr.QueueRefused, Clip: c.farewell(outcome)})
}

// farewell is the clip that the queue has for whom it turns away. A caller who
// has not been answered hears none: his refusal says it, and costs him nothing.
func (c *Call) farewell(outcome journal.Outcome) string {
	f := c.o.Farewells[c.CDR.Queue]
	switch {
	case !c.Caller.Answered:
		return ""
	case outcome == journal.QueueFull:
		return f.Full
	case outcome == journal.WaitLimit:
		return f.Late
	}
	return ""
}

// CommandDone tells how an agent's command went.
func (c *Call) CommandDone(env *Env, ok bool) {
	c.step(env, ivr.Event{Kind: ivr.CommandDone, OK: ok})
}

// flowEnded ends a call whose flow has nothing more for the caller.
func (c *Call) flowEnded(env *Env, step *ivr.Step) {
	outcome, cause := c.CDR.Outcome, dialog.Cause{Status: 480, Q850: 16, Text: "flow ended"}
	if outcome == "" {
		outcome = journal.FlowEnded
	}
	switch outcome {
	case journal.QueueFull:
		cause = dialog.Cause{Status: c.o.BusyStatus(c.CDR.From), Q850: 17, Text: "queue full"}
	case journal.WaitLimit:
		cause = dialog.Cause{Status: 480, Q850: 19, Text: "wait limit"}
	}
	if step != nil && step.Status != 0 {
		cause.Status = step.Status
	}
	if step != nil && step.Q850 != 0 {
		cause.Q850 = step.Q850
	}
	c.end(env, c.talkOutcome(outcome), bySystem, cause)
}

// Expire takes what is due.
func (c *Call) Expire(env *Env) {
	if c.Phase == Over {
		return
	}
	if c.Attempt.Ends != 0 && env.Now >= c.Attempt.Ends {
		c.Attempt.Ends = 0
		c.attemptFailed(env, NoAnswer, dialog.Cause{Status: 480, Q850: 19, Text: "no answer"})
	}
	if c.Transfer.Ends != 0 && env.Now >= c.Transfer.Ends {
		c.transferFailed(env, NoAnswer, 480)
	}
	if due := c.walk.Deadline(); c.Phase != Over && due != 0 && env.Now >= due {
		c.step(env, ivr.Event{Kind: ivr.Deadline})
	}
}

// Heard takes an event of the media plane.
func (c *Call) Heard(env *Env, e *order.Event) {
	p := c.party(e.Leg)
	if p == nil || c.Phase == Over {
		return
	}
	switch e.Kind {
	case order.Digit:
		if p == &c.Caller && c.Phase == Walking {
			c.step(env, ivr.Event{Kind: ivr.Digit, Digit: e.Digit})
		}
	case order.ClipFinished:
		c.clipsFinished(env, p, e.Number)
	case order.PeerSilent:
		if p.Media.Expect {
			c.end(env, c.talkOutcome(journal.MediaLost), bySystem, dialog.Cause{Status: 480, Q850: 41, Text: "no media"})
		}
	case order.PeerLatched:
		p.Media.Latched = e.Addr
		c.changed(env)
	}
}

func (c *Call) clipsFinished(env *Env, p *Party, number uint64) {
	if number < p.PlayedBy {
		return // of clips that were cut since
	}
	switch p.Playing {
	case PlayingStep:
		p.Playing = PlayingNothing
		if step := c.walk.Current(); step != nil {
			c.fact(env, journal.FactPromptHeard, journal.PromptHeard{Call: c.ID, Step: step.Name})
		}
		c.step(env, ivr.Event{Kind: ivr.ClipsFinished})
	case PlayingWords:
		if c.Phase == Talking { // he was told of a transfer
			c.hearOther(env, p)
			return
		}
		c.silence(env, p)
		c.bridge(env)
	}
}
