package call

import (
	"github.com/hotline12345/hotline/ivr"
	"github.com/hotline12345/hotline/ivr/prompt"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/sip/dialog"
	"github.com/hotline12345/hotline/turn"
)

// Transfer is a wish to send a caller on to a destination, while that rings.
type Transfer struct {
	To      string       `cbor:"1,keyasint,omitempty"` // the destination
	Ends    turn.Instant `cbor:"2,keyasint,omitempty"` // it rings no longer
	Ringing bool         `cbor:"3,keyasint,omitempty"`
	Told    turn.ID      `cbor:"4,keyasint,omitempty"` // the leg whose REFER it is; 0: nobody's
	Before  string       `cbor:"5,keyasint,omitempty"` // the CDR's destination, should this one not take the call
}

// Wish is a transfer as the core found it: a queue, a destination, or why there
// is neither.
type Wish struct {
	By    string  // agent, subcenter, operator
	Leg   turn.ID // whose REFER it is; 0: nobody's
	To    string
	Queue string     // to wait there, or
	Out   *Target    // to be rung
	Needs []ivr.Need // Queue: the skills that the number asks for which was wished
	Busy  bool       // Queue: all channels that are its seats are taken
	Error *RefusedWish
}

// RefusedWish is why a transfer was not begun: a SIP status and a word for people.
type RefusedWish struct {
	Status int
	Text   string
}

func (r *RefusedWish) Error() string { return r.Text }

// The refusals of transfers that are the call's own.
var (
	notTalking  = &RefusedWish{403, "only a call in talk is transferred, by whoever has answered it"}
	transferred = &RefusedWish{491, "a transfer is under way"}
	attended    = &RefusedWish{501, "attended transfers are not taken"}
)

// referred takes the REFER of a leg's peer: the core finds whom it means.
func (c *Call) referred(env *Env, p *Party, r *dialog.Referral) {
	switch {
	case p != &c.Other || c.Phase != Talking:
		c.refuseRefer(env, p.Leg, notTalking)
	case r.Replaces != "":
		c.refuseRefer(env, p.Leg, attended)
	default:
		env.do(Action{Kind: Refer, Call: c.ID, Leg: p.Leg, Queue: r.User})
	}
}

func (c *Call) refuseRefer(env *Env, leg turn.ID, why *RefusedWish) {
	if leg != 0 {
		env.do(Action{Kind: LegAnswerRefer, Call: c.ID, Leg: leg, Status: why.Status, Cause: dialog.Cause{Text: why.Text}})
	}
}

// tell tells whoever asked for the transfer how it goes.
func (c *Call) tell(env *Env, leg turn.ID, status int) {
	if leg != 0 {
		env.do(Action{Kind: LegNotify, Call: c.ID, Leg: leg, Status: status})
	}
}

// Fulfil begins the transfer that the core found for a wish. Why it does not is
// said to whoever asked by REFER, too.
func (c *Call) Fulfil(env *Env, w *Wish) *RefusedWish {
	why := w.Error
	switch {
	case c.Phase != Talking || c.Other.Leg == 0 || w.Leg != 0 && w.Leg != c.Other.Leg:
		why = notTalking
	case c.Third.Leg != 0:
		why = transferred
	}
	if why != nil {
		if why == w.Error && w.Out != nil { // to be found in the CDR, above all of 110
			c.wished(env, w)
			c.fact(env, journal.FactTransferDone, journal.TransferDone{Call: c.ID, To: w.To, Why: w.Out.Why.String()})
		}
		c.refuseRefer(env, w.Leg, why)
		return why
	}
	if w.Leg != 0 {
		env.do(Action{Kind: LegAnswerRefer, Call: c.ID, Leg: w.Leg, Status: 202})
	}
	c.wished(env, w)
	if w.Out != nil {
		c.transferOut(env, w)
		return nil
	}
	c.tell(env, w.Leg, 200)
	c.fact(env, journal.FactTransferDone, journal.TransferDone{Call: c.ID, To: w.To})
	c.partWithOther(env)
	words := prompt.Transferring
	if w.Busy {
		words = prompt.ChannelsBusy
	}
	c.backToQueue(env, w.Queue, w.Needs, words)
	return nil
}

// wished notes that somebody wanted the caller sent on.
func (c *Call) wished(env *Env, w *Wish) {
	kind := "queue"
	if w.Out != nil {
		kind = "destination"
	}
	c.CDR.Transfers++
	c.fact(env, journal.FactTransferred, journal.Transferred{Call: c.ID, By: w.By, From: c.with(), Kind: kind, To: w.To})
	c.changed(env)
}

// transferOut rings a destination while the other one still has the caller.
func (c *Call) transferOut(env *Env, w *Wish) {
	ring := w.Out.Ring
	if ring == 0 {
		ring = c.o.Ring
	}
	c.Transfer = Transfer{To: w.To, Told: w.Leg, Ends: env.Now.Add(ring), Before: c.CDR.Destination}
	if !c.ring(env, &c.Third, w.Out, false) {
		c.transferFailed(env, NoPorts, 503)
		return
	}
	c.silence(env, &c.Other)
	c.music(env, PlayingHold, prompt.Transferring)
}

// with is whoever talks with the caller: the agent, or the destination.
func (c *Call) with() string {
	if c.Attempt.Agent != "" {
		return c.Attempt.Agent
	}
	return c.Other.Peer.Dest
}

