package sip

// arena gives each datagram bytes of its own, many to one allocation. A block
// lives as long as any of its datagrams is kept.
type arena struct{ block []byte }

const (
	arenaBlock = 64 << 10
	arenaLarge = 8 << 10 // larger ones get an allocation to themselves
)

func (a *arena) copy(p []byte) []byte {
	if len(p) > arenaLarge {
		return append([]byte(nil), p...)
	}
	if len(p) > len(a.block) {
		a.block = make([]byte, arenaBlock)
	}
	out := a.block[:len(p):len(p)]
	a.block = a.block[len(p):]
	copy(out, p)
	return out
}
