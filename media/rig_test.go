package media

import (
	"encoding/binary"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/turn"
)

// rig is a loop without a thread and on a clock of the test's: each turn
// happens when the test says so. Packets on loopback are there when the send
// returns, so nothing need be waited for.
type rig struct {
	t      testing.TB
	lp     *loop
	clock  turn.Instant
	side   *side
	fig    figures
	events []order.Event
	number uint64
}

func newRig(t testing.TB) *rig {
	r := &rig{t: t, clock: turn.Instant(time.Hour)}
	lp, err := newLoop(func() turn.Instant { return r.clock }, func(e order.Event) { r.events = append(r.events, e) }, &r.fig)
	if err != nil {
		t.Fatal(err)
	}
	r.lp = lp
	if r.side, err = newSide(InterfaceOptions{Name: "lan", Addr: netip.MustParseAddr("127.0.0.1")}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		lp.close()
		for _, b := range lp.bounds {
			b.close()
		}
	})
	return r
}

// pair binds one and lets the loop listen on it.
func (r *rig) pair() *bound {
	r.t.Helper()
	b, err := r.side.bindNext(nil)
	if err != nil {
		r.t.Fatal(err)
	}
	r.lp.add(b)
	return b
}

// give applies an order as the desk would hand it over.
func (r *rig) give(b *bound, o order.Leg, clips ...[]byte) {
	r.number++
	if o.Number == 0 {
		o.Number = r.number
	}
	o.Pair = b.pair
	r.lp.jobs <- job{bound: b, order: o, clips: clips}
	r.lp.work(r.lp.poll(0))
}

// run lets time go by, with a turn at each millisecond.
func (r *rig) run(d time.Duration) {
	for range d / time.Millisecond {
		r.clock = r.clock.Add(time.Millisecond)
		r.lp.work(r.lp.poll(0))
	}
}

// settle turns until no socket has anything more.
func (r *rig) settle() {
	for n := 1; n > 0; {
		n = r.lp.poll(0)
		r.lp.work(n)
	}
}

// take removes and returns the events of a kind.
func (r *rig) take(kind order.EventKind) (out []order.Event) {
	var rest []order.Event
	for _, e := range r.events {
		if e.Kind == kind {
			out = append(out, e)
		} else {
			rest = append(rest, e)
		}
	}
	r.events = rest
	return out
}

// peer is a phone's or trunk's end: an RTP and an RTCP socket.
type peer struct {
	t         testing.TB
	rtp, rtcp *net.UDPConn
}

func newPeer(t testing.TB, host string) *peer {
	t.Helper()
	p := &peer{t: t, rtp: listen(t, host), rtcp: listen(t, host)}
	return p
}

func listen(t testing.TB, host string) *net.UDPConn {
	t.Helper()
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(host)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetReadBuffer(1 << 20)
	return c
}

func local(c *net.UDPConn) netip.AddrPort { return c.LocalAddr().(*net.UDPAddr).AddrPort() }

func (p *peer) addr() netip.AddrPort { return local(p.rtp) }

// packet is what a test sends and finds.
type packet struct {
	payload  uint8
	marker   bool
	sequence uint16
	time     uint32
	ssrc     uint32
	body     []byte
}

func (k packet) bytes() []byte {
	b := make([]byte, headerSize, headerSize+len(k.body))
	putHeader(b, k.payload, k.marker, k.sequence, k.time, k.ssrc)
	return append(b, k.body...)
}

func (p *peer) send(to *bound, k packet) { p.raw(p.rtp, to.pair.Port, k.bytes()) }

func (p *peer) raw(from *net.UDPConn, port uint16, b []byte) {
	p.t.Helper()
	if _, err := from.WriteToUDPAddrPort(b, netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), port)); err != nil {
		p.t.Fatal(err)
	}
}

// next waits for the next packet, up to d.
func (p *peer) next(d time.Duration) (packet, bool) {
	p.t.Helper()
	b := make([]byte, 2048)
	_ = p.rtp.SetReadDeadline(time.Now().Add(d))
	n, _, err := p.rtp.ReadFromUDPAddrPort(b)
	if err != nil {
		return packet{}, false
	}
	h, ok := parseHeader(b[:n])
	if !ok {
		p.t.Fatalf("no RTP: % x", b[:n])
	}
	if want := uint64(2<<6) << 56; binary.BigEndian.Uint64(b)&(0xff<<56) != want {
		p.t.Fatalf("the header has more than it should: % x", b[:n])
	}
	return packet{h.payload, h.marker, h.sequence, h.time, h.ssrc, b[h.from:h.to]}, true
}

// all returns what has come so far.
func (p *peer) all() (out []packet) {
	for {
		k, ok := p.next(time.Millisecond)
		if !ok {
			return out
		}
		out = append(out, k)
	}
}

// trunk is an order for a plain leg towards p.
func trunk(id turn.ID, p *peer) order.Leg {
	return order.Leg{
		ID: id, Remote: p.addr(), RemoteRTCP: local(p.rtcp), Codec: order.PCMA, Payload: 8, Event: 101, Ptime: 20,
		SSRC: uint32(id) * 0x1111, Sequence: uint16(id) * 100, Time: uint32(id) * 100000, Since: turn.Instant(time.Hour),
	}
}

// hears makes the order's peer hear another leg.
func hears(o order.Leg, other turn.ID) order.Leg {
	o.Hear = order.Hear{Kind: order.HearLeg, Leg: other}
	return o
}

// frame is 20 ms of one A-law value.
func frame(v byte) []byte {
	b := make([]byte, 160)
	for i := range b {
		b[i] = v
	}
	return b
}

// talk sends packet i of a stream.
func (p *peer) talk(to *bound, ssrc uint32, i int, v byte) {
	p.send(to, packet{payload: 8, sequence: uint16(1000 + i), time: uint32(5000 + 160*i), ssrc: ssrc, body: frame(v)})
}
