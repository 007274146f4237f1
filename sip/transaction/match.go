package transaction

import (
	"strconv"
	"strings"

	"github.com/hotline12345/hotline/sip/message"
)

const cookie = "z9hG4bK" // RFC 3261 section 8.1.1.7

// serverKey is RFC 3261 section 17.2.3: branch, sent-by and method, an ACK and
// a CANCEL standing for the INVITE they belong to where method says so. A
// branch without the cookie is RFC 2543's, matched by the whole of what stays
// the same.
func serverKey(m *message.Message, method message.Method) string {
	if strings.HasPrefix(m.Via.Branch, cookie) {
		return "s" + m.Via.Branch + "|" + m.Via.Host + ":" + strconv.Itoa(int(m.Via.Port)) + "|" + string(method)
	}
	// The To tag is left out: the ACK has one, its INVITE had none.
	return "o" + m.RequestURI + "|" + m.From.Tag() + "|" + m.CallID + "|" + strconv.Itoa(int(m.CSeq)) + "|" +
		m.Via.Host + ":" + strconv.Itoa(int(m.Via.Port)) + ";" + m.Via.Branch + "|" + string(method)
}

// clientKey is section 17.1.3: the branch of the top Via and the CSeq's method.
func clientKey(branch string, method message.Method) string {
	return "c" + branch + "|" + string(method)
}

// mergeKey finds the same request come by another way, section 8.2.2.2. Only
// requests outside of dialogs can be.
func mergeKey(m *message.Message) string {
	if m.To.Tag() != "" {
		return ""
	}
	return m.CallID + "|" + m.From.Tag() + "|" + strconv.Itoa(int(m.CSeq)) + "|" + string(m.Method)
}

func cseq(n uint32, method message.Method) string {
	return strconv.FormatUint(uint64(n), 10) + " " + string(method)
}
