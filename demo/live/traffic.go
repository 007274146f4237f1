package live

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/hotline12345/hotline/demo"
)

// Account is a simulated desk phone's.
type Account struct{ Phone, Password string }

// TrafficOptions describe a demo's carrier and desk phones.
type TrafficOptions struct {
	Server   netip.AddrPort
	Domain   string     // of the phones' registration
	Carrier  netip.Addr // of a trunk in the plan's
	Numbers  []string   // dialled; every other call rings the first. None: 12345
	Phones   []Account
	PhonesAt netip.Addr // the first phone's address; each further one has the next
	// Exchanges are where the plan's trunks lead: people answer there as agents
	// do, but for a call in eight that finds them busy and one that nobody hears.
	Exchanges []netip.AddrPort
	// TransferTo is where agents send a caller in twenty: names or numbers as the
	// plan has them. None: nowhere.
	TransferTo []string
	// LogIn logs the phone's agent in. It is called when the phone has
	// registered, and again each 2 s while it gives an error.
	LogIn func(ctx context.Context, phone string) error
	Every time.Duration // between two calls, on average; 0: 3 s
	// A talk lasts from TalkMin to TalkMax after the agent has answered, what
	// is announced included; 0: 5 and 20 s.
	TalkMin, TalkMax time.Duration
	Seed             uint64 // of who rings when and how he behaves
	Caller, Agent    []byte // what either says, A-law at 8 kHz; empty: silence
}

// Traffic is a simulated carrier whose callers ring, the phones of the agents
// who answer, and the exchanges to which calls are sent on.
type Traffic struct {
	o       TrafficOptions
	carrier *Peer
	phones  []*Peer
	outside []*Peer
	cancel  context.CancelFunc
	work    sync.WaitGroup
	staffed chan struct{} // closed when the first agent has been logged in
	once    sync.Once
	mu      sync.Mutex
	rand    *rand.Rand
}

// StartTraffic lets the phones register and, when the first agent is logged in, the
// callers ring, until Close or the end of the context.
func StartTraffic(ctx context.Context, o TrafficOptions) (*Traffic, error) {
	if o.Every == 0 {
		o.Every = 3 * time.Second
	}
	if o.TalkMax == 0 {
		o.TalkMin, o.TalkMax = 5*time.Second, 20*time.Second
	}
	if len(o.Numbers) == 0 {
		o.Numbers = []string{"12345"}
	}
	if o.LogIn == nil {
		return nil, errNoLogIn
	}
	ctx, cancel := context.WithCancel(ctx)
	t := &Traffic{o: o, cancel: cancel, staffed: make(chan struct{}), rand: rand.New(rand.NewPCG(o.Seed, 12345))}
	if err := t.join(ctx); err != nil {
		t.Close()
		return nil, err
	}
	for i, p := range t.phones {
		t.work.Go(func() { t.logIn(ctx, p, o.Phones[i].Phone) })
	}
	t.work.Go(func() { t.ring(ctx) })
	return t, nil
}

var errNoLogIn = errors.New("traffic without LogIn: nobody would answer")

func (t *Traffic) join(ctx context.Context) (err error) {
	t.carrier, err = Join(ctx, Options{
		Options: demo.Options{User: "carrier", Local: netip.AddrPortFrom(t.o.Carrier, 0), Server: t.o.Server}, Sound: t.o.Caller,
	})
	if err != nil {
		return fmt.Errorf("the demo's carrier: %w", err)
	}
	at := t.o.PhonesAt
	for _, a := range t.o.Phones {
		p, err := Join(ctx, Options{
			Options: demo.Options{
				User: a.Phone, Password: a.Password, Domain: t.o.Domain, Local: netip.AddrPortFrom(at, 0), Server: t.o.Server, Manner: t.manner,
			},
			Sound: t.o.Agent,
		})
		if err != nil {
			return fmt.Errorf("the demo's phone %s: %w", a.Phone, err)
		}
		t.phones = append(t.phones, p)
		at = at.Next()
	}
	for _, at := range t.o.Exchanges {
		p, err := Join(ctx, Options{Options: demo.Options{User: "exchange", Local: at, Server: t.o.Server, Manner: t.elsewhere}, Sound: t.o.Agent})
		if err != nil {
			continue // somebody else has the address: nobody answers there, and 12345 takes over
		}
		t.outside = append(t.outside, p)
	}
	return nil
}

