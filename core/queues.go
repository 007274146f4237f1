package core

import (
	"strings"

	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/call"
	"github.com/hotline12345/hotline/ivr"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/plan"
)

// toQueue gives the engine an event.
func (c *Core) toQueue(ev acd.Event) {
	c.acd.Step(c.now, &ev, &c.fifo.queue)
}

// callToQueue tells the engine what became of a call.
func (c *Core) callToQueue(a *call.Action) {
	ev := acd.Event{Call: a.Call}
	switch a.Kind {
	case call.Enlist:
		ev.Kind, ev.Queue, ev.Priority, ev.Needs, ev.Since = acd.CallWaiting, a.Queue, a.Priority, plan.Skills(a.Needs), a.Since
		if e := c.calls.get(a.Call); e != nil {
			ev.Began = e.CDR.Began
		}
	case call.MayBridge:
		ev.Kind = acd.MayBridge
	case call.Leave:
		ev.Kind = acd.CallGone
	case call.OfferRings:
		ev.Kind = acd.OfferRings
	case call.OfferTaken:
		ev.Kind = acd.OfferTaken
	case call.OfferRefused:
		ev.Kind, ev.Why = acd.OfferRefused, acd.Refusal(a.Why)
	case call.TalkEnded:
		ev.Kind = acd.TalkEnded
	}
	c.toQueue(ev)
	c.touchCall(a.Call)
}

// queueAction carries out what the engine decided.
func (c *Core) queueAction(a acd.Action) {
	switch a.Kind {
	case acd.AgentChanged:
		c.fact(journal.FactAgentState, journal.AgentChanged{Agent: a.Agent, Phone: a.Phone, State: a.State.String(), Why: a.Why})
		touch(&c.dirty.agents, a.Agent)
		return
	case acd.QueueChanged:
		touch(&c.dirty.queues, a.Queue)
		return
	}
	e := c.calls.get(a.Call)
	if e == nil {
		return
	}
	c.touchCall(a.Call)
	switch a.Kind {
	case acd.CallChanged: // the first one says that the queue has the call
		e.Queued(c.env())
	case acd.Offer:
		c.offer(e, &a, &call.Offer{Agent: a.Agent, By: "agent", Peer: call.Peer{Kind: call.Phone, Name: a.Phone}})
	case acd.OfferDuty:
		c.offerOutside(e, &a)
	case acd.Withdraw:
		if l := c.legs.get(e.Other.Leg); l != nil {
			c.letGo(l) // its channel is the next one's, in this very turn
		}
		e.Withdraw(c.env())
	case acd.TurnedAway:
		e.TurnedAway(c.env(), away[a.Away])
	}
}

// away is what the engine's refusal of a call is in the CDR.
var away = [...]journal.Outcome{acd.Full: journal.QueueFull, acd.TooLong: journal.WaitLimit, acd.NoQueue: journal.QueueFull}

// offerOutside rings the duty, or a destination one of whose seats is free.
func (c *Core) offerOutside(e *entry, a *acd.Action) {
	o := &call.Offer{Duty: true, By: "duty", Peer: call.Peer{Kind: call.Trunk, Name: a.Duty.Trunk, Number: a.Duty.Number}}
	if name := a.Duty.Destination; name != "" {
		t, known := c.plan.Target(name)
		if !known || c.mayGo(e, &t, false) != 0 {
			c.toQueue(acd.Event{Kind: acd.OfferRefused, Call: a.Call, Why: acd.Unreachable})
			return
		}
		o.Peer, o.By = c.peer(e, &t), answers(&t)
	}
	c.offer(e, a, o)
}

// offer rings whom the engine chose.
func (c *Core) offer(e *entry, a *acd.Action, o *call.Offer) {
	o.Leg = c.ids.Next()
	if q := c.plan.Queue(a.Queue); q != nil {
		o.Announce, o.Whisper = q.Announce, q.Whisper && o.Peer.Dest == ""
		if q.Experts && !o.Duty {
			o.By = "expert"
		}
	}
	if agent := c.plan.Agent(o.Agent); agent != nil {
		o.Auto = agent.Auto
	}
	iface, signalling, ok := c.side(o.Peer)
	if !ok || c.seat(o.Peer, 0) != 0 { // how many seats a destination has, the engine knows
		c.toQueue(acd.Event{Kind: acd.OfferRefused, Call: a.Call, Why: acd.Unreachable})
		return
	}
	o.Interface, o.Signalling = iface, signalling
	e.Offer(c.env(), o, journal.Offered{
		Call: a.Call, Agent: a.Agent, Phone: o.Peer.Name, Queue: a.Queue, Tier: int(a.Reason.Tier),
		Strategy: a.Reason.Strategy.String(), SortKey: a.Reason.SortKey, Eligible: a.Reason.Eligible,
		Next: strings.TrimSpace(strings.Join(a.Reason.Next[:], " ")),
	})
	c.unlessRung(e, o.Leg, o.Peer)
}

// agentCommand carries out what an agent keyed in at his phone.
func (c *Core) agentCommand(a *call.Action) {
	ok := c.agentOrder(a.Command, a.Phone, a.Digits)
	if e := c.calls.get(a.Call); e != nil {
		e.CommandDone(c.env(), ok)
		c.touchCall(a.Call)
	}
}

func (c *Core) agentOrder(order ivr.Order, phone, digits string) bool {
	agent, pin := cut(digits)
	if order == ivr.Login {
		return c.pinFits(agent, pin) && c.acd.Login(c.now, agent, phone, &c.fifo.queue) == nil
	}
	agent, known := c.acd.AgentOn(phone)
	if !known {
		return false
	}
	switch order {
	case ivr.Logout:
		return c.acd.Logout(c.now, agent, &c.fifo.queue) == nil
	case ivr.Pause:
		return c.acd.Pause(c.now, agent, &c.fifo.queue) == nil
	case ivr.Resume:
		return c.acd.Resume(c.now, agent, &c.fifo.queue) == nil
	}
	return false
}

// cut parts the 工号 from the PIN.
func cut(digits string) (agent, pin string) {
	for i := range len(digits) {
		if digits[i] == ' ' {
			return digits[:i], digits[i+1:]
		}
	}
	return digits, ""
}
