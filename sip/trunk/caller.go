package trunk

import (
	"strings"

	"github.com/hotline12345/hotline/numbering"
	"github.com/hotline12345/hotline/sip/message"
)

// Caller tells who rings, in national form (numbering.Caller): what a trusted
// trunk asserts, a number before a name (RFC 3325), else From. private says that
// he wants it kept from those whom he rings (RFC 3323); where it is known it
// still routes his call.
func (t *Trunk) Caller(m *message.Message) (caller string, private bool) {
	from := numbering.Caller(User(m.From.URI), t.Area)
	private = Private(m)
	if t.Untrusted {
		return from, private
	}
	asserted := ""
	for _, header := range m.All("P-Asserted-Identity") {
		a, err := message.ParseAddress(header)
		if err != nil {
			continue
		}
		switch user := User(a.URI); {
		case numbering.IsNumber(user):
			return numbering.Caller(user, t.Area), private
		case asserted == "":
			asserted = user
		}
	}
	if asserted != "" {
		return numbering.Caller(asserted, t.Area), private
	}
	return from, private
}

// Private says whether the caller of an INVITE asks that his number be kept from
// those whom he rings: by a Privacy header (RFC 3323 section 4.2, RFC 3325
// section 9.3), or by a From that hides it.
func Private(m *message.Message) bool {
	open := false
	for _, header := range m.All("Privacy") {
		for value := range strings.FieldsFuncSeq(header, func(r rune) bool { return strings.ContainsRune(";, \t", r) }) {
			switch {
			case strings.EqualFold(value, "id"), strings.EqualFold(value, "user"), strings.EqualFold(value, "header"):
				return true
			case strings.EqualFold(value, "none"):
				open = true
			}
		}
	}
	return !open && (m.From.URI.Host == "anonymous.invalid" || strings.EqualFold(m.From.URI.User, numbering.Anonymous))
}
