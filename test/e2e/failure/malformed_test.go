package failure

import (
	"strings"
	"testing"

	"github.com/hotline12345/hotline/test/e2e/script"
)

// bent is a request with a fault in it and how it must be answered: a status,
// or "" for not at all.
type bent struct {
	name   string
	status string
	bend   func(raw string) string
}

func replaced(old, new string) func(string) string {
	return func(raw string) string { return strings.Replace(raw, old, new, 1) }
}

// without takes a header line out, named with its colon.
func without(name string) func(string) string {
	return func(raw string) string {
		before, rest, _ := strings.Cut(raw, "\r\n"+name)
		_, after, _ := strings.Cut(rest, "\r\n")
		return before + "\r\n" + after
	}
}

// twice repeats a header line.
func twice(name string) func(string) string {
	return func(raw string) string {
		_, rest, _ := strings.Cut(raw, "\r\n"+name)
		value, _, _ := strings.Cut(rest, "\r\n")
		return strings.Replace(raw, "\r\n\r\n", "\r\n"+name+value+"\r\n\r\n", 1)
	}
}

// everywhere is what is malformed over any transport.
var everywhere = []bent{
	{"Call-ID twice", "400", twice("Call-ID:")},
	{"To twice", "400", twice("To:")},
	{"From twice", "400", twice("From:")},
	{"CSeq twice", "400", twice("CSeq:")},
	{"Max-Forwards twice", "400", twice("Max-Forwards:")},
	{"another Call-ID in its short form", "400", replaced("\r\n\r\n", "\r\ni: other\r\n\r\n")},
	{"SIP/3.0", "505", replaced(" SIP/2.0", " SIP/3.0")},
	{"SIP/2.0x", "505", replaced(" SIP/2.0", " SIP/2.0x")},
	{"a CSeq of another method", "400", replaced(" INVITE\r\n", " OPTIONS\r\n")},
	{"a CSeq that is no number", "400", replaced("CSeq: ", "CSeq: x")},
	{"a CSeq over 31 bits", "400", replaced("CSeq: ", "CSeq: 99999999")},
	{"no To", "400", without("To:")},
	{"a From without an address", "400", replaced("From: <sip:", "From: <sip")},
	{"a To whose bracket is open", "400", replaced("\r\nTo: <sip:12345", "\r\nTo: <<sip:12345")},
	{"a Max-Forwards that is no number", "400", replaced("Max-Forwards: 70", "Max-Forwards: many")},
	{"a Request-URI of another scheme", "416", replaced("INVITE sip:", "INVITE mailto:")},
	{"a Request-URI without a host", "400", replaced("INVITE sip:12345@", "INVITE sip:12345@/")},
	{"headers in the Request-URI", "400", replaced(" SIP/2.0", "?Subject=x SIP/2.0")},
	{"two spaces in the request line", "400", replaced(" SIP/2.0", "  SIP/2.0")},
	{"a line that is no header", "400", replaced("Max-Forwards: 70", "Max-Forwards 70")},
	{"no Call-ID", "", without("Call-ID:")},
	{"no From", "", without("From:")},
	{"no CSeq", "", without("CSeq:")},
	{"no Via", "", without("Via:")},
	{"an ACK with a fault", "", func(raw string) string {
		return strings.ReplaceAll(twice("To:")(raw), "INVITE", "ACK")
	}},
	{"a response with a fault", "", replaced("INVITE sip:12345@", "SIP/2.0 999 sip:12345@")},
}

// sent sends a bent INVITE and checks the answer to it.
func (b *bent) sent(t *testing.T, p *script.Endpoint, d *script.Dialog, raw string) {
	t.Helper()
	p.Send(b.bend(raw))
	if b.status == "" {
		return
	}
	m := p.Wait(b.status, func(m *script.Message) bool { return m.Copy == 0 && m.Status() != 0 && m.Branch() == d.Branch })
	if !strings.HasPrefix(m.Start, "SIP/2.0 "+b.status) {
		t.Errorf("%s: not %s:\n%s", b.name, b.status, m.Raw)
		return
	}
	if m.Get("Call-ID") == "" || m.Get("From") == "" || m.Get("CSeq") == "" || strings.Contains(m.Raw, "undefined") {
		t.Errorf("%s: a mangled answer:\n%s", b.name, m.Raw)
	}
	if b.name != "no To" && m.Tag("To") == "" {
		t.Errorf("%s: the answer has no To tag:\n%s", b.name, m.Raw)
	}
}

