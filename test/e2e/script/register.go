package script

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"strings"
)

// Account is a phone's registration: what it has and what it was told.
type Account struct {
	D        *Dialog // the REGISTERs' own
	User     string
	Password string
	Realm    string
	Nonce    string
	NC       int
	CNonce   string
}

// Account prepares registrations of a user in a domain. Nothing is sent.
func (e *Endpoint) Account(user, password, domain string) *Account {
	d := e.Dial(user, user)
	d.Local = fmt.Sprintf("<sip:%s@%s>", user, domain)
	d.Remote = d.Local
	d.Target = "sip:" + domain
	return &Account{D: d, User: user, Password: password, CNonce: "0a4f113b"}
}

// Learn takes a challenge's realm and nonce.
func (a *Account) Learn(m *Message) {
	challenge := m.Get("WWW-Authenticate")
	a.Realm, a.Nonce, a.NC = quoted(challenge, "realm"), quoted(challenge, "nonce"), 0
}

// Stale says whether a challenge calls the nonce alone too old.
func Stale(m *Message) bool {
	return strings.Contains(strings.ToLower(m.Get("WWW-Authenticate")), "stale=true")
}

func quoted(header, name string) string {
	_, rest, ok := strings.Cut(header, name+`="`)
	if !ok {
		return ""
	}
	value, _, _ := strings.Cut(rest, `"`)
	return value
}

// Credentials is the Authorization line for a request, with the next count of
// the nonce (RFC 2617).
func (a *Account) Credentials(method, uri string) string {
	a.NC++
	return a.credentials(method, uri, a.NC)
}

func (a *Account) credentials(method, uri string, nc int) string {
	count := fmt.Sprintf("%08x", nc)
	ha1 := hash(a.User, a.Realm, a.Password)
	response := hash(ha1, a.Nonce, count, a.CNonce, "auth", hash(method, uri))
	return fmt.Sprintf(`Authorization: Digest username="%s", realm="%s", nonce="%s", uri="%s", response="%s", algorithm=MD5, cnonce="%s", qop=auth, nc=%s`,
		a.User, a.Realm, a.Nonce, uri, response, a.CNonce, count)
}

func hash(parts ...string) string {
	sum := md5.Sum([]byte(strings.Join(parts, ":")))
	return hex.EncodeToString(sum[:])
}

// Try sends a REGISTER with credentials, if there is a nonce, and returns the
// final response.
func (a *Account) Try(extra ...string) *Message {
	a.D.E.t.Helper()
	if a.Nonce != "" {
		extra = append(extra, a.Credentials("REGISTER", a.D.Target))
	}
	a.D.Request("REGISTER", "", extra...)
	return a.D.Expect("xxx REGISTER", Soon)
}

// Register registers, challenge and all, and returns the 200.
func (a *Account) Register(extra ...string) *Message {
	a.D.E.t.Helper()
	m := a.Try(extra...)
	if m.Status() == 401 {
		a.Learn(m)
		m = a.Try(extra...)
	}
	if m.Status() != 200 {
		a.D.E.t.Fatalf("%s registers: %s", a.User, m.Raw)
	}
	return m
}
