package config

import (
	"fmt"
	"time"
)

// Duration is a time span as people write it: 15s, 1m30s, 200ms.
type Duration time.Duration

// ParseDuration reads a span of 0 to 24 hours.
func ParseDuration(s string) (Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 || d > 24*time.Hour {
		return 0, fmt.Errorf("bad duration %q: write it like 15s, 1m30s or 200ms, at most 24h", s)
	}
	return Duration(d), nil
}

// String writes the span the shortest way: 1m30s, not 1m30.0s; 2m, not 2m0s.
func (d Duration) String() string {
	s := time.Duration(d).String()
	for _, zero := range []string{"m0s", "h0m"} {
		if n := len(s) - len(zero); n > 0 && s[n:] == zero {
			s = s[:n+1]
		}
	}
	return s
}

// IsZero lets YAML leave out a span that is not set.
func (d Duration) IsZero() bool { return d == 0 }
