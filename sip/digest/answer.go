package digest

import (
	"errors"
	"fmt"
	"strings"

	icholy "github.com/icholy/digest"
)

// Answer makes the Authorization (or Proxy-Authorization) value for a request
// from the challenges of a 401 (or 407). The first challenge that we can
// answer is taken, as RFC 8760 section 2.3 asks: the server puts them in its
// order of preference. cnonce must be fresh for each nonce; nc counts the
// requests under one nonce from 1.
//
// Errors: ErrUnsupported where no challenge can be answered, the last
// challenge's fault where none could be read.
func Answer(wwwAuthenticate []string, username, password, method, uri, cnonce string, nc uint32) (string, error) {
	if cnonce == "" || nc == 0 {
		return "", errors.New("digest: an answer needs a cnonce and an nc from 1 on") // the library would draw its own
	}
	last := ErrNotDigest
	for _, header := range wwwAuthenticate {
		c, err := ParseChallenge(header)
		if err != nil {
			last = err
			continue
		}
		text, err := c.answer(icholy.Options{
			Method: method, URI: uri, Count: int(nc), Username: username, Password: password, Cnonce: cnonce,
		})
		if err == nil {
			return text, nil
		}
		last = err
	}
	return "", last
}

// answer leaves the computing to the library. The challenge is read by us: its
// parser knows names in one case only and no blanks in a qop list.
func (c *Challenge) answer(o icholy.Options) (string, error) {
	if _, err := (Keys{}).of(c.Algorithm); err != nil {
		return "", err
	}
	theirs := &icholy.Challenge{Realm: c.Realm, Nonce: c.Nonce, Opaque: c.Opaque, Algorithm: c.Algorithm}
	if c.QOP != "" {
		for option := range strings.SplitSeq(c.QOP, ",") {
			if strings.EqualFold(trim(option), "auth") {
				theirs.QOP = []string{"auth"}
			}
		}
		if theirs.QOP == nil {
			return "", ErrUnsupported
		}
	}
	credentials, err := icholy.Digest(theirs, o)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrUnsupported, err)
	}
	return credentials.String(), nil
}
