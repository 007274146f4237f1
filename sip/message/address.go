package message

import (
	"errors"
	"strings"
)

// Address is a name-addr or addr-spec with its parameters: From, To, Contact,
// Route and their like (RFC 3261 section 20.10).
type Address struct {
	Display string // without quotes
	URI     URI
	Params  Params // of the header, not of the URI
}

// Tag returns the tag parameter.
func (a Address) Tag() string {
	tag, _ := a.Params.Get("tag")
	return tag
}

// String writes the address in its long form.
func (a Address) String() string {
	s := "<" + a.URI.String() + ">" + a.Params.String()
	if a.Display != "" {
		s = quote(a.Display) + " " + s
	}
	return s
}

// ParseAddress reads one address. Without angle brackets a parameter is the
// header's, and a "?" or "," is a fault (section 20). ErrScheme comes with the
// address.
func ParseAddress(s string) (Address, error) {
	s = trim(s)
	open, ok := until(s, "")
	if !ok || open != len(s) {
		return Address{}, errQuote
	}
	angle := openAngle(s)
	if angle < 0 {
		return parseSpec(s)
	}
	var a Address
	display := trim(s[:angle])
	end := strings.IndexByte(s[angle:], '>')
	if end < 0 {
		return a, errQuote
	}
	if err := a.setDisplay(display); err != nil {
		return a, err
	}
	params, err := parseParams(s[angle+end+1:], false)
	if err != nil {
		return a, err
	}
	a.Params = params
	a.URI, err = ParseURI(s[angle+1 : angle+end])
	return a, err
}

// openAngle finds the bracket that begins the URI, outside a quoted name.
func openAngle(s string) int {
	i := 0
	if s != "" && s[0] == '"' {
		i = max(closing(s, 0), 0)
	}
	if j := strings.IndexByte(s[i:], '<'); j >= 0 {
		return i + j
	}
	return -1
}

func (a *Address) setDisplay(s string) error {
	if s == "" {
		return nil
	}
	if s[0] == '"' {
		if closing(s, 0) != len(s) {
			return errQuote
		}
		a.Display = unquote(s)
		return nil
	}
	for word := range strings.FieldsSeq(s) {
		// RFC 3261 asks for tokens; names in UTF-8 without quotes are common
		// and do no harm.
		for i := range len(word) {
			if !isToken(word[i]) && word[i] < 0x80 {
				return errors.New("a display name that is no token must be quoted")
			}
		}
	}
	a.Display = s
	return nil
}

func parseSpec(s string) (Address, error) {
	spec, params := s, ""
	if i := strings.IndexByte(s, ';'); i >= 0 {
		spec, params = trim(s[:i]), s[i:]
	}
	if strings.ContainsAny(spec, "?,") {
		return Address{}, errors.New("a URI with ? or , must stand in angle brackets")
	}
	var a Address
	var err error
	if a.Params, err = parseParams(params, false); err != nil {
		return a, err
	}
	a.URI, err = ParseURI(spec)
	return a, err
}

// ParseAddresses reads a comma-separated list.
func ParseAddresses(s string) ([]Address, error) {
	var out []Address
	for s != "" {
		end, ok := until(s, ",")
		if !ok {
			return nil, errQuote
		}
		a, err := ParseAddress(s[:end])
		if err != nil {
			return nil, err
		}
		out = append(out, a)
		if end == len(s) {
			return out, nil
		}
		s = s[end+1:]
	}
	return nil, errors.New("an empty address")
}
