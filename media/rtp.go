package media

import "encoding/binary"

// headerSize is an RTP header without contributors and extension, RFC 3550
// section 5.1. All that we send has this one.
const headerSize = 12

// header is what we read of a packet.
type header struct {
	payload  uint8
	marker   bool
	sequence uint16
	time     uint32
	ssrc     uint32
	from, to int // the payload is packet[from:to]
}

// parseHeader checks a packet's form (RFC 3550 appendix A.1: version, lengths
// of contributors, extension and padding) and reads its header.
func parseHeader(b []byte) (h header, ok bool) {
	if len(b) < headerSize || b[0]>>6 != 2 {
		return h, false
	}
	h.payload, h.marker = b[1]&0x7f, b[1]&0x80 != 0
	h.sequence = binary.BigEndian.Uint16(b[2:])
	h.time = binary.BigEndian.Uint32(b[4:])
	h.ssrc = binary.BigEndian.Uint32(b[8:])
	h.from, h.to = headerSize+4*int(b[0]&15), len(b)
	if b[0]&0x10 != 0 {
		if len(b) < h.from+4 {
			return h, false
		}
		h.from += 4 + 4*int(binary.BigEndian.Uint16(b[h.from+2:]))
	}
	if b[0]&0x20 != 0 {
		padding := int(b[len(b)-1])
		if padding == 0 {
			return h, false
		}
		h.to -= padding
	}
	return h, h.from <= h.to
}

// putHeader writes a header into b's first bytes.
func putHeader(b []byte, payload uint8, marker bool, sequence uint16, time, ssrc uint32) {
	_ = b[headerSize-1]
	b[0], b[1] = 2<<6, payload&0x7f
	if marker {
		b[1] |= 0x80
	}
	binary.BigEndian.PutUint16(b[2:], sequence)
	binary.BigEndian.PutUint32(b[4:], time)
	binary.BigEndian.PutUint32(b[8:], ssrc)
}

// isRTCP tells the two apart where they share a port, RFC 5761 section 4.
func isRTCP(b []byte) bool {
	return len(b) >= 8 && b[0]>>6 == 2 && b[1] >= 192 && b[1] <= 223
}
