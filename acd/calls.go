package acd

import (
	"github.com/hotline12345/hotline/turn"
)

// arrived takes a call into a queue.
func (e *Engine) arrived(ev *Event) {
	if old := e.calls[ev.Call]; old != nil {
		e.gone(old)
	}
	q, known := e.byName[ev.Queue]
	switch {
	case !known:
		e.do(Action{Kind: TurnedAway, Call: ev.Call, Queue: ev.Queue, Away: NoQueue})
		return
	case e.queues[q].o.Limit > 0 && e.queues[q].waiting >= e.queues[q].o.Limit:
		e.queues[q].Counts.Full++
		e.do(Action{Kind: QueueChanged, Queue: ev.Queue})
		e.do(Action{Kind: TurnedAway, Call: ev.Call, Queue: ev.Queue, Away: Full})
		return
	}
	e.sequence++
	r := CallRecord{Call: ev.Call, Queue: ev.Queue, Priority: ev.Priority, Since: e.now, Began: e.now, Sequence: e.sequence}
	if ev.Began != 0 {
		r.Began = ev.Began
	}
	if ev.Since != 0 {
		r.Since, r.Entered = min(ev.Since, e.now), e.now
	}
	w := e.enter(r, q, ev.Needs)
	e.queues[q].Counts.Entered++
	e.queued(w)
	e.do(Action{Kind: QueueChanged, Queue: ev.Queue})
	e.do(Action{Kind: CallChanged, Call: w.Call})
	e.match(w)
	e.arm(w)
}

// enter makes the entry of a call.
func (e *Engine) enter(r CallRecord, q int, needs []Skill) *waiting {
	var w *waiting
	if n := len(e.spare); n > 0 {
		w, e.spare = e.spare[n-1], e.spare[:n-1]
	} else {
		w = &waiting{}
	}
	c := e.class(q, needs)
	r.Needs = c.needs
	*w = waiting{CallRecord: r, class: c, place: -1, index: len(e.order), shy: nobody}
	w.tier = e.reached(w)
	e.calls[w.Call] = w
	e.order = append(e.order, w)
	return w
}

func (e *Engine) options(w *waiting) *QueueOptions { return e.queues[w.class.queue].o }

// here is since when the call waits in this queue: what an aged place owes to
// other queues, to a ringing destination and to talks gives it its turn, but
// neither widens the search nor uses up the queue's patience.
func (w *waiting) here() turn.Instant { return max(w.Since, w.Entered) }

// reached is the tier that a call's wait here has brought it to.
func (e *Engine) reached(w *waiting) int {
	tiers := e.options(w).Tiers
	t := 0
	for t+1 < len(tiers) && e.now >= w.here().Add(tiers[t+1].After) {
		t++
	}
	return t
}

// queued puts the call into its line.
func (e *Engine) queued(w *waiting) {
	w.tier = e.reached(w)
	w.class.lines[w.tier].push(w)
	e.queues[w.class.queue].waiting++
}

// unqueued takes it out.
func (e *Engine) unqueued(w *waiting) {
	if w.place >= 0 {
		w.class.lines[w.tier].remove(w)
		e.queues[w.class.queue].waiting--
	}
}

// called takes what became of a call.
func (e *Engine) called(w *waiting, ev *Event) {
	i, assigned := e.byID[w.Agent]
	switch ev.Kind {
	case MayBridge:
		if w.Mature == 0 {
			w.Mature = e.now
			e.do(Action{Kind: CallChanged, Call: w.Call})
		}
	case OfferRings:
		if assigned && e.agents[i].State == Reserved {
			e.change(i, Ringing, "offer")
		}
	case OfferTaken:
		e.taken(w)
	case OfferRefused:
		if w.Agent != "" || w.Duty {
			e.refused(w, ev.Why)
		}
	case TalkEnded, CallGone:
		e.gone(w)
	}
}

// taken counts the pick-up by both clocks.
func (e *Engine) taken(w *waiting) {
	if w.Taken || w.Agent == "" && !w.Duty {
		return
	}
	w.Taken, w.TakenAt, w.RingEnd = true, e.now, 0
	w.Within = within(&w.CallRecord, e.options(w).Service)
	e.queues[w.class.queue].Counts.count(&w.CallRecord, 1)
	if i, ok := e.byID[w.Agent]; ok {
		e.agents[i].Talks++
		e.change(i, Talking, "talk")
	}
	e.do(Action{Kind: QueueChanged, Queue: w.Queue})
	e.do(Action{Kind: CallChanged, Call: w.Call})
	e.arm(w)
}

