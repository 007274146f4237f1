package sip

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/hotline12345/hotline/sip/message"
)

// maxDatagram is the largest that UDP carries.
const maxDatagram = 65535

// receiveBuffer is asked of the system for each UDP socket: a burst of a few
// thousand messages while the core is busy.
const receiveBuffer = 4 << 20

// socket is one bound UDP socket.
type socket struct {
	w    *Wire
	flow message.Flow // without Remote
	conn *net.UDPConn
	raw  syscall.RawConn

	sending sync.Mutex // guards what follows: a send that allocates nothing
	to4     unix.SockaddrInet4
	to6     unix.SockaddrInet6
	bytes   []byte
	to      unix.Sockaddr
	errno   error
	write   func(fd uintptr) bool
}

func (w *Wire) bindUDP(l Listen) error {
	network := "udp4"
	if !l.Addr.Addr().Is4() {
		network = "udp6"
	}
	lc := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error { return errorQueue(c, network == "udp6") }}
	pc, err := lc.ListenPacket(context.Background(), network, l.Addr.String())
	if err != nil {
		return reason(err)
	}
	conn := pc.(*net.UDPConn)
	_ = conn.SetReadBuffer(receiveBuffer) // the system may allow less
	s := &socket{w: w, conn: conn, flow: message.Flow{
		Interface: l.Interface, Transport: message.UDP, Local: unmapped(conn.LocalAddr().(*net.UDPAddr).AddrPort()),
	}}
	s.write = func(fd uintptr) bool {
		s.errno = unix.Sendto(int(fd), s.bytes, unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL, s.to)
		return true
	}
	w.udp = append(w.udp, s)
	s.raw, err = conn.SyscallConn()
	return err
}

// reason takes the system's word out of net's long ones.
func reason(err error) error {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return errno
	}
	return err
}

func unmapped(a netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()) }

// socket finds the one that a flow names, or else the first of its interface
// that can reach Remote.
func (w *Wire) socket(flow message.Flow) *socket {
	var other *socket
	for _, s := range w.udp {
		if s.flow.Interface != flow.Interface || s.flow.Local.Addr().Is4() != flow.Remote.Addr().Is4() {
			continue
		}
		if s.flow.Local == flow.Local {
			return s
		}
		if other == nil {
			other = s
		}
	}
	return other
}

// read takes datagrams until the socket is closed.
func (s *socket) read() {
	scratch := make([]byte, maxDatagram+1)
	var own arena
	var rate *rates
	if s.w.o.PerSource > 0 {
		rate = newRates(s.w.o.PerSource, s.w.o.Burst)
	}
	start := time.Now()
	failures := 0
	for {
		n, from, err := s.conn.ReadFromUDPAddrPort(scratch)
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			// Most often the ICMP error of a datagram of ours; its place is
			// in the error queue. Others must not turn into a busy loop.
			if s.drain() == 0 {
				failures++
				time.Sleep(min(time.Duration(failures)*time.Millisecond, 50*time.Millisecond))
			}
			continue
		}
		failures = 0
		from = unmapped(from)
		p := trimBlank(scratch[:n])
		if keepAlive(p) {
			s.w.stats.keepAlives.Add(1)
			continue
		}
		if !likelySIP(p) {
			s.w.stats.notSIP.Add(1)
			continue
		}
		if rate != nil && !rate.allow(from.Addr(), int64(time.Since(start))) && !s.exempt(from.Addr()) {
			s.w.stats.tooFast.Add(1)
			continue
		}
		flow := s.flow
		flow.Remote = from
		if s.w.inbox(Received{Kind: Arrived, Flow: flow, Raw: own.copy(p)}) {
			s.w.stats.datagrams.Add(1)
		} else {
			s.w.stats.dropped.Add(1)
		}
	}
}

func (s *socket) exempt(a netip.Addr) bool { return s.w.o.Exempt != nil && s.w.o.Exempt(a) }

// sendTries is how often a send is tried that met the error of an earlier one:
// Linux reports a socket's ICMP error to whatever call comes next, and that
// call does nothing else.
const sendTries = 4

func (s *socket) send(flow message.Flow, raw []byte) {
	err := s.sendOnce(flow.Remote, raw)
	for range sendTries - 1 {
		if err == nil || s.drain() == 0 {
			break
		}
		err = s.sendOnce(flow.Remote, raw)
	}
	switch {
	case err == nil:
		s.w.stats.sent.Add(1)
	case errors.Is(err, unix.EAGAIN), errors.Is(err, unix.ENOBUFS), errors.Is(err, net.ErrClosed):
		s.w.stats.unsent.Add(1) // lost as on the network; SIP repeats it
	default:
		s.w.stats.unsent.Add(1)
		s.w.stats.refused.Add(1)
		flow.Local = s.flow.Local
		s.w.tell(Received{Kind: FlowRefused, Flow: flow})
	}
}

func (s *socket) sendOnce(remote netip.AddrPort, raw []byte) error {
	s.sending.Lock()
	defer s.sending.Unlock()
	if addr := remote.Addr(); addr.Is4() {
		s.to4.Port, s.to4.Addr = int(remote.Port()), addr.As4()
		s.to = &s.to4
	} else {
		s.to6.Port, s.to6.Addr, s.to6.ZoneId = int(remote.Port()), addr.As16(), zone(addr)
		s.to = &s.to6
	}
	s.bytes = raw
	err := s.raw.Write(s.write)
	s.bytes = nil
	if err != nil {
		return err
	}
	return s.errno
}

// zone is the number of a link-local address's network card.
func zone(a netip.Addr) uint32 {
	if a.Zone() == "" {
		return 0
	}
	card, err := net.InterfaceByName(a.Zone())
	if err != nil {
		return 0
	}
	return uint32(card.Index)
}
