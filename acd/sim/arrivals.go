package sim

import (
	"slices"
	"time"
)

// Steady are n calls of a Poisson stream, so many an hour.
func Steady(seed uint64, perHour float64, n int) []time.Duration {
	d, out, at := newDraws(seed^arrivalSeed), make([]time.Duration, n), time.Duration(0)
	for i := range out {
		at += d.exp(time.Duration(float64(time.Hour) / perHour))
		out[i] = at
	}
	return out
}

// arrivalSeed keeps the hours of calls from being drawn from the same numbers
// as what callers do.
const arrivalSeed = 0x9e3779b97f4a7c15

// Profile is a day: the weight of each of its 24 hours.
type Profile [24]int

// Flat is a day without peaks.
var Flat = Profile{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}

// Day is a hotline's working day, in thousandths: a peak from nine to eleven, a
// second and lower one from three to five, and few calls at night. It is made
// up, not measured.
var Day = Profile{6, 4, 3, 3, 3, 5, 11, 27, 68, 105, 104, 79, 46, 48, 82, 97, 88, 62, 42, 36, 32, 26, 15, 8}

// Busiest is the share of the day's calls that its busiest hour has.
func (p Profile) Busiest() float64 {
	return float64(slices.Max(p[:])) / float64(p.sum())
}

func (p Profile) sum() (n int) {
	for _, x := range p {
		n += x
	}
	return n
}

// Draw is a day of n calls: a Poisson stream whose rate follows the profile,
// given that n came.
func (p Profile) Draw(seed uint64, n int) []time.Duration {
	d, out, sum := newDraws(seed^arrivalSeed), make([]time.Duration, n), int64(p.sum())
	for i := range out {
		x, hour := int(d.Below(sum)), 0
		for x >= p[hour] {
			x -= p[hour]
			hour++
		}
		out[i] = time.Duration(hour)*time.Hour + d.between(0, time.Hour)
	}
	slices.Sort(out)
	return out
}
