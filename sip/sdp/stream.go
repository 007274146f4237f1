package sdp

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// voice says whether the m-line is one that we can ever take: audio over plain
// RTP. RTP/AVPF is taken and its feedback not used (RFC 4585 section 3.1);
// RTP/SAVP and the like ask for SRTP.
func (s *stream) voice() bool { return s.media == "audio" && plainRTP(s.proto) }

func plainRTP(proto string) bool { return proto == "RTP/AVP" || proto == "RTP/AVPF" }

// codec tells what a payload type stands for; an rtpmap goes before the static
// meaning.
func (s *stream) codec(payload uint8) Codec {
	for i := range s.maps {
		if s.maps[i].payload == payload {
			return s.maps[i].codec
		}
	}
	switch payload {
	case PCMA.Payload():
		return PCMA
	case PCMU.Payload():
		return PCMU
	}
	return 0
}

// first returns the first format of the m-line that is one of the codecs.
func (s *stream) first(codecs ...Codec) (c Codec, payload uint8) {
	for format := range strings.FieldsSeq(s.formats) {
		n, err := strconv.ParseUint(format, 10, 7)
		if err != nil {
			continue
		}
		if c = s.codec(uint8(n)); c != 0 && slices.Contains(codecs, c) {
			return c, uint8(n)
		}
	}
	return 0, 0
}

// packetTime is how long the packets shall be that we send them: what they ask
// for, brought to what the media plane makes.
func (s *stream) packetTime(ours int) int {
	ms := s.ptime
	if ms == 0 {
		ms = ours
	}
	if s.maxptime > 0 {
		ms = min(ms, s.maxptime)
	}
	return min(max(ms/10*10, 10), 60)
}

// where tells where a stream's packets go; family is an address of ours.
func (s *stream) where(family netip.Addr) (Media, *Refusal) {
	m := Media{Theirs: s.direction, Held: !s.direction.receives()}
	addr, r := connection(s.conn)
	if r != nil {
		return m, r
	}
	if addr.IsUnspecified() { // the hold of RFC 2543; RFC 3264 section 8.4
		m.Held = true
		return m, nil
	}
	if addr.Is4() != family.Unmap().Is4() {
		return m, unacceptable("the c= address is not of our address family")
	}
	m.Remote = netip.AddrPortFrom(addr, s.port)
	m.RemoteRTCP = s.control(addr)
	return m, nil
}

// connection reads "IN IP4 192.0.2.1".
func connection(value string) (netip.Addr, *Refusal) {
	var part [3]string
	n := 0
	for field := range strings.FieldsSeq(value) {
		if n < len(part) {
			part[n] = field
		}
		n++
	}
	if n != len(part) || part[0] != "IN" || (part[1] != "IP4" && part[1] != "IP6") {
		return netip.Addr{}, malformed("no usable c= line for the audio stream")
	}
	literal, _, _ := strings.Cut(part[2], "/")
	addr, err := netip.ParseAddr(literal)
	switch {
	case err != nil:
		return addr, unacceptable("the c= address must be a literal one")
	case addr.Zone() != "" || addr.IsMulticast():
		return addr, unacceptable("the c= address must be unicast and without a zone")
	}
	return addr.Unmap(), nil
}

// control is where their RTCP is received: the next port, or what a=rtcp says.
// An a=rtcp that cannot be read is as good as none.
func (s *stream) control(addr netip.Addr) netip.AddrPort {
	port, where, _ := strings.Cut(s.rtcp, " ")
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		if s.port == 65535 {
			return netip.AddrPort{}
		}
		return netip.AddrPortFrom(addr, s.port+1)
	}
	if other, r := connection(where); r == nil && !other.IsUnspecified() && other.Is4() == addr.Is4() {
		addr = other
	}
	return netip.AddrPortFrom(addr, uint16(n))
}
