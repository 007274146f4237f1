package node

import (
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"testing"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/journal"
)

// TestASourceThatIsNoTrunksIsHeldToItsRate, until a revision makes a trunk of it.
func TestASourceThatIsNoTrunksIsHeldToItsRate(t *testing.T) {
	here := netip.MustParseAddrPort("127.9.3.1:0")
	n, err := Start(Options{
		Data: t.TempDir(), Rate: 5, Ahead: 8, Log: slog.New(slog.DiscardHandler),
		Plan:       []byte("trunks: {other: {match: [127.9.3.3], peers: [{address: \"127.9.3.4\"}]}}"),
		Interfaces: []Interface{{Name: "main", SIP: []config.Listen{{Transport: "udp", Addr: here}}, RTP: config.Ports{Addr: here.Addr()}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	const many = 200
	flood := func(ip string) (dropped uint64) {
		t.Helper()
		conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(ip)})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		before := n.wire.Stats()
		for i := range many {
			raw := fmt.Sprintf("OPTIONS sip:x SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%d\r\nFrom: <sip:a@b>;tag=%d\r\nTo: <sip:x>\r\nCall-ID: %s%d\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 9\r\n\r\n", conn.LocalAddr(), i, i, ip, i)
			if _, err := conn.WriteToUDPAddrPort([]byte(raw), n.wire.Listeners()[0].Local); err != nil {
				t.Fatal(err)
			}
		}
		until(t, "the flood", func() bool {
			now := n.wire.Stats()
			dropped = now.TooFast - before.TooFast
			return now.Datagrams-before.Datagrams+dropped == many
		})
		return dropped
	}
	if dropped := flood("127.9.3.2"); dropped < many/2 {
		t.Errorf("of %d datagrams of a stranger's %d were dropped", many, dropped)
	}
	for _, trunk := range []string{"127.9.3.3", "127.9.3.4"} {
		if dropped := flood(trunk); dropped > 0 {
			t.Errorf("%d datagrams of the trunk's address %s were dropped", dropped, trunk)
		}
	}
	document := []byte("trunks: {new: {match: [127.9.3.0/29]}}")
	next, faults := compile(document, n.Surroundings(), 2)
	if faults != nil {
		t.Fatal(faults)
	}
	if _, err := n.Do(t.Context(), core.Command{Kind: core.Apply, Plan: next, Revision: journal.RevisionApplied{Revision: 2, Base: 1, Document: document}}); err != nil {
		t.Fatal(err)
	}
	if dropped := flood("127.9.3.2"); dropped > 0 {
		t.Errorf("%d datagrams of the new trunk's were dropped", dropped)
	}
}
