package e2e

import (
	"cmp"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/demo"
	"github.com/hotline12345/hotline/test/e2e/rig"
)

// The crowd: callers at once, agents for them, and for how long.
const (
	crowd  = 200
	agents = 20
	lasts  = time.Minute
)

// TestACrowdOf200: a minute long 200 callers talk with 20 agents or wait for
// them, or give up; the binary has the race detector in it, and RFC 3261's own
// T1. It runs alone.
func TestACrowdOf200(t *testing.T) {
	s := rig.Start(t, rig.Options{Plan: terse, Race: true, T1: 500 * time.Millisecond})
	random := rand.New(rand.NewPCG(4, 4)) // used by one goroutine at a time, the peers'
	draw := make(chan time.Duration)
	go func() {
		for {
			select {
			case draw <- time.Duration(1000+random.IntN(4000)) * time.Millisecond:
			case <-t.Context().Done():
				return
			}
		}
	}()
	l := newLoad(t, s, agents, func(*demo.Peer, *demo.Call) demo.Manner {
		return demo.Manner{Ring: 10 * time.Millisecond, Answer: 200 * time.Millisecond, Status: 200, Talk: <-draw}
	})
	l.every = 50 * time.Millisecond
	l.journey = func(r *rand.Rand) demo.Journey {
		j := demo.Journey{Patience: 90 * time.Second}
		if r.IntN(4) == 0 {
			j.Talk = time.Duration(1+r.IntN(40)) * time.Second // gives up, or ends the talk
		}
		return j
	}
	l.most = crowd
	l.begin(4)
	rig.Until(t, "200 calls", func() bool { return l.going() == crowd })
	fewest, end := crowd, time.Now().Add(lasts)
	rig.Within(t, lasts+rig.Patience, "the minute", func() bool {
		fewest = min(fewest, l.going())
		return time.Now().After(end)
	})
	if fewest < crowd*9/10 {
		t.Errorf("there were but %d calls at times", fewest)
	}
	l.stop()
	l.hangUp()
	l.end()
	cdrs := l.accounted()
	l.addsUp(cdrs)
	inTurn(t, cdrs)
	oneAtATime(t, cdrs)
	s.AtZero(t)
}

// addsUp checks that the server's own counts, the CDRs and what the phones saw
// say the same.
func (l *load) addsUp(cdrs map[string]api.CDR) {
	l.t.Helper()
	m, by := l.s.Metrics(l.t), outcomes(cdrs)
	for outcome, n := range by {
		if got := m[`hotline_calls_ended_total{outcome="`+outcome+`"}`]; got != float64(n) {
			l.t.Errorf("%s: %d CDRs, counted %v", outcome, n, got)
		}
	}
	if begun, ended := m["hotline_calls_begun_total"], m.Sum("hotline_calls_ended_total"); begun != float64(len(cdrs)) || ended != begun {
		l.t.Errorf("%d CDRs, %v begun, %v ended", len(cdrs), begun, ended)
	}
	const q = `{queue="general"}`
	offered, picked, gone := m["hotline_queue_calls_offered_total"+q], m["hotline_queue_calls_answered_total"+q], m["hotline_queue_calls_abandoned_total"+q]
	if offered != picked+gone || offered != float64(len(cdrs)) {
		l.t.Errorf("the queue: %v enlisted, %v picked up, %v abandoned; %d CDRs", offered, picked, gone, len(cdrs))
	}
	if panics := m["hotline_panics_total"]; panics != 0 {
		l.t.Errorf("%v panics", panics)
	}
	answered := 0
	for _, c := range l.atDesks {
		if !c.State().Answered.IsZero() {
			answered++
		}
	}
	// A caller who hangs up in the instant of the answer leaves an answered
	// phone without a talk.
	if talks := by["answered"]; talks < 3*agents || answered < talks || answered > talks+talks/10 {
		l.t.Errorf("%d talks by the CDRs, %d by the phones", talks, answered)
	}
}

// inTurn checks that who was enlisted first was offered to an agent first: all
// have the same queue, skills and priority.
func inTurn(t *testing.T, cdrs map[string]api.CDR) {
	t.Helper()
	sorted := slices.SortedFunc(maps.Values(cdrs), func(a, b api.CDR) int { return a.Enlisted.Compare(*b.Enlisted) })
	var before api.CDR
	for _, c := range sorted {
		if c.Offered == nil {
			continue
		}
		// The civil clock's offset of two CDRs may differ by what the clock was set.
		if before.Offered != nil && before.Offered.Sub(*c.Offered) > time.Microsecond {
			t.Errorf("%s was enlisted before %s and offered after: %v and %v", before.Caller, c.Caller, before.Offered, c.Offered)
		}
		before = c
	}
}

// oneAtATime checks that no agent had two talks at once.
func oneAtATime(t *testing.T, cdrs map[string]api.CDR) {
	t.Helper()
	talks := slices.Collect(maps.Values(cdrs))
	talks = slices.DeleteFunc(talks, func(c api.CDR) bool { return c.Accepted == nil })
	slices.SortFunc(talks, func(a, b api.CDR) int { return cmp.Or(cmp.Compare(a.Agent, b.Agent), a.Accepted.Compare(*b.Accepted)) })
	for i := 1; i < len(talks); i++ {
		a, b := talks[i-1], talks[i]
		if a.Agent == b.Agent && b.Accepted.Before(a.Ended) {
			t.Errorf("agent %s had two calls at once: %+v and %+v", a.Agent, a, b)
		}
	}
}
