package message

import (
	"errors"
	"net/netip"
	"strings"
)

// Via is one hop, RFC 3261 section 20.42 with RFC 3581's rport.
type Via struct {
	Transport  string // upper case
	Host       string // lower case, IPv6 without brackets
	Port       uint16 // 0: none written
	Branch     string
	Received   string
	RPort      uint16
	RPortAsked bool
	Params     Params
}

var errVia = errors.New("malformed Via")

// ParseVia reads one hop, with white space wherever the grammar allows it.
func ParseVia(s string) (Via, error) {
	var v Via
	protocol, rest, ok := strings.Cut(s, "/")
	version, rest, ok2 := strings.Cut(rest, "/")
	if !ok || !ok2 || !strings.EqualFold(trim(protocol), "SIP") || trim(version) != "2.0" {
		return v, errVia
	}
	rest = trim(rest)
	end := strings.IndexAny(rest, " \t\r\n")
	if end < 0 || !token(rest[:end]) {
		return v, errVia
	}
	v.Transport = strings.ToUpper(rest[:end])
	rest = rest[end:]
	params := ""
	if i := strings.IndexByte(rest, ';'); i >= 0 {
		rest, params = rest[:i], rest[i:]
	}
	if err := v.sentBy(trim(rest)); err != nil {
		return v, err
	}
	var err error
	if v.Params, err = parseParams(params, false); err != nil {
		return v, err
	}
	v.Branch, _ = v.Params.Get("branch")
	v.Received, _ = v.Params.Get("received")
	if port, has := v.Params.Get("rport"); has {
		v.RPortAsked = true
		n, _ := number(port)
		v.RPort = uint16(n)
	}
	return v, nil
}

func (v *Via) sentBy(s string) error {
	host, port := s, ""
	if strings.HasPrefix(s, "[") {
		end := strings.IndexByte(s, ']')
		if end < 0 {
			return errVia
		}
		host, port = s[1:end], trim(s[end+1:])
		if port != "" && port[0] != ':' {
			return errVia
		}
		port = strings.TrimPrefix(port, ":")
	} else if i := strings.IndexByte(s, ':'); i >= 0 {
		host, port = trim(s[:i]), s[i+1:]
		if trim(port) == "" {
			return errVia
		}
	}
	v.Host = foldCase(host)
	if !hostName(v.Host) {
		return errVia
	}
	if port = trim(port); port != "" {
		n, ok := number(port)
		if !ok || n > 65535 {
			return errVia
		}
		v.Port = uint16(n)
	}
	return nil
}

// setSource notes where the message came from: received where that is not the
// sent-by address or rport was asked for (RFC 3261 section 18.2.1, RFC 3581).
func (v *Via) setSource(from netip.AddrPort) {
	addr := from.Addr().Unmap()
	if v.RPortAsked {
		v.RPort = from.Port()
	}
	v.Received = ""
	if v.RPortAsked || v.Host != addr.String() {
		v.Received = addr.String()
	}
}

// String writes the hop as a response carries it.
func (v *Via) String() string {
	var b strings.Builder
	b.WriteString("SIP/2.0/" + v.Transport + " " + hostPort(v.Host, v.Port))
	for _, p := range v.Params {
		if p.Name == "received" || p.Name == "rport" {
			continue
		}
		b.WriteString(Params{p}.String())
	}
	if v.Received != "" {
		b.WriteString(";received=" + v.Received)
	}
	if v.RPortAsked && v.RPort != 0 {
		b.WriteString(";rport=" + hostPort("", v.RPort)[1:])
	}
	return b.String()
}
