package media

import (
	"net/netip"
	"testing"
	"time"

	"github.com/hotline12345/hotline/media/order"
)

// behindNAT is a phone whose SDP names an address that is not its own, and
// whose signalling comes from 127.0.0.2.
func behindNAT(p *peer) order.Leg {
	o := trunk(1, p)
	o.Source, o.Remote = order.FromLatch, netip.MustParseAddrPort("10.255.0.1:4000")
	o.Signalling = netip.MustParseAddr("127.0.0.2")
	o.Hear = order.Hear{Kind: order.HearLeg, Leg: 1} // an echo shows where packets go
	return o
}

func TestLatchLocksAfterPacketsInSequenceAndSendsThere(t *testing.T) {
	r := newRig(t)
	phone, pair := newPeer(t, "127.0.0.2"), r.pair()
	r.give(pair, behindNAT(phone))
	for _, i := range []int{0, 1, 5, 6} {
		phone.talk(pair, 77, i, 0)
		r.run(20 * time.Millisecond)
	}
	if got := r.take(order.PeerLatched); len(got) != 0 || len(phone.all()) != 0 {
		t.Fatalf("latched before three in sequence: %+v", got)
	}
	phone.talk(pair, 77, 7, 0)
	r.settle()
	if got := r.take(order.PeerLatched); len(got) != 1 || got[0].Addr != phone.addr() {
		t.Fatalf("latched %+v, not %v", got, phone.addr())
	}
	if got := phone.all(); len(got) != 1 {
		t.Fatalf("%d packets back", len(got))
	}
}

func TestStrangerIsLearntOnlyWhenThePreferredAreSilent(t *testing.T) {
	r := newRig(t)
	phone, thief, pair := newPeer(t, "127.0.0.2"), newPeer(t, "127.0.0.66"), r.pair()
	r.give(pair, behindNAT(phone))
	i := 0
	both := func(d time.Duration, phoneToo bool) {
		for range d / (20 * time.Millisecond) {
			thief.talk(pair, 66, i, 0)
			if phoneToo {
				phone.talk(pair, 77, i, 0)
			}
			i++
			r.run(20 * time.Millisecond)
		}
	}
	both(900*time.Millisecond, false)
	both(3*time.Second, true)
	if got := r.take(order.PeerLatched); len(got) != 1 || got[0].Addr != phone.addr() {
		t.Fatalf("latched %+v, not %v", got, phone.addr())
	}
	if got := thief.all(); len(got) != 0 {
		t.Fatalf("%d packets to the stranger", len(got))
	}
	both(980*time.Millisecond, false)
	if got := r.take(order.PeerLatched); len(got) != 0 {
		t.Fatalf("lost the phone within a second: %+v", got)
	}
	both(200*time.Millisecond, false)
	if got := r.take(order.PeerLatched); len(got) != 1 || got[0].Addr != thief.addr() {
		t.Fatalf("a new source is not learnt after a second: %+v", got)
	}
}

func TestLatchGivenBackAfterARestartIsUsedAtOnce(t *testing.T) {
	r := newRig(t)
	phone, pair := newPeer(t, "127.0.0.2"), r.pair()
	o := behindNAT(phone)
	o.Latched = phone.addr()
	r.give(pair, o)
	phone.talk(pair, 77, 0, 0)
	newPeer(t, "127.0.0.2").talk(pair, 78, 0, 0)
	r.settle()
	if got := phone.all(); len(got) != 1 {
		t.Fatalf("%d packets back", len(got))
	}
	if got := r.take(order.PeerLatched); len(got) != 0 || r.lp.legs[1].counters.Refused != 1 {
		t.Errorf("latched %+v, refused %d", got, r.lp.legs[1].counters.Refused)
	}
}

func TestNewAddressInTheSDPForgetsTheLatch(t *testing.T) {
	r := newRig(t)
	phone, moved, pair := newPeer(t, "127.0.0.2"), newPeer(t, "127.0.0.3"), r.pair()
	o := behindNAT(phone)
	o.Latched = phone.addr()
	r.give(pair, o)
	o.Remote = moved.addr()
	r.give(pair, o)
	for i := range 3 {
		moved.talk(pair, 77, i, 0)
	}
	r.settle()
	if got := r.take(order.PeerLatched); len(got) != 1 || got[0].Addr != moved.addr() || len(moved.all()) != 3 {
		t.Fatalf("latched %+v, not %v", got, moved.addr())
	}
}

func TestControlPacketsFollowALatchedPeer(t *testing.T) {
	r := newRig(t)
	phone, pair := newPeer(t, "127.0.0.2"), r.pair()
	o := behindNAT(phone)
	o.RemoteRTCP, o.Latched = netip.MustParseAddrPort("10.255.0.1:4001"), phone.addr()
	r.give(pair, o)
	phone.raw(phone.rtcp, pair.pair.Port+1, []byte{0x80, receiverReport, 0, 1, 0, 0, 0, 9})
	r.run(5 * time.Second)
	if raw := readRaw(t, phone.rtcp); raw[1] != receiverReport {
		t.Fatalf("% x", raw)
	}
}