// third takes what the leg reports that is rung for a transfer; what is the same
// for every leg it leaves.
func (c *Call) third(env *Env, a *dialog.Action) bool {
	switch a.Kind {
	case dialog.Ringing:
		c.thirdRings(env, a)
	case dialog.Answered:
		c.thirdTakes(env, a)
	case dialog.Refused:
		c.transferFailed(env, whyRefused(a.Status, a.Cause.Q850), a.Status)
	case dialog.Ended:
		c.transferFailed(env, HungUp, 480)
	default:
		return false
	}
	return true
}

func (c *Call) thirdRings(env *Env, a *dialog.Action) {
	if !c.Transfer.Ringing {
		c.Transfer.Ringing = true
		c.tell(env, c.Transfer.Told, 180)
		c.changed(env)
	}
	if len(a.Body) == 0 || !c.Third.Offering || c.Third.SDP.Accept(a.Body) != nil {
		return
	}
	c.Third.agree()
	c.Third.Early, c.Third.Fork = true, a.Fork
	c.giveMedia(env, &c.Third)
	c.hearEarly(env, &c.Third)
}

// thirdTakes makes the one who has answered the caller's partner; whoever sent
// him there has done with the call.
func (c *Call) thirdTakes(env *Env, a *dialog.Action) {
	if !c.Third.settled(a.Body, a.Fork) {
		if c.Third.SDP.Accept(a.Body) != nil {
			c.transferFailed(env, BadSDP, 488)
			return
		}
		c.Third.agree()
		c.Third.Fork = a.Fork
	}
	c.Third.Answered = true
	t := c.Transfer
	c.tell(env, t.Told, 200)
	c.partWithOther(env)
	c.Other, c.Third, c.Transfer = c.Third, Party{}, Transfer{}
	c.Attempt = Attempt{Kind: ForwardStep, Target: t.To, Taken: true, Said: true}
	c.fact(env, journal.FactTransferDone, journal.TransferDone{Call: c.ID, To: t.To})
	c.giveMedia(env, &c.Other)
	c.hearOther(env, &c.Caller)
	c.hearOther(env, &c.Other)
}

// transferFailed lets the caller come back to whoever sent him on, who is told
// so; is that one gone, into the queue, to a place as old as the call.
func (c *Call) transferFailed(env *Env, why Refusal, status int) {
	t := c.Transfer
	c.fact(env, journal.FactForwardEnded, journal.ForwardEnded{Call: c.ID, Destination: t.To, Why: why.String(), Status: status})
	c.fact(env, journal.FactTransferDone, journal.TransferDone{Call: c.ID, To: t.To, Why: why.String()})
	if c.Third.Leg != 0 {
		if c.Caller.Media.Hear.Leg == c.Third.Leg {
			c.silence(env, &c.Caller)
		}
		c.letGo(env, &c.Third)
		env.do(Action{Kind: LegEnd, Call: c.ID, Leg: c.Third.Leg, Cause: dialog.Cause{Status: 487, Q850: 16, Text: "transfer ended"}})
	}
	c.Third, c.Transfer, c.CDR.Destination = Party{}, Transfer{}, t.Before
	c.tell(env, t.Told, max(status, 400))
	c.changed(env)
	if c.Other.Leg == 0 {
		c.backToQueue(env, "", nil, prompt.Returned)
		return
	}
	c.hearOther(env, &c.Caller)
	c.play(env, &c.Other, PlayingWords, []string{prompt.Failed}, false)
}

// handedOver is the hanging up of whoever sent the caller on, while the
// destination still rings.
func (c *Call) handedOver(env *Env) {
	c.Transfer.Told = 0
	c.partWithOther(env)
}

// leftBehind is the hanging up of whoever is still being told that his transfer
// failed: some phones do so by themselves. The caller is not to suffer for it.
func (c *Call) leftBehind(env *Env) {
	c.partWithOther(env)
	c.backToQueue(env, "", nil, prompt.Returned)
}

// partWithOther ends the talk with whoever has sent the caller on.
func (c *Call) partWithOther(env *Env) {
	if c.Other.Leg == 0 {
		return
	}
	if c.Caller.Media.Hear.Leg == c.Other.Leg {
		c.silence(env, &c.Caller)
	}
	c.letGo(env, &c.Other)
	env.do(Action{Kind: LegEnd, Call: c.ID, Leg: c.Other.Leg, Cause: dialog.Cause{Q850: 16, Text: "transferred"}})
	if c.Attempt.Taken && c.Attempt.Kind != ForwardStep {
		env.do(Action{Kind: TalkEnded, Call: c.ID})
	}
	c.Enlisted, c.Other, c.Attempt = false, Party{}, Attempt{}
	c.changed(env)
}

// backToQueue lets a caller wait whom nobody has any more: "" is the queue that
// had him last, or the hotline's own. What his number asks for counts no more:
// whoever sent him on knows better. He hears why he waits.
func (c *Call) backToQueue(env *Env, queue string, needs []ivr.Need, words string) {
	if queue == "" {
		queue = c.CDR.Queue
	}
	if queue == "" {
		queue = c.o.Fallback
	}
	c.Phase, c.Needs = Walking, needs
	c.walk.Wait()
	c.music(env, PlayingMusic, words)
	c.wait(env, queue, c.CDR.Began)
	env.do(Action{Kind: MayBridge, Call: c.ID})
}
