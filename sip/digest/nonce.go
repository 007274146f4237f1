package digest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"

	"github.com/hotline12345/hotline/turn"
)

// A nonce is 8 bytes of Instant and 22 of HMAC: 40 characters without padding.
const (
	nonceStamp = 8
	nonceSize  = nonceStamp + 22
)

// MakeNonce makes the nonce of an Instant. Nothing need be remembered of it:
// the key proves that it is ours and when it was made.
func MakeNonce(key [32]byte, now turn.Instant) string {
	nonce := seal(key, now)
	return base64.RawURLEncoding.EncodeToString(nonce[:])
}

// NonceAge tells how old a nonce of ours is; false for one that was not made
// with the key, or not yet.
func NonceAge(key [32]byte, nonce string, now turn.Instant) (time.Duration, bool) {
	var got [nonceSize]byte
	if base64.RawURLEncoding.DecodedLen(len(nonce)) != nonceSize {
		return 0, false
	}
	if n, err := base64.RawURLEncoding.Strict().Decode(got[:], []byte(nonce)); err != nil || n != nonceSize {
		return 0, false
	}
	made := turn.Instant(binary.BigEndian.Uint64(got[:nonceStamp]))
	want := seal(key, made)
	if !hmac.Equal(got[:], want[:]) || made > now {
		return 0, false
	}
	return now.Sub(made), true
}

func seal(key [32]byte, now turn.Instant) (nonce [nonceSize]byte) {
	binary.BigEndian.PutUint64(nonce[:], uint64(now))
	mac := hmac.New(sha256.New, key[:])
	mac.Write(nonce[:nonceStamp])
	var sum [sha256.Size]byte
	copy(nonce[nonceStamp:], mac.Sum(sum[:0]))
	return nonce
}
