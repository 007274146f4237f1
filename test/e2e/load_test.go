package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/demo"
	"github.com/hotline12345/hotline/demo/live"
	"github.com/hotline12345/hotline/test/e2e/rig"
)

// load rings 12345 without end: each caller has a number of his own, talks for
// a while that is drawn for him, or loses patience before.
type load struct {
	t        *testing.T
	s        *rig.Server
	carriers []*live.Peer
	every    time.Duration // between two calls
	most     int           // at once; 0: no limit
	journey  func(*rand.Rand) demo.Journey

	wire    tap
	mu      sync.Mutex
	calls   []*live.Call
	who     []string     // the callers' numbers, by call
	atDesks []*live.Call // calls that came in at the agents' phones
	stop    context.CancelFunc
	done    sync.WaitGroup
}

// newLoad has so many agents answer, at 8001 and the following; nobody listens
// for long.
func newLoad(t *testing.T, s *rig.Server, agents int, manner func(*demo.Peer, *demo.Call) demo.Manner) *load {
	t.Helper()
	return listeningLoad(t, s, agents, time.Second, manner)
}

// listeningLoad is newLoad with ears that keep so much of what they hear.
func listeningLoad(t *testing.T, s *rig.Server, agents int, keep time.Duration, manner func(*demo.Peer, *demo.Call) demo.Manner) *load {
	t.Helper()
	l := &load{t: t, s: s, every: 300 * time.Millisecond, stop: func() {}}
	l.journey = func(r *rand.Rand) demo.Journey {
		return demo.Journey{Talk: time.Duration(500+r.IntN(2500)) * time.Millisecond, Patience: 30 * time.Second}
	}
	o := live.Options{Sound: chirp(2), Keep: keep, Trace: l.wire.trace}
	o.Manner = manner
	for i := range agents {
		name := fmt.Sprint(8001 + i)
		p := s.Phone(t, name, byte(11+i), o)
		s.Login(t, name, name)
		l.done.Go(func() {
			for {
				c, err := p.Await(t.Context())
				if err != nil {
					return
				}
				l.mu.Lock()
				l.atDesks = append(l.atDesks, c)
				l.mu.Unlock()
			}
		})
	}
	o.Sound = chirp(1)
	for i := range 2 {
		l.carriers = append(l.carriers, s.Trunk(t, byte(rig.Carrier+i), o))
	}
	return l
}

// begin begins to ring.
func (l *load) begin(seed uint64) {
	ctx, stop := context.WithCancel(l.t.Context())
	l.stop = stop
	random := rand.New(rand.NewPCG(seed, 1))
	l.done.Go(func() {
		tick := time.NewTicker(l.every)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				for more := true; more && (l.most == 0 || l.going() < l.most); more = l.most > 0 {
					l.ring(l.journey(random))
				}
			}
		}
	})
}

func (l *load) ring(j demo.Journey) {
	l.mu.Lock()
	defer l.mu.Unlock()
	j.Number, j.Caller = "12345", fmt.Sprintf("139%08d", len(l.calls))
	l.who = append(l.who, j.Caller)
	l.calls = append(l.calls, l.carriers[len(l.calls)%len(l.carriers)].Dial(j))
}

// rung is how many calls have been made.
func (l *load) rung() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.calls)
}

// going is how many of the callers' calls are not over.
func (l *load) going() (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.calls {
		if !c.State().Over() {
			n++
		}
	}
	return n
}

// hangUp has all callers hang up, the last first: no agent is rung once more
// for one who is about to go.
func (l *load) hangUp() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range slices.Backward(l.calls) {
		c.HangUp()
	}
}

// end rings no more and waits until every caller is gone.
func (l *load) end() {
	l.t.Helper()
	l.stop()
	rig.Within(l.t, 2*time.Minute, "the callers' calls are over", func() bool { return l.going() == 0 })
}

// accounted checks that each call that was let in is in the CDRs once, and no
// other, and returns the CDRs by caller.
func (l *load) accounted() map[string]api.CDR {
	l.t.Helper()
	left := leftovers{l: l}
	rig.Within(l.t, rig.Patience, "no calls", func() bool {
		left.calls, left.err = l.s.Client.Calls(l.t.Context()) // a busy core may not answer in time
		return left.err == nil && len(left.calls) == 0
	}, &left)
	byCaller := map[string]api.CDR{}
	for _, c := range l.s.CDRs(l.t) {
		if old, twice := byCaller[c.Caller]; twice {
			l.t.Errorf("the call of %s has two CDRs: %+v and %+v", c.Caller, old, c)
		}
		byCaller[c.Caller] = c
	}
	known := map[string]bool{}
	missing := 0
	for i, call := range l.calls {
		known[l.who[i]] = true
		_, there := byCaller[l.who[i]]
		state := call.State()
		switch begun := !state.Answered.IsZero() || state.Ringing; {
		case there:
		case begun:
			missing++
			l.t.Errorf("the call of %s has no CDR: %+v", l.who[i], state)
		case state.Status != 0:
			l.t.Errorf("the call of %s was refused: %+v", l.who[i], state)
		default: // the server was away for longer than the caller's SIP tries
			l.t.Logf("the call of %s was not let in: %q", l.who[i], l.wire.about(state.ID, time.Time{}))
		}
	}
	for who := range byCaller {
		if !known[who] {
			l.t.Errorf("a CDR of %s, who has not rung", who)
		}
	}
	l.t.Logf("%d calls rung, %d CDRs, %d missing: %v", len(l.calls), len(byCaller), missing, outcomes(byCaller))
	return byCaller
}

// outcomes counts the CDRs by outcome.
func outcomes(cdrs map[string]api.CDR) map[string]int {
	out := map[string]int{}
	for _, c := range cdrs {
		out[c.Outcome]++
	}
	return out
}

// leftovers are calls that should have ended.
type leftovers struct {
	l     *load
	calls []api.Call
	err   error
}

// String shows some of them with what the caller has seen of them.
func (o *leftovers) String() string {
	text := fmt.Sprintf("%d calls are left, error: %v", len(o.calls), o.err)
	for _, c := range o.calls[:min(3, len(o.calls))] {
		i := slices.Index(o.l.who, c.Caller)
		state := o.l.calls[i].State()
		text += fmt.Sprintf("\n%+v\nthe caller's: %+v\n%s", c, state, strings.Join(o.l.wire.about(state.ID, time.Time{}), "\n"))
	}
	return text
}
