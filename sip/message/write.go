package message

import "strconv"

// Writer builds a message; Bytes ends it.
type Writer struct {
	buf  []byte
	kind string
	body []byte
}

// NewRequest begins a request.
func NewRequest(method Method, uri string) *Writer {
	w := &Writer{buf: make([]byte, 0, 1024)}
	w.buf = append(w.buf, method...)
	w.buf = append(w.buf, ' ')
	w.buf = append(w.buf, uri...)
	w.buf = append(w.buf, " SIP/2.0\r\n"...)
	return w
}

// Reply is what every response to a request repeats of it (RFC 3261 section
// 8.2.6): kept by whoever answers later than in the same turn.
type Reply struct {
	Method       Method   `cbor:"1,keyasint,omitempty"`
	Vias         []string `cbor:"2,keyasint,omitempty"` // the top one with received and rport
	From         string   `cbor:"3,keyasint,omitempty"`
	To           string   `cbor:"4,keyasint,omitempty"`
	Tagged       bool     `cbor:"5,keyasint,omitempty"` // To has a tag
	CallID       string   `cbor:"6,keyasint,omitempty"`
	CSeq         string   `cbor:"7,keyasint,omitempty"`
	RecordRoutes []string `cbor:"8,keyasint,omitempty"`
}

// Reply takes from a request what its responses repeat.
func (m *Message) Reply() Reply {
	r := Reply{Method: m.Method, Tagged: m.To.Tag() != "", Vias: make([]string, 0, 2)}
	for i := range m.fields {
		f := &m.fields[i]
		switch f.id {
		case hVia:
			value := unfold(f.value)
			if len(r.Vias) == 0 {
				end, _ := until(value, ",")
				value = m.Via.String() + value[end:]
			}
			r.Vias = append(r.Vias, value)
		case hFrom:
			r.From = unfold(f.value)
		case hTo:
			r.To = unfold(f.value)
		case hCallID:
			r.CallID = unfold(f.value)
		case hCSeq:
			r.CSeq = unfold(f.value)
		case hRecordRoute:
			r.RecordRoutes = append(r.RecordRoutes, unfold(f.value))
		}
	}
	return r
}

// Response begins a response: the repeated headers, To with toTag where it has
// no tag, and Record-Route in what makes a dialog. A phrase "" is the status's
// own.
func (r *Reply) Response(status int, phrase, toTag string) *Writer {
	if phrase == "" {
		phrase = StandardPhrase(status)
	}
	w := &Writer{buf: make([]byte, 0, 1024)}
	w.buf = append(w.buf, "SIP/2.0 "...)
	w.buf = strconv.AppendInt(w.buf, int64(status), 10)
	w.buf = append(w.buf, ' ')
	w.text(phrase)
	w.buf = append(w.buf, "\r\n"...)
	for _, via := range r.Vias {
		w.Header("Via", via)
	}
	w.Header("From", r.From)
	if toTag != "" && !r.Tagged {
		w.Header("To", r.To+";tag="+toTag)
	} else {
		w.Header("To", r.To)
	}
	w.Header("Call-ID", r.CallID).Header("CSeq", r.CSeq)
	if r.Method == INVITE && status > 100 && status < 300 {
		for _, route := range r.RecordRoutes {
			w.Header("Record-Route", route)
		}
	}
	return w
}

// Response begins a response to the request; see Reply.
func (m *Message) Response(status int, phrase, toTag string) *Writer {
	r := m.Reply()
	return r.Response(status, phrase, toTag)
}

// Header adds a header line. A value can add no line of its own.
func (w *Writer) Header(name, value string) *Writer {
	w.buf = append(w.buf, name...)
	w.buf = append(w.buf, ": "...)
	w.text(value)
	w.buf = append(w.buf, "\r\n"...)
	return w
}

func (w *Writer) text(s string) {
	for i := range len(s) {
		if c := s[i]; c == '\r' || c == '\n' {
			w.buf = append(w.buf, ' ')
		} else {
			w.buf = append(w.buf, c)
		}
	}
}

// Body sets the body and its type.
func (w *Writer) Body(contentType string, body []byte) *Writer {
	w.kind, w.body = contentType, body
	return w
}

// Bytes ends the message.
func (w *Writer) Bytes() []byte {
	if len(w.body) > 0 && w.kind != "" {
		w.Header("Content-Type", w.kind)
	}
	w.buf = append(w.buf, "Content-Length: "...)
	w.buf = strconv.AppendInt(w.buf, int64(len(w.body)), 10)
	w.buf = append(w.buf, "\r\n\r\n"...)
	return append(w.buf, w.body...)
}
