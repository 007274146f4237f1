// Package registrar knows where the phones are: their bindings (RFC 3261
// section 10.3), who they are (digest, with replay check), and whether they are
// alive (OPTIONS probes). A phone has one contact, the newest.
package registrar

import (
	"slices"
	"time"
)

// Options are the registrar's settings. Zero values mean the default.
type Options struct {
	Realm   string
	Domains []string // hosts of From and To that are ours, lower case; none: every host is

	DefaultExpires time.Duration // where a REGISTER names no time; 300 s
	MinExpires     time.Duration // shorter ones get 423; 60 s
	MaxExpires     time.Duration // longer ones are granted this; 300 s

	NonceLife time.Duration // an older nonce is stale; 10 min
	Probe     time.Duration // between OPTIONS to a phone; 0: no probes
	ProbeWait time.Duration // without an answer for so long a phone counts as gone; 3 s

	SHA256 bool                   // offers SHA-256 before MD5 (RFC 8760)
	Phones func(name string) bool // the plan's phones; nil: whoever has a key
}

func (o Options) withDefaults() Options {
	for _, d := range []struct {
		value    *time.Duration
		fallback time.Duration
	}{
		{&o.DefaultExpires, 300 * time.Second},
		{&o.MinExpires, 60 * time.Second},
		{&o.MaxExpires, 300 * time.Second},
		{&o.NonceLife, 10 * time.Minute},
		{&o.ProbeWait, 3 * time.Second},
	} {
		if *d.value <= 0 {
			*d.value = d.fallback
		}
	}
	o.Probe = max(o.Probe, 0)
	return o
}

// Domain says whether a host of From or To is one of ours, so that its user is
// one of our phones.
func (r *Registrar) Domain(host string) bool {
	return len(r.o.Domains) == 0 || slices.Contains(r.o.Domains, host)
}
