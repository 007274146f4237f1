package dialog

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/hotline12345/hotline/sip/message"
)

// Referral is whom a REFER of theirs wants the call transferred to.
type Referral struct {
	Target   string // the URI that is to be rung, without headers and method
	User     string // its user part or telephone number, unescaped, without parameters; "": none
	Replaces string // the dialog that the target is to replace, RFC 3891: "call-id;to-tag=…;from-tag=…"; "": a blind transfer
	By       string // the URI of Referred-By, RFC 3892; "": none that can be read
}

// referralOf reads a REFER (RFC 3515 section 2.1), or tells what is wrong with
// it.
func referralOf(m *message.Message) (*Referral, Cause) {
	values := m.All("Refer-To")
	if len(values) != 1 {
		return nil, Cause{Status: 400, Text: "there must be one Refer-To"}
	}
	to, err := message.ParseAddress(values[0])
	switch {
	case errors.Is(err, message.ErrScheme):
		return nil, Cause{Status: 416, Text: "Refer-To must be a sip, sips or tel URI"}
	case err != nil:
		return nil, Cause{Status: 400, Text: "malformed Refer-To: " + err.Error()}
	}
	if !invites(to.URI.Params) || !invites(to.Params) {
		return nil, Cause{Status: 603, Text: "Refer-To may ask for an INVITE alone"}
	}
	r := &Referral{}
	if by, err := message.ParseAddress(m.Get("Referred-By")); err == nil {
		r.By = by.URI.String()
	}
	var ok bool
	if r.User, ok = userOf(to.URI); !ok {
		return nil, Cause{Status: 400, Text: "malformed escape in the user part of Refer-To"}
	}
	if r.Replaces, ok = replacesOf(to.URI.Headers); !ok {
		return nil, Cause{Status: 400, Text: "Replaces in Refer-To must be one call-id;to-tag=…;from-tag=…"}
	}
	r.Target = targetOf(to.URI)
	return r, Cause{}
}

// invites says whether parameters ask for the method INVITE, or for none.
func invites(p message.Params) bool {
	method, has := p.Get("method")
	return !has || strings.EqualFold(method, string(message.INVITE))
}

func targetOf(u message.URI) string {
	u.Headers = ""
	var params message.Params
	for _, p := range u.Params {
		if p.Name != "method" {
			params = append(params, p)
		}
	}
	u.Params = params
	return u.String()
}

func userOf(u message.URI) (string, bool) {
	user := u.User
	if u.Scheme == "tel" {
		user = u.Opaque
	}
	user, _, _ = strings.Cut(user, ";")
	return unescaped(user)
}

// replacesOf finds the Replaces among a URI's headers. false: it is malformed,
// or there twice.
func replacesOf(headers string) (replaces string, ok bool) {
	for header := range strings.SplitSeq(headers, "&") {
		name, value, _ := strings.Cut(header, "=")
		if name, ok = unescaped(name); !ok || !strings.EqualFold(name, "Replaces") {
			continue
		}
		value, ok = unescaped(value)
		id, params, _ := strings.Cut(value, ";")
		a, err := message.ParseAddress("<sip:x>;" + params)
		to, _ := a.Params.Get("to-tag")
		from, _ := a.Params.Get("from-tag")
		if !ok || err != nil || replaces != "" || id == "" || to == "" || from == "" {
			return "", false
		}
		replaces = value
	}
	return replaces, true
}

// unescaped undoes the escapes of a URI. false: one is malformed, or stands
// for what no number, name or header may hold.
func unescaped(s string) (string, bool) {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' {
			n, err := strconv.ParseUint(s[i+1:min(i+3, len(s))], 16, 8)
			if err != nil || i+3 > len(s) {
				return "", false
			}
			c = byte(n)
			i += 2
		}
		if c < ' ' || c == 0x7f {
			return "", false
		}
		out = append(out, c)
	}
	return string(out), utf8.Valid(out)
}
