package media

import (
	"encoding/binary"
	"net"
	"testing"
	"time"

	"github.com/hotline12345/hotline/media/order"
)

// readRaw waits for a datagram.
func readRaw(t testing.TB, c *net.UDPConn) []byte {
	t.Helper()
	b := make([]byte, 2048)
	_ = c.SetReadDeadline(time.Now().Add(time.Second))
	n, err := c.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	return b[:n]
}

func TestReportsSayWhatWasSentAndReceived(t *testing.T) {
	r, a, b, pa, pb := bridge(t, nil)
	for _, i := range []int{0, 1, 3} {
		a.talk(pa, 77, i, 0)
		b.talk(pb, 88, i, 0)
		r.run(20 * time.Millisecond)
	}
	r.run(5 * time.Second)
	raw := readRaw(t, b.rtcp)
	word := func(i int) uint32 { return binary.BigEndian.Uint32(raw[4*i:]) }
	if len(raw) != 28+24+20 || raw[0] != 0x81 || raw[1] != senderReport || word(0)&0xffff != 12 || word(1) != 0x2222 {
		t.Fatalf("% x", raw)
	}
	if word(5) != 3 || word(6) != 480 {
		t.Errorf("sent %d packets, %d octets", word(5), word(6))
	}
	if word(7) != 88 || word(8) != 64<<24|1 || word(9) != 1003 {
		t.Errorf("received: source %d, lost %#x, highest %d", word(7), word(8), word(9))
	}
	if raw[52] != 0x81 || raw[53] != sourceText || string(raw[62:70]) != "00002222" {
		t.Errorf("name: % x", raw[52:])
	}
	counted := r.take(order.Counted)
	if len(counted) != 2 || counted[0].Final || counted[0].Counters != (order.Counters{Received: 3, Sent: 3, Lost: 1}) {
		t.Errorf("%+v", counted)
	}
	r.run(5 * time.Second)
	if got := r.take(order.Counted); len(got) != 0 {
		t.Errorf("counted without traffic: %+v", got)
	}
	if raw := readRaw(t, b.rtcp); raw[1] != receiverReport || len(raw) != 8+24+20 {
		t.Errorf("who sends nothing is a receiver: % x", raw)
	}
}

func TestReportsShareThePortWhereThatWasAgreed(t *testing.T) {
	r := newRig(t)
	a, pa := newPeer(t, "127.0.0.1"), r.pair()
	o := trunk(1, a)
	o.Mux = true
	r.give(pa, o)
	r.run(5 * time.Second)
	if raw := readRaw(t, a.rtp); raw[1] != receiverReport {
		t.Fatalf("% x", raw)
	}
	a.raw(a.rtp, pa.pair.Port, []byte{0x80, receiverReport, 0, 1, 0, 0, 0, 9})
	r.settle()
	if got := r.take(order.PeerHeard); len(got) != 1 {
		t.Errorf("RTCP on the RTP port is no life: %+v", got)
	}
}

// expecting is an order that waits for its peer.
func expecting(p *peer) order.Leg {
	o := trunk(1, p)
	o.Expect, o.Silence = true, 10*time.Second
	return o
}

func TestSilenceIsReportedOnceAndTheFirstPacketAfterIt(t *testing.T) {
	r := newRig(t)
	a, pa := newPeer(t, "127.0.0.1"), r.pair()
	r.give(pa, expecting(a))
	a.talk(pa, 77, 0, 0)
	r.settle()
	if got := r.take(order.PeerHeard); len(got) != 1 {
		t.Fatalf("heard %+v", got)
	}
	r.run(9900 * time.Millisecond)
	// RTCP is life, from the peer's host.
	a.raw(a.rtcp, pa.pair.Port+1, []byte{0x80, receiverReport, 0, 1, 0, 0, 0, 9})
	r.run(9900 * time.Millisecond)
	newPeer(t, "127.0.0.9").raw(listen(t, "127.0.0.9"), pa.pair.Port+1, []byte{0x80, receiverReport, 0, 1, 0, 0, 0, 9})
	if got := r.take(order.PeerSilent); len(got) != 0 {
		t.Fatalf("silent too early: %+v", got)
	}
	r.run(30 * time.Second)
	if got := r.take(order.PeerSilent); len(got) != 1 || got[0].Leg != 1 {
		t.Fatalf("silent %+v", got)
	}
	if got := r.take(order.PeerHeard); len(got) != 0 {
		t.Fatalf("heard %+v", got)
	}
	a.talk(pa, 77, 1, 0)
	r.run(9 * time.Second)
	if got := r.take(order.PeerHeard); len(got) != 1 {
		t.Fatalf("heard again %+v", got)
	}
	r.run(2 * time.Second)
	if got := r.take(order.PeerSilent); len(got) != 1 {
		t.Errorf("silent again %+v", got)
	}
}

func TestSilenceCountsOnlyWhereThePeerIsExpectedAndFromThenOn(t *testing.T) {
	r := newRig(t)
	a, pa := newPeer(t, "127.0.0.1"), r.pair()
	r.give(pa, trunk(1, a))
	r.run(20 * time.Second)
	r.give(pa, expecting(a))
	r.run(9900 * time.Millisecond)
	if got := r.take(order.PeerSilent); len(got) != 0 {
		t.Fatalf("silent %+v", got)
	}
	r.give(pa, expecting(a)) // given again, it does not begin anew
	r.run(200 * time.Millisecond)
	if got := r.take(order.PeerSilent); len(got) != 1 {
		t.Fatalf("silent %+v", got)
	}
}
