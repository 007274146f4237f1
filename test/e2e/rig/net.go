package rig

import (
	"math/rand/v2"
	"net"
	"net/netip"
	"testing"
)

// Net is a /24 of the loopback network that nobody else has while the test
// runs, so that every party has an address of its own and tests run beside one
// another. Of the server's own trunk "carrier" are the addresses from Carrier
// on, all others are phones' and strangers'.
type Net struct{ a, b byte }

// Addresses within a Net.
const (
	ServerHost = 1
	Carrier    = 128 // and above
	lockHost   = 254
	lockPort   = 40404
)

// NewNet takes a free /24. A listener on one of its addresses keeps it from
// other tests, also from those of other processes.
func NewNet(t testing.TB) Net {
	t.Helper()
	for range 1000 {
		n := Net{a: byte(32 + rand.IntN(200)), b: byte(rand.IntN(256))}
		lock, err := net.ListenTCP("tcp4", net.TCPAddrFromAddrPort(netip.AddrPortFrom(n.IP(lockHost), lockPort)))
		if err != nil {
			continue
		}
		t.Cleanup(func() { lock.Close() })
		return n
	}
	t.Fatal("no /24 of 127.0.0.0/8 is free")
	return Net{}
}

// IP is the network's address with that last octet.
func (n Net) IP(host byte) netip.Addr { return netip.AddrFrom4([4]byte{127, n.a, n.b, host}) }

// Addr is IP with a port of the system's choice.
func (n Net) Addr(host byte) netip.AddrPort { return netip.AddrPortFrom(n.IP(host), 0) }

// carriers are the addresses of the trunk "carrier".
func (n Net) carriers() string { return netip.PrefixFrom(n.IP(Carrier), 25).String() }
