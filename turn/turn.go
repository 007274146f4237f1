// Package turn is what every pure machine is made of: the journal's time axis,
// deadlines, the random source and identities. It is a leaf: it imports
// nothing of the project and does no I/O.
package turn

import "time"

// Instant is a point on the journal's own time axis, in nanoseconds. A start
// continues at the last journaled Instant plus the civil time that has gone
// by, so a deadline keeps its meaning over restarts. The zero Instant means
// "not set".
type Instant int64

// Add returns i moved by d.
func (i Instant) Add(d time.Duration) Instant { return i + Instant(d) }

// Sub returns the time from j to i.
func (i Instant) Sub(j Instant) time.Duration { return time.Duration(i - j) }

// IsZero says whether the Instant is not set.
func (i Instant) IsZero() bool { return i == 0 }

// Earliest returns the earlier of two Instants, of which either may be unset.
func Earliest(a, b Instant) Instant {
	if a == 0 || (b != 0 && b < a) {
		return b
	}
	return a
}

// Civil returns the civil time of i, given the offset that arrived as an input:
// Unix nanoseconds minus Instant.
func (i Instant) Civil(offset int64) time.Time { return time.Unix(0, int64(i)+offset).UTC() }
