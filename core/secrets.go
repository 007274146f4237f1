package core

import (
	"slices"
	"strings"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/sip/digest"
)

// secret is what opens a phone's account or an agent's login: never the
// password itself.
type secret struct {
	name string // phone/8001, agent/8001
	keys digest.Keys
}

// secrets are kept outside the plan's revisions: never exported, not rolled
// back.
type secrets struct{ all []secret }

func (s *secrets) find(name string) (int, bool) {
	return slices.BinarySearchFunc(s.all, name, func(x secret, name string) int { return strings.Compare(x.name, name) })
}

func (s *secrets) get(name string) (digest.Keys, bool) {
	if i, ok := s.find(name); ok {
		return s.all[i].keys, true
	}
	return digest.Keys{}, false
}

func (s *secrets) set(name string, keys digest.Keys) *secret {
	i, ok := s.find(name)
	if !ok {
		s.all = slices.Insert(s.all, i, secret{name: name})
	}
	s.all[i].keys = keys
	return &s.all[i]
}

// phoneKeys is what the registrar asks.
func (c *Core) phoneKeys(phone string) (digest.Keys, bool) {
	if _, ok := c.plan.Phone(phone); !ok {
		return digest.Keys{}, false
	}
	return c.secrets.get("phone/" + phone)
}

// pinRealm separates agents' PINs from phones' passwords.
const pinRealm = "hotline-agent"

// pinFits says whether the PIN opens the agent's login. An agent without one
// cannot log in from a phone.
func (c *Core) pinFits(agent, pin string) bool {
	keys, ok := c.secrets.get("agent/" + agent)
	return ok && keys.SHA256 == digest.HA1(agent, pinRealm, pin).SHA256
}

// setSecret keeps a new password: of a phone in the registrar's realm, of an
// agent his PIN.
func (c *Core) setSecret(kind, name, password string) {
	realm := pinRealm
	if kind == "phone" {
		realm = c.o.Registrar.Realm
	}
	s := c.secrets.set(kind+"/"+name, digest.HA1(name, realm, password))
	c.write(journal.Key{Kind: journal.Secret, ID: s.name}, &s.keys)
}
