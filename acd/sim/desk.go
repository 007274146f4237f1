package sim

import (
	"errors"
	"fmt"
	"time"

	"github.com/hotline12345/hotline/acd"
)

// Trouble is what goes wrong. Permille are of offers; times are means of
// exponential waits, and 0 means never.
type Trouble struct {
	Miss, Reject, Busy, BadSDP, NoPorts, HangUp, DutyFails int // permille

	Pause   time.Duration // between two wishes of an agent: a pause, a logout, the end of either
	Logout  int           // permille of those wishes that are a logout
	Break   time.Duration // how long a pause or an absence lasts
	Gone    time.Duration // between two times that a phone is gone from the network
	Back    time.Duration // how long it is gone
	Unheard int           // permille of those times that the engine finds out by itself
	OwnCall time.Duration // between two calls of a phone that are not the engine's; each lasts a minute in the mean
	Replan  time.Duration // between two changes of the plan; not random
	Others  time.Duration // between two changes of the calls that a destination has from elsewhere
}

// fate is what a phone does with an offer.
type fate uint8

const (
	talks fate = iota
	misses
	rejects
	isBusy
	badSDP
	noPorts
	hangsUp
	unreachable
)

// refusal is the fate as the engine is told it.
func (f fate) refusal() acd.Refusal {
	return [...]acd.Refusal{
		misses: acd.NoAnswer, rejects: acd.Rejected, isBusy: acd.Busy, badSDP: acd.BadSDP, noPorts: acd.NoPorts, unreachable: acd.Unreachable,
	}[f]
}

// desk is an agent and the phone before him.
type desk struct {
	agent, phone string
	gone         bool // the phone cannot be reached, whatever the engine thinks
	inCall       bool // an own one
	state        acd.AgentState
}

// staffUp seats everybody of all plans and logs them in.
func (w *world) staffUp() error {
	for _, plan := range append([]*acd.Options{w.o.Plan}, w.o.Plans...) {
		for i := range plan.Agents {
			id := plan.Agents[i].ID
			if _, known := w.byAgent[id]; !known {
				w.byAgent[id], w.byPhone["p"+id] = len(w.desks), len(w.desks)
				w.desks = append(w.desks, desk{agent: id, phone: "p" + id})
			}
		}
	}
	for i := range w.desks {
		if err := w.step(acd.Event{Kind: acd.PhoneReachable, Phone: w.desks[i].phone, Yes: true}); err != nil {
			return err
		}
		if err := w.wish(login, i, w.desks[i].phone); err != nil {
			return err
		}
		w.again(wish, i, w.o.Trouble.Pause)
		w.again(phoneFlips, i, w.o.Trouble.Gone)
		w.again(ownCall, i, w.o.Trouble.OwnCall)
	}
	w.outsideUp()
	if len(w.o.Plans) > 0 && w.o.Trouble.Replan > 0 {
		w.timers.Set(what{kind: replan}, w.now.Add(w.o.Trouble.Replan))
	}
	return nil
}

// again sets a desk's next happening of a kind.
func (w *world) again(kind happening, i int, mean time.Duration) {
	if mean > 0 {
		w.timers.Set(what{kind: kind, desk: i}, w.now.Add(1+w.staff.exp(mean)))
	}
}

// agentChanged keeps the occupancy.
func (w *world) agentChanged(a *acd.Action) {
	d := &w.desks[w.byAgent[a.Agent]]
	w.report.agent(w.now, d.state, a.State)
	d.state = a.State
}

// offered lets a phone ring, and draws what comes of it.
func (w *world) offered(c *caller, phone string) {
	d, mean := &w.desks[w.byPhone[phone]], w.o.People.Answer
	c.fate = w.fate(d)
	after := w.now
	switch c.fate {
	case unreachable:
		after = w.now.Add(3 * time.Second)
	case isBusy, badSDP, noPorts:
		after = w.now.Add(w.staff.between(0, 100*time.Millisecond))
	default:
		switch {
		case w.o.Callers != nil:
			after = w.now.Add(c.answer)
			w.timers.Set(what{kind: rings, call: c.id}, w.now)
		case mean > 0:
			net := w.staff.between(0, 200*time.Millisecond)
			after = w.now.Add(net + w.staff.between(mean/2, mean*3/2))
			w.timers.Set(what{kind: rings, call: c.id}, w.now.Add(net))
		}
	}
	switch c.fate {
	case misses: // and rings until it is withdrawn
	case talks, hangsUp:
		w.timers.Set(what{kind: picksUp, call: c.id}, after)
	default:
		w.timers.Set(what{kind: refuses, call: c.id}, after)
	}
}

