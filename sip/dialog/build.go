package dialog

import (
	"strconv"
	"strings"

	"github.com/hotline12345/hotline/sip/message"
)

// Allow is what we take within and outside of dialogs.
const Allow = "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE, REFER, REGISTER"

// supported are the extensions that a peer may require: a REFER without
// NOTIFYs (RFC 4488).
var supported = []string{"norefersub"}

// Unsupported lists the extensions that a request requires and we lack, RFC
// 3261 section 8.2.2.3.
func Unsupported(m *message.Message) []string {
	var out []string
	for _, tag := range m.All("Require") {
		known := false
		for _, s := range supported {
			known = known || strings.EqualFold(s, tag)
		}
		if !known {
			out = append(out, tag)
		}
	}
	return out
}

// to is a dialog with one fork of the peer.
type to struct {
	tag, target string
	routes      []string
}

func (l *Leg) peer() to { return to{tag: l.PeerTag, target: l.Target, routes: l.Routes} }

// request begins a request to a fork of the peer.
func (l *Leg) request(env *Env, method message.Method, seq uint32, peer to) *message.Writer {
	return l.requestWithin(env, 70, method, seq, peer)
}

// requestWithin is request with a Max-Forwards of its own.
func (l *Leg) requestWithin(env *Env, hops int, method message.Method, seq uint32, peer to) *message.Writer {
	remote := l.Remote
	if peer.tag != "" {
		remote += ";tag=" + peer.tag
	}
	w := message.NewRequest(method, peer.target).
		Header("Via", "SIP/2.0/"+env.Path.Flow.Transport.String()+" "+env.Path.SentBy+";branch=z9hG4bK"+env.Rand.Token()+";rport").
		Header("Max-Forwards", strconv.Itoa(hops)).
		Header("From", l.Local+";tag="+l.Tag).
		Header("To", remote).
		Header("Call-ID", l.Call).
		Header("CSeq", strconv.FormatUint(uint64(seq), 10)+" "+string(method))
	for _, route := range peer.routes {
		w.Header("Route", route)
	}
	switch method {
	case message.INVITE, message.UPDATE:
		w.Header("Contact", env.Path.Contact).Header("Allow", Allow)
	case message.NOTIFY:
		w.Header("Contact", env.Path.Contact)
	}
	if l.o.UserAgent != "" {
		w.Header("User-Agent", l.o.UserAgent)
	}
	return w
}

// response begins a response to a request of theirs.
func (l *Leg) response(env *Env, r *message.Reply, status int, phrase string) *message.Writer {
	tag := l.Tag
	if status == 100 {
		tag = ""
	}
	w := r.Response(status, phrase, tag)
	if status > 100 && status < 300 && (r.Method == message.INVITE || r.Method == message.UPDATE || r.Method == message.REFER) {
		w.Header("Contact", env.Path.Contact)
	}
	if status/100 == 2 && r.Method != message.BYE || status == 405 {
		w.Header("Allow", Allow)
	}
	return w
}

func add(w *message.Writer, headers []string) *message.Writer {
	for i := 0; i+1 < len(headers); i += 2 {
		w.Header(headers[i], headers[i+1])
	}
	return w
}

func withBody(w *message.Writer, body []byte) []byte {
	if len(body) > 0 {
		w.Body("application/sdp", body)
	}
	return w.Bytes()
}

// bodyOf copies a message's SDP, or returns nil where there is none.
func bodyOf(m *message.Message) []byte {
	if len(m.Body) == 0 || m.ContentType() != "application/sdp" {
		return nil
	}
	return append([]byte(nil), m.Body...)
}

// bare is an address header's value without its tag.
func bare(a message.Address) string {
	var params message.Params
	for _, p := range a.Params {
		if p.Name != "tag" {
			params = append(params, p)
		}
	}
	a.Params = params
	return a.String()
}

// target is the Contact's URI, or "" where there is none.
func target(m *message.Message) string {
	contacts, _, err := m.Contacts()
	if err != nil || len(contacts) == 0 {
		return ""
	}
	return contacts[0].URI.String()
}

// refresh takes the Contact as the new remote target (section 12.2).
func (l *Leg) refresh(m *message.Message) {
	if t := target(m); t != "" {
		l.Target = t
	}
}
