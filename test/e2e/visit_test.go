package e2e

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/demo"
	"github.com/hotline12345/hotline/demo/live"
	"github.com/hotline12345/hotline/test/e2e/rig"
)

// ledger is the server, everybody who answers there, and who has answered whom.
type ledger struct {
	t         *testing.T
	s         *rig.Server
	carrier   *live.Peer
	exchanges []*live.Peer
	plan      *config.Plan
	revision  uint64
	made      int // calls

	mu      sync.Mutex
	takers  map[string]*taker // by the caller's number
	bridged map[string]bool   // calls in progress that have been joined, likewise
}

// taker is who answered a call.
type taker struct {
	name  string // the phone's, the exchange's trunk
	voice uint64
	call  *live.Call
}

// take notes the calls that ring at a phone or exchange.
func (l *ledger) take(p *live.Peer, who *taker) {
	for {
		c, err := p.Await(l.t.Context())
		if err != nil {
			return
		}
		_, rest, _ := strings.Cut(c.State().From, "<sip:")
		caller, _, _ := strings.Cut(rest, "@")
		l.mu.Lock()
		l.takers[caller] = &taker{who.name, who.voice, c}
		l.mu.Unlock()
	}
}

// watch looks which calls have been joined.
func (l *ledger) watch() {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-l.t.Context().Done():
			return
		}
		calls, _ := l.s.Client.Calls(l.t.Context()) // none come at the test's end
		l.mu.Lock()
		for _, c := range calls {
			l.bridged[c.Caller] = l.bridged[c.Caller] || c.Bridged != nil
		}
		l.mu.Unlock()
	}
}

// visit is a call to a number of the ledger, what should come of it, and what
// has.
type visit struct {
	row      *ledgerRow
	diverted bool     // from the number to 12345; else the number was rung
	clips    []string // heard before 12345's agent serves
	desk     string   // the destination that takes the call; empty: 12345 does
	passed   string   // the destination that is closed

	caller string
	voice  uint64
	call   *live.Call
	taker  *taker
	err    error
	cdr    api.CDR
}

// visits are the visit both ways.
func (l *ledger) visits(v visit) (out []*visit) {
	for _, diverted := range []bool{false, true} {
		l.made++
		one := v
		one.diverted, one.caller, one.voice = diverted, fmt.Sprintf("138%08d", l.made), uint64(1000+l.made)
		out = append(out, &one)
	}
	return out
}

// dialled is the number as the caller of a diverted call wrote it: short ones as
// Wuhu's.
func (v *visit) dialled() string {
	switch {
	case strings.HasPrefix(v.row.number, "0"):
		return "+86" + v.row.number[1:]
	case len(v.row.number) == 11:
		return "+86" + v.row.number
	}
	return "+86553" + v.row.number
}

func (v *visit) journey(l *ledger) demo.Journey {
	if !v.diverted {
		return demo.Journey{Number: v.row.number, Caller: v.caller}
	}
	host := l.carrier.Local().Addr()
	return demo.Journey{Number: "12345", Caller: v.caller, More: fmt.Sprintf(
		"Diversion: <sip:12345@%s>;reason=no-answer, <sip:%s@%s;user=phone>;reason=unconditional\r\n", host, v.dialled(), host)}
}

// round makes all these calls at once and looks at each.
func (l *ledger) round(name string, visits []*visit) {
	l.t.Helper()
	began := time.Now()
	var all sync.WaitGroup
	for _, v := range visits {
		all.Go(func() { v.err = v.talk(l) })
	}
	all.Wait()
	l.t.Logf("%s: %d calls in %v", name, len(visits), time.Since(began).Round(time.Millisecond))
	l.cdrs(visits)
	l.t.Run(name, func(t *testing.T) {
		for _, v := range visits {
			way := "dialled"
			if v.diverted {
				way = "diverted"
			}
			t.Run(v.row.number+" "+way, func(t *testing.T) { v.check(t, l) })
		}
	})
	l.t.Logf("%s: all in %v", name, time.Since(began).Round(time.Millisecond))
}

// overheard is how much both sides hear of each other, in packets of 20 ms.
const overheard = 75

// talk rings, waits until both sides hear each other, and hangs up.
func (v *visit) talk(l *ledger) error {
	ctx, stop := context.WithTimeout(l.t.Context(), 2*rig.Patience)
	defer stop()
	v.call = l.carrier.Dial(v.journey(l))
	defer v.call.HangUp()
	v.call.Play(chirp(v.voice))
	joined := func(s live.State) bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		v.taker = l.takers[v.caller]
		return s.Over() || v.taker != nil && l.bridged[v.caller]
	}
	s, err := v.call.Wait(ctx, joined)
	switch {
	case err != nil:
		return fmt.Errorf("nobody talks with the caller: %+v", s)
	case s.Over():
		return fmt.Errorf("the call was ended: %+v", s)
	}
	both := []*live.Call{v.call, v.taker.call}
	from := []uint64{v.call.State().Media.Received, v.taker.call.State().Media.Received}
	for i, c := range both {
		if s, err := c.Wait(ctx, func(s live.State) bool { return s.Over() || s.Media.Received >= from[i]+overheard }); err != nil || s.Over() {
			return fmt.Errorf("the talk does not go on: %+v", s)
		}
	}
	v.call.HangUp()
	if s, err := v.taker.call.Wait(ctx, live.State.Over); err != nil || s.Why != "them" {
		return errors.Join(err, fmt.Errorf("the other side's end: %+v", s))
	}
	return nil
}

// cdrs waits for the calls' CDRs.
func (l *ledger) cdrs(visits []*visit) {
	l.t.Helper()
	by := map[string]api.CDR{}
	rig.Until(l.t, "the CDRs", func() bool {
		for _, c := range l.s.CDRs(l.t) {
			by[c.Caller] = c
		}
		for _, v := range visits {
			if by[v.caller].Call == "" && v.err == nil {
				return false
			}
		}
		return true
	})
	for _, v := range visits {
		v.cdr = by[v.caller]
	}
}
