package e2e

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/demo"
	"github.com/hotline12345/hotline/demo/live"
	"github.com/hotline12345/hotline/test/e2e/rig"
)

// Of the agents of the crowd that is killed some talk for long, so that there
// are talks that go on over the kill, and some ring for long, so that phones ring
// in that instant. All others have a call every few seconds.
func longWinded(p *demo.Peer, _ *demo.Call) demo.Manner {
	m := demo.Manner{Ring: 10 * time.Millisecond, Answer: 200 * time.Millisecond, Status: 200, Talk: 2 * time.Second}
	switch {
	case p.User <= "8008":
		m.Talk = time.Minute
	case p.User <= "8012":
		m.Answer = 1500 * time.Millisecond
	}
	return m
}

// snapshot is who talked, rang and waited just before the kill.
type snapshot struct {
	all, queued, ringing []string     // callers' numbers
	talking              []*live.Call // both ends, the caller's first
}

// look takes the snapshot; calls that are about to end are no part of those that
// talk.
func (l *load) look() (s snapshot) {
	l.t.Helper()
	for _, c := range l.s.Calls(l.t) {
		s.all = append(s.all, c.Caller)
		if c.Bridged == nil {
			s.queued = append(s.queued, c.Caller)
			if l.atDesk(c.Caller, func(s live.State) bool { return s.Ringing && s.Answered.IsZero() && !s.Over() }) != nil {
				s.ringing = append(s.ringing, c.Caller)
			}
			continue
		}
		if c.Agent > "8008" {
			continue
		}
		if desk := l.atDesk(c.Caller, live.State.Talking); desk != nil {
			s.talking = append(s.talking, l.callOf(c.Caller), desk)
		}
	}
	return s
}

// callOf is a caller's end of his call.
func (l *load) callOf(caller string) *live.Call {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.calls[slices.Index(l.who, caller)]
}

// atDesk is a call at an agent's phone for that caller that is as wished, or nil.
func (l *load) atDesk(caller string, ok func(live.State) bool) *live.Call {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.IndexFunc(l.atDesks, func(c *live.Call) bool {
		state := c.State()
		return strings.Contains(state.From, caller) && ok(state)
	})
	if i < 0 {
		return nil
	}
	return l.atDesks[i]
}

// TestAKillAmidACrowdOf200: while 200 callers talk with 20 agents or wait for
// them, the server is killed and started. It runs alone, for the 2 s.
func TestAKillAmidACrowdOf200(t *testing.T) {
	s := rig.Start(t, rig.Options{Plan: terse})
	l := listeningLoad(t, s, agents, 20*time.Second, longWinded)
	l.every, l.most = 50*time.Millisecond, crowd
	l.journey = func(r *rand.Rand) demo.Journey {
		if r.IntN(4) > 0 {
			return demo.Journey{}
		}
		return demo.Journey{Patience: time.Duration(5+r.IntN(40)) * time.Second} // gives up, or ends the talk
	}
	l.begin(5)
	rig.Until(t, "a crowd with talks and a phone that rings", func() bool {
		if l.going() < crowd {
			return false
		}
		now := l.look()
		return len(now.talking) >= 2*6 && len(now.ringing) > 0
	})
	before := l.look()
	killed := time.Now()
	s.Kill()
	received, since := make([]uint64, len(before.talking)), make([]func() []byte, len(before.talking))
	for i, c := range before.talking {
		received[i], since[i] = c.State().Media.Received, rig.Since(c.Heard)
	}
	s.Restart()
	l.goesOn(&before, received, since, killed)

	rig.Until(t, "those who were queued have moved up", func() bool { return len(l.waiting(before.queued)) < len(before.queued)/2 })
	l.stop()
	l.hangUp()
	l.end()
	cdrs := l.accounted()
	inTurn(t, cdrs)
	oneAtATime(t, cdrs)
	l.wereThere(&before, cdrs, killed)
	s.AtZero(t)
}

// goesOn checks the talks just after the kill.
func (l *load) goesOn(before *snapshot, received []uint64, since []func() []byte, killed time.Time) {
	l.t.Helper()
	var talking []*live.Call
	var had []uint64
	var heard []func() []byte
	for i := 0; i < len(before.talking); i += 2 {
		if before.talking[i].State().Over() { // he has hung up by himself
			continue
		}
		talking = append(talking, before.talking[i:i+2]...)
		had = append(had, received[i:i+2]...)
		heard = append(heard, since[i:i+2]...)
	}
	if len(talking) < 2*4 {
		l.t.Fatalf("only %d of %d talks are there after the kill", len(talking)/2, len(before.talking)/2)
	}
	soundAgain(l.t, talking, had, killed)
	l.t.Logf("%d talks had sound again %v after the kill", len(talking)/2, time.Since(killed).Round(time.Millisecond))
	for i := range talking {
		rig.Hears(l.t, "after the kill", heard[i], said(uint64(2-i%2)))
	}
	for _, c := range talking {
		// Callers who hang up later say so: they have lost patience, not sound.
		if said := l.wire.about(c.State().ID, killed); len(said) > 0 && !c.State().Over() {
			l.t.Errorf("messages about a talking call: %q", said)
		}
	}
}

// waiting are those of the callers who wait or are rung for.
func (l *load) waiting(callers []string) (out []string) {
	l.t.Helper()
	for _, c := range l.s.Calls(l.t) {
		if c.Bridged == nil && slices.Contains(callers, c.Caller) {
			out = append(out, c.Caller)
		}
	}
	return out
}

// wereThere checks the CDRs of the calls that the kill found.
func (l *load) wereThere(before *snapshot, cdrs map[string]api.CDR, killed time.Time) {
	l.t.Helper()
	for _, who := range before.all {
		c, there := cdrs[who]
		if !there || c.Began.After(killed) || c.Enlisted == nil || c.Enlisted.After(killed) {
			l.t.Errorf("the CDR of %s, who was there before the kill: %+v", who, c)
		}
	}
	answered, next := 0, 0
	for _, who := range before.ringing {
		switch c := cdrs[who]; {
		case c.Outcome == "answered" && c.Offers == 1:
			answered++
		case c.Outcome == "answered":
			next++
		case c.EndedBy != "caller":
			l.t.Errorf("the call of %s, for whom a phone rang: %+v", who, c)
		}
	}
	if answered+next == 0 {
		l.t.Errorf("of %d calls that rang none was answered", len(before.ringing))
	}
	l.t.Logf("of %d calls that rang %d were answered there, %d by the next", len(before.ringing), answered, next)
}