// gone takes a call out: it hung up, or its talk is over.
func (e *Engine) gone(w *waiting) {
	if !w.Taken {
		e.queues[w.class.queue].Counts.Abandoned++
		e.do(Action{Kind: QueueChanged, Queue: w.Queue})
	}
	taken, wrap := w.Taken, e.options(w).WrapUp
	i, assigned := e.byID[w.Agent]
	seat := w.Outside
	e.leave(w)
	e.seatFree(seat)
	switch {
	case !assigned:
	case taken:
		e.agents[i].call, e.agents[i].IdleAt, e.agents[i].Misses = nil, e.now, 0
		e.wrapUp(i, wrap)
	default:
		e.agents[i].call = nil
		e.rest(i, "idle")
	}
}

// leave forgets a call.
func (e *Engine) leave(w *waiting) {
	e.unqueued(w)
	e.timers.Set(due{call: w.Call}, 0)
	delete(e.calls, w.Call)
	last := e.order[len(e.order)-1]
	e.order[w.index], last.index = last, w.index
	e.order = e.order[:len(e.order)-1]
	e.spare = append(e.spare, w)
}

// refused ends an offer; the call keeps its place.
func (e *Engine) refused(w *waiting, why Refusal) {
	i, assigned := e.byID[w.Agent]
	seat := w.Outside
	if w.Duty {
		w.DutyAt = e.now.Add(e.again(w))
	}
	if w.Taken { // he hung up before the caller was heard: no talk
		e.queues[w.class.queue].Counts.count(&w.CallRecord, -1)
		e.do(Action{Kind: QueueChanged, Queue: w.Queue})
		if assigned {
			e.agents[i].Talks--
		}
	}
	w.Agent, w.Duty, w.Outside, w.Taken, w.RingEnd, w.Offered, w.TakenAt, w.Within = "", false, "", false, 0, 0, 0, 0
	defer e.seatFree(seat)
	if e.queues[w.class.queue].closed {
		e.do(Action{Kind: TurnedAway, Call: w.Call, Queue: w.Queue, Away: NoQueue})
		e.leave(w)
		if assigned {
			e.agents[i].call = nil
			e.missed(i, why)
		}
		return
	}
	e.queued(w)
	if assigned {
		w.shy, w.until = i, e.now.Add(shyFor)
		if why == NoPorts { // not his fault: any other offer would fail like this one
			w.shy, w.until = everyone, e.now.Add(portsAgain)
		}
		e.agents[i].call = nil
		e.missed(i, why)
	}
	e.do(Action{Kind: CallChanged, Call: w.Call})
	e.callDue(w) // its wait may have come to its limit while a phone rang
}

// callDue takes a call's deadline: the offer's end, a wider tier, the limit of
// its wait, another try at the duty.
func (e *Engine) callDue(w *waiting) {
	switch {
	case w == nil:
	case w.RingEnd != 0 && e.now >= w.RingEnd:
		e.do(Action{Kind: Withdraw, Call: w.Call, Agent: w.Agent, Queue: w.Queue})
		e.refused(w, NoAnswer)
	case w.place >= 0 && e.tooLong(w) != 0 && e.now >= e.tooLong(w):
		e.queues[w.class.queue].Counts.TooLong++
		e.do(Action{Kind: QueueChanged, Queue: w.Queue})
		e.do(Action{Kind: TurnedAway, Call: w.Call, Queue: w.Queue, Away: TooLong})
		e.leave(w)
	case w.place >= 0:
		if t := e.reached(w); t != w.tier {
			e.unqueued(w)
			e.queued(w)
		}
		e.match(w)
		e.arm(w)
	}
}

// tooLong is when the queue keeps the call no longer; 0: it always does.
func (e *Engine) tooLong(w *waiting) turn.Instant {
	if limit := e.options(w).MaxWait; limit > 0 {
		return w.here().Add(limit)
	}
	return 0
}

// arm sets the call's one deadline.
func (e *Engine) arm(w *waiting) {
	// What a restart or another plan finds overdue is due now, not before.
	at := w.RingEnd
	if w.place >= 0 {
		at = e.tooLong(w)
		if tiers := e.options(w).Tiers; w.tier+1 < len(tiers) {
			at = turn.Earliest(at, w.here().Add(tiers[w.tier+1].After))
		}
		if w.DutyAt > e.now {
			at = turn.Earliest(at, w.DutyAt)
		}
		if w.until > e.now {
			at = turn.Earliest(at, w.until)
		}
	}
	if at != 0 {
		at = max(at, e.now)
	}
	e.timers.Set(due{call: w.Call}, at)
}
