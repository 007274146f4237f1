package message

import "strings"

// headerID numbers the headers that the server reads; 0 is any other.
type headerID uint8

const (
	hVia headerID = 1 + iota
	hFrom
	hTo
	hCallID
	hCSeq
	hMaxForwards
	hContentLength
	hContentType
	hContact
	hExpires
	hRecordRoute
	hRoute
	hOther // known by name only, from here on
)

// once marks the headers that may stand once in a message and take one value
// (RFC 3261 section 7.3.1; a repeated Content-Length is how requests are
// smuggled).
var once = [hOther]bool{
	hFrom: true, hTo: true, hCallID: true, hCSeq: true, hMaxForwards: true,
	hContentLength: true, hContentType: true, hExpires: true,
}

// ids finds a header's number by its lower-case name, long or compact. It is
// only looked up.
var ids = map[string]headerID{
	"via": hVia, "v": hVia, "from": hFrom, "f": hFrom, "to": hTo, "t": hTo, "call-id": hCallID, "i": hCallID,
	"cseq": hCSeq, "max-forwards": hMaxForwards, "content-length": hContentLength, "l": hContentLength,
	"content-type": hContentType, "c": hContentType, "contact": hContact, "m": hContact, "expires": hExpires,
	"record-route": hRecordRoute, "route": hRoute,
}

// compact gives the long name of the other compact forms (RFC 3261 section
// 7.3.3 and later ones).
var compact = map[string]string{
	"e": "content-encoding", "s": "subject", "k": "supported", "o": "event", "r": "refer-to", "b": "referred-by",
	"u": "allow-events", "x": "session-expires", "a": "accept-contact", "j": "reject-contact", "d": "request-disposition",
	"y": "identity",
}

// lists are the headers of which several values may stand in one line,
// beside the addresses and hops.
var lists = map[string]bool{
	"supported": true, "require": true, "proxy-require": true, "allow": true, "accept": true, "unsupported": true,
	"history-info": true, "diversion": true, "p-asserted-identity": true, "p-called-party-id": true, "privacy": false,
	"via": true, "contact": true, "route": true, "record-route": true, "reason": true, "alert-info": true, "call-info": true,
	"path": true, "service-route": true,
}

// field is one header line.
type field struct {
	id    headerID
	name  string // lower case, long form
	value string // trimmed, perhaps folded
}

// headerName normalises a header's name without allocating for known ones.
func headerName(s string) (headerID, string) {
	var buffer [32]byte
	if len(s) > len(buffer) {
		return hOther, strings.ToLower(s)
	}
	for i := range len(s) {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		buffer[i] = c
	}
	lower := buffer[:len(s)]
	if id, ok := ids[string(lower)]; ok {
		return id, longNames[id]
	}
	if long, ok := compact[string(lower)]; ok {
		return hOther, long
	}
	return hOther, string(lower)
}

var longNames = [hOther]string{
	hVia: "via", hFrom: "from", hTo: "to", hCallID: "call-id", hCSeq: "cseq", hMaxForwards: "max-forwards",
	hContentLength: "content-length", hContentType: "content-type", hContact: "contact", hExpires: "expires",
	hRecordRoute: "record-route", hRoute: "route",
}
