package rig

import (
	"bytes"
	"encoding/binary"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"
)

// Ear is an RTP endpoint for a caller whose SIP somebody else speaks: SIPp
// names its address in the SDP. It takes PCMA, keeps what it hears, and once it
// has been spoken to, says its sound back, over and over.
type Ear struct {
	conn  *net.UDPConn
	sound []byte

	mu     sync.Mutex
	heard  []byte
	next   uint32 // timestamp that is to follow
	last   time.Time
	remote netip.AddrPort // where the first packet came from
}

// NewEar opens an endpoint at the network's address with that last octet.
func (n Net) NewEar(t testing.TB, host byte, sound []byte) *Ear {
	t.Helper()
	conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(n.Addr(host)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	e := &Ear{conn: conn, sound: sound}
	go e.listen()
	return e
}

// Addr is where it takes RTP.
func (e *Ear) Addr() netip.AddrPort { return e.conn.LocalAddr().(*net.UDPAddr).AddrPort() }

func (e *Ear) listen() {
	buf := make([]byte, 2048)
	for {
		n, from, err := e.conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			return
		}
		if n <= 12 || buf[0] != 0x80 || buf[1]&0x7f != 8 {
			continue
		}
		e.take(buf[12:n], binary.BigEndian.Uint32(buf[4:]), from)
	}
}

// take puts the sound where its timestamp says, at most 10 s away: more is
// another stream, which follows at once.
func (e *Ear) take(sound []byte, stamp uint32, from netip.AddrPort) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.last = time.Now()
	if !e.remote.IsValid() {
		e.remote = from
		go e.speak(from)
	}
	const most = 10 * 8000
	switch gap := int(int32(stamp - e.next)); {
	case len(e.heard) == 0 || gap > most || gap < -most:
	case gap >= 0:
		e.heard = append(e.heard, bytes.Repeat([]byte{0xd5}, gap)...)
	case len(e.heard)+gap >= 0: // late
		copy(e.heard[len(e.heard)+gap:], sound)
		return
	}
	e.heard = append(e.heard, sound...)
	e.next = stamp + uint32(len(sound))
}

// speak sends 20 ms of the sound each 20 ms until the socket is closed.
func (e *Ear) speak(to netip.AddrPort) {
	const samples = 160
	packet := make([]byte, 12+samples)
	packet[0], packet[1] = 0x80, 8
	copy(packet[8:], "HEAR")
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for i := 0; ; i++ {
		<-tick.C
		binary.BigEndian.PutUint16(packet[2:], uint16(i))
		binary.BigEndian.PutUint32(packet[4:], uint32(i*samples))
		for k := range samples {
			packet[12+k] = 0xd5
			if len(e.sound) > 0 {
				packet[12+k] = e.sound[(i*samples+k)%len(e.sound)]
			}
		}
		if _, err := e.conn.WriteToUDPAddrPort(packet, to); err != nil && e.closed() {
			return
		}
	}
}

func (e *Ear) closed() bool { return e.conn.SetReadDeadline(time.Time{}) != nil }

// Heard is what was heard, in A-law; gaps are silence.
func (e *Ear) Heard() []byte {
	e.mu.Lock()
	defer e.mu.Unlock()
	return bytes.Clone(e.heard)
}

// Last is when the last packet came.
func (e *Ear) Last() time.Time {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.last
}
