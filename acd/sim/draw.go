// Package sim is the queue engine alone under a simulated day: it models
// people (who ring, wait, give up, pick up, talk) around the real acd.Engine in
// virtual time, holds the engine to its invariants, and reports. A run is
// determined by its seed.
package sim

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/hotline12345/hotline/turn"
)

// draws are the random choices of people.
type draws struct{ *turn.Rand }

func newDraws(seed uint64) draws {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	return draws{turn.NewRand(key)}
}

// unit is uniform in (0, 1].
func (d draws) unit() float64 { return float64(d.Uint64()>>11+1) / (1 << 53) }

// exp is exponential with the given mean; a mean of 0 gives 0.
func (d draws) exp(mean time.Duration) time.Duration {
	if mean == 0 {
		return 0
	}
	return time.Duration(-math.Log(d.unit()) * float64(mean))
}

// between is uniform in [least, most).
func (d draws) between(least, most time.Duration) time.Duration {
	if most <= least {
		return least
	}
	return least + time.Duration(d.Below(int64(most-least)))
}

// chance is true once in a thousand times permille.
func (d draws) chance(permille int) bool { return permille > 0 && d.Below(1000) < int64(permille) }