func TestMalformedRequestsOverUDP(t *testing.T) {
	s := begin(t)
	p := s.carrier(128)
	for _, b := range append(everywhere,
		bent{"a Content-Length that is too large", "400", replaced("Content-Length: ", "Content-Length: 9")},
		bent{"a Content-Length that is no number", "400", replaced("Content-Length: ", "Content-Length: x")},
		bent{"two Content-Lengths", "400", twice("Content-Length:")},
	) {
		d := p.Dial(number, "12345")
		b.sent(t, p.Endpoint, d, d.Text("INVITE", p.offer()))
	}
	p.Never("xxx", 5*t1) // what must not be answered was not
	s.counts("hotline_sip_malformed_total", float64(len(everywhere)+3))
	// What stands behind the body is ignored, as RFC 3261 section 18.3 has it.
	d := p.Dial("x", "y")
	p.Send(d.Text("OPTIONS", "") + "BYE sip:junk SIP/2.0\r\n\r\n")
	d.Expect("200 OPTIONS", script.Soon)
	s.nothing()
}

// Over a stream the connection goes on after what could be cut out whole, and
// is closed after what could not.
func TestMalformedRequestsOverTCP(t *testing.T) {
	s := begin(t)
	ip := s.IP(128).String()
	p := script.TCP(t, ip, s.Addr)
	body := script.SDP(s.Addr, "8")
	for _, b := range everywhere {
		d := p.Dial(number, "12345")
		b.sent(t, p, d, d.Text("INVITE", body))
	}
	d := p.Dial("x", "y")
	d.Request("OPTIONS", "")
	d.Expect("200 OPTIONS", script.Soon)
	p.Never("xxx", 5*t1)
	for _, b := range []bent{
		{"no Content-Length", "400", without("Content-Length:")},
		{"two Content-Lengths", "400", twice("Content-Length:")},
		{"a Content-Length that is no number", "400", replaced("Content-Length: ", "Content-Length: x")},
		{"a Content-Length that is negative", "400", replaced("Content-Length: ", "Content-Length: -")},
		{"over 64 KiB", "513", replaced("Content-Length: ", "Content-Length: 999")},
	} {
		p := script.TCP(t, ip, s.Addr)
		d := p.Dial(number, "12345")
		b.sent(t, p, d, d.Text("INVITE", body))
		p.Expect(script.HungUp, script.Soon)
	}
	s.nothing()
}

// What is no SIP is not answered at all.
func TestWhatIsNoSIP(t *testing.T) {
	s := begin(t)
	p := s.carrier(128)
	for _, raw := range []string{"hello", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\x00\x01\x02\x03", "\r\n\r\n", strings.Repeat("A", 60000)} {
		p.Send(raw)
	}
	d := p.Dial("x", "y")
	d.Request("OPTIONS", "")
	d.Expect("200 OPTIONS", script.Soon)
	p.Never("xxx", 5*t1)
	s.nothing()
}

// Several messages in one segment of a stream, and one message in many.
func TestAStreamIsCutByContentLength(t *testing.T) {
	s := begin(t)
	p := script.TCP(t, s.IP(128).String(), s.Addr)
	a, b := p.Dial("x", "y"), p.Dial("x", "y")
	p.Send(a.Text("OPTIONS", "") + b.Text("OPTIONS", ""))
	a.Expect("200 OPTIONS", script.Soon)
	b.Expect("200 OPTIONS", script.Soon)
	c := p.Dial("x", "y")
	raw := c.Text("OPTIONS", "")
	for len(raw) > 0 {
		n := min(50, len(raw))
		if strings.HasSuffix(raw[:n], "\r") {
			n-- // Send turns line ends into CRLF
		}
		p.Send(raw[:n])
		raw = raw[n:]
	}
	c.Expect("200 OPTIONS", script.Soon)
	s.nothing()
}
