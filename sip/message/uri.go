package message

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// URI is a SIP, SIPS or other URI. Of other schemes only Scheme and Opaque are
// set.
type URI struct {
	Scheme   string // lower case
	User     string // as written, escapes and all
	Password string
	Host     string // lower case, IPv6 without its brackets
	Port     uint16 // 0: none written
	Params   Params
	Headers  string // behind "?", as written
	Opaque   string // of tel: and others: all behind the colon
}

// ErrScheme marks a URI of a scheme that is not sip, sips or tel.
var ErrScheme = errors.New("unsupported URI scheme")

// ParseURI reads a URI, RFC 3261 section 19.1.1. An unknown scheme gives the
// URI and ErrScheme.
func ParseURI(s string) (URI, error) {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f && s[i] < 0xc2 || strings.IndexByte("<>\"", s[i]) >= 0 {
			return URI{}, fmt.Errorf("URI has a character that must be escaped at %d", i)
		}
	}
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || rest == "" || !schemeName(scheme) {
		return URI{}, errors.New("URI has no scheme")
	}
	u := URI{Scheme: foldCase(scheme)}
	switch u.Scheme {
	case "sip", "sips":
		return u, u.parseSIP(rest)
	case "tel":
		u.Opaque = rest
		return u, nil
	}
	u.Opaque = rest
	return u, ErrScheme
}

func schemeName(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		if (c < 'a' || c > 'z') && (i == 0 || !(s[i] >= '0' && s[i] <= '9' || strings.IndexByte("+-.", s[i]) >= 0)) {
			return false
		}
	}
	return s != ""
}

// parseSIP splits off headers and parameters, which sipgo reads with faults of
// its own (docs/ARCHITECTURE.md, "sipgo"), and lets it read the rest.
func (u *URI) parseSIP(rest string) error {
	at := strings.IndexByte(rest, '@')
	tail := rest[at+1:]
	if i := strings.IndexByte(tail, '?'); i >= 0 {
		u.Headers, tail = tail[i+1:], tail[:i]
	}
	if i := strings.IndexByte(tail, ';'); i >= 0 {
		params, err := parseParams(tail[i:], true)
		if err != nil {
			return err
		}
		u.Params, tail = params, tail[:i]
	}
	if strings.HasPrefix(rest, "//") || strings.IndexByte(tail, '@') >= 0 || strings.HasSuffix(tail, ":") {
		return errors.New("malformed host")
	}
	var parsed sip.Uri
	if err := sip.ParseUri("sip:"+rest[:at+1]+tail, &parsed); err != nil {
		return err
	}
	u.User, u.Password, _ = strings.Cut(rest[:max(at, 0)], ":")
	if at >= 0 && u.User == "" || parsed.Port < 0 || parsed.Port > 65535 {
		return errors.New("empty user part or port out of range")
	}
	u.Port = uint16(parsed.Port)
	u.Host = foldCase(strings.TrimSuffix(strings.TrimPrefix(parsed.Host, "["), "]"))
	if !hostName(u.Host) {
		return fmt.Errorf("malformed host %q", parsed.Host)
	}
	return nil
}

// hostName allows names, IPv4 and IPv6 addresses.
func hostName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && strings.IndexByte("-._:%", c) < 0 {
			return false
		}
	}
	return s != ""
}

// Addr is the URI's host as an address with its port, 5060 where none is
// written; false for a name.
func (u URI) Addr() (netip.AddrPort, bool) {
	addr, err := netip.ParseAddr(u.Host)
	port := u.Port
	if port == 0 {
		port = 5060
	}
	return netip.AddrPortFrom(addr, port), err == nil
}

// HostPort is the host as it is written in a URI or Via, with the port if the
// URI has one.
func (u URI) HostPort() string { return hostPort(u.Host, u.Port) }

func hostPort(host string, port uint16) string {
	if strings.IndexByte(host, ':') >= 0 {
		host = "[" + host + "]"
	}
	if port == 0 {
		return host
	}
	return host + ":" + strconv.Itoa(int(port))
}

// String writes the URI.
func (u URI) String() string {
	if u.Opaque != "" {
		return u.Scheme + ":" + u.Opaque
	}
	var b strings.Builder
	b.WriteString(u.Scheme)
	b.WriteByte(':')
	if u.User != "" {
		b.WriteString(u.User)
		if u.Password != "" {
			b.WriteString(":" + u.Password)
		}
		b.WriteByte('@')
	}
	b.WriteString(u.HostPort())
	for i := range u.Params {
		b.WriteString(";" + u.Params[i].Name)
		if u.Params[i].Has {
			b.WriteString("=" + u.Params[i].Value)
		}
	}
	if u.Headers != "" {
		b.WriteString("?" + u.Headers)
	}
	return b.String()
}

// Equal is RFC 3261 section 19.1.4 without the headers' part.
func (u URI) Equal(v URI) bool {
	if u.Scheme != v.Scheme || u.User != v.User || u.Password != v.Password || u.Host != v.Host ||
		u.Port != v.Port || u.Opaque != v.Opaque {
		return false
	}
	for _, name := range []string{"user", "ttl", "method", "maddr", "transport"} {
		a, inU := u.Params.Get(name)
		b, inV := v.Params.Get(name)
		if inU != inV || !strings.EqualFold(a, b) {
			return false
		}
	}
	for _, p := range u.Params {
		ours, _ := u.Params.Get(p.Name) // the first counts where a name is there twice
		if theirs, ok := v.Params.Get(p.Name); ok && !strings.EqualFold(ours, theirs) {
			return false
		}
	}
	return true
}
