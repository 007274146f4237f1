package registrar

import (
	"errors"

	"github.com/hotline12345/hotline/sip/digest"
	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

// Authenticate finds out which phone sent a request outside a dialog. Where ok
// is false the answer is to be sent: 401 with challenges, 403 (unknown, or a
// wrong response: the two cannot be told apart), 400. ACK and CANCEL are never
// asked (RFC 3261 section 22.1).
func (r *Registrar) Authenticate(now turn.Instant, m *message.Message, out *[]Action) (phone string, ok bool, answer Answer) {
	if !r.Domain(m.From.URI.Host) {
		return "", false, Answer{Status: 403, Reason: "From is not in a domain of ours"}
	}
	return r.authenticate(now, m, m.From.URI.User, out)
}

func (r *Registrar) authenticate(now turn.Instant, m *message.Message, name string, out *[]Action) (string, bool, Answer) {
	c, found, err := r.credentials(m)
	if err != nil {
		return "", false, Answer{Status: 400, Reason: err.Error()}
	}
	if !found {
		return "", false, r.challenge(now, false)
	}
	if c.User != name || m.From.URI.User != name {
		return "", false, Answer{Status: 403, Reason: "credentials of another user"}
	}
	age, ours := digest.NonceAge(r.key, c.Nonce, now)
	young := ours && age <= r.o.NonceLife
	keys, _ := r.known(name) // of an unknown phone they match nothing
	switch err := c.Check(string(m.Method), r.o.Realm, keys, m.Body); {
	case errors.Is(err, digest.ErrUnsupported):
		return "", false, Answer{Status: 400, Reason: err.Error()}
	case err != nil && young:
		return "", false, Answer{Status: 403, Reason: "unknown phone or wrong password"}
	case err != nil:
		return "", false, r.challenge(now, false)
	case !young:
		return "", false, r.challenge(now, true)
	case !sameTarget(c.URI, m):
		return "", false, Answer{Status: 400, Reason: "the digest is for another Request-URI"}
	}
	p := r.phone(name)
	switch p.use(now, now.Add(-age), &c, m) {
	case replay:
		return "", false, r.challenge(now, true)
	case fresh:
		r.arm(p)
		*out = append(*out, Action{Kind: Changed, Phone: name})
	}
	return name, true, Answer{}
}

// credentials finds the credentials for our realm among those of other proxies
// on the way.
func (r *Registrar) credentials(m *message.Message) (digest.Credentials, bool, error) {
	for _, header := range m.All("Authorization") {
		c, err := digest.Parse(header)
		if errors.Is(err, digest.ErrNotDigest) || (err == nil && c.Realm != r.o.Realm) {
			continue
		}
		return c, err == nil, err
	}
	return digest.Credentials{}, false, nil
}

// challenge is a 401. SHA-256 stands first where it is offered, since a client
// takes the first that it knows (RFC 8760 section 2.3).
func (r *Registrar) challenge(now turn.Instant, stale bool) Answer {
	c := digest.Challenge{Realm: r.o.Realm, Nonce: digest.MakeNonce(r.key, now), QOP: "auth", Algorithm: digest.MD5, Stale: stale}
	a := Answer{Status: 401}
	if r.o.SHA256 {
		strong := c
		strong.Algorithm = digest.SHA256
		a.Headers = append(a.Headers, "WWW-Authenticate", strong.String())
	}
	a.Headers = append(a.Headers, "WWW-Authenticate", c.String())
	return a
}

// sameTarget compares the digest's uri with the Request-URI (RFC 2617 section
// 3.2.2.5). User and host must agree; phones differ in ports and parameters.
func sameTarget(uri string, m *message.Message) bool {
	if uri == m.RequestURI {
		return true
	}
	u, err := message.ParseURI(uri)
	return err == nil && u.User == m.URI.User && u.Host == m.URI.Host && u.Opaque == m.URI.Opaque
}
