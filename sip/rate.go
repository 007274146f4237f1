package sip

import (
	"hash/maphash"
	"net/netip"
)

// rates holds token buckets by source in a table of fixed size, for one
// goroutine. Sources that meet in one set push out the one heard longest ago,
// which then begins with a full bucket: a flood from many addresses makes the
// limit looser, never tighter.
type rates struct {
	perSecond, burst int64
	seed             maphash.Seed
	sets             [][rateWays]bucket
}

const (
	rateSets = 2048 // a power of two
	rateWays = 4
)

type bucket struct {
	from   netip.Addr
	tokens int64 // in units of 1/1e9 datagram
	at     int64 // ns
}

const token = int64(1e9)

func newRates(perSecond, burst int) *rates {
	return &rates{
		perSecond: int64(perSecond), burst: int64(burst) * token,
		seed: maphash.MakeSeed(), sets: make([][rateWays]bucket, rateSets),
	}
}

// allow takes one datagram from a source at now (ns) out of its bucket.
func (r *rates) allow(from netip.Addr, now int64) bool {
	set := &r.sets[maphash.Comparable(r.seed, from)&(rateSets-1)]
	b := &set[0]
	for i := range set {
		if set[i].from == from {
			b = &set[i]
			break
		}
		if set[i].at < b.at {
			b = &set[i]
		}
	}
	if b.from != from {
		*b = bucket{from: from, tokens: r.burst}
	} else {
		gone := min(now-b.at, 60*token) // also keeps the product in range
		b.tokens = min(b.tokens+gone*r.perSecond, r.burst)
	}
	b.at = now
	if b.tokens < token {
		return false
	}
	b.tokens -= token
	return true
}
