package core

import (
	"github.com/hotline12345/hotline/call"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/sip/dialog"
	"github.com/hotline12345/hotline/turn"
)

// callAction carries out what a call asked for.
func (c *Core) callAction(a call.Action) {
	c.suspected(a.Call)
	switch a.Kind {
	case call.LegProgress, call.LegAnswer, call.LegAnswerOffer, call.LegAnswerRefer, call.LegNotify, call.LegEnd:
		c.callToLeg(&a)
	case call.LegInvite:
		c.invite(&a)
	case call.Media:
		c.out.Orders = append(c.out.Orders, a.Order)
	case call.Enlist, call.MayBridge, call.Leave, call.OfferRings, call.OfferTaken, call.OfferRefused, call.TalkEnded:
		c.callToQueue(&a)
	case call.Forward:
		c.forward(a.Call, a.Queue)
	case call.Refer:
		c.referred(a.Call, a.Leg, a.Queue)
	case call.Command:
		c.agentCommand(&a)
	case call.Fact:
		c.fact(a.FactType, a.Value)
		if cdr, ok := a.Value.(journal.CDR); ok {
			c.stats.ended(&cdr)
		}
	case call.Changed:
		c.touchCall(a.Call)
	case call.Ended:
		c.dropCall(a.Call)
	}
}

func (c *Core) callToLeg(a *call.Action) {
	l := c.legs.get(a.Leg)
	if l == nil {
		return
	}
	env := c.legStep(l)
	switch a.Kind {
	case call.LegProgress:
		l.Progress(env, a.Status, "", nil, a.Body)
	case call.LegAnswer:
		l.Answer(env, nil, a.Body)
	case call.LegAnswerOffer:
		l.AnswerOffer(env, a.Status, a.Body)
	case call.LegAnswerRefer:
		l.AnswerRefer(env, a.Status, a.Cause.Text)
	case call.LegNotify:
		l.Notify(env, a.Status, a.Cause.Text)
	case call.LegEnd:
		c.letGo(l)
		l.End(env, a.Cause)
	}
	c.touchLeg(a.Leg)
}

// invite makes the call's second leg.
func (c *Core) invite(a *call.Action) {
	flow, uri, ok := c.reach(a.Invite.Peer)
	l := &leg{call: a.Call, story: a.Call, peer: a.Invite.Peer, flow: flow}
	path := c.path(l)
	if e := c.calls.get(a.Call); !ok || !path.OK {
		c.seated(l.peer, -1)
		if e != nil {
			e.Leg(c.env(), &dialog.Action{Kind: dialog.Refused, Leg: a.Leg, Status: 503, Cause: dialog.Cause{Status: 503, Text: "no flow"}})
			c.touchCall(a.Call)
		}
		return
	}
	c.legEnv.Now, c.legEnv.Path, c.legEnv.Out = c.now, path, &c.fifo.leg
	l.Leg = dialog.Outgoing(&c.legEnv, &c.o.Dialog, a.Leg, c.inviteText(a, path, uri))
	l.silent = c.now.Add(c.silence(a.Invite.Peer.Kind))
	c.addLeg(a.Leg, l)
}

// dropCall forgets a call that is over; its legs finish on their own.
func (c *Core) dropCall(id turn.ID) {
	e := c.calls.get(id)
	c.calls.drop(id)
	c.timers.Set(timer{calls, id}, 0)
	c.endRecord(callKey(id))
	if e != nil && e.plan != c.plan {
		c.forgetRevisions()
	}
}

// mediaEvent takes a report of the media plane.
func (c *Core) mediaEvent(e *order.Event) {
	switch e.Kind {
	case order.PairsGranted:
		c.pool.grant(e.Pairs)
		return
	case order.PairFreed:
		c.pool.grant([]order.Pair{e.Pair})
		return
	case order.Counted:
		c.counted(e)
		return
	}
	l := c.legs.get(e.Leg)
	if l == nil {
		return
	}
	if entry := c.calls.get(l.call); entry != nil {
		if e.Kind == order.PeerHeard && (l.caller || entry.Phase != call.Walking) { // a phone that rings says nothing of the caller
			entry.grace = 0
		}
		entry.Heard(c.env(), e)
		c.touchCall(l.call)
	}
}

func (c *Core) counted(e *order.Event) {
	c.stats.counted(e)
	l := c.legs.get(e.Leg)
	if l == nil || !e.Final {
		return
	}
	c.fact(journal.FactMediaCounted, journal.MediaCounted{
		Call: l.story, Leg: e.Leg, Caller: l.caller,
		Received: e.Counters.Received, Sent: e.Counters.Sent, Lost: e.Counters.Lost, Late: e.Counters.Late,
	})
}
