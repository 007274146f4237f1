package api

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"strings"
	"unicode"

	"github.com/hotline12345/hotline/core"
)

// alphabet has 32 signs that nobody takes for one another when he keys them
// into a phone: five bits each.
const alphabet = "abcdefghijkmnpqrstuvwxyz23456789"

// newPassword is 80 bits in 16 signs.
func newPassword() string {
	raw := make([]byte, 16)
	_, _ = rand.Read(raw) // never fails: it ends the process instead
	for i := range raw {
		raw[i] = alphabet[raw[i]%byte(len(alphabet))]
	}
	return string(raw)
}

// newPIN is six digits.
func newPIN() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%06d", n), nil
}

type passwordInput struct {
	Phone string `path:"phone" maxLength:"64"`
	Body  *Secret
}

// putPassword answers PUT /v1/phones/{phone}/password.
func (s *Server) putPassword(ctx context.Context, in *passwordInput) (*body[Secret], error) {
	secret := given(in.Body)
	if secret == "" {
		secret = newPassword()
	}
	if strings.ContainsFunc(secret, unicode.IsControl) {
		return nil, invalid("body.secret", "a password has no control characters")
	}
	_, err := s.command(ctx, core.Command{Kind: core.SetPassword, Phone: in.Phone, Secret: secret}, in.Phone)
	if err != nil {
		return nil, err
	}
	return &body[Secret]{Secret{Secret: secret}}, nil
}

type pinInput struct {
	Agent string `path:"agent" maxLength:"64"`
	Body  *Secret
}

// putPIN answers PUT /v1/agents/{agent}/pin. A PIN is keyed in at a phone, so
// it has digits only.
func (s *Server) putPIN(ctx context.Context, in *pinInput) (*body[Secret], error) {
	pin := given(in.Body)
	if pin == "" {
		made, err := newPIN()
		if err != nil {
			return nil, s.refused(err, in.Agent)
		}
		pin = made
	}
	if len(pin) < 4 || len(pin) > 16 || strings.Trim(pin, "0123456789") != "" {
		return nil, invalid("body.secret", "a PIN has 4 to 16 digits")
	}
	_, err := s.command(ctx, core.Command{Kind: core.SetPIN, Agent: in.Agent, Secret: pin}, in.Agent)
	if err != nil {
		return nil, err
	}
	return &body[Secret]{Secret{Secret: pin}}, nil
}

// given is the secret that was sent, if one was: the body may be missing.
func given(s *Secret) string {
	if s == nil {
		return ""
	}
	return s.Secret
}
