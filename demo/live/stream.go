package live

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/hotline12345/hotline/demo"
	"github.com/hotline12345/hotline/turn"
)

const (
	header  = 12  // octets of an RTP header without extensions
	samples = 160 // a packet: 20 ms at 8 kHz
)

// stream is one call's RTP: a socket that the pacer sends from and drains
// each 20 ms, so that a call costs no goroutine and no wake-up of its own.
type stream struct {
	local    netip.AddrPort
	mu       sync.Mutex
	fd       int // -1: closed
	remote   netip.AddrPort
	sound    []byte
	at       int // next sample of sound
	codec    uint8
	takes    uint8
	sending  bool
	mark     bool // the next packet has the marker
	event    event
	sequence uint16
	time     uint32
	packet   [header + samples]byte
	in       intake
	sent     uint64
	unsent   uint64
}

// open binds a socket to a port that the system gives.
func open(ip netip.Addr, sound []byte, keep time.Duration, rand *turn.Rand) (*stream, error) {
	if !ip.Is4() {
		return nil, fmt.Errorf("RTP over %v: only IPv4", ip)
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("RTP socket: %w", err)
	}
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: ip.As4()}); err != nil {
		_ = unix.Close(fd)
		return nil, fmt.Errorf("RTP port at %v: %w", ip, err)
	}
	bound, err := unix.Getsockname(fd)
	if err != nil {
		_ = unix.Close(fd)
		return nil, fmt.Errorf("RTP port at %v: %w", ip, err)
	}
	draw := rand.Uint64()
	s := &stream{
		fd: fd, local: netip.AddrPortFrom(ip, uint16(bound.(*unix.SockaddrInet4).Port)), sound: sound,
		sequence: uint16(draw), time: uint32(draw >> 16), in: intake{limit: int(keep * 8000 / time.Second)},
	}
	s.packet[0] = 2 << 6
	binary.BigEndian.PutUint32(s.packet[8:], uint32(draw>>32))
	return s, nil
}

// follow takes what the SDPs say. The socket is connected to the other side's
// address: nobody else's packets are heard.
func (s *stream) follow(sound demo.Sound, send bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fd < 0 {
		return
	}
	s.codec, s.event.payload, s.takes = sound.Codec, sound.Event, sound.Takes
	if sound.Remote.IsValid() && sound.Remote != s.remote && sound.Remote.Addr().Is4() {
		s.remote = sound.Remote
		_ = unix.Connect(s.fd, &unix.SockaddrInet4{Addr: s.remote.Addr().As4(), Port: int(s.remote.Port())}) // fails: so does each send, which counts
	}
	s.mark = s.mark || send && !s.sending // the talkspurt's first packet
	s.sending = send
}

func (s *stream) play(sound []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sound, s.at = sound, 0
}

func (s *stream) press(digits string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.event.press(digits)
}

func (s *stream) heard() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.in.heard()
}

func (s *stream) figures() Media {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Media{
		Sent: s.sent, Unsent: s.unsent, Received: s.in.received, Lost: s.in.lost, Last: s.in.last, Keys: string(s.in.keys),
	}
}

func (s *stream) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fd >= 0 {
		s.drain(time.Now()) // what came before the end was heard
		_ = unix.Close(s.fd)
		s.fd = -1
	}
}

// tick is called each 20 ms; false: the stream is closed.
func (s *stream) tick(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fd < 0 {
		return false
	}
	s.drain(now)
	if s.sending {
		s.send()
	}
	return true
}

// drain takes all that has come since the last tick.
func (s *stream) drain(now time.Time) {
	var buf [2048]byte
	for {
		n, err := unix.Read(s.fd, buf[:])
		switch {
		case err == nil:
			s.in.take(buf[:n], s.takes, now)
		case errors.Is(err, unix.EINTR), errors.Is(err, unix.ECONNREFUSED): // the server was away for a moment
		default:
			return
		}
	}
}

// send sends the packet of this tick: 20 ms of sound, or of a digit.
func (s *stream) send() {
	p, payload := s.packet[:], s.codec
	at := s.time
	if digit, since, ok := s.event.next(s.time); ok {
		s.mark = s.mark || since == at
		p, payload, at = p[:header+4], s.event.payload, since
		copy(p[header:], digit[:])
	} else {
		s.fill(p[header:])
	}
	p[1] = payload
	if s.mark {
		p[1] |= 0x80
		s.mark = false
	}
	binary.BigEndian.PutUint16(p[2:], s.sequence)
	binary.BigEndian.PutUint32(p[4:], at)
	s.sequence++
	s.time += samples
	_, err := unix.Write(s.fd, p)
	if errors.Is(err, unix.ECONNREFUSED) { // that was the answer to the packet before
		_, err = unix.Write(s.fd, p)
	}
	if err != nil {
		s.unsent++
		return
	}
	s.sent++
}

// fill takes the sound's next samples.
func (s *stream) fill(out []byte) {
	for n := 0; n < len(out); {
		if len(s.sound) == 0 {
			out[n] = silence
			n++
			continue
		}
		got := copy(out[n:], s.sound[s.at:])
		n += got
		s.at = (s.at + got) % len(s.sound)
	}
	if s.codec == demo.PCMU {
		for i, a := range out {
			out[i] = aToU[a]
		}
	}
}
