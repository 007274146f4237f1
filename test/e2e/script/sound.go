package script

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"
)

// Packet is one RTP packet that came.
type Packet struct {
	From      netip.AddrPort
	Payload   uint8 // type
	Marker    bool
	Sequence  uint16
	Timestamp uint32
	SSRC      uint32
	Data      []byte
	At        time.Time
}

// Sound is one party's RTP port: it keeps what comes and sends what it is told.
type Sound struct {
	Addr netip.AddrPort
	t    testing.TB
	conn *net.UDPConn

	mu       sync.Mutex
	heard    []Packet
	control  int // RTCP packets
	bell     chan struct{}
	sequence uint16
	stamp    uint32
	ssrc     uint32
	last     time.Time
}

// NewSound binds an RTP port on ip.
func NewSound(t testing.TB, ip string) *Sound {
	t.Helper()
	conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(ip), 0)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	s := &Sound{
		t: t, conn: conn, Addr: conn.LocalAddr().(*net.UDPAddr).AddrPort(), bell: make(chan struct{}),
		sequence: uint16(rand.Uint32()), stamp: rand.Uint32(), ssrc: rand.Uint32(),
	}
	go s.receive()
	return s
}

func (s *Sound) receive() {
	buf := make([]byte, 2048)
	for {
		n, from, err := s.conn.ReadFromUDPAddrPort(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil && n >= 8 && buf[0]>>6 == 2 && buf[1] >= 200 && buf[1] < 205 { // RTCP over rtcp-mux
			s.mu.Lock()
			s.control++
			s.mu.Unlock()
			continue
		}
		if err != nil || n < 12 || buf[0]>>6 != 2 {
			continue
		}
		b := append([]byte(nil), buf[:n]...)
		s.mu.Lock()
		s.heard = append(s.heard, Packet{
			From: from, Payload: b[1] & 0x7f, Marker: b[1]&0x80 != 0, Sequence: binary.BigEndian.Uint16(b[2:]),
			Timestamp: binary.BigEndian.Uint32(b[4:]), SSRC: binary.BigEndian.Uint32(b[8:]), Data: b[12:], At: time.Now(),
		})
		close(s.bell)
		s.bell = make(chan struct{})
		s.mu.Unlock()
	}
}

// Heard is what has come so far.
func (s *Sound) Heard() []Packet {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Packet(nil), s.heard...)
}

// Control is how many RTCP packets have come to the port of RTP so far.
func (s *Sound) Control() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.control
}

// Forget drops what has come so far.
func (s *Sound) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard = nil
}

// Wait waits until what was heard is enough.
func (s *Sound) Wait(what string, within time.Duration, enough func([]Packet) bool) []Packet {
	s.t.Helper()
	timer := time.NewTimer(within)
	defer timer.Stop()
	for late := false; ; {
		s.mu.Lock()
		heard, bell := append([]Packet(nil), s.heard...), s.bell
		s.mu.Unlock()
		switch {
		case enough(heard):
			return heard
		case late:
			s.t.Fatalf("%v: not heard within %v: %s; %d packets came", s.Addr, within, what, len(heard))
		}
		select {
		case <-bell:
		case <-timer.C:
			late = true
		}
	}
}

// Data is what the payloads of that type sound like to a listener: up to a second
// that their timestamps leave out is silence, as of packets that a busy machine
// never sent.
func Data(packets []Packet, payload uint8) []byte {
	silence := byte(0xd5) // in A-law
	if payload == 0 {
		silence = 0xff
	}
	var out []byte
	var last *Packet
	for i := range packets {
		p := &packets[i]
		if p.Payload != payload {
			continue
		}
		if last != nil && last.SSRC == p.SSRC {
			if gap := p.Timestamp - last.Timestamp - uint32(len(last.Data)); gap <= 8000 {
				out = append(out, bytes.Repeat([]byte{silence}, int(gap))...)
			}
		}
		out = append(out, p.Data...)
		last = p
	}
	return out
}

// Packet sends one packet; samples is how far it moves the clock.
func (s *Sound) Packet(to netip.AddrPort, payload uint8, marker bool, data []byte, samples int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.packet(to, payload, marker, data, samples)
}

func (s *Sound) packet(to netip.AddrPort, payload uint8, marker bool, data []byte, samples int) {
	b := make([]byte, 12, 12+len(data))
	b[0], b[1] = 2<<6, payload
	if marker {
		b[1] |= 0x80
	}
	binary.BigEndian.PutUint16(b[2:], s.sequence)
	binary.BigEndian.PutUint32(b[4:], s.stamp)
	binary.BigEndian.PutUint32(b[8:], s.ssrc)
	s.sequence++
	s.stamp += uint32(samples)
	s.last = time.Now()
	// An ICMP error of an earlier packet is none of this one's.
	_, _ = s.conn.WriteToUDPAddrPort(append(b, data...), to)
}

// Last is when the last packet was sent.
func (s *Sound) Last() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

// Play sends the samples again and again, in packets of that many
// milliseconds, until stop is called or the test ends.
func (s *Sound) Play(to netip.AddrPort, payload uint8, samples []byte, ms int) (stop func()) {
	packet := 8 * ms
	each := len(samples) / packet
	return s.repeat(time.Duration(ms)*time.Millisecond, func(n int) {
		at := n % each * packet
		s.Packet(to, payload, n == 0, samples[at:at+packet], packet)
	})
}

// Digit sends a telephone-event of RFC 4733: three packets of its course and
// its end thrice, all with the timestamp of its beginning.
func (s *Sound) Digit(to netip.AddrPort, payload, event uint8) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range 6 {
		data := []byte{event, 10, 0, 0}
		binary.BigEndian.PutUint16(data[2:], uint16(160*min(i+1, 4)))
		if i >= 3 {
			data[1] |= 0x80
		}
		samples := 0
		if i == 5 {
			samples = 800
		}
		s.packet(to, payload, i == 0, data, samples)
	}
}

// Report sends an empty RTCP receiver report to the port above RTP's, again
// and again until stop is called or the test ends.
func (s *Sound) Report(to netip.AddrPort, every time.Duration) (stop func()) {
	return s.ReportOn(netip.AddrPortFrom(to.Addr(), to.Port()+1), every)
}

// ReportOn is Report to that very port: RTP's own, where rtcp-mux was agreed on.
func (s *Sound) ReportOn(to netip.AddrPort, every time.Duration) (stop func()) {
	report := binary.BigEndian.AppendUint32([]byte{2 << 6, 201, 0, 1}, s.ssrc)
	return s.repeat(every, func(int) {
		// An ICMP error of an earlier packet is none of this one's.
		_, _ = s.conn.WriteToUDPAddrPort(report, to)
	})
}

// repeat does something at once and then again and again.
func (s *Sound) repeat(every time.Duration, do func(n int)) (stop func()) {
	done := make(chan struct{})
	var once sync.Once
	stop = func() { once.Do(func() { close(done) }) }
	s.t.Cleanup(stop)
	go func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for n := 0; ; n++ {
			do(n)
			select {
			case <-tick.C:
			case <-done:
				return
			}
		}
	}()
	return stop
}
