package media

import (
	"testing"
	"time"

	"github.com/hotline12345/hotline/media/order"
	"github.com/pion/rtp"
)

func TestHeadersThatAreTooLongForTheirPacketAreRefused(t *testing.T) {
	good := packet{payload: 8, sequence: 1, time: 2, ssrc: 3, body: []byte{1, 2, 3, 4}}.bytes()
	for name, change := range map[string]func(b []byte) []byte{
		"version 1":              func(b []byte) []byte { b[0] = 1 << 6; return b },
		"short":                  func(b []byte) []byte { return b[:11] },
		"contributors":           func(b []byte) []byte { b[0] |= 2; return b },
		"extension header":       func(b []byte) []byte { b[0] |= 0x10; return b[:14] },
		"extension":              func(b []byte) []byte { b[0] |= 0x10; b[14], b[15] = 0, 1; return b },
		"padding of nothing":     func(b []byte) []byte { b[0] |= 0x20; b[15] = 0; return b },
		"padding over the start": func(b []byte) []byte { b[0] |= 0x20; b[15] = 5; return b },
	} {
		if _, ok := parseHeader(change(append([]byte(nil), good...))); ok {
			t.Errorf("%s: accepted", name)
		}
	}
}

// FuzzIntake compares our reading with pion's and sends the same bytes through
// the whole handler, on both kinds of leg.
func FuzzIntake(f *testing.F) {
	f.Add(packet{payload: 8, sequence: 1, time: 2, ssrc: 3, body: frame(1)}.bytes(), uint16(0))
	f.Add(packet{payload: 101, sequence: 1, time: 2, ssrc: 3, body: []byte{1, 0x80, 0, 160}}.bytes(), uint16(3))
	f.Add([]byte{0x80, senderReport, 0, 6, 0, 0, 0, 9, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 0, 0, 0, 1, 0, 0, 0, 1}, uint16(7))
	f.Add([]byte{0xb2, 8, 0, 1, 0, 0, 0, 1, 0, 0, 0, 7, 1, 2, 3, 4, 5, 6, 7, 8, 0xbe, 0xde, 0, 1, 9, 9, 9, 9, 5, 4, 0, 2}, uint16(1))
	r := newRig(f)
	a, b := newPeer(f, "127.0.0.1"), newPeer(f, "127.0.0.1")
	pa, pb := r.pair(), r.pair()
	latching := hears(trunk(1, a), 2)
	latching.Source = order.FromLatch
	f.Fuzz(func(t *testing.T, raw []byte, ms uint16) {
		raw = raw[:min(len(raw), largest)]
		h, ok := parseHeader(raw)
		var theirs rtp.Packet
		if err := theirs.Unmarshal(raw); ok && err == nil {
			if h.sequence != theirs.SequenceNumber || h.time != theirs.Timestamp || h.ssrc != theirs.SSRC || h.payload != theirs.PayloadType || string(raw[h.from:h.to]) != string(theirs.Payload) {
				t.Fatalf("ours %+v, theirs %+v", h, theirs)
			}
		}
		if r.lp.legs[1] == nil {
			r.give(pa, latching)
			r.give(pb, hears(trunk(2, b), 1))
		}
		r.clock = r.clock.Add(time.Duration(ms) * time.Millisecond)
		r.lp.at = r.clock
		for _, to := range []*bound{pa, pb} {
			for port := range 2 {
				peers := [2]*peer{a, b}
				r.lp.from = newSockaddr(peers[port].addr(), false)
				copy(r.lp.incoming[:], raw)
				r.lp.datagram(to, port == 1 && ms&1 != 0, len(raw))
			}
		}
		r.lp.work(0)
		for _, l := range r.lp.legs {
			if c := l.counters; c.Late > c.Received {
				t.Fatalf("counted %+v", c)
			}
		}
		r.events = r.events[:0]
	})
}

func TestSequenceRestartsOnlyWhenTwoFollowEachOther(t *testing.T) {
	var r reception
	at := func(n uint16) (verdict, int) { return r.accept(&header{sequence: n, ssrc: 1}) }
	at(65534)
	if v, gap := at(1); v != fresh || gap != 2 || r.extended() != 1<<16|1 {
		t.Fatalf("over the wrap: %v, gap %d, %#x", v, gap, r.extended())
	}
	if v, _ := at(65535); v != late {
		t.Errorf("a late one: %v", v)
	}
	if v, _ := at(65535); v != repeated {
		t.Errorf("the same again: %v", v)
	}
	epoch := r.epoch
	if v, _ := at(20000); v != repeated || r.epoch != epoch {
		t.Errorf("alone far off: %v", v)
	}
	if v, gap := at(2); v != fresh || gap != 0 {
		t.Errorf("the stream goes on: %v, %d", v, gap)
	}
	at(20000)
	if v, gap := at(20001); v != fresh || gap != 0 || r.epoch == epoch {
		t.Errorf("two far off: %v, %d", v, gap)
	}
}

func TestTimersComeOutInOrder(t *testing.T) {
	var h timers
	all := make([]timer, 200)
	for i := range all {
		h.set(&all[i], at(i*37%199+1))
	}
	for i := 0; i < len(all); i += 3 {
		h.set(&all[i], at((i*53+7)%211+1))
	}
	gone := 0
	for i := 0; i < len(all); i += 7 {
		h.set(&all[i], 0)
		gone++
	}
	if h.pop(0) != nil {
		t.Error("popped before its time")
	}
	last, n := at(0), 0
	for x := h.pop(1000); x != nil; x = h.pop(1000) {
		if x.at < last || x.place != 0 {
			t.Fatalf("%v after %v", x.at, last)
		}
		last, n = x.at, n+1
	}
	if n != len(all)-gone {
		t.Errorf("%d of %d came out", n, len(all)-gone)
	}
}
