package script

import (
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Dialog is one side of a call, or a request outside of one, as far as a
// scenario needs it: it numbers and names what is sent and finds what belongs
// to it. Every field may be bent by a test.
type Dialog struct {
	E       *Endpoint
	Call    string // Call-ID
	Local   string // our address without tag, "<sip:…>"
	Remote  string
	Tag     string
	PeerTag string
	Target  string // Request-URI
	Contact string // a header value
	Routes  []string
	Seq     int    // of our last request
	Branch  string // of our last request
	Invite  *Message

	invite struct { // our last INVITE
		seq    int
		branch string
		uri    string
	}
}

func token() string { return rand.Text() }

// Dial prepares a dialog from a number of ours to a number at the server.
// Nothing is sent.
func (e *Endpoint) Dial(from, to string) *Dialog {
	return &Dialog{
		E: e, Call: token(), Tag: token(), Seq: 100,
		Local:  fmt.Sprintf("<sip:%s@%v>", from, e.Addr.Addr()),
		Remote: fmt.Sprintf("<sip:%s@%v>", to, e.Server),
		Target: fmt.Sprintf("sip:%s@%v", to, e.Server), Contact: "<" + e.own(from) + ">",
	}
}

// own is the URI at which the endpoint is reached.
func (e *Endpoint) own(user string) string {
	uri := fmt.Sprintf("sip:%s@%v", user, e.Addr)
	if e.stream {
		uri += ";transport=tcp"
	}
	return uri
}

// transport is the endpoint's as Via names it.
func (e *Endpoint) transport() string {
	if e.stream {
		return "TCP"
	}
	return "UDP"
}

// Text writes a request with the dialog's next CSeq and a branch of its own.
// Extra headers are whole lines.
func (d *Dialog) Text(method, body string, extra ...string) string {
	d.Seq++
	d.Branch = "z9hG4bK" + token()
	if method == "INVITE" {
		d.invite.seq, d.invite.branch, d.invite.uri = d.Seq, d.Branch, d.Target
	}
	return d.text(method, d.Target, d.Branch, d.Seq, d.PeerTag, body, extra)
}

func (d *Dialog) text(method, uri, branch string, seq int, peerTag, body string, extra []string) string {
	to := d.Remote
	if peerTag != "" {
		to += ";tag=" + peerTag
	}
	lines := []string{
		method + " " + uri + " SIP/2.0",
		fmt.Sprintf("Via: SIP/2.0/%s %v;branch=%s;rport", d.E.transport(), d.E.Addr, branch),
		"Max-Forwards: 70",
		"From: " + d.Local + ";tag=" + d.Tag,
		"To: " + to,
		"Call-ID: " + d.Call,
		fmt.Sprintf("CSeq: %d %s", seq, method),
	}
	for _, route := range d.Routes {
		lines = append(lines, "Route: "+route)
	}
	if method == "INVITE" || method == "UPDATE" || method == "REGISTER" {
		lines = append(lines, "Contact: "+d.Contact)
	}
	return finish(append(lines, extra...), body)
}

func finish(lines []string, body string) string {
	if body != "" {
		lines = append(lines, "Content-Type: application/sdp")
	}
	body = strings.ReplaceAll(strings.ReplaceAll(body, "\r\n", "\n"), "\n", "\r\n")
	lines = append(lines, "Content-Length: "+strconv.Itoa(len(body)), "", body)
	return strings.Join(lines, "\r\n")
}

// Request sends a request.
func (d *Dialog) Request(method, body string, extra ...string) string {
	d.E.t.Helper()
	raw := d.Text(method, body, extra...)
	d.E.Send(raw)
	return raw
}

// Ack acknowledges the 2xx of our last INVITE.
func (d *Dialog) Ack(body string) {
	d.E.t.Helper()
	d.E.Send(d.text("ACK", d.Target, "z9hG4bK"+token(), d.invite.seq, d.PeerTag, body, nil))
}

// AckRefusal acknowledges a refusal of our last INVITE: within its
// transaction.
func (d *Dialog) AckRefusal(m *Message) {
	d.E.t.Helper()
	d.E.Send(d.text("ACK", d.invite.uri, d.invite.branch, d.invite.seq, m.Tag("To"), "", nil))
}

// Cancel cancels our last INVITE.
func (d *Dialog) Cancel(extra ...string) {
	d.E.t.Helper()
	d.E.Send(d.text("CANCEL", d.invite.uri, d.invite.branch, d.invite.seq, "", "", extra))
}

// Expect waits for a message of the dialog (see Endpoint.Expect). Of responses
// only those to the last request of their method count. What makes or
// refreshes a dialog is learnt.
func (d *Dialog) Expect(what string, within time.Duration) *Message {
	d.E.t.Helper()
	m := d.E.must(what, within, func(m *Message) bool { return m.Copy == 0 && d.owns(m) && m.matches(what) })
	if status := m.Status(); m.Method() == "INVITE" && status > 100 && status < 300 || status == 200 && m.Method() == "UPDATE" {
		d.PeerTag = m.Tag("To")
		if uri := m.Contact(); uri != "" {
			d.Target = uri
		}
	}
	return m
}

// Never is Endpoint.Never for what belongs to the dialog.
func (d *Dialog) Never(what string, within time.Duration) {
	d.E.t.Helper()
	if m := d.E.wait(within, func(m *Message) bool { return m.Copy == 0 && d.owns(m) && m.matches(what) }); m != nil {
		d.E.t.Fatalf("%v got what must not come:\n%s", d.E.Addr, m.Raw)
	}
}

func (d *Dialog) owns(m *Message) bool {
	if m.Get("Call-ID") != d.Call {
		return false
	}
	if m.Status() == 0 {
		return true
	}
	seq, method := m.CSeq()
	switch method {
	case "INVITE", "CANCEL":
		return seq == d.invite.seq
	case "ACK":
		return false
	}
	return seq == d.Seq
}

// Ring waits for the server's INVITE and makes the dialog of it.
func (e *Endpoint) Ring(within time.Duration) *Dialog {
	e.t.Helper()
	m := e.must("INVITE", within, func(m *Message) bool { return m.Copy == 0 && m.matches("INVITE") && m.Tag("To") == "" })
	return e.Take(m)
}

// Take makes a dialog of an INVITE that came: one fork of it.
func (e *Endpoint) Take(m *Message) *Dialog {
	user, _, _ := strings.Cut(strings.TrimPrefix(m.URI(), "sip:"), "@")
	local, _, _ := strings.Cut(m.Get("To"), ";tag=")
	remote, _, _ := strings.Cut(m.Get("From"), ";tag=")
	return &Dialog{
		E: e, Call: m.Get("Call-ID"), Tag: token(), PeerTag: m.Tag("From"), Local: local, Remote: remote,
		Target: m.Contact(), Contact: "<" + e.own(user) + ">", Invite: m, Seq: 500,
	}
}

// Answer writes the response to a request and sends it. Status is the number
// with its phrase, "180 Ringing".
func (d *Dialog) Answer(request *Message, status, body string, extra ...string) string {
	d.E.t.Helper()
	lines := []string{"SIP/2.0 " + status}
	for _, via := range request.All("Via") {
		lines = append(lines, "Via: "+via)
	}
	to := request.Get("To")
	if request.Tag("To") == "" && !strings.HasPrefix(status, "100") {
		to += ";tag=" + d.Tag
	}
	lines = append(lines, "From: "+request.Get("From"), "To: "+to, "Call-ID: "+request.Get("Call-ID"), "CSeq: "+request.Get("CSeq"))
	if method := request.Method(); method == "INVITE" || method == "UPDATE" {
		lines = append(lines, "Contact: "+d.Contact)
	}
	raw := finish(append(lines, extra...), body)
	d.E.Send(raw)
	return raw
}

// Say answers the INVITE that rang us.
func (d *Dialog) Say(status, body string, extra ...string) string {
	d.E.t.Helper()
	return d.Answer(d.Invite, status, body, extra...)
}
