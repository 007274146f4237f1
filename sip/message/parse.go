package message

import (
	"bytes"
	"errors"
	"net/netip"
	"strings"
)

// Fault is why a message was not accepted.
type Fault struct {
	Status  int    // 400, 416, 505 or 513
	Reason  string // for the Reason header and the log; never holds message text
	Request *Message
	// Request is as much of a request as a response needs; nil where no
	// response may be sent: broken responses, ACKs, what has no Via to go
	// back by.
}

func (f *Fault) Error() string { return f.Reason }

func addrPort(a netip.AddrPort, port uint16) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr(), port)
}

// Parse reads one whole message: a datagram, or what a Framer cut from a
// stream. Bytes behind the body are ignored (RFC 3261 section 18.3).
func Parse(raw []byte) (*Message, *Fault) {
	if len(raw) > MaxSize {
		return nil, &Fault{Status: 513, Reason: "message over 64 KiB"}
	}
	head := headEnd(raw)
	if head < 0 {
		head = len(raw)
	}
	m := &Message{Raw: raw, MaxForwards: -1}
	m.fields = m.room[:0]
	text := string(raw[:head])
	line, rest := cutLine(text)
	response := strings.HasPrefix(line, "SIP/")
	fault := m.startLine(line, response)
	if why := m.index(rest); why != nil {
		fault = first(fault, why)
	}
	fault = first(fault, m.values())
	if fault == nil {
		fault = m.setBody(raw[min(head, len(raw)):])
	}
	if fault == nil {
		return m, nil
	}
	if !response && m.Method != ACK && m.answerable() {
		fault.Request = m
	}
	return nil, fault
}

func first(a, b *Fault) *Fault {
	if a != nil {
		return a
	}
	return b
}

func bad(reason string) *Fault { return &Fault{Status: 400, Reason: reason} }

// headEnd is the index of the body, or -1 where the headers never end. Lines
// that end with LF alone are taken too.
func headEnd(raw []byte) int {
	i := bytes.Index(raw, []byte("\r\n\r\n"))
	j := bytes.Index(raw, []byte("\n\n"))
	switch {
	case i >= 0 && (j < 0 || i < j):
		return i + 4
	case j >= 0:
		return j + 2
	}
	return -1
}

// cutLine takes the next line without its end.
func cutLine(s string) (line, rest string) {
	i := strings.IndexByte(s, '\n')
	if i < 0 {
		return s, ""
	}
	return strings.TrimSuffix(s[:i], "\r"), s[i+1:]
}

// startLine reads the request or status line: single spaces, nothing behind
// (RFC 3261 section 7.1).
func (m *Message) startLine(line string, response bool) *Fault {
	a, rest, ok := strings.Cut(line, " ")
	b, c, ok2 := strings.Cut(rest, " ")
	if response {
		status, valid := number(b)
		if !ok || !valid || a != "SIP/2.0" || status < 100 || status > 699 {
			return bad("malformed status line")
		}
		m.Status, m.Phrase = int(status), c
		return nil
	}
	m.Method = Method(a)
	if !ok || !ok2 || !token(a) {
		return bad("malformed request line")
	}
	if !strings.HasPrefix(c, "SIP/") || strings.ContainsAny(c, " \t") {
		return bad("malformed request line")
	}
	if c != "SIP/2.0" {
		return &Fault{Status: 505, Reason: "not SIP/2.0"}
	}
	m.RequestURI = b
	uri, err := ParseURI(b)
	if err != nil {
		if errors.Is(err, ErrScheme) {
			return &Fault{Status: 416, Reason: "unsupported URI scheme"}
		}
		return bad("malformed Request-URI")
	}
	if uri.Headers != "" {
		return bad("headers in the Request-URI")
	}
	m.URI = uri
	return nil
}

// index notes every header line and refuses what is no header, and single
// headers that stand twice.
func (m *Message) index(text string) *Fault {
	var seen [hOther]bool
	var fault *Fault
	vias := 0
	for text != "" {
		line, rest := cutLine(text)
		if line == "" {
			break
		}
		// continuation lines belong to the value
		for rest != "" && (rest[0] == ' ' || rest[0] == '\t') {
			_, after := cutLine(rest)
			line, rest = text[:len(text)-len(after)], after
		}
		text = rest
		name, value, ok := strings.Cut(line, ":")
		name = trim(name)
		if !ok || !token(name) {
			fault = first(fault, bad("malformed header line"))
			continue
		}
		if len(m.fields) == maxHeaders {
			return first(fault, bad("over 256 header lines"))
		}
		id, long := headerName(name)
		if id < hOther && once[id] {
			if seen[id] {
				fault = first(fault, bad("header repeated: "+longNames[id]))
				continue
			}
			seen[id] = true
		}
		if id == hVia {
			vias++
		}
		m.fields = append(m.fields, field{id: id, name: long, value: trim(value)})
	}
	if vias > maxVias {
		fault = first(fault, bad("over 70 Via headers"))
	}
	if m.Status > 0 && vias > 1 {
		fault = first(fault, misdirected)
	}
	return fault
}

