package sip

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/hotline12345/hotline/sip/message"
)

func TestADatagramTellsItsInterfaceAndIsAnsweredFromThere(t *testing.T) {
	r := open(t, Options{}, listen("a", message.UDP, "127.1.0.1"), listen("b", message.UDP, "127.1.0.2"))
	for i, name := range []string{"a", "b"} {
		c := phone(t, "127.2.0.1")
		say(t, c, r.local(i), sipText(i, "hello"))
		got := r.next(Arrived)
		want := message.Flow{Interface: name, Transport: message.UDP, Local: r.local(i), Remote: addrOfPhone(c)}
		if got.Flow != want || string(got.Raw) != sipText(i, "hello") {
			t.Errorf("got %v %q", got.Flow, got.Raw)
		}
		r.wire.Send(got.Flow, []byte("SIP/2.0 200 OK\r\n\r\n"))
		buf := make([]byte, 100)
		n, from, err := c.ReadFromUDPAddrPort(buf)
		if err != nil || from != r.local(i) || string(buf[:n]) != "SIP/2.0 200 OK\r\n\r\n" {
			t.Errorf("answer %q from %v, %v", buf[:n], from, err)
		}
	}
}

func TestTheLargestDatagramsPass(t *testing.T) {
	r := open(t, Options{}, listen("a", message.UDP, "127.1.0.1"))
	c := phone(t, "127.2.0.1")
	text := sipText(1, strings.Repeat("x", 65507-len(sipText(1, ""))-4))
	text += strings.Repeat("y", 65507-len(text))
	say(t, c, r.local(0), text)
	got := r.next(Arrived)
	if string(got.Raw) != text {
		t.Fatalf("%d bytes came of %d", len(got.Raw), len(text))
	}
	r.wire.Send(got.Flow, got.Raw)
	buf := make([]byte, 1<<16)
	if n, err := c.Read(buf); err != nil || string(buf[:n]) != text {
		t.Errorf("%d bytes came back, %v", n, err)
	}
}

func TestEachDatagramHasBytesOfItsOwn(t *testing.T) {
	r := open(t, Options{}, listen("a", message.UDP, "127.1.0.1"))
	c := phone(t, "127.2.0.1")
	var kept []Received
	for i := range 300 {
		say(t, c, r.local(0), sipText(i, strings.Repeat("b", i*7)))
		got := r.next(Arrived)
		kept = append(kept, got)
		_ = append(got.Raw, "written behind it"...)
	}
	for i := range kept {
		if string(kept[i].Raw) != sipText(i, strings.Repeat("b", i*7)) {
			t.Fatalf("datagram %d was overwritten", i)
		}
	}
}

func TestKeepAlivesAndWhatIsNoSIPAreDropped(t *testing.T) {
	r := open(t, Options{}, listen("a", message.UDP, "127.1.0.1"))
	c := phone(t, "127.2.0.1")
	for _, text := range []string{"\r\n\r\n", "\x00\x00\x00\x00", "", "\x00\x01\x00\x00\x21\x12\xa4\x42"} {
		say(t, c, r.local(0), text)
	}
	for _, text := range []string{"GET / HTTP/1.1\r\n", "hello", "\xffsip", "INVITE  x", " INVITE sip:a SIP/2.0", "SIP/2.1 200 OK", strings.Repeat("A", 40) + " sip:b"} {
		say(t, c, r.local(0), text)
	}
	say(t, c, r.local(0), "\r\n"+sipText(1, "")) // the barrier; line ends before a message do no harm
	if got := r.next(Arrived); string(got.Raw) != sipText(1, "") {
		t.Errorf("got %q", got.Raw)
	}
	if s := r.wire.Stats(); s.KeepAlives != 4 || s.NotSIP != 7 {
		t.Errorf("%d keep-alives, %d not SIP", s.KeepAlives, s.NotSIP)
	}
}

func TestASourceOverItsRateIsDroppedAloneUnlessItIsExempt(t *testing.T) {
	trunk := netip.MustParseAddr("127.2.0.9")
	r := open(t, Options{PerSource: 1, Burst: 5, Exempt: func(a netip.Addr) bool { return a == trunk }}, listen("a", message.UDP, "127.1.0.1"))
	flood, other, carrier := phone(t, "127.2.0.1"), phone(t, "127.2.0.2"), phone(t, "127.2.0.9")
	for i := range 100 {
		say(t, flood, r.local(0), sipText(i, ""))
		say(t, carrier, r.local(0), sipText(i, ""))
	}
	say(t, other, r.local(0), sipText(1, "last"))
	counts := map[netip.Addr]int{}
	for {
		got := r.next(Arrived)
		counts[got.Flow.Remote.Addr()]++
		if got.Flow.Remote == addrOfPhone(other) {
			break
		}
	}
	// A slow machine may refill a token or two meanwhile.
	n := counts[addrOfPhone(flood).Addr()]
	if n < 5 || n > 20 || counts[trunk] != 100 {
		t.Errorf("%d of the flood came, %d of the trunk", n, counts[trunk])
	}
	if s := r.wire.Stats(); s.TooFast != uint64(100-n) {
		t.Errorf("%d too fast, %d came", s.TooFast, n)
	}
}

