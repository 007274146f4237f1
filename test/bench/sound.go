package main

import (
	"encoding/binary"
	"net"
	"net/netip"
	"sync/atomic"
	"time"
)

// sound is one RTP socket that stands for many phones or callers: it counts
// what it hears, and speaks to many ports of the server at once.
type sound struct {
	conn  *net.UDPConn
	local netip.AddrPort
	heard atomic.Uint64
	sent  atomic.Uint64
}

func openSound(ip string) (*sound, error) {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(ip)})
	if err != nil {
		return nil, err
	}
	_ = conn.SetReadBuffer(8 << 20)
	s := &sound{conn: conn, local: conn.LocalAddr().(*net.UDPAddr).AddrPort()}
	go func() {
		buf := make([]byte, 2048)
		for {
			if _, _, err := conn.ReadFromUDPAddrPort(buf); err != nil {
				return
			}
			s.heard.Add(1)
		}
	}()
	return s, nil
}

// speak sends a packet to each port each 20 ms, spread over the 20 ms, for the
// given time.
func (s *sound) speak(to []netip.AddrPort, d time.Duration) {
	packet := make([]byte, 12+160)
	packet[0], packet[1] = 0x80, 8
	for i := range packet[12:] {
		packet[12+i] = 0xd5
	}
	const slices = 4
	tick := time.NewTicker(20 * time.Millisecond / slices)
	defer tick.Stop()
	frames := int(d / (20 * time.Millisecond))
	for n := range frames * slices {
		<-tick.C
		frame, part := n/slices, n%slices
		binary.BigEndian.PutUint16(packet[2:], uint16(frame))
		binary.BigEndian.PutUint32(packet[4:], uint32(frame*160))
		for i := part; i < len(to); i += slices {
			binary.BigEndian.PutUint32(packet[8:], uint32(i+1))
			if _, err := s.conn.WriteToUDPAddrPort(packet, to[i]); err == nil {
				s.sent.Add(1)
			}
		}
	}
}
