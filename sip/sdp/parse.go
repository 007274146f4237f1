package sdp

import (
	"strconv"
	"strings"
)

// Limits of a body that is read. A real one has under 4 KiB, 100 lines and 4
// streams.
const (
	maxBody    = 16 << 10
	maxLines   = 512
	maxStreams = 32
)

// description is as much of an SDP as offer and answer need.
type description struct {
	conn      string // the session's c=
	direction Direction
	streams   []stream
}

// stream is an m-line with its attributes.
type stream struct {
	media, proto string // as written
	formats      string
	port         uint16 // 0: rejected or not used
	conn         string // its own c=, else the session's
	direction    Direction
	ptime        int // ms; 0: not said
	maxptime     int
	rtcp         string // a=rtcp's value, RFC 3605
	mux          bool
	maps         []mapping
}

// mapping is an a=rtpmap.
type mapping struct {
	payload uint8
	codec   Codec // 0: none of ours
}

// parse reads a body: lines of one letter, "=" and a value (RFC 8866 section
// 5). It is strict where a mistake would send sound to the wrong place and
// otherwise takes what phones send: any order, bare LF, missing s= and t=.
func parse(body []byte) (*description, *Refusal) {
	if len(body) == 0 {
		return nil, malformed("no SDP")
	}
	if len(body) > maxBody {
		return nil, malformed("body over 16 KiB")
	}
	d := &description{}
	rest, lines, origin := string(body), 0, false
	for rest != "" {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		if line = strings.TrimRight(line, " \t\r"); line == "" {
			continue
		}
		if lines++; lines > maxLines {
			return nil, malformed("more than 512 lines")
		}
		if len(line) < 2 || line[1] != '=' || line[0] < 'a' || line[0] > 'z' {
			return nil, malformed("a line is not letter=value")
		}
		if (lines == 1) != (line[0] == 'v') || (line[0] == 'v' && line != "v=0") {
			return nil, malformed("the first line must be v=0, once")
		}
		origin = origin || line[0] == 'o'
		if r := d.line(line[0], line[2:]); r != nil {
			return nil, r
		}
	}
	if !origin {
		return nil, malformed("no o= line")
	}
	return d, nil
}

func (d *description) line(kind byte, value string) *Refusal {
	switch kind {
	case 'c':
		if last := d.last(); last != nil {
			last.conn = value
		} else {
			d.conn = value
		}
	case 'm':
		if len(d.streams) == maxStreams {
			return malformed("more than 32 m-lines")
		}
		s, r := parseStream(value)
		if r != nil {
			return r
		}
		s.direction, s.conn = d.direction, d.conn
		d.streams = append(d.streams, s)
	case 'a':
		name, value, _ := strings.Cut(value, ":")
		if dir, ok := directionOf(name); ok {
			if last := d.last(); last != nil {
				last.direction = dir
			} else {
				d.direction = dir
			}
		} else if last := d.last(); last != nil {
			last.attribute(name, strings.TrimSpace(value))
		}
	}
	return nil
}

func (d *description) last() *stream {
	if len(d.streams) == 0 {
		return nil
	}
	return &d.streams[len(d.streams)-1]
}

func directionOf(attribute string) (Direction, bool) {
	switch attribute {
	case "sendrecv":
		return SendRecv, true
	case "sendonly":
		return SendOnly, true
	case "recvonly":
		return RecvOnly, true
	case "inactive":
		return Inactive, true
	}
	return 0, false
}

// parseStream reads "audio 49170/2 RTP/AVP 8 0 101".
func parseStream(value string) (stream, *Refusal) {
	for i := range len(value) {
		if value[i] < ' ' || value[i] > '~' {
			return stream{}, malformed("m-line with a control or non-ASCII character")
		}
	}
	var s stream
	var port string
	s.media, value, _ = strings.Cut(value, " ")
	port, value, _ = strings.Cut(strings.TrimLeft(value, " "), " ")
	s.proto, value, _ = strings.Cut(strings.TrimLeft(value, " "), " ")
	s.formats = strings.Trim(value, " ")
	port, _, _ = strings.Cut(port, "/")
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || s.media == "" || s.proto == "" {
		return s, malformed("m-line is not media, port, transport, formats")
	}
	s.port = uint16(n)
	if s.formats == "" {
		if s.port != 0 {
			return s, malformed("m-line without formats")
		}
		s.formats = "0" // phones reject so; our own line must have one
	}
	return s, nil
}

// attribute takes what matters; one that cannot be read is as good as none.
func (s *stream) attribute(name, value string) {
	switch name {
	case "rtpmap":
		payload, encoding, _ := strings.Cut(value, " ")
		if n, err := strconv.ParseUint(payload, 10, 7); err == nil {
			s.maps = append(s.maps, mapping{payload: uint8(n), codec: codecOf(strings.TrimSpace(encoding))})
		}
	case "ptime":
		s.ptime = milliseconds(value)
	case "maxptime":
		s.maxptime = milliseconds(value)
	case "rtcp":
		s.rtcp = value
	case "rtcp-mux":
		s.mux = true
	}
}

// milliseconds reads a packet time; some phones write "20.0".
func milliseconds(value string) int {
	value, _, _ = strings.Cut(value, ".")
	n, err := strconv.ParseUint(value, 10, 16)
	if err != nil {
		return 0
	}
	return int(n)
}

// codecOf reads an rtpmap's "PCMA/8000/1".
func codecOf(encoding string) Codec {
	name, rate, _ := strings.Cut(encoding, "/")
	if rate != "8000" && rate != "8000/1" {
		return 0
	}
	for c := PCMA; c <= telephoneEvent; c++ {
		if strings.EqualFold(name, c.String()) {
			return c
		}
	}
	return 0
}
