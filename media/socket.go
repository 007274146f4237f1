package media

import (
	"net/netip"
	"syscall"
	"unsafe"
)

// dscpVoice is DSCP EF (RFC 3246) in the place of IP_TOS.
const dscpVoice = 46 << 2

// bindUDP opens a socket that never blocks; port 0 lets the system choose.
func bindUDP(addr netip.Addr, port uint16) (fd int, got uint16, err error) {
	addr = addr.Unmap()
	family := syscall.AF_INET
	if addr.Is6() {
		family = syscall.AF_INET6
	}
	fd, err = syscall.Socket(family, syscall.SOCK_DGRAM|syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, 0, err
	}
	if got, err = bindTo(fd, addr, port); err != nil {
		_ = syscall.Close(fd)
		return -1, 0, err
	}
	return fd, got, nil
}

func bindTo(fd int, addr netip.Addr, port uint16) (uint16, error) {
	if addr.Is6() {
		if err := syscall.SetsockoptInt(fd, syscall.IPPROTO_IPV6, syscall.IPV6_V6ONLY, 1); err != nil {
			return 0, err
		}
		// The mark is a wish: a network that forbids it still carries voice.
		_ = syscall.SetsockoptInt(fd, syscall.IPPROTO_IPV6, syscall.IPV6_TCLASS, dscpVoice)
		if err := syscall.Bind(fd, &syscall.SockaddrInet6{Addr: addr.As16(), Port: int(port)}); err != nil {
			return 0, err
		}
	} else {
		_ = syscall.SetsockoptInt(fd, syscall.IPPROTO_IP, syscall.IP_TOS, dscpVoice)
		if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: addr.As4(), Port: int(port)}); err != nil {
			return 0, err
		}
	}
	name, err := syscall.Getsockname(fd)
	if err != nil {
		return 0, err
	}
	switch name := name.(type) {
	case *syscall.SockaddrInet4:
		return uint16(name.Port), nil
	case *syscall.SockaddrInet6:
		return uint16(name.Port), nil
	}
	return 0, syscall.EAFNOSUPPORT
}

// receive reads one datagram into b and its source into from. The length is
// the datagram's own, also when b was too small. RawSyscall: the scheduler is
// told nothing, which is what makes it cheap; the socket never blocks.
func receive(fd int, b []byte, from *sockaddr) (int, syscall.Errno) {
	from.length = uint32(len(from.raw))
	n, _, errno := syscall.RawSyscall6(syscall.SYS_RECVFROM, uintptr(fd), uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)),
		syscall.MSG_DONTWAIT|syscall.MSG_TRUNC, uintptr(unsafe.Pointer(&from.raw[0])), uintptr(unsafe.Pointer(&from.length)))
	return int(n), errno
}

// send writes one datagram.
func send(fd int, b []byte, to *sockaddr) syscall.Errno {
	_, _, errno := syscall.RawSyscall6(syscall.SYS_SENDTO, uintptr(fd), uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)),
		syscall.MSG_DONTWAIT|syscall.MSG_NOSIGNAL, uintptr(unsafe.Pointer(&to.raw[0])), uintptr(to.length))
	return errno
}
