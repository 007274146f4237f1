package message

import (
	"strings"
)

// Method is a request's method; names are case-sensitive.
type Method string

// The methods that Hotline knows.
const (
	INVITE    Method = "INVITE"
	ACK       Method = "ACK"
	BYE       Method = "BYE"
	CANCEL    Method = "CANCEL"
	OPTIONS   Method = "OPTIONS"
	REGISTER  Method = "REGISTER"
	INFO      Method = "INFO"
	UPDATE    Method = "UPDATE"
	PRACK     Method = "PRACK"
	REFER     Method = "REFER"
	SUBSCRIBE Method = "SUBSCRIBE"
	NOTIFY    Method = "NOTIFY"
	MESSAGE   Method = "MESSAGE"
	PUBLISH   Method = "PUBLISH"
)

// Known says whether the method is one of those above.
func (m Method) Known() bool {
	switch m {
	case INVITE, ACK, BYE, CANCEL, OPTIONS, REGISTER, INFO, UPDATE, PRACK, REFER, SUBSCRIBE, NOTIFY, MESSAGE, PUBLISH:
		return true
	}
	return false
}

// Message is a request or response that was accepted. Its strings may be kept;
// its slices belong to Raw.
type Message struct {
	Raw []byte

	Method     Method // of a response: its CSeq's
	URI        URI    // requests
	RequestURI string // as written
	Status     int    // responses: 100 to 699; requests: 0
	Phrase     string

	Via         Via // the top one
	From, To    Address
	CallID      string
	CSeq        uint32
	MaxForwards int // -1: absent
	Body        []byte

	fields []field
	room   [24]field
}

// IsRequest tells a request from a response.
func (m *Message) IsRequest() bool { return m.Status == 0 }

// Get returns the first line's value of a header, unfolded, or "". The name is
// the long one, in any case.
func (m *Message) Get(name string) string {
	_, name = headerName(name)
	for i := range m.fields {
		if m.fields[i].name == name {
			return unfold(m.fields[i].value)
		}
	}
	return ""
}

// Has says whether the header is there at all.
func (m *Message) Has(name string) bool {
	_, name = headerName(name)
	for i := range m.fields {
		if m.fields[i].name == name {
			return true
		}
	}
	return false
}

// All returns every value of a header in order; a line of a header that is a
// list gives each of its values.
func (m *Message) All(name string) []string {
	_, name = headerName(name)
	var out []string
	for i := range m.fields {
		if m.fields[i].name != name {
			continue
		}
		value := unfold(m.fields[i].value)
		if !lists[name] {
			out = append(out, value)
			continue
		}
		for value != "" {
			end, _ := until(value, ",")
			if one := trim(value[:end]); one != "" {
				out = append(out, one)
			}
			value = value[min(end+1, len(value)):]
		}
	}
	return out
}

// Contacts returns the Contact addresses; star is "*" (RFC 3261 section
// 10.2.2).
func (m *Message) Contacts() (contacts []Address, star bool, err error) {
	for i := range m.fields {
		if m.fields[i].id != hContact {
			continue
		}
		if m.fields[i].value == "*" {
			star = true
			continue
		}
		list, err := ParseAddresses(unfold(m.fields[i].value))
		if err != nil {
			return nil, false, err
		}
		contacts = append(contacts, list...)
	}
	return contacts, star, nil
}

// ContentType is the body's type/subtype in lower case, or "".
func (m *Message) ContentType() string {
	value := m.Get("content-type")
	if i := strings.IndexByte(value, ';'); i >= 0 {
		value = value[:i]
	}
	return foldCase(trim(value))
}

// SetSource notes in the top Via where the message came from, so that Response
// and ReplyTo know.
func (m *Message) SetSource(f Flow) {
	if m.IsRequest() {
		m.Via.setSource(f.Remote)
	}
}

// ReplyTo is the flow on which a request's responses go back: its connection,
// and where that is closed its source's sent-by port; over UDP its source, by
// rport or else the sent-by port (RFC 3261 section 18.2.2, RFC 3581). A maddr
// is not followed: it would let anybody have us send to a third party.
func (m *Message) ReplyTo(f Flow) Flow {
	port := m.Via.Port
	if port == 0 {
		port = f.Transport.Port()
	}
	switch {
	case f.Transport.Reliable():
		f.Back = addrPort(f.Remote, port)
	case !m.Via.RPortAsked:
		f.Remote = addrPort(f.Remote, port)
	}
	return f
}
