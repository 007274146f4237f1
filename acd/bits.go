package acd

import mathbits "math/bits"

// bits is a set of agents, by their places in Options.Agents.
type bits []uint64

func newBits(n int) bits { return make(bits, (n+63)/64) }

func (b bits) has(i int) bool { return b[i/64]>>(i%64)&1 != 0 }

func (b bits) set(i int, yes bool) {
	if yes {
		b[i/64] |= 1 << (i % 64)
	} else {
		b[i/64] &^= 1 << (i % 64)
	}
}

// trailing is the place of the lowest bit.
func trailing(x uint64) int { return mathbits.TrailingZeros64(x) }
