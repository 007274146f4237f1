package node

import (
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/demo"
	"github.com/hotline12345/hotline/turn"
)

// peer runs a demo.Peer on a real socket.
type peer struct {
	*demo.Peer
	mu   sync.Mutex
	conn *net.UDPConn
}

func begin() func() turn.Instant {
	start := time.Now()
	return func() turn.Instant { return turn.Instant(1e9).Add(time.Since(start)) }
}

func join(t *testing.T, now func() turn.Instant, ip string, server netip.AddrPort, o demo.Options) *peer {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(ip)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	o.Local, o.Server, o.T1, o.Domain = conn.LocalAddr().(*net.UDPAddr).AddrPort(), server, 500*time.Millisecond, "test"
	o.Media = demo.Ports(netip.AddrPortFrom(o.Local.Addr(), 30000), 1000)
	o.Rand = turn.NewRand([32]byte{ip[len(ip)-1], 7})
	p := &peer{Peer: demo.NewPeer(o), conn: conn}
	go p.read(now)
	go p.tick(now)
	return p
}

func (p *peer) read(now func() turn.Instant) {
	buf := make([]byte, 65536)
	for {
		n, from, err := p.conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			return
		}
		p.do(func(out *demo.Out) { p.Receive(now(), from, append([]byte(nil), buf[:n]...), out) })
	}
}

// tick is the peer's own clock.
func (p *peer) tick(now func() turn.Instant) {
	for range time.Tick(10 * time.Millisecond) {
		p.do(func(out *demo.Out) { p.Due(now(), out) })
	}
}

func (p *peer) do(step func(*demo.Out)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out demo.Out
	step(&out)
	for _, packet := range out.Packets {
		_, _ = p.conn.WriteToUDPAddrPort(packet.Data, packet.To)
	}
}

// until waits for what must come within 20 s.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline:
			t.Fatalf("%s: did not come", what)
		case <-tick.C:
		}
	}
}

func start(t *testing.T, dir string, addr netip.AddrPort, carrier string) *Node {
	t.Helper()
	p, faults := config.Parse(config.Anhui())
	if faults != nil {
		t.Fatal(faults)
	}
	p.Trunks.Set("test", config.Trunk{Match: []string{carrier}})
	document, err := p.Encode()
	if err != nil {
		t.Fatal(err)
	}
	n, err := Start(Options{
		Data: dir, Domain: "test", Plan: document, Log: slog.New(slog.DiscardHandler), HTTP: "127.0.0.1:0",
		Interfaces: []Interface{{Name: "main", SIP: []config.Listen{{Transport: "udp", Addr: addr}, {Transport: "tcp", Addr: addr}}, RTP: config.Ports{Addr: addr.Addr()}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestACitizenRings12345AndTheCallOutlivesARestart: SIP alone, over real
// sockets, with the embedded plan.
func TestACitizenRings12345AndTheCallOutlivesARestart(t *testing.T) {
	dir, now := t.TempDir(), begin()
	anyPort := netip.MustParseAddrPort("127.9.1.1:0")
	n := start(t, dir, anyPort, "127.9.1.2/32")
	addr := n.wire.Listeners()[0].Local
	listening := n.Listeners()
	do := func(c core.Command) core.Reply {
		t.Helper()
		r, err := n.Do(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	do(core.Command{Kind: core.SetPassword, Phone: "8001", Secret: "secret"})
	phone := join(t, now, "127.9.1.3", addr, demo.Options{User: "8001", Password: "secret", Expires: 120, Manner: func(*demo.Peer, *demo.Call) demo.Manner {
		return demo.Manner{Ring: 50 * time.Millisecond, Answer: 300 * time.Millisecond, Status: 200}
	}})
	carrier := join(t, now, "127.9.1.2", addr, demo.Options{User: "carrier"})
	view := func() *core.View { return do(core.Command{Kind: core.Look}).View }
	until(t, "the registration", func() bool { return len(view().Phones) == 1 && view().Phones[0].Reachable })
	do(core.Command{Kind: core.AgentLogin, Agent: "8001", Phone: "8001"})
	carrier.do(func(out *demo.Out) { carrier.Dial(now(), demo.Journey{Number: "12345", Caller: "13800000000"}, out) })
	talks := func() bool {
		v := view()
		return len(v.Calls) == 1 && v.Calls[0].Bridged != 0 && v.Calls[0].Agent == "8001"
	}
	until(t, "the bridge", talks)
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	n = start(t, dir, anyPort, "127.9.1.2/32")
	if again := n.Listeners(); !slices.Equal(again, listening) {
		t.Fatalf("the ports of :0 have changed: %v, before %v", again, listening)
	}
	if !talks() {
		t.Fatalf("the call has not outlived the restart: %+v", view().Calls)
	}
	do(core.Command{Kind: core.CallHangup, Call: view().Calls[0].ID})
	over := func(p *peer) func() bool {
		return func() bool {
			p.mu.Lock()
			defer p.mu.Unlock()
			return len(p.Calls) > 0 && !p.Busy()
		}
	}
	until(t, "the carrier's BYE", over(carrier))
	until(t, "the phone's BYE", over(phone))
	until(t, "the ports", func() bool { return n.media.Stats().InUse == 0 && view().Pairs >= 256 })
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
}
