package demo

import "net/netip"

// Ports gives calls the even ports from the first address on, n of them, one
// after the other and then again: for peers whose sound nobody hears.
func Ports(first netip.AddrPort, n int) func(*Call) netip.AddrPort {
	made := 0
	return func(*Call) netip.AddrPort {
		port := first.Port() + uint16(2*(made%n))
		made++
		return netip.AddrPortFrom(first.Addr(), port)
	}
}
