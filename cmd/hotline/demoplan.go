package main

import (
	"math/rand/v2"
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

// homeward leads every trunk to an address of this machine's, and to a port that is
// free there now. It is none of those that the system gives, to the server's other
// sockets among others: a later start finds it free, too.
func homeward(p *config.Plan) error {
	var err error
	for range 100 {
		port := uint16(10000 + rand.IntN(10000))
		at := netip.MustParseAddr(demoOutside)
		for i := range p.Trunks {
			trunk := &p.Trunks[i].Value
			trunk.Match, trunk.Peers = []string{at.String()}, []config.Peer{{Address: netip.AddrPortFrom(at, port).String()}}
			if err = free(netip.AddrPortFrom(at, port)); err != nil {
				break
			}
			at = at.Next()
		}
		if err == nil {
			return nil
		}
	}
	return err
}

func free(at netip.AddrPort) error {
	conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(at))
	if err != nil {
		return err
	}
	return conn.Close()
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
