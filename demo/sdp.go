package demo

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Payload types of G.711 (RFC 3551 section 6).
const (
	PCMU = 0
	PCMA = 8
)

// Sound is what the last SDPs of both sides agreed on.
type Sound struct {
	Remote netip.AddrPort // where they take RTP; zero: nowhere
	Codec  uint8          // PCMA or PCMU: what we send
	Event  uint8          // payload type of telephone-event as they take it; 0: none
	Takes  uint8          // the same as we take it
	Send   bool           // they take sound from us
}

// session is an SDP as far as a phone needs it.
type session struct {
	remote    netip.AddrPort
	payloads  []uint8
	event     uint8
	direction string
}

// read takes the first audio stream of an SDP.
func read(body string) (s session, ok bool) {
	address, audio, streams := "", false, 0
	s.direction = "sendrecv"
	port := 0
	for line := range strings.Lines(body) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "m=") {
			if streams++; audio {
				break // the next stream's lines are not ours
			}
			words := strings.Fields(line[2:])
			if audio = len(words) > 3 && words[0] == "audio"; audio {
				port, _ = strconv.Atoi(words[1])
				s.payloads = numbers(words[3:])
			}
			continue
		}
		if streams > 0 && !audio {
			continue
		}
		switch {
		case strings.HasPrefix(line, "c=IN IP4 "):
			address, _, _ = strings.Cut(line[9:], "/")
		case line == "a=sendrecv", line == "a=sendonly", line == "a=recvonly", line == "a=inactive":
			s.direction = line[2:]
		case strings.HasPrefix(line, "a=rtpmap:"):
			payload, name, _ := strings.Cut(line[9:], " ")
			if n, err := strconv.ParseUint(payload, 10, 7); err == nil && strings.EqualFold(name, "telephone-event/8000") {
				s.event = uint8(n)
			}
		}
	}
	if ip, err := netip.ParseAddr(address); err == nil && !ip.IsUnspecified() && port > 0 && port < 1<<16 {
		s.remote = netip.AddrPortFrom(ip, uint16(port))
	}
	return s, audio
}

func numbers(words []string) (out []uint8) {
	for _, w := range words {
		if n, err := strconv.ParseUint(w, 10, 7); err == nil {
			out = append(out, uint8(n))
		}
	}
	return out
}

// take makes of their SDP what we send from now on.
func (c *Call) take(p *Peer, body string) {
	theirs, ok := read(body)
	if !ok {
		return
	}
	c.Sound = Sound{Remote: theirs.remote, Event: theirs.event, Takes: c.Sound.Takes, Codec: p.payloads()[0]}
	if i := slices.IndexFunc(theirs.payloads, p.has); i >= 0 {
		c.Sound.Codec = theirs.payloads[i]
	}
	c.theirs = theirs.direction
	c.Sound.Send = c.Sound.Remote.IsValid() && (c.theirs == "sendrecv" || c.theirs == "recvonly")
}

func (p *Peer) payloads() []uint8 {
	if len(p.Payloads) == 0 {
		return []uint8{PCMA, PCMU}
	}
	return p.Payloads
}

func (p *Peer) has(payload uint8) bool { return slices.Contains(p.payloads(), payload) }

// offer is our whole SDP.
func (c *Call) offer(p *Peer, direction string) string {
	event := p.Event
	if event == 0 {
		event = 101
	}
	return c.body(p, p.payloads(), event, direction)
}

// reply is our SDP to one of theirs: an answer, or an offer if there is none
// (RFC 3264 section 6).
func (c *Call) reply(p *Peer, theirs string) string {
	wish := "sendrecv"
	if c.Held {
		wish = "sendonly"
	}
	s, ok := read(theirs)
	if !ok {
		return c.offer(p, wish)
	}
	c.take(p, theirs)
	var payloads []uint8
	for _, n := range p.payloads() {
		if slices.Contains(s.payloads, n) {
			payloads = append(payloads, n)
		}
	}
	if payloads == nil {
		payloads = p.payloads() // what they make of it is their matter
	}
	return c.body(p, payloads, s.event, fitting(s.direction, wish))
}

// fitting is the most that may be said to their direction.
func fitting(theirs, wish string) string {
	switch theirs {
	case "sendonly":
		if wish == "sendonly" {
			return "inactive"
		}
		return "recvonly"
	case "recvonly":
		return "sendonly"
	case "inactive":
		return "inactive"
	}
	return wish
}

func (c *Call) body(p *Peer, payloads []uint8, event uint8, direction string) string {
	c.version++
	c.Sound.Takes = event
	var list, events string
	for _, n := range payloads {
		list += fmt.Sprintf(" %d", n)
	}
	if event != 0 {
		list += fmt.Sprintf(" %d", event)
		events = fmt.Sprintf("a=rtpmap:%d telephone-event/8000\r\na=fmtp:%d 0-15\r\n", event, event)
	}
	return fmt.Sprintf("v=0\r\no=- 1 %d IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\nm=audio %d RTP/AVP%s\r\n%sa=%s\r\n%s",
		c.version, c.Media.Addr(), c.Media.Addr(), c.Media.Port(), list, events, direction, p.Lines)
}
