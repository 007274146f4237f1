package live

import (
	"context"
	"errors"
	"net/netip"
	"testing"
	"time"

	"github.com/hotline12345/hotline/demo"
	"github.com/hotline12345/hotline/test/sound"
	"github.com/hotline12345/hotline/turn"
)

// pair are two peers, each of which takes the other for its server.
func pair(ctx context.Context, t *testing.T, ip string, o Options) (a, b *Peer) {
	t.Helper()
	local := netip.AddrPortFrom(netip.MustParseAddr(ip), 0)
	a, err := Join(ctx, Options{Options: demo.Options{User: "a", Local: local}, Sound: sound.Encode(sound.Chirp(1, 2*time.Second)), Keep: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	o.User, o.Local, o.Server, o.Keep = "b", local, a.Local(), time.Minute
	o.Sound = sound.Encode(sound.Chirp(2, 2*time.Second))
	o.Manner = func(*demo.Peer, *demo.Call) demo.Manner { return demo.Manner{Status: 200} }
	if b, err = Join(ctx, o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.pure.Server = b.Local()
	return a, b
}

func must(t *testing.T, what string, s State, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v: %+v", what, err, s)
	}
}

func TestSoundDigitsAndHoldBetweenTwoPeers(t *testing.T) {
	for name, o := range map[string]Options{"A-law": {}, "µ-law": {Options: demo.Options{Payloads: []uint8{demo.PCMU}, Event: 97}}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			a, b := pair(ctx, t, "127.9.3.1", o)
			out := a.Dial(demo.Journey{Number: "1", Caller: "2"})
			in, err := b.Await(ctx)
			if err != nil {
				t.Fatal(err)
			}
			for call, seed := range map[*Call]uint64{out: 2, in: 1} {
				best := 0.0
				if err := call.Hears(ctx, func(alaw []byte) bool {
					_, best = sound.Find(sound.Chirp(seed, time.Second), sound.Decode(alaw))
					return best > 0.99
				}); err != nil {
					t.Fatalf("sound %d was not heard: %.3f", seed, best)
				}
			}
			if err := out.Press("12#"); err != nil {
				t.Fatal(err)
			}
			s, err := in.Wait(ctx, func(s State) bool { return s.Media.Keys == "12#" })
			must(t, "digits", s, err)
			out.Info("9")
			s, err = out.Wait(ctx, func(s State) bool { return s.Digits == "9" })
			must(t, "INFO", s, err)
			out.Hold(true)
			s, err = in.Wait(ctx, func(s State) bool { return !s.Sound.Send })
			must(t, "hold", s, err)
			held := s.Media
			s, err = in.Wait(ctx, func(s State) bool { return s.Media.Received > held.Received+25 })
			if err != nil || s.Media.Sent > held.Sent+1 {
				t.Fatalf("held: sent %d, then %d: %v", held.Sent, s.Media.Sent, err)
			}
			out.Hold(false)
			s, err = in.Wait(ctx, func(s State) bool { return s.Media.Sent > held.Sent+10 })
			must(t, "resumed", s, err)
			in.HangUp()
			s, err = out.Wait(ctx, State.Over)
			must(t, "BYE", s, err)
			if s.Media.Lost > s.Media.Received/20 || s.Why != "them" || s.Err != nil || s.Talking() {
				t.Errorf("at the end: %+v", s)
			}
			if err := out.Press("1"); err == nil {
				t.Error("a call that is over took a digit")
			}
		})
	}
}

func TestAClosedPeerIsGone(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	a, b := pair(ctx, t, "127.9.3.2", Options{})
	out := a.Dial(demo.Journey{Number: "1", Caller: "2"})
	if s, err := out.Wait(ctx, State.Talking); err != nil {
		t.Fatalf("%+v", s)
	}
	b.Close()
	b.Close()
	if _, err := b.Await(ctx); err != nil { // the call that came is still to be had
		t.Fatal(err)
	}
	cancel()
	if s, err := out.Wait(t.Context(), State.Over); err != nil || s.Why != "crash" {
		t.Errorf("the context's end closes: %+v", s)
	}
	if s := a.Dial(demo.Journey{Number: "1"}).State(); !s.Over() || s.Why != "closed" {
		t.Errorf("a closed peer rang: %+v", s)
	}
	if _, err := a.Await(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Await: %v", err)
	}
	if _, err := Join(t.Context(), Options{Options: demo.Options{Local: netip.MustParseAddrPort("203.0.113.1:5060")}}); err == nil {
		t.Error("an address that is not ours was bound")
	}
}

// BenchmarkTick is what a call costs each 20 ms: a packet sent and one
// received.
func BenchmarkTick(b *testing.B) {
	ip, rand := netip.MustParseAddr("127.9.3.3"), turn.NewRand([32]byte{1})
	var both [2]*stream
	for i := range both {
		s, err := open(ip, sound.Encode(sound.Tone(440, time.Second)), 0, rand)
		if err != nil {
			b.Fatal(err)
		}
		defer s.close()
		both[i] = s
	}
	for i, s := range both {
		s.follow(demo.Sound{Remote: both[1-i].local, Codec: demo.PCMA, Send: true}, true)
	}
	at := time.Now()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		both[i%2].tick(at)
	}
	if s := both[0]; s.in.received == 0 || s.unsent > 0 {
		b.Errorf("%+v", s.figures())
	}
}
