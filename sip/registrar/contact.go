package registrar

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/hotline12345/hotline/sip/message"
)

// Limits of what a REGISTER may ask.
const (
	maxContacts  = 8
	maxContact   = 512 // bytes
	maxUserAgent = 64  // bytes that are kept
)

// contact is a Contact of a REGISTER.
type contact struct {
	uri     string // as written
	parsed  message.URI
	expires time.Duration // 0: away with it
}

var errContact = errors.New("a Contact must be a sip or sips URI of at most 512 bytes, at most 8 of them")

// contacts reads what a REGISTER asks for. star is "Contact: *", which stands
// alone with "Expires: 0" (RFC 3261 section 10.3 step 6).
func (r *Registrar) contacts(m *message.Message) (list []contact, star bool, err error) {
	parsed, star, err := m.Contacts()
	if err != nil {
		return nil, false, err
	}
	if star {
		if len(parsed) > 0 || seconds(m.Get("Expires"), -1) != 0 {
			return nil, false, errors.New(`"Contact: *" must stand alone, with "Expires: 0"`)
		}
		return nil, true, nil
	}
	written := m.All("Contact")
	if len(written) != len(parsed) || len(parsed) > maxContacts {
		return nil, false, errContact
	}
	otherwise := seconds(m.Get("Expires"), r.o.DefaultExpires)
	for i := range parsed {
		c := contact{uri: uriOf(written[i]), parsed: parsed[i].URI, expires: otherwise}
		if len(c.uri) > maxContact || c.uri == "" || (c.parsed.Scheme != "sip" && c.parsed.Scheme != "sips") {
			return nil, false, errContact
		}
		if value, ok := parsed[i].Params.Get("expires"); ok {
			c.expires = seconds(value, r.o.DefaultExpires)
		}
		list = append(list, c)
	}
	return list, false, nil
}

// seconds reads an expiry. One that cannot be read counts as none (RFC 3261
// section 20.19 has it so for the parameter), too large a one as very long.
func seconds(value string, otherwise time.Duration) time.Duration {
	n, err := strconv.ParseUint(value, 10, 32)
	if errors.Is(err, strconv.ErrRange) {
		n = 1<<32 - 1
	} else if err != nil {
		return otherwise
	}
	return time.Duration(n) * time.Second
}

// uriOf cuts the URI out of a Contact value as it was written: a phone knows
// its binding, and a request to it, by that text.
func uriOf(value string) string {
	for i := 0; i < len(value); i++ {
		switch value[i] {
		case '"':
			for i++; i < len(value) && value[i] != '"'; i++ {
				if value[i] == '\\' {
					i++
				}
			}
		case '<':
			uri, _, _ := strings.Cut(value[i+1:], ">")
			return uri
		}
	}
	uri, _, _ := strings.Cut(value, ";")
	return strings.TrimSpace(uri)
}
