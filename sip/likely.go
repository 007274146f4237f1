package sip

// maxMethod is the longest method that is taken for one.
const maxMethod = 32

// trimBlank drops the line ends in front of a message (RFC 3261 section 7.5),
// of which a keep-alive has nothing else.
func trimBlank(p []byte) []byte {
	for len(p) > 0 && (p[0] == '\r' || p[0] == '\n') {
		p = p[1:]
	}
	return p
}

// keepAlive says whether a datagram is one: nothing but line ends, zeros as
// some phones send them, or STUN, which begins with a byte under 4 (RFC 5764
// section 5.1.2).
func keepAlive(p []byte) bool { return len(p) == 0 || p[0] < 4 }

// likelySIP says at the price of a few bytes whether a datagram begins as a
// request or a response does. All else is the parser's.
func likelySIP(p []byte) bool {
	if len(p) >= 8 && string(p[:8]) == "SIP/2.0 " {
		return true
	}
	for i, c := range p[:min(len(p), maxMethod+1)] {
		if c == ' ' {
			return i > 0 && i+1 < len(p) && letter(p[i+1])
		}
		if !methodByte[c] {
			return false
		}
	}
	return false
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// methodByte marks RFC 3261's token characters.
var methodByte = func() (t [256]bool) {
	for _, c := range []byte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.!%*_+`'~") {
		t[c] = true
	}
	return t
}()
