package sip

import (
	"encoding/binary"
	"net/netip"
	"syscall"

	"golang.org/x/sys/unix"
)

// errorQueue has a UDP socket keep the ICMP errors of its datagrams: a socket
// that is not connected hears of them in no other way. Fragments are left to
// the routers, since SIP over UDP is larger than many a tunnel and the ICMP
// that would tell is often filtered.
func errorQueue(c syscall.RawConn, six bool) error {
	var err error
	if failed := c.Control(func(fd uintptr) {
		if six {
			err = unix.SetsockoptInt(int(fd), unix.SOL_IPV6, unix.IPV6_RECVERR, 1)
			return
		}
		if err = unix.SetsockoptInt(int(fd), unix.SOL_IP, unix.IP_RECVERR, 1); err == nil {
			err = unix.SetsockoptInt(int(fd), unix.SOL_IP, unix.IP_MTU_DISCOVER, unix.IP_PMTUDISC_DONT)
		}
	}); failed != nil {
		return failed
	}
	return err
}

// drain reads the error queue until it is empty, reports who is not there and
// returns how many entries it found.
func (s *socket) drain() int {
	found := 0
	var packet [64]byte // the beginning of our datagram, which is not needed
	var control [256]byte
	for {
		var n int
		var to unix.Sockaddr
		var err error
		if s.raw.Control(func(fd uintptr) {
			_, n, _, to, err = unix.Recvmsg(int(fd), packet[:], control[:], unix.MSG_ERRQUEUE|unix.MSG_DONTWAIT)
		}) != nil || err != nil {
			return found
		}
		found++
		remote, ok := addrOf(to)
		if !ok || !unreachable(control[:n]) {
			continue
		}
		s.w.stats.refused.Add(1)
		flow := s.flow
		flow.Remote = remote
		s.w.tell(Received{Kind: FlowRefused, Flow: flow})
	}
}

func addrOf(sa unix.Sockaddr) (netip.AddrPort, bool) {
	switch a := sa.(type) {
	case *unix.SockaddrInet4:
		return netip.AddrPortFrom(netip.AddrFrom4(a.Addr), uint16(a.Port)), true
	case *unix.SockaddrInet6:
		return netip.AddrPortFrom(netip.AddrFrom16(a.Addr).Unmap(), uint16(a.Port)), true
	}
	return netip.AddrPort{}, false
}

// unreachable says whether an entry is an ICMP error that means nobody is
// there. A message too large for some link is not.
func unreachable(control []byte) bool {
	entries, err := unix.ParseSocketControlMessage(control)
	if err != nil {
		return false
	}
	for _, e := range entries {
		four := e.Header.Level == unix.SOL_IP && e.Header.Type == unix.IP_RECVERR
		six := e.Header.Level == unix.SOL_IPV6 && e.Header.Type == unix.IPV6_RECVERR
		if (!four && !six) || len(e.Data) < 5 { // struct sock_extended_err: errno, then origin
			continue
		}
		errno, origin := unix.Errno(binary.NativeEndian.Uint32(e.Data)), e.Data[4]
		return (origin == unix.SO_EE_ORIGIN_ICMP || origin == unix.SO_EE_ORIGIN_ICMP6) && errno != unix.EMSGSIZE
	}
	return false
}