func (m *Message) raw(id headerID) (string, bool) {
	for i := range m.fields {
		if m.fields[i].id == id {
			return unfold(m.fields[i].value), true
		}
	}
	return "", false
}

// values reads the headers that every message has. It goes on after a fault,
// so that as much as possible can be answered.
func (m *Message) values() *Fault {
	fault := m.topVia()
	fault = first(fault, m.address(hFrom, &m.From))
	fault = first(fault, m.address(hTo, &m.To))
	var ok bool
	if m.CallID, ok = m.raw(hCallID); !ok || m.CallID == "" || strings.ContainsAny(m.CallID, " \t,") {
		fault = first(fault, bad("Call-ID missing or malformed"))
	}
	fault = first(fault, m.cseq())
	if value, has := m.raw(hMaxForwards); has {
		n, valid := number(value)
		if !valid || n > 255 {
			return first(fault, bad("malformed Max-Forwards"))
		}
		m.MaxForwards = int(n)
	}
	if value, has := m.raw(hExpires); has {
		if _, valid := number(value); !valid {
			return first(fault, bad("malformed Expires"))
		}
	}
	return first(fault, m.lists())
}

// misdirected is a response that another element than we should have had: each
// request of ours has one Via (RFC 3261 section 8.1.3.3).
var misdirected = bad("a response with more than one Via")

func (m *Message) topVia() *Fault {
	value, ok := m.raw(hVia)
	if !ok {
		return bad("Via missing")
	}
	end, closed := until(value, ",")
	via, err := ParseVia(trim(value[:end]))
	m.Via = via
	if !closed || err != nil {
		return bad("malformed Via")
	}
	if m.Status > 0 && end < len(value) {
		return misdirected
	}
	return nil
}

func (m *Message) address(id headerID, into *Address) *Fault {
	value, ok := m.raw(id)
	if !ok {
		return bad(longNames[id] + " missing")
	}
	a, err := ParseAddress(value)
	*into = a
	// An address we cannot ring is no reason to refuse the call.
	if err != nil && !errors.Is(err, ErrScheme) {
		return bad("malformed " + longNames[id])
	}
	return nil
}

func (m *Message) cseq() *Fault {
	value, ok := m.raw(hCSeq)
	if !ok {
		return bad("CSeq missing")
	}
	end := strings.IndexAny(value, " \t")
	if end < 0 {
		return bad("malformed CSeq")
	}
	n, valid := number(value[:end])
	method := Method(trim(value[end:]))
	if !valid || n >= 1<<31 || !token(string(method)) {
		return bad("malformed CSeq")
	}
	m.CSeq = n
	if m.Status > 0 {
		m.Method = method
	} else if method != m.Method {
		return bad("CSeq names another method")
	}
	return nil
}

// lists checks the other headers that are read as addresses.
func (m *Message) lists() *Fault {
	if _, _, err := m.Contacts(); err != nil && !errors.Is(err, ErrScheme) {
		return bad("malformed Contact")
	}
	for i := range m.fields {
		if id := m.fields[i].id; id == hRecordRoute || id == hRoute {
			if _, err := ParseAddresses(unfold(m.fields[i].value)); err != nil {
				return bad("malformed " + longNames[id])
			}
		}
	}
	return nil
}

func (m *Message) setBody(rest []byte) *Fault {
	value, has := m.raw(hContentLength)
	if !has {
		m.Body = rest
		return nil
	}
	n, ok := number(value)
	if !ok {
		return bad("malformed Content-Length")
	}
	if int64(n) > int64(len(rest)) {
		return bad("Content-Length is larger than the message")
	}
	m.Body = rest[:n:n]
	return nil
}

// answerable says whether enough was read to send a response.
func (m *Message) answerable() bool {
	if m.Via.Host == "" || m.Method == "" || m.CallID == "" {
		return false
	}
	_, from := m.raw(hFrom)
	_, cseq := m.raw(hCSeq)
	return from && cseq
}
