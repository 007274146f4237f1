package sim

import (
	"time"

	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/turn"
)

// Report is what a run came to.
type Report struct {
	Seed  uint64
	Steps uint64 // of the engine
	Hash  uint64 // over all of its actions
	Peak  int    // calls at once that had not been answered
	Hours []Hour
	Total Hour
}

// Hour is one hour's figures. Calls count in the hour in which they came,
// agents' time in the hour in which it went by.
type Hour struct {
	Hour       int // from 0; -1: the sum
	Offered    int
	Answered   int
	Abandoned  int
	TurnedAway int
	InTime     int // answered within the queue's service time, clock from the INVITE
	Heard      int // the same, clock from the end of what must be heard

	Waited  time.Duration // sum over the answered calls
	Longest time.Duration // wait of any call, answered or not
	Busy    time.Duration // agents offered a call, talking or in wrap-up
	Staffed time.Duration // agents logged in and not paused
}

// Level is the share of the offered calls that were answered in time by either
// clock, 0 to 1; without calls 1.
func (h *Hour) Level() (fromInvite, fromPrompt float64) {
	if h.Offered == 0 {
		return 1, 1
	}
	return float64(h.InTime) / float64(h.Offered), float64(h.Heard) / float64(h.Offered)
}

// ASA is the mean wait of the answered calls.
func (h *Hour) ASA() time.Duration {
	if h.Answered == 0 {
		return 0
	}
	return h.Waited / time.Duration(h.Answered)
}

// Occupancy is the share of the agents' time that calls took, 0 to 1.
func (h *Hour) Occupancy() float64 {
	if h.Staffed == 0 {
		return 0
	}
	return float64(h.Busy) / float64(h.Staffed)
}

func (h *Hour) add(x *Hour) {
	h.Offered += x.Offered
	h.Answered += x.Answered
	h.Abandoned += x.Abandoned
	h.TurnedAway += x.TurnedAway
	h.InTime += x.InTime
	h.Heard += x.Heard
	h.Waited += x.Waited
	h.Longest = max(h.Longest, x.Longest)
	h.Busy += x.Busy
	h.Staffed += x.Staffed
}

// recorder fills the report while the day goes by.
type recorder struct {
	hours         []Hour
	busy, staffed int          // agents now
	since         turn.Instant // they have been counted until then
	waiting, peak int          // calls that nobody has answered
}

// begin makes room for all hours in which calls come.
func (r *recorder) begin(o *Options) {
	n := max(o.Hours, 1)
	if calls := len(o.Arrivals); calls > 0 {
		n = max(n, 1+int(o.Arrivals[calls-1]/time.Hour))
	}
	r.hours, r.since = make([]Hour, n), start
	for i := range r.hours {
		r.hours[i].Hour = i
	}
}

// call counts a call that is over.
func (r *recorder) call(c *Call) {
	h := &r.hours[c.Arrived/time.Hour]
	h.Offered++
	h.Longest = max(h.Longest, c.Wait)
	switch c.Outcome {
	case Answered:
		h.Answered++
		h.Waited += c.Wait
		if c.InTime {
			h.InTime++
		}
		if c.Heard {
			h.Heard++
		}
	case Abandoned:
		h.Abandoned++
	case TurnedAway:
		h.TurnedAway++
	}
}

// unanswered counts the calls that nobody has answered, by one more or less.
func (r *recorder) unanswered(by int) {
	r.waiting += by
	r.peak = max(r.peak, r.waiting)
}

// agent takes a change of an agent's state.
func (r *recorder) agent(now turn.Instant, from, to acd.AgentState) {
	r.until(now)
	r.busy += count(busy(to)) - count(busy(from))
	r.staffed += count(staffed(to)) - count(staffed(from))
}

func busy(s acd.AgentState) bool {
	return s == acd.Reserved || s == acd.Ringing || s == acd.Talking || s == acd.WrapUp
}

func staffed(s acd.AgentState) bool { return s == acd.Idle || busy(s) }

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// until books the agents' time up to now, each hour's in that hour.
func (r *recorder) until(now turn.Instant) {
	for r.since < now {
		hour := int(r.since.Sub(start) / time.Hour)
		if hour >= len(r.hours) {
			return
		}
		end := min(now, start.Add(time.Duration(hour+1)*time.Hour))
		r.hours[hour].Busy += end.Sub(r.since) * time.Duration(r.busy)
		r.hours[hour].Staffed += end.Sub(r.since) * time.Duration(r.staffed)
		r.since = end
	}
}

func (r *recorder) end(w *world) *Report {
	r.until(max(w.now, start.Add(time.Duration(w.o.Hours)*time.Hour))) // also after the last call
	out := &Report{Seed: w.o.Seed, Steps: w.steps, Hash: uint64(w.hash), Peak: r.peak, Hours: r.hours, Total: Hour{Hour: -1}}
	for i := range r.hours {
		out.Total.add(&r.hours[i])
	}
	return out
}
