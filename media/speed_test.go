package media

import (
	"encoding/binary"
	"net/netip"
	"syscall"
	"testing"
	"time"

	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/turn"
)

func addrPort(b *bound, port uint16) netip.AddrPort { return netip.AddrPortFrom(b.pair.Local, port) }

// load is many two-way calls on one loop, with raw sockets for their peers.
type load struct {
	*rig
	peers []int // sockets
	to    []sockaddr
	next  uint16
	frame []byte
}

func newLoad(t testing.TB, legs int, change func(i int, o *order.Leg)) *load {
	w := &load{rig: newRig(t), frame: packet{payload: 8, ssrc: 7, body: frame(9)}.bytes()}
	for i := range legs {
		b := w.pair()
		fd, port, err := bindUDP(b.pair.Local, 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = syscall.Close(fd) })
		o := order.Leg{
			ID: turn.ID(i + 1), Codec: order.PCMA, Payload: 8, Event: 101, Ptime: 20, SSRC: uint32(i), Since: w.clock,
			Remote: addrPort(b, port), Hear: order.Hear{Kind: order.HearLeg, Leg: turn.ID((i ^ 1) + 1)},
		}
		if change != nil {
			change(i, &o)
		}
		w.give(b, o)
		w.peers, w.to = append(w.peers, fd), append(w.to, newSockaddr(addrPort(b, b.pair.Port), false))
	}
	return w
}

// round lets every peer send one packet.
func (w *load) round() {
	w.next++
	w.clock = w.clock.Add(20 * time.Millisecond)
	binary.BigEndian.PutUint16(w.frame[2:], w.next)
	binary.BigEndian.PutUint32(w.frame[4:], uint32(w.next)*160)
	for i, fd := range w.peers {
		if errno := send(fd, w.frame, &w.to[i]); errno != 0 {
			w.t.Fatal(errno)
		}
	}
}

// relay turns the loop until all of a round is through.
func (w *load) relay() {
	for range (len(w.peers) + turnWork - 1) / turnWork {
		w.lp.work(w.lp.poll(0))
	}
}

// drain empties the peers' sockets.
func (w *load) drain() (n int) {
	var b [256]byte
	var from sockaddr
	for _, fd := range w.peers {
		for {
			if _, errno := receive(fd, b[:], &from); errno != 0 {
				break
			}
			n++
		}
	}
	return n
}

func TestPacketPathAllocatesNothing(t *testing.T) {
	for name, change := range map[string]func(i int, o *order.Leg){
		"relay": nil,
		"conversion, latching": func(i int, o *order.Leg) {
			o.Source = order.FromLatch
			if i&1 == 0 {
				o.Codec, o.Payload = order.PCMU, 0
			}
		},
		"digits": func(_ int, o *order.Leg) { o.Payload, o.Event = 96, 8 },
		"clips": func(_ int, o *order.Leg) {
			o.Hear = order.Hear{Kind: order.HearClips, Clips: []string{"x"}, At: o.Since, Loop: true}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newLoad(t, 8, change)
			for _, l := range w.lp.legs {
				if l.o.Hear.Kind == order.HearClips {
					l.player.begin([][]byte{frame(1)}, &l.o.Hear, l.step(), w.clock)
					w.lp.timers.set(&l.pacing, l.player.due)
				}
			}
			w.events = make([]order.Event, 0, 1<<16)
			came := 0
			allocs := testing.AllocsPerRun(400, func() { // 8 s: reports and counters among them
				w.round()
				w.relay()
				came += w.drain()
			})
			if allocs != 0 {
				t.Errorf("%v allocations for 8 packets", allocs)
			}
			if came < 3000 {
				t.Errorf("only %d packets came through", came)
			}
		})
	}
}

// BenchmarkRelay is a packet in and out: wait, receive, relay, send, with the
// loopback's delivery to the peer. 600 legs are 300 calls.
func BenchmarkRelay(b *testing.B) {
	for name, legs := range map[string]int{"legs=2": 2, "legs=600": 600} {
		b.Run(name, func(b *testing.B) {
			w := newLoad(b, legs, nil)
			w.events = make([]order.Event, 0, 1<<20)
			var spent time.Duration
			packets := 0
			b.ReportAllocs()
			b.ResetTimer()
			for packets < b.N {
				w.round()
				begun := time.Now()
				w.relay()
				spent += time.Since(begun)
				packets += w.drain()
				w.events = w.events[:0]
			}
			b.ReportMetric(float64(spent.Nanoseconds())/float64(packets), "loop-ns/packet")
			if lost := packets - int(w.lp.tally.sent); lost != 0 {
				b.Errorf("%d packets lost", lost)
			}
		})
	}
}

// BenchmarkHandler is our own part: a muted ear, so that nothing is sent.
func BenchmarkHandler(b *testing.B) {
	w := newLoad(b, 2, nil)
	w.lp.from = newSockaddr(w.lp.legs[1].o.Remote, false)
	w.lp.legs[2].o.Mute = true
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		binary.BigEndian.PutUint16(w.frame[2:], uint16(i))
		binary.BigEndian.PutUint32(w.frame[4:], uint32(i)*160)
		w.lp.at = w.lp.at.Add(20 * time.Millisecond)
		copy(w.lp.incoming[:], w.frame)
		w.lp.datagram(w.lp.legs[1].bound, false, len(w.frame))
	}
}

func BenchmarkConvert(b *testing.B) {
	from, to := frame(1), frame(2)
	b.ReportAllocs()
	for b.Loop() {
		convert(to, from, &aToU)
	}
}

// BenchmarkClip is a clip's packet to each of 600 legs, sent.
func BenchmarkClip(b *testing.B) {
	w := newLoad(b, 600, nil)
	clip := [][]byte{noise(1, 80000)}
	for _, l := range w.lp.legs {
		h := order.Hear{Kind: order.HearClips, At: w.clock, Loop: true}
		w.lp.hear(l, nil)
		l.player.begin(clip, &h, l.step(), w.clock)
		w.lp.timers.set(&l.pacing, l.player.due)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for sent := 0; sent < b.N; {
		w.clock = w.clock.Add(20 * time.Millisecond)
		w.relay()
		b.StopTimer()
		sent += w.drain()
		b.StartTimer()
	}
}
