package main

import (
	"net"
	"net/netip"

	"github.com/hotline12345/hotline/config"
)

// demoPlan is the embedded plan with a trunk for the simulated carrier, and with
// trunks that lead to simulated exchanges on this machine: no demo rings a real
// network. Agent 8001 is the most skilled of all, so that calls are offered to him
// first.
func demoPlan() ([]byte, error) {
	p, faults := config.Parse(config.Anhui())
	if faults != nil {
		return nil, faults
	}
	if err := homeward(p); err != nil {
		return nil, err
	}
	p.Trunks.Set(demoTrunk, config.Trunk{Match: []string{demoCarrier}, Area: "0551", Channels: 100})
	newcomerFirst(p)
	return p.Encode()
}

// homeward leads every trunk to an address and a port of this machine's that are
// free now.
func homeward(p *config.Plan) error {
	at := netip.MustParseAddr(demoOutside)
	for i := range p.Trunks {
		conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(at, 0)))
		if err != nil {
			return err
		}
		trunk := &p.Trunks[i].Value
		trunk.Match, trunk.Peers = []string{at.String()}, []config.Peer{{Address: conn.LocalAddr().String()}}
		if err := conn.Close(); err != nil {
			return err
		}
		at = at.Next()
	}
	return nil
}

// exchanges are the addresses of the plan's trunks that homeward gave them.
func exchanges(p *config.Plan) (out []netip.AddrPort) {
	ours := netip.PrefixFrom(netip.MustParseAddr(demoOutside), 24).Masked()
	for i := range p.Trunks {
		for _, peer := range p.Trunks[i].Value.Peers {
			if at, err := netip.ParseAddrPort(peer.Address); err == nil && ours.Contains(at.Addr()) {
				out = append(out, at)
			}
		}
	}
	return out
}
