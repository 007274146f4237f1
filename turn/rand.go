package turn

import "math/rand/v2"

// Rand is the core's only source of randomness: seeded afresh at each start,
// since tags and branches must not repeat, and fixed in simulation.
type Rand struct{ src *rand.ChaCha8 }

// NewRand returns the source that the seed determines.
func NewRand(seed [32]byte) *Rand { return &Rand{src: rand.NewChaCha8(seed)} }

// Uint64 returns 64 random bits.
func (r *Rand) Uint64() uint64 { return r.src.Uint64() }

// Below returns a number in [0, n); n must be positive. The bias, under
// n/2^64, does not matter to anything drawn here.
func (r *Rand) Below(n int64) int64 { return int64(r.src.Uint64() % uint64(n)) }

// tokenAlphabet keeps tokens readable in any SIP header: 32 characters, 5 bits
// each.
const tokenAlphabet = "abcdefghijklmnopqrstuvwxyz234567"

// Token returns 20 characters of 100 random bits: a tag, a branch's tail or a
// Call-ID (DESIGN.md asks for at least 96).
func (r *Rand) Token() string {
	var b [20]byte
	hi, lo := r.Uint64(), r.Uint64()
	for i := range 10 {
		b[i] = tokenAlphabet[hi>>(5*i)&31]
		b[10+i] = tokenAlphabet[lo>>(5*i)&31]
	}
	return string(b[:])
}
