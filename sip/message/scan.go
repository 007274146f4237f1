package message

import "strings"

// Limits of what is accepted as one message.
const (
	MaxSize    = 64 << 10 // bytes
	maxHeaders = 256      // lines
	maxVias    = 70       // RFC 3261 section 8.1.1.6: more hops than Max-Forwards allows
)

func isToken(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-.!%*_+`'~", c) >= 0
}

func token(s string) bool {
	for i := range len(s) {
		if !isToken(s[i]) {
			return false
		}
	}
	return s != ""
}

func space(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

func trim(s string) string {
	for len(s) > 0 && space(s[0]) {
		s = s[1:]
	}
	for len(s) > 0 && space(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

// number reads an unsigned decimal of at most 32 bits, leading zeros allowed.
func number(s string) (uint32, bool) {
	if s == "" {
		return 0, false
	}
	n := uint64(0)
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		if n = n*10 + uint64(s[i]-'0'); n > 1<<32-1 {
			return 0, false
		}
	}
	return uint32(n), true
}

// closing returns the index behind the quoted string that begins at i, or -1.
func closing(s string, i int) int {
	for i++; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

// until returns the index of the first c of stops outside quotes and angle
// brackets, or len(s); ok is false where a quote or bracket is never closed.
func until(s, stops string) (int, bool) {
	angle := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' && !angle:
			end := closing(s, i)
			if end < 0 {
				return len(s), false
			}
			i = end - 1
		case c == '<':
			angle = true
		case c == '>':
			angle = false
		case !angle && strings.IndexByte(stops, c) >= 0:
			return i, true
		}
	}
	return len(s), !angle
}

// unfold joins continuation lines (RFC 3261 section 7.3.1). A CR alone is no
// line's end to us and is one to others: none goes on into what we send.
func unfold(s string) string {
	if strings.IndexByte(s, '\n') < 0 && strings.IndexByte(s, '\r') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\r' && s[i] != '\n' {
			b.WriteByte(s[i])
			continue
		}
		for i+1 < len(s) && space(s[i+1]) {
			i++
		}
		b.WriteByte(' ')
	}
	return b.String()
}

// foldCase is the lower case of ASCII letters; it allocates only where there is
// something to change.
func foldCase(s string) string {
	for i := range len(s) {
		if s[i] >= 'A' && s[i] <= 'Z' {
			return strings.ToLower(s)
		}
	}
	return s
}