func (t *Traffic) logIn(ctx context.Context, p *Peer, phone string) {
	if p.Wait(ctx, func(p *demo.Peer) bool { return p.Registered != 0 }) != nil {
		return
	}
	for t.o.LogIn(ctx, phone) != nil {
		if !pause(ctx, 2*time.Second) {
			return
		}
	}
	t.once.Do(func() { close(t.staffed) })
}

// ring is the carrier's day.
func (t *Traffic) ring(ctx context.Context) {
	select {
	case <-t.staffed:
	case <-ctx.Done():
		return
	}
	for {
		t.carrier.Dial(t.journey())
		if !pause(ctx, t.spread()) {
			return
		}
	}
}

// pause waits; false: the end has come.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// spread draws the time to the next call: arrivals are a Poisson process, cut
// off so that nobody watches an empty screen for long.
func (t *Traffic) spread() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return time.Duration(min(-math.Log(1-t.rand.Float64()), 3) * float64(t.o.Every))
}

func (t *Traffic) between(least, most time.Duration) time.Duration {
	return least + time.Duration(t.rand.Int64N(int64(max(most-least, 0))+1))
}

// mobile are prefixes of mobile numbers.
var mobile = []string{"133", "135", "138", "139", "150", "158", "177", "186", "188", "199"}

// untilHeard is about how long a caller hears the greeting and the agent's
// number before they talk.
const untilHeard = 10 * time.Second

// journey draws a caller: most leave the end to the agent, some hang up
// first, a few give up early, a few hold.
func (t *Traffic) journey() demo.Journey {
	t.mu.Lock()
	defer t.mu.Unlock()
	number := t.o.Numbers[0]
	if t.rand.IntN(2) == 0 {
		number = t.o.Numbers[t.rand.IntN(len(t.o.Numbers))]
	}
	j := demo.Journey{
		Number: number, Caller: fmt.Sprintf("%s%08d", mobile[t.rand.IntN(len(mobile))], t.rand.IntN(1e8)),
		Patience: t.between(2*time.Minute, 4*time.Minute) + t.o.TalkMax,
	}
	switch draw := t.rand.IntN(20); {
	case draw < 2:
		j.Patience = t.between(2*time.Second, untilHeard)
	case draw < 4:
		j.Hold = untilHeard + t.between(0, t.o.TalkMin)
	case draw < 8:
		j.Talk = untilHeard + t.between(t.o.TalkMin, t.o.TalkMax)
	}
	return j
}

// manner is how an agent treats a call: he is quick, and has one at a time.
func (t *Traffic) manner(p *demo.Peer, _ *demo.Call) demo.Manner {
	t.mu.Lock()
	defer t.mu.Unlock()
	if p.Busy() {
		return demo.Manner{Ring: -1, Status: 486}
	}
	m := t.answers()
	if len(t.o.TransferTo) > 0 && t.rand.IntN(20) == 0 {
		m.Refer, m.ReferAfter = t.o.TransferTo[t.rand.IntN(len(t.o.TransferTo))], t.o.TalkMin
	}
	return m
}

// elsewhere is how an exchange treats a call.
func (t *Traffic) elsewhere(*demo.Peer, *demo.Call) demo.Manner {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch t.rand.IntN(8) {
	case 0:
		return demo.Manner{Ring: -1, Status: 486}
	case 1:
		return demo.Manner{Ring: 100 * time.Millisecond, Answer: -1}
	}
	return t.answers()
}

func (t *Traffic) answers() demo.Manner {
	return demo.Manner{
		Ring: 100 * time.Millisecond, Answer: t.between(time.Second, 4*time.Second), Status: 200,
		Talk: t.between(t.o.TalkMin, t.o.TalkMax),
	}
}

// Close ends the traffic: carrier and phones are gone without a word.
func (t *Traffic) Close() {
	t.cancel()
	t.work.Wait()
	if t.carrier != nil {
		t.carrier.Close()
	}
	for _, p := range slices.Concat(t.phones, t.outside) {
		p.Close()
	}
}
