package media

import (
	"bytes"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/turn"
)

func at(n int) turn.Instant { return turn.Instant(n) }

// running is a plane with its threads.
type running struct {
	*Plane
	t      testing.TB
	now    func() turn.Instant
	events chan order.Event
}

func startPlane(t testing.TB, change func(o *Options)) *running {
	t.Helper()
	begun := time.Now()
	r := &running{t: t, events: make(chan order.Event, 4096), now: func() turn.Instant { return turn.Instant(time.Hour + time.Since(begun)) }}
	o := Options{
		Interfaces: []InterfaceOptions{{Name: "lan", Addr: netip.MustParseAddr("127.0.0.1"), Advertise: netip.MustParseAddr("192.0.2.1")}},
		Ahead:      4, Now: r.now,
		Clip: func(name string) ([]byte, bool) { return noise(9, 8000), name == "noise" },
	}
	if change != nil {
		change(&o)
	}
	var err error
	if r.Plane, err = Start(o, func(e order.Event) { r.events <- e }); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

// wait returns the next event of a kind.
func (r *running) wait(kind order.EventKind) order.Event {
	r.t.Helper()
	deadline := time.After(10 * time.Second)
	for {
		select {
		case e := <-r.events:
			if e.Kind == kind {
				return e
			}
		case <-deadline:
			r.t.Fatalf("no event of kind %d", kind)
		}
	}
}

// port is the pair as rig's helpers take it.
func port(p order.Pair) *bound { return &bound{pair: p} }

func TestPlaneGrantsRelaysAndTakesPairsBack(t *testing.T) {
	r := startPlane(t, nil)
	granted := r.wait(order.PairsGranted).Pairs
	if len(granted) != 4 {
		t.Fatalf("granted %d", len(granted))
	}
	for _, p := range granted {
		if p.Port == 0 || p.Port&1 != 0 || p.Interface != "lan" || p.Local.String() != "127.0.0.1" || p.Advertise.String() != "192.0.2.1" {
			t.Fatalf("granted %+v", p)
		}
	}
	a, b := newPeer(t, "127.0.0.1"), newPeer(t, "127.0.0.1")
	for i, o := range []order.Leg{hears(trunk(1, a), 2), hears(trunk(2, b), 1)} {
		o.Number, o.Pair = 1, granted[i]
		r.Order(o)
	}
	if more := r.wait(order.PairsGranted).Pairs; len(more) != 1 {
		t.Fatalf("granted %d more", len(more))
	}
	r.wait(order.PairsGranted) // both legs are known now
	a.talk(port(granted[0]), 77, 0, 11)
	if k, ok := b.next(5 * time.Second); !ok || k.body[0] != 11 {
		t.Fatal("nothing came through")
	}
	b.talk(port(granted[1]), 78, 0, 12)
	if k, ok := a.next(5 * time.Second); !ok || k.body[0] != 12 {
		t.Fatal("nothing came back")
	}
	for i := range 2 {
		r.Order(order.Leg{ID: turn.ID(i + 1), Number: 2, Pair: granted[i], End: true})
		if e := r.wait(order.Counted); !e.Final || e.Counters != (order.Counters{Received: 1, Sent: 1}) {
			t.Errorf("counted %+v", e)
		}
		if e := r.wait(order.PairFreed); e.Pair != granted[i] {
			t.Errorf("freed %+v", e.Pair)
		}
	}
	r.Close()
	if s := r.Stats(); s.Received != 2 || s.Sent != 2 || s.Legs != 0 || s.InUse != 0 || s.Free != 6 || s.Bound != 6 {
		t.Errorf("%+v", s)
	}
}

func TestPlanePlaysClips(t *testing.T) {
	r := startPlane(t, nil)
	pair := r.wait(order.PairsGranted).Pairs[0]
	a := newPeer(t, "127.0.0.1")
	o := trunk(1, a)
	o.Number, o.Pair = 1, pair
	o.Hear = order.Hear{Kind: order.HearClips, Clips: []string{"missing", "noise"}, At: r.now()}
	begun := time.Now()
	r.Order(o)
	if e := r.wait(order.ClipFinished); e.Leg != 1 || e.Number != 1 {
		t.Fatalf("%+v", e)
	}
	if took := time.Since(begun); took < 990*time.Millisecond {
		t.Errorf("a second's clip took %v", took)
	}
	// A machine that stands still may cost packets, never their place in time.
	got, clip := a.all(), noise(9, 8000)
	if len(got) < 25 || len(got) > 50 {
		t.Fatalf("%d packets", len(got))
	}
	for i, k := range got {
		from := bytes.Index(clip, k.body)
		if late := int(k.time-got[0].time) - from; from < 0 || from%160 != 0 || late < -800 || late > 800 {
			t.Fatalf("packet %d, at sample %d, holds sample %d", i, k.time-got[0].time, from)
		}
	}
	if s := r.Stats(); s.MissingClips != 1 {
		t.Errorf("%+v", s)
	}
}

func TestRestartBindsWhatLivingCallsUse(t *testing.T) {
	first := startPlane(t, nil)
	granted := first.wait(order.PairsGranted).Pairs
	first.Close()
	second := startPlane(t, func(o *Options) { o.Rebind = granted[:1] })
	for _, p := range second.wait(order.PairsGranted).Pairs {
		if p == granted[0] {
			t.Fatal("granted a pair that a living call has")
		}
	}
	if s := second.Stats(); s.InUse != 1 {
		t.Errorf("%+v", s)
	}
	a := newPeer(t, "127.0.0.1")
	// The second was not named to be bound again: its order still finds it.
	for i := range 2 {
		o := hears(trunk(turn.ID(i+1), a), turn.ID(i+1))
		o.Number, o.Pair, o.Expect, o.Silence = 5, granted[i], true, time.Minute
		second.Order(o)
		// An order may overtake packets: ask until the leg answers.
		for n := 0; ; n++ {
			a.talk(port(granted[i]), 77, n, 1)
			if _, ok := a.next(20 * time.Millisecond); ok {
				break
			}
			if n == 200 {
				t.Fatal("no echo from the pair that was bound again")
			}
		}
		second.wait(order.PeerHeard)
	}
	// A leg of which only its end is left frees its pair all the same.
	second.Order(order.Leg{ID: 7, Number: 9, Pair: granted[2], End: true})
	if e := second.wait(order.PairFreed); e.Pair != granted[2] {
		t.Errorf("freed %+v", e.Pair)
	}
}

func TestPortsComeFromTheRangeAndItsEndIsNoFault(t *testing.T) {
	probe := startPlane(t, func(o *Options) { o.Ahead = 1 })
	first := probe.wait(order.PairsGranted).Pairs[0].Port
	probe.Close()
	r := startPlane(t, func(o *Options) {
		o.Ahead = 10
		o.Interfaces[0].First, o.Interfaces[0].Last = first-1, first+2 // an odd end on both sides
	})
	if got := r.wait(order.PairsGranted).Pairs; len(got) != 1 || got[0].Port != first {
		t.Fatalf("granted %+v of %d to %d", got, first-1, first+2)
	}
}

func TestStartSaysWhatIsWrong(t *testing.T) {
	taken := startPlane(t, func(o *Options) { o.Ahead = 1 })
	port := taken.wait(order.PairsGranted).Pairs[0].Port
	for name, o := range map[string]InterfaceOptions{
		"no address":      {Name: "x"},
		"an empty range":  {Name: "x", Addr: netip.MustParseAddr("127.0.0.1"), First: 4001, Last: 4002},
		"no first":        {Name: "x", Addr: netip.MustParseAddr("127.0.0.1"), Last: 4002},
		"all taken":       {Name: "x", Addr: netip.MustParseAddr("127.0.0.1"), First: port, Last: port + 1},
		"not our address": {Name: "x", Addr: netip.MustParseAddr("192.0.2.77")},
	} {
		p, err := Start(Options{Interfaces: []InterfaceOptions{o}, Ahead: 1, Now: taken.now}, func(order.Event) {})
		if err == nil {
			p.Close()
			t.Errorf("%s: started", name)
		} else {
			t.Log(err)
		}
	}
}

func TestSocketsSpeakIPv6(t *testing.T) {
	fd, gotPort, err := bindUDP(netip.IPv6Loopback(), 0)
	if err != nil {
		t.Skip("no IPv6 here: ", err)
	}
	defer func() { _ = syscall.Close(fd) }()
	var from sockaddr
	to := newSockaddr(netip.AddrPortFrom(netip.IPv6Loopback(), gotPort), true)
	if errno := send(fd, []byte("x"), &to); errno != 0 {
		t.Fatal(errno)
	}
	b := make([]byte, 8)
	if n, errno := receive(fd, b, &from); errno != 0 || n != 1 || from.addr() != netip.AddrPortFrom(netip.IPv6Loopback(), gotPort) {
		t.Fatal(n, errno, from.addr())
	}
}

// collections is the environment variable by which the test below calls
// itself: a collection that hangs stops every goroutine, a watchdog's too.
const collections = "HOTLINE_TEST_COLLECTIONS"

func TestCollectionsPassBesideTheLoop(t *testing.T) {
	if os.Getenv(collections) != "" {
		collect(t)
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestCollectionsPassBesideTheLoop$", "-test.v")
	cmd.Env = append(os.Environ(), collections+"=1")
	watchdog := time.AfterFunc(2*time.Minute, func() { _ = cmd.Process.Kill() })
	defer watchdog.Stop()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("600 collections beside the loop: %v\n%s", err, out)
	}
	t.Logf("%s", out)
}

func collect(t *testing.T) {
	r := startPlane(t, nil)
	pairs := r.wait(order.PairsGranted).Pairs
	idle := pauses(300)
	a := newPeer(t, "127.0.0.1")
	o := hears(trunk(1, a), 1)
	o.Number, o.Pair = 1, pairs[0]
	r.Order(o)
	var stop atomic.Bool
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		fd, _, _ := bindUDP(netip.MustParseAddr("127.0.0.1"), 0)
		defer func() { _ = syscall.Close(fd) }()
		to := newSockaddr(netip.AddrPortFrom(pairs[0].Local, pairs[0].Port), false)
		b := packet{payload: 8, body: frame(1)}.bytes()
		for !stop.Load() {
			_ = send(fd, b, &to) // refused by the leg, which is work enough
			a.talk(port(pairs[0]), 77, 0, 1)
		}
	}()
	busy := pauses(300)
	stop.Store(true)
	<-gone
	s := r.Stats()
	if s.Received+s.Refused < 1000 {
		t.Errorf("the loop was not busy: %+v", s)
	}
	fmt.Printf("longest collection: idle %v, busy %v (%d packets)\n", idle, busy, s.Received+s.Refused)
}

// pauses forces n collections and returns the longest.
func pauses(n int) (longest time.Duration) {
	for range n {
		begun := time.Now()
		runtime.GC()
		longest = max(longest, time.Since(begun))
	}
	return longest
}
