package sim

import (
	"slices"
	"strings"
	"testing"

	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/turn"
)

// planter makes an engine that is at fault out of one that is not: what it is
// told is changed or kept from it, or what it says.
type planter struct {
	tamper
	planted int
	waiting []acd.Event  // enlisted and not yet offered
	offers  []acd.Action // so far
}

// events plants in one of every 50 events of a kind: the engine is told what
// change makes of it, or nothing.
func events(kind acd.EventKind, change func(*acd.Event) bool) func(*planter) {
	return func(p *planter) {
		n := 0
		p.event = func(_ turn.Instant, ev *acd.Event) bool {
			if ev.Kind != kind {
				return true
			}
			if n++; n%50 != 0 {
				return true
			}
			p.planted++
			return change(ev)
		}
	}
}

func lost(*acd.Event) bool { return false }

// said plants in one of every 50 actions of a kind; those that turn a call away
// are rarer.
func said(kind acd.ActionKind, change func(p *planter, out []acd.Action, i int) []acd.Action) func(*planter) {
	return func(p *planter) {
		n, each := 0, 50
		if kind == acd.TurnedAway {
			each = 3
		}
		p.event = func(_ turn.Instant, ev *acd.Event) bool {
			switch ev.Kind {
			case acd.CallWaiting:
				p.waiting = append(p.waiting, *ev)
			case acd.CallGone:
				p.waitsNoMore(ev.Call)
			}
			return true
		}
		p.actions = func(_ turn.Instant, out *[]acd.Action) {
			for i := range *out {
				a := (*out)[i]
				p.remember(&a)
				if a.Kind != kind {
					continue
				}
				if n++; n < each {
					continue
				}
				if changed := change(p, *out, i); changed != nil {
					*out = changed
					p.planted++
					n = 0
					return
				}
			}
		}
	}
}

// remember keeps who waits and who was given a call.
func (p *planter) remember(a *acd.Action) {
	switch a.Kind {
	case acd.Offer:
		p.offers = append(p.offers, *a)
		p.waitsNoMore(a.Call)
	case acd.TurnedAway, acd.OfferDuty:
		p.waitsNoMore(a.Call)
	}
}

func (p *planter) waitsNoMore(id turn.ID) {
	p.waiting = slices.DeleteFunc(p.waiting, func(ev acd.Event) bool { return ev.Call == id })
}

func dropped(_ *planter, out []acd.Action, i int) []acd.Action {
	return append(out[:i:i], out[i+1:]...)
}

func twice(_ *planter, out []acd.Action, i int) []acd.Action { return append(out, out[i]) }