func (w *world) fate(d *desk) fate {
	t := &w.o.Trouble
	switch {
	case d.gone:
		return unreachable
	case d.inCall:
		return isBusy
	case *t == (Trouble{}):
		return talks
	}
	x := int(w.staff.Below(1000))
	for i, permille := range [...]int{t.Miss, t.Reject, t.Busy, t.BadSDP, t.NoPorts, t.HangUp} {
		if x < permille {
			return [...]fate{misses, rejects, isBusy, badSDP, noPorts, hangsUp}[i]
		}
		x -= permille
	}
	return talks
}

// wanted is what an agent can ask for.
type wanted uint8

const (
	login wanted = iota
	resume
	pause
	logout
)

// wishes lets an agent do what agents do beside talking.
func (w *world) wishes(i int) error {
	d, t := &w.desks[i], &w.o.Trouble
	r, _ := w.engine.Agent(d.agent)
	at, next := d.phone, t.Pause
	var to wanted
	switch {
	case r.State == acd.LoggedOut:
		to = login
		if w.staff.chance(100) { // now and then at another's desk, which may be taken
			at = w.desks[w.staff.Below(int64(len(w.desks)))].phone
		}
	case r.State == acd.Paused || r.Pausing, r.State == acd.WrapUp && w.staff.chance(500):
		to = resume
	case w.staff.chance(50): // moves without a logout
		to, at = login, w.desks[w.staff.Below(int64(len(w.desks)))].phone
	case w.staff.chance(t.Logout):
		to, next = logout, t.Break
	default:
		to, next = pause, t.Break
	}
	w.again(wish, i, next)
	return w.wish(to, i, at)
}

// wish asks the engine, which must answer as the audit foresees.
func (w *world) wish(to wanted, i int, phone string) (err error) {
	w.out = w.out[:0]
	id := w.desks[i].agent
	switch to {
	case login:
		err = w.engine.Login(w.now, id, phone, &w.out)
	case resume:
		err = w.engine.Resume(w.now, id, &w.out)
	case pause:
		err = w.engine.Pause(w.now, id, &w.out)
	case logout:
		err = w.engine.Logout(w.now, id, &w.out)
	}
	if w.audit != nil {
		w.audit.begin(w.now)
		if want := w.audit.wish(to, id, phone); !errors.Is(err, want) {
			return fmt.Errorf("agent %s: his wish (%d) is answered %q, should be %q", id, to, err, want)
		}
	}
	return w.seen()
}

// flips makes a phone be gone or come back. The engine is not told of every
// phone that goes; it finds out when it offers it a call.
func (w *world) flips(i int) error {
	d, t := &w.desks[i], &w.o.Trouble
	d.gone = !d.gone
	if !d.gone {
		w.again(phoneFlips, i, t.Gone)
		return w.step(acd.Event{Kind: acd.PhoneReachable, Phone: d.phone, Yes: true})
	}
	w.again(phoneFlips, i, t.Back)
	if w.staff.chance(t.Unheard) {
		return nil
	}
	return w.step(acd.Event{Kind: acd.PhoneReachable, Phone: d.phone})
}

// ownCall begins or ends a call of the phone's own.
func (w *world) ownCall(i int) error {
	d := &w.desks[i]
	d.inCall = !d.inCall
	next := w.o.Trouble.OwnCall
	if d.inCall {
		next = time.Minute
	}
	w.again(ownCall, i, next)
	return w.step(acd.Event{Kind: acd.PhoneBusy, Phone: d.phone, Yes: d.inCall})
}

// replan puts the next plan in force.
func (w *world) replan() error {
	plan := w.o.Plans[w.plan%len(w.o.Plans)]
	w.plan++
	w.timers.Set(what{kind: replan}, w.now.Add(w.o.Trouble.Replan))
	w.out = w.out[:0]
	if w.audit != nil {
		w.audit.begin(w.now)
		w.audit.replan(plan)
	}
	w.engine.Replan(w.now, plan, &w.out)
	if err := w.seen(); err != nil {
		return err
	}
	return w.check()
}
