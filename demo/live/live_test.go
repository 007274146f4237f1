package live_test

import (
	"context"
	"log/slog"
	"net/netip"
	"testing"
	"time"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/demo"
	"github.com/hotline12345/hotline/demo/live"
	"github.com/hotline12345/hotline/ivr/prompt"
	"github.com/hotline12345/hotline/node"
	"github.com/hotline12345/hotline/test/sound"
)

// serve starts the real node on the embedded plan, with a trunk at the carrier's
// address.
func serve(t *testing.T, ip, carrier string) (*node.Node, netip.AddrPort) {
	t.Helper()
	p, faults := config.Parse(config.Anhui())
	if faults != nil {
		t.Fatal(faults)
	}
	p.Trunks.Set("test", config.Trunk{Match: []string{carrier + "/32"}})
	document, err := p.Encode()
	if err != nil {
		t.Fatal(err)
	}
	addr := netip.MustParseAddr(ip)
	n, err := node.Start(node.Options{
		Data: t.TempDir(), Domain: "test", Plan: document, Log: slog.New(slog.DiscardHandler),
		Interfaces: []node.Interface{{
			Name: "main", SIP: []config.Listen{{Transport: "udp", Addr: netip.AddrPortFrom(addr, 0)}}, RTP: config.Ports{Addr: addr},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	})
	return n, netip.MustParseAddrPort(n.Listeners()[0].Address)
}

func join(ctx context.Context, t *testing.T, ip string, o live.Options) *live.Peer {
	t.Helper()
	o.Local, o.Domain = netip.AddrPortFrom(netip.MustParseAddr(ip), 0), "test"
	p, err := live.Join(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

func do(t *testing.T, n *node.Node, c core.Command) {
	t.Helper()
	if _, err := n.Do(t.Context(), c); err != nil {
		t.Fatal(err)
	}
}

// finds waits until the sound has been heard.
func finds(ctx context.Context, t *testing.T, who string, c *live.Call, needle []int16) {
	t.Helper()
	best := 0.0
	err := c.Hears(ctx, func(alaw []byte) bool {
		_, score := sound.Find(needle, sound.Decode(alaw))
		best = max(best, score)
		return score > 0.95
	})
	if err != nil {
		t.Fatalf("%s: the sound was not heard: %.3f at best", who, best)
	}
}

// TestACitizenRings12345AndBothHearEachOther: through the real node.
func TestACitizenRings12345AndBothHearEachOther(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
	defer cancel()
	n, server := serve(t, "127.9.2.1", "127.9.2.2")
	do(t, n, core.Command{Kind: core.SetPassword, Phone: "8001", Secret: "secret"})
	citizen, agent := sound.Chirp(1, 2*time.Second), sound.Chirp(2, 2*time.Second)
	phone := join(ctx, t, "127.9.2.3", live.Options{
		Options: demo.Options{User: "8001", Password: "secret", Server: server, Payloads: []uint8{demo.PCMU}, Manner: func(*demo.Peer, *demo.Call) demo.Manner {
			return demo.Manner{Answer: -1, Status: 200}
		}},
		Sound: sound.Encode(agent), Keep: time.Minute,
	})
	carrier := join(ctx, t, "127.9.2.2", live.Options{
		Options: demo.Options{User: "carrier", Server: server}, Sound: sound.Encode(citizen), Keep: time.Minute,
	})
	if err := phone.Wait(ctx, func(p *demo.Peer) bool { return p.Registered != 0 }); err != nil {
		t.Fatal("no registration")
	}
	do(t, n, core.Command{Kind: core.AgentLogin, Agent: "8001", Phone: "8001"})
	out := carrier.Dial(demo.Journey{Number: "12345", Caller: "13800000000"})
	in, err := phone.Await(ctx)
	if err != nil {
		t.Fatal("the phone does not ring")
	}
	if s, err := in.Wait(ctx, func(s live.State) bool { return s.Ringing }); err != nil || s.Answered != (time.Time{}) {
		t.Fatalf("the phone should ring until it is answered: %+v", s)
	}
	in.Answer()
	finds(ctx, t, "the agent", in, citizen[:sound.Rate])
	finds(ctx, t, "the citizen", out, agent[:sound.Rate])
	greeting, ok := prompt.Samples("greeting")
	if !ok {
		t.Fatal("no greeting")
	}
	finds(ctx, t, "the citizen in the queue", out, sound.Decode(greeting)[:sound.Rate])
	if err := out.Press("1#"); err != nil {
		t.Fatal(err)
	}
	before := out.State().Media.Received
	s, err := out.Wait(ctx, func(s live.State) bool { return s.Media.Received > before+60 })
	if err != nil || s.Media.Lost > s.Media.Received/20 || s.Media.Sent < 100 {
		t.Fatalf("the sound: %+v", s.Media)
	}
	out.HangUp()
	if s, err := in.Wait(ctx, live.State.Over); err != nil || s.Why != "them" {
		t.Fatalf("no BYE to the agent: %+v", s)
	}
	if s := out.State(); s.Why != "us" || s.Err != nil {
		t.Fatalf("the citizen's end: %+v", s)
	}
}

// TestTheTestCallerRingsWithDigest: an account that registers and dials.
func TestTheTestCallerRingsWithDigest(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	n, server := serve(t, "127.9.5.1", "127.9.5.2")
	do(t, n, core.Command{Kind: core.SetPassword, Phone: "caller", Secret: "secret"})
	caller := join(ctx, t, "127.9.5.3", live.Options{
		Options: demo.Options{User: "caller", Password: "secret", Server: server}, Keep: time.Minute,
	})
	if err := caller.Wait(ctx, func(p *demo.Peer) bool { return p.Registered != 0 }); err != nil {
		t.Fatal("no registration")
	}
	call := caller.Dial(demo.Journey{Number: "12345", Talk: time.Second})
	greeting, ok := prompt.Samples("greeting")
	if !ok {
		t.Fatal("no greeting")
	}
	finds(ctx, t, "the test caller", call, sound.Decode(greeting)[:sound.Rate/2])
	if s, err := call.Wait(ctx, live.State.Over); err != nil || s.Why != "us" || s.Media.Lost > 5 {
		t.Fatalf("%+v", s)
	}
}
