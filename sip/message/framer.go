package message

import "bytes"

// Framer cuts messages from a stream, RFC 3261 section 18.3: Content-Length
// says where each ends.
type Framer struct {
	buf    []byte
	broken bool
	blank  int // line-end bytes in a row
	pong   int
}

// Push takes bytes as they came.
func (f *Framer) Push(p []byte) {
	if !f.broken {
		f.buf = append(f.buf, p...)
	}
}

// Broken says that a message's end could not be told: the connection is to be
// closed after the fault's answer.
func (f *Framer) Broken() bool { return f.broken }

// Pongs returns how many keep-alives (CRLF CRLF, RFC 5626 section 4.4.1) came
// since the last call: each is answered with one CRLF.
func (f *Framer) Pongs() int {
	n := f.pong
	f.pong = 0
	return n
}

// Next returns the next whole message, in bytes of its own, or the fault that
// broke the stream.
func (f *Framer) Next() (raw []byte, fault *Fault, ok bool) {
	f.skipBlank()
	if f.broken || len(f.buf) == 0 {
		return nil, nil, false
	}
	head := headEnd(f.buf)
	if head < 0 {
		if len(f.buf) > MaxSize {
			return nil, f.fail(513, "header over 64 KiB"), true
		}
		return nil, nil, false
	}
	length, good := contentLength(string(f.buf[:head]))
	if !good {
		return nil, f.fail(400, "Content-Length missing, repeated or malformed on a stream"), true
	}
	if head+length > MaxSize {
		return nil, f.fail(513, "message over 64 KiB"), true
	}
	if len(f.buf) < head+length {
		return nil, nil, false
	}
	raw = bytes.Clone(f.buf[:head+length])
	f.buf = append(f.buf[:0], f.buf[head+length:]...)
	return raw, nil, true
}

// skipBlank drops the line ends between messages; two together are a ping.
func (f *Framer) skipBlank() {
	i := 0
	for i < len(f.buf) && (f.buf[i] == '\r' || f.buf[i] == '\n') {
		if f.blank++; f.blank%4 == 0 {
			f.pong++
		}
		i++
	}
	f.buf = append(f.buf[:0], f.buf[i:]...)
	if len(f.buf) > 0 {
		f.blank = 0
	}
}

// fail ends the stream; what can be read of the message is answered.
func (f *Framer) fail(status int, reason string) *Fault {
	f.broken = true
	fault := &Fault{Status: status, Reason: reason}
	head := f.buf[:min(len(f.buf), MaxSize)]
	switch m, why := Parse(bytes.Clone(head)); {
	case why != nil:
		fault.Request = why.Request
	case m.IsRequest() && m.Method != ACK: // the stream alone asks for a Content-Length
		fault.Request = m
	}
	f.buf = nil
	return fault
}

// contentLength finds the one Content-Length in a header block. Streams must
// have it (RFC 3261 section 18.3).
func contentLength(head string) (int, bool) {
	found, length := false, 0
	_, text := cutLine(head)
	for text != "" {
		var line string
		line, text = cutLine(text)
		i := 0
		for i < len(line) && line[i] != ':' {
			i++
		}
		if i == len(line) {
			continue
		}
		if id, _ := headerName(trim(line[:i])); id != hContentLength {
			continue
		}
		n, ok := number(trim(line[i+1:]))
		if !ok || found {
			return 0, false
		}
		found, length = true, int(n)
	}
	return length, found
}
