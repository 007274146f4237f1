// Package script is a SIP endpoint that does what a test tells it and nothing
// else: it sends texts, keeps everything that comes, and answers or repeats
// nothing by itself. It shares no code with the server, so that a fault there
// is not mirrored here.
package script

import (
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// Header is one header line as it was written.
type Header struct{ Name, Value string }

// Message is what came off the wire.
type Message struct {
	Raw     string
	Start   string // the request or status line
	Headers []Header
	Body    string
	At      time.Time
	From    netip.AddrPort
	Copy    int // how many messages of exactly this text came before it
	taken   bool
}

// compact are the short names that the server might write.
var compact = map[string]string{"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length", "c": "content-type"}

// read splits a text into its parts; it checks nothing beyond.
func read(raw string) *Message {
	head, body, _ := strings.Cut(raw, "\r\n\r\n")
	lines := strings.Split(head, "\r\n")
	m := &Message{Raw: raw, Start: lines[0], Body: body, At: time.Now()}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ":")
		m.Headers = append(m.Headers, Header{strings.TrimSpace(name), strings.TrimSpace(value)})
	}
	return m
}

// Get is the first value of a header, "" for none.
func (m *Message) Get(name string) string {
	if all := m.All(name); len(all) > 0 {
		return all[0]
	}
	return ""
}

// All are the values of a header, a line each.
func (m *Message) All(name string) []string {
	var out []string
	for _, h := range m.Headers {
		long := strings.ToLower(h.Name)
		if full, short := compact[long]; short {
			long = full
		}
		if long == strings.ToLower(name) {
			out = append(out, h.Value)
		}
	}
	return out
}

// Status is a response's, 0 for a request.
func (m *Message) Status() int {
	rest, response := strings.CutPrefix(m.Start, "SIP/2.0 ")
	if !response {
		return 0
	}
	code, _, _ := strings.Cut(rest, " ")
	n, err := strconv.Atoi(code)
	if err != nil {
		return -1
	}
	return n
}

// Method is a request's, or that of the request that a response answers.
func (m *Message) Method() string {
	if m.Status() == 0 {
		method, _, _ := strings.Cut(m.Start, " ")
		return method
	}
	_, method := m.CSeq()
	return method
}

// URI is a request's Request-URI.
func (m *Message) URI() string {
	if parts := strings.Split(m.Start, " "); len(parts) == 3 {
		return parts[1]
	}
	return ""
}

// CSeq is the number and the method.
func (m *Message) CSeq() (int, string) {
	number, method, _ := strings.Cut(m.Get("CSeq"), " ")
	n, err := strconv.Atoi(number)
	if err != nil {
		return -1, ""
	}
	return n, strings.TrimSpace(method)
}

// Tag is the tag of From or To, "" for none.
func (m *Message) Tag(header string) string { return param(m.Get(header), "tag") }

// Branch is that of the topmost Via.
func (m *Message) Branch() string { return param(m.Get("Via"), "branch") }

// Contact is the URI of the first Contact.
func (m *Message) Contact() string { return inBrackets(m.Get("Contact")) }

// Q850 is the cause of the Reason header of that protocol (RFC 3326), 0 for
// none.
func (m *Message) Q850() int { return m.cause("Q.850") }

// SIPCause is the status in a Reason header of SIP, 0 for none.
func (m *Message) SIPCause() int { return m.cause("SIP") }

func (m *Message) cause(protocol string) int {
	for _, line := range m.All("Reason") {
		if strings.HasPrefix(line, protocol) {
			n, _ := strconv.Atoi(param(line, "cause"))
			return n
		}
	}
	return 0
}

// param finds a header's parameter behind what stands in angle brackets.
func param(value, name string) string {
	if i := strings.LastIndexByte(value, '>'); i >= 0 {
		value = value[i:]
	}
	for _, part := range strings.Split(value, ";")[1:] {
		if key, val, _ := strings.Cut(strings.TrimSpace(part), "="); key == name {
			return val
		}
	}
	return ""
}

func inBrackets(value string) string {
	_, rest, ok := strings.Cut(value, "<")
	if !ok {
		uri, _, _ := strings.Cut(value, ";")
		return uri
	}
	uri, _, _ := strings.Cut(rest, ">")
	return uri
}

// matches says whether the message is what a test waits for: a method
// ("INVITE"), a status ("200", "18x", "4xx", "xxx") or a status and the method
// that it answers ("200 BYE").
func (m *Message) matches(what string) bool {
	first, method, both := strings.Cut(what, " ")
	if first[0] >= 'A' && first[0] <= 'Z' {
		return m.Status() == 0 && m.Method() == first
	}
	status := strconv.Itoa(m.Status())
	if len(status) != len(first) {
		return false
	}
	for i := range len(first) {
		if first[i] != 'x' && first[i] != status[i] {
			return false
		}
	}
	return !both || m.Method() == method
}
