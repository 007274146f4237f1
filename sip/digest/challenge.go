package digest

import "strings"

// Challenge is the value of a WWW-Authenticate or Proxy-Authenticate header.
type Challenge struct {
	Realm, Nonce, Opaque string
	QOP                  string // comma-separated; "": the old digest of RFC 2069
	Algorithm            string // "": MD5
	Stale                bool   // only the nonce was too old
}

// String is the header's value.
func (c Challenge) String() string {
	var b strings.Builder
	quoted(&b, "Digest realm", c.Realm)
	quoted(&b, ", nonce", c.Nonce)
	if c.Opaque != "" {
		quoted(&b, ", opaque", c.Opaque)
	}
	if c.Stale {
		b.WriteString(", stale=true")
	}
	if c.Algorithm != "" {
		b.WriteString(", algorithm=" + c.Algorithm)
	}
	if c.QOP != "" {
		quoted(&b, ", qop", c.QOP)
	}
	return b.String()
}

// ParseChallenge reads the header's value: ErrMalformed or ErrNotDigest.
func ParseChallenge(header string) (Challenge, error) {
	params, err := parseParams(header)
	if err != nil {
		return Challenge{}, err
	}
	var c Challenge
	realm := false
	for _, p := range params {
		switch p.name {
		case "realm":
			c.Realm, realm = p.value, true
		case "nonce":
			c.Nonce = p.value
		case "opaque":
			c.Opaque = p.value
		case "qop":
			c.QOP = p.value
		case "algorithm":
			c.Algorithm = p.value
		case "stale":
			c.Stale = strings.EqualFold(p.value, "true")
		}
	}
	if !realm || c.Nonce == "" {
		return Challenge{}, ErrMalformed
	}
	return c, nil
}
