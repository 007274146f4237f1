package sim

import (
	"slices"
	"time"

	"github.com/hotline12345/hotline/acd"
)

// outsideUp finds the destinations that the plan rings, and lets others ring
// them too.
func (w *world) outsideUp() {
	for i := range w.o.Plan.Queues {
		for _, tier := range w.o.Plan.Queues[i].Tiers {
			d := tier.Duty
			if d == nil || d.Destination == "" || slices.ContainsFunc(w.outside, func(o acd.Duty) bool { return o.Destination == d.Destination }) {
				continue
			}
			w.outside = append(w.outside, *d)
			w.again(others, len(w.outside)-1, w.o.Trouble.Others)
		}
	}
}

// others changes how many calls a destination has that are not the engine's: at
// times they have all its channels.
func (w *world) others(i int) error {
	d := &w.outside[i]
	w.again(others, i, w.o.Trouble.Others)
	return w.step(acd.Event{Kind: acd.OutsideBusy, Destination: d.Destination, N: int(w.staff.Below(int64(d.Channels + 1)))})
}

// offeredDuty rings outside.
func (w *world) offeredDuty(c *caller) {
	after := w.now.Add(w.staff.between(time.Second, 10*time.Second))
	c.fate = talks
	switch {
	case w.staff.chance(w.o.Trouble.DutyFails):
		c.fate = rejects
		w.timers.Set(what{kind: refuses, call: c.id}, after)
		return
	case w.staff.chance(w.o.Trouble.HangUp):
		c.fate = hangsUp
	}
	w.timers.Set(what{kind: picksUp, call: c.id}, after)
}