// faults are what the audit must see, each with what it must say; "" where that
// hangs on what the fault meets.
var faults = []struct {
	name  string
	plant func(*planter)
	says  string
}{
	{"an offer is lost", said(acd.Offer, dropped), "stands as"},
	{"an offer is made twice", said(acd.Offer, twice), "though it does not wait"},
	{"an agent gets a second call", said(acd.Offer, func(p *planter, out []acd.Action, i int) []acd.Action {
		if len(p.waiting) == 0 {
			return nil
		}
		second := out[i]
		second.Call = p.waiting[0].Call
		return append(out, second)
	}), "while he has call"},
	{"a later call goes first", said(acd.Offer, func(p *planter, out []acd.Action, i int) []acd.Action {
		for _, w := range p.waiting {
			if w.Queue == out[i].Queue && len(w.Needs) == 0 && out[i].Reason.Eligible == 1 {
				out[i].Call = w.Call
				return out
			}
		}
		return nil
	}), "before call"},
	{"two offers change places", said(acd.Offer, func(p *planter, out []acd.Action, i int) []acd.Action {
		other := p.offers[len(p.offers)-2]
		out[i].Agent, out[i].Phone = other.Agent, other.Phone
		return out
	}), ""},
	{"the wrong phone rings", said(acd.Offer, func(_ *planter, out []acd.Action, i int) []acd.Action {
		out[i].Phone = "p0"
		return out
	}), "rings phone p0"},
	{"a reason is wrong", said(acd.Offer, func(_ *planter, out []acd.Action, i int) []acd.Action {
		out[i].Reason.Eligible++
		return out
	}), "agents could have it"},
	{"an offer is withdrawn early", said(acd.Offer, func(_ *planter, out []acd.Action, i int) []acd.Action {
		return append(out, acd.Action{Kind: acd.Withdraw, Call: out[i].Call})
	}), "too early"},
	{"an offer is not withdrawn", said(acd.Withdraw, dropped), "stands as"},
	{"a call is turned away twice", said(acd.TurnedAway, twice), "which is over"},
	{"a call is turned away for nothing", said(acd.Offer, func(_ *planter, out []acd.Action, i int) []acd.Action {
		return append(out[:i:i], acd.Action{Kind: acd.TurnedAway, Call: out[i].Call, Away: acd.TooLong})
	}), "without need"},
	{"a call is not turned away", said(acd.TurnedAway, dropped), ""},
	{"an agent's change is not told", said(acd.AgentChanged, dropped), "nobody is told"},
	{"a queue's change is not told", said(acd.QueueChanged, dropped), "nobody is told"},
	{"duty is rung without need", said(acd.Offer, func(_ *planter, out []acd.Action, i int) []acd.Action {
		out[i] = acd.Action{Kind: acd.OfferDuty, Call: out[i].Call, Duty: &acd.Duty{Number: "110", Trunk: "t", Again: 20e9}}
		return out
	}), "rings outside"},
	{"the end of a talk is lost", events(acd.TalkEnded, lost), ""},
	{"a hang-up is lost", events(acd.CallGone, lost), "is over and still in the engine"},
	{"a pick-up is lost", events(acd.OfferTaken, lost), "stands as"},
	{"a refusal is lost", events(acd.OfferRefused, lost), "stands as"},
	{"a call never arrives", events(acd.CallWaiting, lost), "stands as"},
	{"a deadline is slept through", events(acd.Deadline, lost), ""},
	{"a phone's return is not heard", events(acd.PhoneReachable, func(ev *acd.Event) bool {
		ev.Yes = !ev.Yes
		return true
	}), ""},
	{"a busy phone is taken for a free one", events(acd.PhoneBusy, lost), ""},
	{"a call has another priority", events(acd.CallWaiting, func(ev *acd.Event) bool {
		ev.Priority++
		return true
	}), "stands as"},
	{"a place has another age", events(acd.CallWaiting, func(ev *acd.Event) bool {
		if ev.Since == 0 {
			ev.Since = ev.Began
		}
		ev.Since -= 7e9
		return true
	}), "stands as"},
	{"a destination's other calls are not told", events(acd.OutsideBusy, lost), ""},
	{"a destination is taken for empty", events(acd.OutsideBusy, func(ev *acd.Event) bool {
		ev.N = 0
		return true
	}), ""},
	{"a seat is given twice", said(acd.OfferDuty, twice), "rings outside"},
	{"a seat goes to a later call", said(acd.OfferDuty, func(p *planter, out []acd.Action, i int) []acd.Action {
		for _, w := range p.waiting {
			if w.Queue == out[i].Queue && out[i].Duty.Destination != "" && w.Priority == 0 {
				out[i].Call = w.Call
				return out
			}
		}
		return nil
	}), "before call"},
	{"a call has another queue", events(acd.CallWaiting, func(ev *acd.Event) bool {
		ev.Queue = "least"
		return true
	}), ""},
}

func TestPlantedFaultsAreSeen(t *testing.T) {
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			o := rough(1, 4000) // another seed may not come to all of them
			o.Plans = nil
			p := &planter{}
			f.plant(p)
			o.tamper = p.tamper
			r, err := Run(o)
			switch {
			case p.planted == 0:
				t.Fatalf("the fault was never planted in %d steps", r.Steps)
			case err == nil:
				t.Fatalf("planted %d times in %d steps and not seen", p.planted, r.Steps)
			case !strings.Contains(err.Error(), f.says):
				t.Fatalf("seen, but as something else: %v", err)
			case p.planted > 60:
				t.Errorf("seen only when planted for the %d. time: %v", p.planted, err)
			}
			t.Log(p.planted, err)
		})
	}
}
