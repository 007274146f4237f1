package digest

import (
	"crypto/subtle"
	"fmt"
	"strconv"
	"strings"
)

// Credentials is the value of an Authorization or Proxy-Authorization header.
type Credentials struct {
	User, Realm, Nonce string
	URI                string // digest-uri, as written
	Response           string // hex
	Algorithm          string // as written; "": MD5
	QOP                string // as written; "": the old digest, without NC and CNonce
	CNonce, Opaque     string
	NC                 uint32 // nonce count; 0 without QOP
}

// Parse reads an Authorization header's value: ErrMalformed, ErrNotDigest.
// Nothing is verified yet.
func Parse(authorization string) (Credentials, error) {
	params, err := parseParams(authorization)
	if err != nil {
		return Credentials{}, err
	}
	var c Credentials
	nc := ""
	for _, p := range params {
		switch p.name {
		case "username":
			c.User = p.value
		case "realm":
			c.Realm = p.value
		case "nonce":
			c.Nonce = p.value
		case "uri":
			c.URI = p.value
		case "response":
			c.Response = p.value
		case "algorithm":
			c.Algorithm = p.value
		case "qop":
			c.QOP = p.value
		case "cnonce":
			c.CNonce = p.value
		case "opaque":
			c.Opaque = p.value
		case "nc":
			nc = p.value
		}
	}
	if c.User == "" || c.Nonce == "" || c.URI == "" || c.Response == "" {
		return Credentials{}, fmt.Errorf("%w: username, nonce, uri or response is missing", ErrMalformed)
	}
	if c.QOP == "" {
		return c, nil
	}
	n, err := strconv.ParseUint(nc, 16, 32)
	if err != nil || n == 0 || len(nc) != 8 || c.CNonce == "" {
		return Credentials{}, fmt.Errorf("%w: qop without a cnonce and an nc of 8 hex digits", ErrMalformed)
	}
	c.NC = uint32(n)
	return c, nil
}

// Check verifies the response of a request: ErrWrongRealm, ErrUnsupported,
// ErrBadResponse. Whether the nonce is ours, young and unused is left to the
// caller.
func (c *Credentials) Check(method, realm string, keys Keys, body []byte) error {
	if c.Realm != realm {
		return ErrWrongRealm
	}
	key, err := keys.of(c.Algorithm)
	if err != nil {
		return err
	}
	var want string
	switch nc := fmt.Sprintf("%08x", c.NC); {
	case c.QOP == "":
		want = sum(c.Algorithm, key, c.Nonce, sum(c.Algorithm, method, c.URI))
	case strings.EqualFold(c.QOP, "auth"):
		want = sum(c.Algorithm, key, c.Nonce, nc, c.CNonce, c.QOP, sum(c.Algorithm, method, c.URI))
	case strings.EqualFold(c.QOP, "auth-int"):
		a2 := sum(c.Algorithm, method, c.URI, sum(c.Algorithm, string(body)))
		want = sum(c.Algorithm, key, c.Nonce, nc, c.CNonce, c.QOP, a2)
	default:
		return ErrUnsupported
	}
	if subtle.ConstantTimeCompare([]byte(want), []byte(strings.ToLower(c.Response))) == 0 || key == "" {
		return ErrBadResponse
	}
	return nil
}

// Verify parses and checks in one; the realm is the one that the keys were
// made for, whatever the header calls it.
func Verify(authorization, method string, keys Keys, body []byte) (Credentials, error) {
	c, err := Parse(authorization)
	if err != nil {
		return c, err
	}
	return c, c.Check(method, c.Realm, keys, body)
}
