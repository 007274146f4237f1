package digest

import (
	"errors"
	"strings"
)

// The faults of a header. ErrBadResponse is also given for a user without a
// key, so that the two cannot be told apart.
var (
	ErrMalformed   = errors.New("digest: malformed header")
	ErrNotDigest   = errors.New("digest: not the Digest scheme")
	ErrUnsupported = errors.New("digest: algorithm or qop that is not supported")
	ErrWrongRealm  = errors.New("digest: credentials of another realm")
	ErrBadResponse = errors.New("digest: the response does not match the user's key")
)

// Limits of a header that is read.
const (
	maxHeader = 4 << 10
	maxParams = 32
)

// param is one parameter; its name is in lower case.
type param struct{ name, value string }

// parseParams reads `Digest name=value, name="value" …` (RFC 7235 section 2.1).
// The scheme and the names have no case; a name may stand once.
func parseParams(header string) ([]param, error) {
	if len(header) > maxHeader {
		return nil, ErrMalformed
	}
	header = trim(header)
	if len(header) < 7 || !strings.EqualFold(header[:6], "digest") || !blank(header[6]) {
		return nil, ErrNotDigest
	}
	out := make([]param, 0, 12)
	for rest := header[7:]; ; {
		rest = strings.TrimLeft(rest, " \t\r\n,") // empty elements are allowed
		if rest == "" {
			break
		}
		name, after, ok := strings.Cut(rest, "=")
		name = strings.ToLower(trim(name))
		if !ok || !token(name) || len(out) == maxParams {
			return nil, ErrMalformed
		}
		for i := range out {
			if out[i].name == name {
				return nil, ErrMalformed
			}
		}
		value, left, ok := parseValue(trim(after))
		if !ok {
			return nil, ErrMalformed
		}
		out, rest = append(out, param{name, value}), left
	}
	if len(out) == 0 {
		return nil, ErrMalformed
	}
	return out, nil
}

// parseValue reads a token or quoted string and what stands behind the comma.
func parseValue(s string) (value, rest string, ok bool) {
	if s == "" || s[0] != '"' {
		value, rest, _ = strings.Cut(s, ",")
		value = trim(value)
		return value, rest, value != "" && !strings.ContainsAny(value, "\" \t\r\n")
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch c := s[i]; c {
		case '\r', '\n':
			return "", "", false
		case '"':
			rest = trim(s[i+1:])
			if rest != "" && rest[0] != ',' {
				return "", "", false
			}
			return b.String(), rest, true
		case '\\':
			if i++; i < len(s) {
				b.WriteByte(s[i])
			}
		default:
			b.WriteByte(c)
		}
	}
	return "", "", false
}

func trim(s string) string { return strings.Trim(s, " \t\r\n") }

func blank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

func token(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && strings.IndexByte("-.!%*_+`'~", c) < 0 {
			return false
		}
	}
	return s != ""
}

// quoted writes a quoted string; control characters, which none may hold, are
// left out.
func quoted(b *strings.Builder, name, value string) {
	b.WriteString(name)
	b.WriteString(`="`)
	for i := range len(value) {
		c := value[i]
		if c < ' ' || c == 0x7f {
			continue
		}
		if c == '"' || c == '\\' {
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	b.WriteByte('"')
}
