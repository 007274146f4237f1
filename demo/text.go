package demo

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// text is a SIP message, read plainly: the server under test writes long
// header names, one header a line.
type text struct {
	status  int
	method  string
	headers []string // "Name: value" lines
	body    string
}

func parse(data []byte) (text, bool) {
	head, body, ok := bytes.Cut(data, []byte("\r\n\r\n"))
	if !ok {
		return text{}, false
	}
	lines := strings.Split(string(head), "\r\n")
	m := text{headers: lines[1:], body: string(body)}
	words := strings.SplitN(lines[0], " ", 3)
	if len(words) < 3 {
		return text{}, false
	}
	if words[0] == "SIP/2.0" {
		m.status, _ = strconv.Atoi(words[1])
		_, m.method, _ = strings.Cut(m.get("CSeq"), " ")
	} else {
		m.method = words[0]
	}
	return m, m.get("Call-ID") != "" && m.get("CSeq") != ""
}

func (m text) get(name string) string {
	for _, line := range m.headers {
		if n, v, ok := strings.Cut(line, ":"); ok && strings.EqualFold(strings.TrimSpace(n), name) {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// lines returns every header line of the name, whole.
func (m text) lines(name string) string {
	var out strings.Builder
	for _, line := range m.headers {
		if n, _, ok := strings.Cut(line, ":"); ok && strings.EqualFold(strings.TrimSpace(n), name) {
			out.WriteString(line + "\r\n")
		}
	}
	return out.String()
}

func (m text) seq() int {
	n, _, _ := strings.Cut(m.get("CSeq"), " ")
	seq, _ := strconv.Atoi(n)
	return seq
}

func (m text) branch() string { return param(m.get("Via"), "branch") }

func param(value, name string) string {
	_, rest, ok := strings.Cut(value, ";"+name+"=")
	if !ok {
		return ""
	}
	if end := strings.IndexAny(rest, ";,> \t"); end >= 0 {
		rest = rest[:end]
	}
	return rest
}

func tag(value string) string { return param(value[strings.LastIndex(value, ">")+1:], "tag") }

// inner is what stands between < and >.
func inner(value string) string {
	if i := strings.IndexByte(value, '<'); i >= 0 {
		if j := strings.IndexByte(value[i:], '>'); j >= 0 {
			return value[i+1 : i+j]
		}
	}
	return value
}

// reply is the response to a request with our tag.
func (m text) reply(status int, localTag, headers, body string) string {
	to := m.get("To")
	if localTag != "" && tag(to) == "" {
		to += ";tag=" + localTag
	}
	if body != "" {
		headers += "Content-Type: application/sdp\r\n"
	}
	return fmt.Sprintf("SIP/2.0 %d Demo\r\n%sFrom: %s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %s\r\n%sContent-Length: %d\r\n\r\n%s",
		status, m.lines("Via"), m.get("From"), to, m.get("Call-ID"), m.get("CSeq"), headers, len(body), body)
}
