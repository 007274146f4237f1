package trunk

import (
	"slices"
	"strings"

	"github.com/hotline12345/hotline/numbering"
	"github.com/hotline12345/hotline/sip/message"
)

// Sources are the places that Trunk.Dialled may name, in their usual order.
var Sources = []string{"history-info", "diversion", "p-called-party-id", "to", "request-uri"}

// Open are those of the sources that count also on a trunk that is not trusted:
// they say where a call goes, not where it has been.
var Open = []string{"to", "request-uri"}

// maxEntries bounds how many entries of one header are read: what is over that
// is no history of a call.
const maxEntries = 32

// Dialled returns the numbers that an INVITE names as dialled, the trunk's
// preferred source first, at most one of each: where a call was diverted, the
// oldest entry is what the citizen dialled (RFC 7044, RFC 5806, RFC 7315). They
// are plain, in no one form yet; what names no number is left out.
func (t *Trunk) Dialled(m *message.Message) []string {
	sources := t.Sources
	if len(sources) == 0 {
		sources = Sources
	}
	out := make([]string, 0, len(Sources))
	for _, source := range sources {
		if t.Untrusted && !slices.Contains(Open, source) {
			continue
		}
		if user := named(m, source); numbering.IsNumber(user) && !slices.Contains(out, user) {
			out = append(out, user)
		}
	}
	return out
}

func named(m *message.Message, source string) string {
	switch source {
	case "history-info":
		return lowest(m.All("History-Info"))
	case "diversion":
		return last(m.All("Diversion"))
	case "p-called-party-id":
		return last(m.All("P-Called-Party-ID"))
	case "to":
		return User(m.To.URI)
	case "request-uri":
		return User(m.URI)
	}
	return ""
}

// lowest is the number of the entry with the lowest index (RFC 7044 section 5),
// whatever order they stand in. One without an index comes behind all others.
func lowest(entries []string) (number string) {
	index := ""
	for _, entry := range entries[:min(len(entries), maxEntries)] {
		a, err := message.ParseAddress(entry)
		if err != nil || !numbering.IsNumber(User(a.URI)) {
			continue
		}
		i, _ := a.Params.Get("index")
		if number == "" || before(i, index) {
			number, index = User(a.URI), i
		}
	}
	return number
}

// last is the number of the last entry that has one: each diversion puts its own
// before those that are there (RFC 5806 section 4).
func last(entries []string) string {
	for i := len(entries) - 1; i >= max(0, len(entries)-maxEntries); i-- {
		if a, err := message.ParseAddress(entries[i]); err == nil && numbering.IsNumber(User(a.URI)) {
			return User(a.URI)
		}
	}
	return ""
}

// before says whether an index such as 1.2 is lower than another.
func before(a, b string) bool {
	if !dotted(a) || !dotted(b) {
		return dotted(a)
	}
	for {
		x, restA, moreA := strings.Cut(a, ".")
		y, restB, moreB := strings.Cut(b, ".")
		x, y = strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
		switch {
		case len(x) != len(y):
			return len(x) < len(y)
		case x != y:
			return x < y
		case !moreA || !moreB:
			return !moreA && moreB
		}
		a, b = restA, restB
	}
}

func dotted(index string) bool {
	for i := range len(index) {
		if (index[i] < '0' || index[i] > '9') && index[i] != '.' {
			return false
		}
	}
	return index != ""
}

// User is the number that a URI names, plainly: of a tel: URI, or in a user part
// (RFC 3261 section 19.1.6), with or without user=phone, its phone-context
// before it (RFC 3966). A user part that is no number comes back without its
// parameters.
func User(u message.URI) string {
	user := u.User
	if u.Scheme == "tel" {
		user = u.Opaque
	}
	user, params, _ := strings.Cut(user, ";")
	context, _ := u.Params.Get("phone-context") // misplaced, as some exchanges have it
	for params != "" {
		var param string
		param, params, _ = strings.Cut(params, ";")
		if name, value, _ := strings.Cut(param, "="); strings.EqualFold(name, "phone-context") {
			context = value
		}
	}
	return numbering.InContext(numbering.Plain(user), context)
}
