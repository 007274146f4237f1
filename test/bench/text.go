package main

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// text is a SIP message read as plainly as the server under test writes it:
// long header names, one header a line.
type text string

func (m text) header(name string) string {
	_, rest, ok := strings.Cut(string(m), "\r\n"+name+": ")
	if !ok {
		return ""
	}
	value, _, _ := strings.Cut(rest, "\r\n")
	return value
}

// method is the request's, or the one that a response answers; status is 0 for
// a request.
func (m text) method() (method string, status int) {
	line, _, _ := strings.Cut(string(m), "\r\n")
	first, rest, _ := strings.Cut(line, " ")
	if first != "SIP/2.0" {
		return first, 0
	}
	status, _ = strconv.Atoi(rest[:min(3, len(rest))])
	_, method, _ = strings.Cut(m.header("CSeq"), " ")
	return method, status
}

func between(s, from, to string) string {
	_, rest, ok := strings.Cut(s, from)
	if !ok {
		return ""
	}
	out, _, _ := strings.Cut(rest, to)
	return out
}

// media is where the message's SDP wants to hear.
func (m text) media() netip.AddrPort {
	addr, _ := netip.ParseAddr(between(string(m), "\r\nc=IN IP4 ", "\r\n"))
	port, _ := strconv.ParseUint(between(string(m), "\r\nm=audio ", " "), 10, 16)
	return netip.AddrPortFrom(addr, uint16(port))
}

// reply answers a request.
func (m text) reply(status, tag, headers, body string) string {
	to := m.header("To")
	if tag != "" && !strings.Contains(to, ";tag=") {
		to += ";tag=" + tag
	}
	return fmt.Sprintf("SIP/2.0 %s\r\nVia: %s\r\nFrom: %s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %s\r\n%sContent-Length: %d\r\n\r\n%s",
		status, m.header("Via"), m.header("From"), to, m.header("Call-ID"), m.header("CSeq"), headers, len(body), body)
}

func sdp(at netip.AddrPort) string {
	return fmt.Sprintf("v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\nm=audio %d RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\n",
		at.Addr(), at.Addr(), at.Port())
}

const sdpType = "Content-Type: application/sdp\r\n"

// proof answers a digest challenge with MD5 and qop=auth (RFC 2617).
func proof(challenge, user, password, method, uri string) string {
	sum := func(s string) string {
		h := md5.Sum([]byte(s))
		return hex.EncodeToString(h[:])
	}
	realm, nonce := between(challenge, `realm="`, `"`), between(challenge, `nonce="`, `"`)
	ha1, ha2 := sum(user+":"+realm+":"+password), sum(method+":"+uri)
	response := sum(ha1 + ":" + nonce + ":00000001:bench:auth:" + ha2)
	return fmt.Sprintf("Authorization: Digest username=%q, realm=%q, nonce=%q, uri=%q, response=%q, algorithm=MD5, qop=auth, nc=00000001, cnonce=\"bench\"\r\n",
		user, realm, nonce, uri, response)
}
