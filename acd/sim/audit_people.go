package sim

import (
	"time"

	"github.com/hotline12345/hotline/acd"
)

func (a *audit) handset(name string) *handset {
	h := a.handsets[name]
	if h == nil {
		h = &handset{name: name}
		a.handsets[name] = h
	}
	return h
}

func (a *audit) touchPerson(p *person) {
	if p != nil && !p.touched {
		p.touched, p.before = true, p.AgentRecord
		a.touched.people = append(a.touched.people, p)
	}
}

// refresh keeps the set of those who can be offered a call.
func (a *audit) refresh(p *person) {
	if p == nil {
		return
	}
	a.touchPerson(p)
	h := a.handsets[p.Phone]
	can := p.State == acd.Idle && h != nil && h.person == p && h.up && !h.busy
	switch {
	case can && p.slot < 0:
		p.slot = len(a.available)
		a.available = append(a.available, p)
	case !can && p.slot >= 0:
		last := a.available[len(a.available)-1]
		a.available[p.slot], last.slot = last, p.slot
		a.available, p.slot = a.available[:len(a.available)-1], -1
	}
}

// becomes gives a person a state.
func (a *audit) becomes(p *person, s acd.AgentState) {
	a.touchPerson(p)
	p.State, p.Since = s, a.now
	if s != acd.WrapUp {
		p.Until = 0
		a.due.Set(duty{kind: wrapUpEnds, name: p.ID}, 0)
	}
	a.refresh(p)
}

// wish applies what an agent asks for, or says why it cannot be.
func (a *audit) wish(to wanted, id, phone string) error {
	p := a.byID[id]
	switch {
	case to == login && p != nil && p.o != nil:
		return a.login(p, phone)
	case p == nil || to == login:
		return acd.ErrNoAgent
	case p.State == acd.LoggedOut:
		return acd.ErrLoggedOut
	}
	a.touchPerson(p)
	switch {
	case to == resume:
		p.Pausing = false
		if p.State == acd.Paused || p.State == acd.WrapUp {
			p.Misses = 0
			a.becomes(p, acd.Idle)
		}
	case to == pause && p.call != nil:
		p.Pausing = true
	case to == pause:
		a.becomes(p, acd.Paused)
	case p.call != nil:
		p.Leaving = true
	default:
		a.leaves(p)
	}
	return nil
}

func (a *audit) login(p *person, phone string) error {
	h := a.handset(phone)
	switch {
	case h.person != nil && h.person != p:
		return acd.ErrPhoneTaken
	case p.call != nil:
		return acd.ErrBusy
	case p.State != acd.LoggedOut && p.Phone == phone:
		return nil
	}
	a.touchPerson(p)
	if p.State != acd.LoggedOut {
		a.handset(p.Phone).person = nil
	} else {
		p.Talks, p.Misses, p.IdleAt = 0, 0, a.now
	}
	p.Phone, h.person = phone, p
	p.Leaving, p.Pausing = false, false
	a.becomes(p, acd.Idle)
	return nil
}

func (a *audit) leaves(p *person) {
	a.handset(p.Phone).person = nil
	p.Leaving, p.Pausing = false, false
	a.becomes(p, acd.LoggedOut)
	p.Phone = ""
}

// rests is what a person does who has no call any more.
func (a *audit) rests(p *person) {
	switch {
	case p.Leaving:
		a.leaves(p)
	case p.Pausing:
		p.Pausing = false
		a.becomes(p, acd.Paused)
	default:
		a.becomes(p, acd.Idle)
	}
}

// talked is the end of a talk.
func (a *audit) talked(p *person, wrapUp time.Duration) {
	a.touchPerson(p)
	p.IdleAt, p.Misses = a.now, 0
	if wrapUp == 0 || p.Leaving || p.Pausing {
		a.rests(p)
		return
	}
	a.becomes(p, acd.WrapUp)
	p.Until = a.now.Add(wrapUp)
	a.due.Set(duty{kind: wrapUpEnds, name: p.ID}, p.Until)
}

// missed is an offer that he did not take.
func (a *audit) missed(p *person, why acd.Refusal) {
	a.touchPerson(p)
	switch why {
	case acd.NoPorts:
	case acd.Unreachable, acd.BadSDP:
		a.reachable(p.Phone, false)
		a.due.Set(duty{kind: phoneBack, name: p.Phone}, a.now.Add(30*time.Second))
	default:
		p.Misses++
		if a.o.Misses > 0 && p.Misses >= a.o.Misses && !p.Leaving {
			p.Pausing = false
			a.becomes(p, acd.Paused)
			return
		}
	}
	a.rests(p)
}

func (a *audit) reachable(phone string, yes bool) {
	h := a.handset(phone)
	h.up = yes
	a.due.Set(duty{kind: phoneBack, name: phone}, 0)
	a.refresh(h.person)
}

// told takes what the engine says of an agent. The end of a wrap-up is the one
// change that it makes of itself.
func (a *audit) told(act *acd.Action) {
	p := a.byID[act.Agent]
	if p == nil {
		a.fault("agent %s, whom nobody knows, is said to be %v", act.Agent, act.State)
		return
	}
	a.touchPerson(p)
	p.told = true
	if p.State == acd.WrapUp && act.State == acd.Idle && p.Until <= a.now {
		a.becomes(p, acd.Idle)
	}
}
