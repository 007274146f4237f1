// Package digest is both sides of SIP's digest authentication: RFC 2617 and
// 7616 with RFC 8760's SHA-256. It draws nothing at random: a nonce is an HMAC
// of a key and its Instant, a cnonce is given by the caller.
package digest

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// The algorithms that we speak, as a header names them.
const (
	MD5    = "MD5"
	SHA256 = "SHA-256"
)

// Keys are a user's secrets, H(user:realm:password) in hex, of each algorithm.
// An empty one cannot be used.
type Keys struct {
	MD5    string `cbor:"1,keyasint,omitempty"`
	SHA256 string `cbor:"2,keyasint,omitempty"`
}

// HA1 makes a user's keys; they hold for that realm only.
func HA1(user, realm, password string) Keys {
	return Keys{MD5: sum(MD5, user, realm, password), SHA256: sum(SHA256, user, realm, password)}
}

// of returns the key of the algorithm as a header names it.
func (k Keys) of(algorithm string) (string, error) {
	switch {
	case algorithm == "" || strings.EqualFold(algorithm, MD5):
		return k.MD5, nil
	case strings.EqualFold(algorithm, SHA256):
		return k.SHA256, nil
	}
	return "", ErrUnsupported
}

// sum hashes the parts, joined by colons, to hex.
func sum(algorithm string, parts ...string) string {
	text := make([]byte, 0, 256)
	for i, part := range parts {
		if i > 0 {
			text = append(text, ':')
		}
		text = append(text, part...)
	}
	var room [2 * sha256.Size]byte
	if strings.EqualFold(algorithm, SHA256) {
		digest := sha256.Sum256(text)
		return string(hex.AppendEncode(room[:0], digest[:]))
	}
	digest := md5.Sum(text)
	return string(hex.AppendEncode(room[:0], digest[:]))
}
