package sdp

import (
	"net/netip"
	"strconv"
	"strings"
)

// proposal is an SDP of ours to be written.
type proposal struct {
	local     Local
	streams   []stream // the m-lines to be kept in order; empty: audio alone
	audio     int      // index of ours among them; the others get port 0
	proto     string
	formats   []mapping
	ptime     int
	mux       bool
	direction Direction
	room      [4]mapping
}

func (p *proposal) add(payload uint8, c Codec) {
	if p.formats == nil {
		p.formats = p.room[:0]
	}
	p.formats = append(p.formats, mapping{payload: payload, codec: c})
}

func (p *proposal) has(payload uint8) bool {
	for i := range p.formats {
		if p.formats[i].payload == payload {
			return true
		}
	}
	return false
}

// text writes the SDP with the session's o= line.
func (p *proposal) text(s *Session) []byte {
	b := make([]byte, 0, 512)
	b = append(b, "v=0\r\no=- "...)
	b = strconv.AppendUint(b, s.ID, 10)
	b = append(b, ' ')
	b = strconv.AppendUint(b, s.Version, 10)
	b = address(append(b, ' '), s.Origin)
	b = address(append(b, "s=-\r\nc="...), p.local.Addr)
	b = append(b, "t=0 0\r\n"...)
	for i := range max(len(p.streams), 1) {
		if i == p.audio {
			b = p.ours(b)
			continue
		}
		st := &p.streams[i]
		b = append(append(b, "m="...), st.media...)
		b = append(append(b, " 0 "...), st.proto...)
		for format := range strings.FieldsSeq(st.formats) {
			b = append(append(b, ' '), format...)
		}
		b = append(b, "\r\n"...)
	}
	return b
}

func address(b []byte, a netip.Addr) []byte {
	a = a.Unmap()
	if a.Is6() {
		b = append(b, "IN IP6 "...)
	} else {
		b = append(b, "IN IP4 "...)
	}
	return append(a.AppendTo(b), "\r\n"...)
}

// ours writes our audio stream.
func (p *proposal) ours(b []byte) []byte {
	b = append(b, "m=audio "...)
	b = strconv.AppendUint(b, uint64(p.local.Port), 10)
	b = append(append(b, ' '), p.proto...)
	for _, f := range p.formats {
		b = strconv.AppendUint(append(b, ' '), uint64(f.payload), 10)
	}
	b = append(b, "\r\n"...)
	for _, f := range p.formats {
		b = strconv.AppendUint(append(b, "a=rtpmap:"...), uint64(f.payload), 10)
		b = append(append(append(b, ' '), f.codec.String()...), "/8000\r\n"...)
		if f.codec == telephoneEvent {
			b = strconv.AppendUint(append(b, "a=fmtp:"...), uint64(f.payload), 10)
			b = append(b, " 0-16\r\n"...)
		}
	}
	b = strconv.AppendInt(append(b, "a=ptime:"...), int64(p.ptime), 10)
	b = append(b, "\r\n"...)
	if p.local.RTCP != p.local.Port+1 && p.local.RTCP != 0 {
		b = strconv.AppendUint(append(b, "a=rtcp:"...), uint64(p.local.RTCP), 10)
		b = append(b, "\r\n"...)
	}
	if p.mux {
		b = append(b, "a=rtcp-mux\r\n"...)
	}
	b = append(append(b, "a="...), p.direction.String()...)
	return append(b, "\r\n"...)
}