func TestADatagramIsDroppedWhenTheInboxIsFull(t *testing.T) {
	r := open(t, Options{}, listen("a", message.UDP, "127.1.0.1"))
	for range cap(r.got) {
		r.got <- Received{}
	}
	c := phone(t, "127.2.0.1")
	say(t, c, r.local(0), sipText(1, ""))
	r.until("dropped", func(s Stats) bool { return s.Dropped == 1 })
	for range cap(r.got) {
		<-r.got
	}
	say(t, c, r.local(0), sipText(2, ""))
	if got := r.next(Arrived); string(got.Raw) != sipText(2, "") {
		t.Errorf("got %q", got.Raw)
	}
}

func TestAPortWhereNobodyListensIsRefusedByNameAndDisturbsNoOther(t *testing.T) {
	r := open(t, Options{}, listen("a", message.UDP, "127.1.0.1"))
	live, gone := phone(t, "127.2.0.1"), phone(t, "127.2.0.2")
	dead := addrOfPhone(gone)
	gone.Close()
	flow := message.Flow{Interface: "a", Transport: message.UDP, Local: r.local(0)}
	const rounds = 50
	for i := range rounds {
		flow.Remote = dead
		r.wire.Send(flow, []byte("to nobody"))
		if got := r.next(FlowRefused); got.Flow != flow {
			t.Fatalf("refused %v, want %v", got.Flow, flow)
		}
		flow.Remote = addrOfPhone(live)
		r.wire.Send(flow, []byte{byte(i)})
		buf := make([]byte, 10)
		if n, err := live.Read(buf); err != nil || n != 1 || buf[0] != byte(i) {
			t.Fatalf("the live peer got %v, %v", buf[:n], err)
		}
	}
	// In one go: an error that is still pending swallows no datagram.
	for i := range rounds {
		flow.Remote = dead
		r.wire.Send(flow, []byte("to nobody"))
		flow.Remote = addrOfPhone(live)
		r.wire.Send(flow, []byte{byte(i)})
	}
	for i := range rounds {
		buf := make([]byte, 10)
		if n, err := live.Read(buf); err != nil || n != 1 || buf[0] != byte(i) {
			t.Fatalf("datagram %d: the live peer got %v, %v", i, buf[:n], err)
		}
	}
	// And the reader still reads.
	say(t, live, r.local(0), sipText(1, ""))
	for got := range r.got {
		if got.Kind == Arrived {
			break
		}
		if got.Flow.Remote != dead {
			t.Fatalf("refused %v", got.Flow)
		}
	}
}

func TestIPv6IsRefusedAndAnsweredToo(t *testing.T) {
	l := listen("a", message.UDP, "::1")
	probe, err := Open([]Listen{l}, Options{}, func(Received) bool { return true })
	if err != nil {
		t.Skip("no IPv6 here:", err)
	}
	dead := probe.Listeners()[0].Local
	probe.Close()
	r, peer := open(t, Options{}, l), open(t, Options{}, l)
	flow := message.Flow{Interface: "a", Transport: message.UDP, Local: r.local(0), Remote: dead}
	r.wire.Send(flow, []byte("x"))
	if got := r.next(FlowRefused); got.Flow != flow {
		t.Errorf("refused %v", got.Flow)
	}
	flow.Remote = peer.local(0)
	r.wire.Send(flow, []byte(sipText(1, "")))
	if got := peer.next(Arrived); got.Flow.Remote != r.local(0) {
		t.Errorf("from %v", got.Flow.Remote)
	}
}

func TestABucketRefillsAndAFullTableNeverStarvesANewcomer(t *testing.T) {
	r := newRates(10, 2)
	a := netip.MustParseAddr("10.0.0.1")
	take := func(at int64) int {
		n := 0
		for r.allow(a, at) {
			n++
		}
		return n
	}
	for _, step := range []struct {
		at   int64
		want int
	}{{1, 2}, {2, 0}, {token / 10, 0}, {token/10 + 2, 1}, {token, 2}, {1000 * token, 2}} {
		if got := take(step.at); got != step.want {
			t.Errorf("at %d ns: %d pass, want %d", step.at, got, step.want)
		}
	}
	from := netip.MustParseAddr("10.0.0.0")
	for i := range 4 * rateSets * rateWays {
		from = from.Next()
		if !r.allow(from, 1001*token+int64(i)) {
			t.Fatalf("%v is refused its first datagram", from)
		}
	}
}
