package acd

import (
	"errors"
	"time"

	"github.com/hotline12345/hotline/turn"
)

// The refusals of agents' wishes.
var (
	ErrNoAgent    = errors.New("no such agent in the plan")
	ErrLoggedOut  = errors.New("the agent is not logged in")
	ErrBusy       = errors.New("the agent is in a call")
	ErrPhoneTaken = errors.New("another agent is logged in on that phone")
)

// Login puts an agent on a phone; one who waits elsewhere is moved.
func (e *Engine) Login(now turn.Instant, id, phone string, out *[]Action) error {
	e.now, e.out = now, out
	i, ok := e.byID[id]
	if !ok || e.agents[i].o == nil {
		return ErrNoAgent
	}
	a, p := &e.agents[i], e.phone(phone)
	switch {
	case p.agent >= 0 && p.agent != i:
		return ErrPhoneTaken
	case a.call != nil:
		return ErrBusy
	case a.State != LoggedOut && a.Phone == phone:
		return nil
	case a.State != LoggedOut:
		e.phone(a.Phone).agent = -1
	default:
		a.Talks, a.Misses, a.IdleAt = 0, 0, now
	}
	a.Phone, p.agent = phone, i
	a.Leaving, a.Pausing = false, false
	e.change(i, Idle, "login")
	e.refree(i)
	return nil
}

// Logout ends an agent's work: at once, or after the call he has.
func (e *Engine) Logout(now turn.Instant, id string, out *[]Action) error {
	i, err := e.wish(now, id, out)
	if err != nil {
		return err
	}
	if e.agents[i].call != nil {
		e.agents[i].Leaving = true
		e.do(Action{Kind: AgentChanged, Agent: id, Phone: e.agents[i].Phone, State: e.agents[i].State, Why: "logout"})
		return nil
	}
	e.logout(i)
	return nil
}

// Pause keeps an agent from offers: at once, or after the call he has.
func (e *Engine) Pause(now turn.Instant, id string, out *[]Action) error {
	i, err := e.wish(now, id, out)
	if err != nil {
		return err
	}
	if e.agents[i].call != nil {
		e.agents[i].Pausing = true
		e.do(Action{Kind: AgentChanged, Agent: id, Phone: e.agents[i].Phone, State: e.agents[i].State, Why: "pause"})
		return nil
	}
	e.change(i, Paused, "pause")
	e.refree(i)
	return nil
}

// Resume ends a pause, or the wrap-up.
func (e *Engine) Resume(now turn.Instant, id string, out *[]Action) error {
	i, err := e.wish(now, id, out)
	if err != nil {
		return err
	}
	a := &e.agents[i]
	switch {
	case a.State == Paused || a.State == WrapUp:
		a.Misses = 0
		e.change(i, Idle, "resume")
		e.refree(i)
	case a.Pausing: // not after this call, then
		a.Pausing = false
		e.do(Action{Kind: AgentChanged, Agent: id, Phone: a.Phone, State: a.State, Why: "resume"})
	}
	return nil
}

func (e *Engine) wish(now turn.Instant, id string, out *[]Action) (int, error) {
	e.now, e.out = now, out
	i, ok := e.byID[id]
	switch {
	case !ok:
		return 0, ErrNoAgent
	case e.agents[i].State == LoggedOut:
		return 0, ErrLoggedOut
	}
	return i, nil
}

// AgentOn tells who is logged in on a phone.
func (e *Engine) AgentOn(phone string) (id string, ok bool) {
	if p := e.phones[phone]; p != nil && p.agent >= 0 {
		return e.agents[p.agent].ID, true
	}
	return "", false
}

func (e *Engine) logout(i int) {
	a := &e.agents[i]
	e.phone(a.Phone).agent = -1
	a.Leaving, a.Pausing, a.Until = false, false, 0
	e.change(i, LoggedOut, "logout")
	e.refree(i)
	a.Phone = ""
}

// change gives an agent a state.
func (e *Engine) change(i int, s AgentState, why string) {
	a := &e.agents[i]
	a.State, a.Since = s, e.now
	if s != WrapUp {
		a.Until = 0
		e.timers.Set(due{agent: a.ID}, 0)
	}
	if s != Idle {
		e.free.set(i, false)
	}
	e.do(Action{Kind: AgentChanged, Agent: a.ID, Phone: a.Phone, State: s, Why: why})
}

// refree looks whether the agent can be offered a call, and seeks one where he
// can.
func (e *Engine) refree(i int) {
	a := &e.agents[i]
	p := e.phones[a.Phone]
	can := a.State == Idle && p != nil && p.up && !p.busy
	e.free.set(i, can)
	if can {
		e.seek(i)
	}
}

// wrapUp gives the agent his time after a talk.
func (e *Engine) wrapUp(i int, d time.Duration) {
	a := &e.agents[i]
	if d == 0 || a.Leaving || a.Pausing {
		e.rest(i, "idle")
		return
	}
	a.Until = e.now.Add(d)
	e.change(i, WrapUp, "wrap-up")
	e.timers.Set(due{agent: a.ID}, a.Until)
}

// rest lets the agent go to what he is without a call.
func (e *Engine) rest(i int, why string) {
	a := &e.agents[i]
	switch {
	case a.Leaving:
		e.logout(i)
	case a.Pausing:
		a.Pausing = false
		e.change(i, Paused, "pause")
	default:
		e.change(i, Idle, why)
		e.refree(i)
	}
}

// missed takes an offer that the agent did not take.
func (e *Engine) missed(i int, why Refusal) {
	a := &e.agents[i]
	switch why {
	case Unreachable, BadSDP:
		p := e.phone(a.Phone)
		p.up = false
		e.timers.Set(due{phone: a.Phone}, e.now.Add(unreachableFor))
	case NoPorts:
	default:
		a.Misses++
		if e.o.Misses > 0 && a.Misses >= e.o.Misses && !a.Leaving {
			a.Pausing = false
			e.change(i, Paused, "misses")
			return
		}
	}
	e.rest(i, "idle")
}
