package main

import (
	"net/netip"
	"testing"

	"github.com/hotline12345/hotline/plan"
)

// TestTheDemoRingsNobodyOutsideThisMachine: each trunk leads to an exchange of the
// demo's own.
func TestTheDemoRingsNobodyOutsideThisMachine(t *testing.T) {
	document, err := demoPlan()
	if err != nil {
		t.Fatal(err)
	}
	compiled, faults := plan.Read(document, plan.Surroundings{Interfaces: []string{"main"}}, 1)
	if faults != nil {
		t.Fatal(faults)
	}
	led := 0
	for _, row := range compiled.Source.Trunks {
		for _, peer := range row.Value.Peers {
			if at, err := netip.ParseAddrPort(peer.Address); err != nil || !at.Addr().IsLoopback() || at.Port() == 0 {
				t.Errorf("trunk %s leads to %s", row.Name, peer.Address)
			}
			led++
		}
	}
	if got := exchanges(compiled.Source); led != len(compiled.Source.Trunks)-1 || len(got) != led {
		t.Errorf("%d peers, %d exchanges", led, len(got))
	}
}
