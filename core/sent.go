package core

import (
	"strconv"
	"strings"

	"github.com/hotline12345/hotline/call"
	"github.com/hotline12345/hotline/numbering"
	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/sip/trunk"
)

// pathHeader carries the marks of the Hotlines that have sent a call on:
// node:destination, separated by commas.
const pathHeader = "X-Hotline-Path"

// sentOn are the headers with which a call goes outside: who rings, what he has
// rung first, and that we have sent it.
func (c *Core) sentOn(e *entry, t *trunk.Trunk, p call.Peer, caller, sentBy, uri string) []string {
	first := "<sip:" + userPart(e.CDR.Number) + "@" + sentBy + ">"
	out := []string{"Diversion", first + ";reason=unconditional;counter=1"}
	for _, h := range e.Diverted {
		out = append(out, "Diversion", h)
	}
	out = append(out, "History-Info", first+";index=1, <"+uri+">;index=1.1")
	mark := p.Dest
	if mark == "" {
		mark = p.Number
	}
	out = append(out, pathHeader, strings.Join(append(e.Path[:len(e.Path):len(e.Path)], c.token()+":"+mark), ", "))
	if caller == numbering.Anonymous { // RFC 3325 section 9.3; there is nothing to assert
		out = append(out, "Privacy", "id")
	} else {
		out = append(out, "P-Asserted-Identity", "<sip:"+userPart(caller)+"@"+sentBy+">")
	}
	if t.Context {
		out = append(out, "User-to-User", c.context(e).header())
	}
	return out
}

// What of a call's marks is kept: what is over that is a circle, or a forgery.
const (
	maxMark      = 80
	maxDiversion = 200
)

// marks reads the path that a call has taken.
func marks(m *message.Message) (out []string) {
	for _, header := range m.All(pathHeader) {
		for mark := range strings.SplitSeq(header, ",") {
			mark = strings.TrimSpace(mark)
			if len(out) < maxPath && len(mark) <= maxMark {
				out = append(out, mark)
			}
		}
	}
	return out
}

// diverted are the diversions that a call came with, the newest first. More, or
// longer ones, than are kept count as too many.
func diverted(m *message.Message) (out []string) {
	for _, h := range m.All("Diversion") {
		if len(out) == maxDiverted || len(h) > maxDiversion {
			return append(out, "<sip:unknown@anonymous.invalid>;reason=unknown;counter="+strconv.Itoa(maxDiverted))
		}
		out = append(out, h)
	}
	return out
}
