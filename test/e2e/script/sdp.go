package script

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"sync/atomic"
)

var versions atomic.Uint64 // of o= lines: each SDP has a newer one

// SDP writes a body with one audio line; formats are payload types, "8 0 101",
// attributes stand below it without their "a=".
func SDP(at netip.AddrPort, formats string, attributes ...string) string {
	return Session(at, append([]string{fmt.Sprintf("m=audio %d RTP/AVP %s", at.Port(), formats)}, prefixed(attributes)...)...)
}

func prefixed(attributes []string) []string {
	var out []string
	for _, a := range attributes {
		out = append(out, "a="+a)
	}
	return out
}

// Session writes a body with these lines below the session's part.
func Session(at netip.AddrPort, lines ...string) string {
	head := fmt.Sprintf("v=0\r\no=- 1 %d IN IP4 %v\r\ns=-\r\nc=IN IP4 %v\r\nt=0 0\r\n", versions.Add(1), at.Addr(), at.Addr())
	return head + strings.Join(lines, "\r\n") + "\r\n"
}

// Media is what an SDP of the server says.
type Media struct {
	At         netip.AddrPort
	Lines      []string // the m-lines, without "m="
	Formats    []string // of the audio line
	Attributes []string // of the audio line, without "a="
	Origin     string   // session identity and version
}

// SDP reads a message's body.
func (m *Message) SDP() Media {
	var out Media
	audio := false
	var addr netip.Addr
	for line := range strings.SplitSeq(m.Body, "\r\n") {
		kind, value, _ := strings.Cut(line, "=")
		switch kind {
		case "o":
			out.Origin = strings.Join(strings.Fields(value)[1:3], " ")
		case "c":
			addr, _ = netip.ParseAddr(strings.TrimPrefix(value, "IN IP4 "))
		case "m":
			out.Lines = append(out.Lines, value)
			fields := strings.Fields(value)
			if audio = fields[0] == "audio" && fields[1] != "0"; audio {
				port, _ := strconv.ParseUint(fields[1], 10, 16)
				out.At = netip.AddrPortFrom(addr, uint16(port))
				out.Formats = fields[3:]
			}
		case "a":
			if audio {
				out.Attributes = append(out.Attributes, value)
			}
		}
	}
	return out
}

// Has says whether the audio line has the attribute.
func (s *Media) Has(attribute string) bool {
	for _, a := range s.Attributes {
		if a == attribute {
			return true
		}
	}
	return false
}

// Payload is the payload type of a codec by its rtpmap, "telephone-event/8000";
// -1 for none.
func (s *Media) Payload(codec string) int {
	for _, a := range s.Attributes {
		number, name, _ := strings.Cut(strings.TrimPrefix(a, "rtpmap:"), " ")
		if strings.HasPrefix(a, "rtpmap:") && strings.EqualFold(name, codec) {
			n, _ := strconv.Atoi(number)
			return n
		}
	}
	return -1
}
