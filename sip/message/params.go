package message

import (
	"errors"
	"strings"
)

// Param is one parameter of a header or URI.
type Param struct {
	Name  string `cbor:"1,keyasint,omitempty"` // lower case
	Value string `cbor:"2,keyasint,omitempty"` // without quotes
	Has   bool   `cbor:"3,keyasint,omitempty"` // there was a "="
}

// Params are a header's or URI's parameters in their order.
type Params []Param

// Get returns the value of the first parameter of that name, lower case.
func (p Params) Get(name string) (string, bool) {
	for i := range p {
		if p[i].Name == name {
			return p[i].Value, true
		}
	}
	return "", false
}

// String writes the parameters, each with its ";", quoted where it must be.
func (p Params) String() string {
	var b strings.Builder
	for i := range p {
		b.WriteByte(';')
		b.WriteString(p[i].Name)
		if !p[i].Has {
			continue
		}
		b.WriteByte('=')
		if plain(p[i].Value) {
			b.WriteString(p[i].Value)
		} else {
			b.WriteString(quote(p[i].Value))
		}
	}
	return b.String()
}

// plain says whether a value may stand without quotes: a token, a host with
// its brackets and colons, or what URI parameters carry.
func plain(s string) bool {
	for i := range len(s) {
		if !isToken(s[i]) && strings.IndexByte("[]:/&$", s[i]) < 0 {
			return false
		}
	}
	return s != ""
}

func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

func unquote(s string) string {
	s = s[1 : len(s)-1]
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

var (
	errQuote = errors.New("a quote or bracket is not closed")
	errParam = errors.New("an empty or malformed parameter")
)

// parseParams reads ";name=value;…" with white space anywhere that RFC 3261
// section 25.1 allows it. In a URI there is none and quotes have no meaning.
func parseParams(s string, inURI bool) (Params, error) {
	var out Params
	for s = trim(s); s != ""; {
		if s[0] != ';' {
			return nil, errParam
		}
		s = s[1:]
		var end int
		ok := true
		if inURI {
			if end = strings.IndexByte(s, ';'); end < 0 {
				end = len(s)
			}
		} else {
			end, ok = until(s, ";")
		}
		if !ok {
			return nil, errQuote
		}
		p, err := parseParam(s[:end], inURI)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
		s = s[end:]
	}
	return out, nil
}

func parseParam(s string, inURI bool) (Param, error) {
	name, value, has := strings.Cut(s, "=")
	if !inURI {
		name, value = trim(name), trim(value)
	}
	if !paramName(name) || (has && value == "") {
		return Param{}, errParam
	}
	if has && value[0] == '"' {
		if closing(value, 0) != len(value) {
			return Param{}, errQuote
		}
		value = unquote(value)
	} else if strings.ContainsAny(value, " \t\r\n\"") {
		return Param{}, errParam
	}
	return Param{Name: foldCase(name), Value: value, Has: has}, nil
}

// paramName allows what a token or a URI's pname may hold.
func paramName(s string) bool {
	for i := range len(s) {
		if !isToken(s[i]) && strings.IndexByte("[]/:&$()", s[i]) < 0 {
			return false
		}
	}
	return s != ""
}
