package media

import (
	"encoding/binary"
	"net/netip"
	"syscall"
)

// sockaddr is an address as the kernel reads and writes it: a sockaddr_in or
// sockaddr_in6. A zero length is no address.
type sockaddr struct {
	raw    [syscall.SizeofSockaddrInet6]byte
	length uint32
}

// newSockaddr returns the address for a socket of the given family; no
// address when it is unset or of the other family.
func newSockaddr(a netip.AddrPort, v6 bool) (s sockaddr) {
	ip := a.Addr().Unmap()
	if !a.IsValid() || a.Port() == 0 || ip.IsUnspecified() || ip.Is6() != v6 {
		return s
	}
	binary.BigEndian.PutUint16(s.raw[2:], a.Port())
	if v6 {
		binary.NativeEndian.PutUint16(s.raw[:], syscall.AF_INET6)
		b := ip.As16()
		copy(s.raw[8:], b[:])
		s.length = syscall.SizeofSockaddrInet6
		return s
	}
	binary.NativeEndian.PutUint16(s.raw[:], syscall.AF_INET)
	b := ip.As4()
	copy(s.raw[4:], b[:])
	s.length = syscall.SizeofSockaddrInet4
	return s
}

// addr is the address that the kernel wrote.
func (s *sockaddr) addr() netip.AddrPort {
	port := binary.BigEndian.Uint16(s.raw[2:])
	if binary.NativeEndian.Uint16(s.raw[:]) == syscall.AF_INET6 {
		return netip.AddrPortFrom(netip.AddrFrom16([16]byte(s.raw[8:24])), port)
	}
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte(s.raw[4:8])), port)
}
