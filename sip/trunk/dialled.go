package trunk

import (
	"strings"

	"github.com/hotline12345/hotline/sip/message"
)

// Sources are the places that Trunk.Dialled may name, in their usual order.
var Sources = []string{"history-info", "diversion", "p-called-party-id", "to", "request-uri"}

// Dialled returns the numbers that an INVITE names as dialled, the trunk's
// preferred source first: where a call was diverted, the oldest entry is what
// the citizen dialled (RFC 7044, RFC 5806, RFC 7315).
func (t *Trunk) Dialled(m *message.Message) []string {
	sources := t.Sources
	if len(sources) == 0 {
		sources = Sources
	}
	var out []string
	for _, source := range sources {
		user := ""
		switch source {
		case "history-info": // the first is the oldest
			if all := m.All("History-Info"); len(all) > 0 {
				user = userOf(all[0])
			}
		case "diversion": // the last is the oldest
			if all := m.All("Diversion"); len(all) > 0 {
				user = userOf(all[len(all)-1])
			}
		case "p-called-party-id":
			user = userOf(m.Get("P-Called-Party-ID"))
		case "to":
			user = User(m.To.URI)
		case "request-uri":
			user = User(m.URI)
		}
		if user != "" {
			out = append(out, user)
		}
	}
	return out
}

func userOf(address string) string {
	a, err := message.ParseAddress(address)
	if err != nil {
		return ""
	}
	return User(a.URI)
}

// User is the number that a URI names: a tel: number or a user part, without
// their parameters and visual separators (RFC 3966).
func User(u message.URI) string {
	user := u.User
	if u.Scheme == "tel" {
		user = u.Opaque
	}
	user, _, _ = strings.Cut(user, ";")
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("-.() ", r) {
			return -1
		}
		return r
	}, user)
}
