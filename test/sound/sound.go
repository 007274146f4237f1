// Package sound makes sounds that cannot be taken for one another and finds
// them again in what was received. The end-to-end tests stand on it. All of it
// is 8 kHz, one channel; it shares no code with the server's media plane, so
// that a fault there is not mirrored here.
package sound

import (
	"math"
	"math/rand/v2"
	"time"
)

// Rate is the samples in a second.
const Rate = 8000

// amplitude leaves headroom of 12 dB, as speech does.
const amplitude = 8192

// Samples is how many samples a time has.
func Samples(d time.Duration) int { return int(d * Rate / time.Second) }

// Chirp is a sweep that changes its course each 125 ms between 300 and 3,400
// Hz, as the seed says: the sounds of two seeds, and two places of one sound,
// do not correlate.
func Chirp(seed uint64, d time.Duration) []int16 {
	const leg = Rate / 8
	rng := rand.New(rand.NewPCG(seed, 0x12345))
	hertz := func() float64 { return 300 + 3100*rng.Float64() }
	out := make([]int16, Samples(d))
	phase, from, to := 0.0, hertz(), hertz()
	for i := range out {
		at := i % leg
		if i > 0 && at == 0 {
			from, to = to, hertz()
		}
		phase += 2 * math.Pi * (from + (to-from)*float64(at)/leg) / Rate
		out[i] = int16(amplitude * math.Sin(phase))
	}
	return out
}

// Tone is a sine of the frequency in Hz.
func Tone(hertz float64, d time.Duration) []int16 {
	out := make([]int16, Samples(d))
	for i := range out {
		out[i] = int16(amplitude * math.Sin(2*math.Pi*hertz*float64(i)/Rate))
	}
	return out
}

// Noise is white noise as the seed says; its loudness is the root of its mean
// square, of 32,767.
func Noise(seed uint64, loudness float64, d time.Duration) []int16 {
	rng := rand.New(rand.NewPCG(seed, 0x54321))
	out := make([]int16, Samples(d))
	for i := range out {
		out[i] = clip(loudness * rng.NormFloat64())
	}
	return out
}

// Mix is both sounds at once, as long as the longer, the second beginning at
// the sample `at` of the first.
func Mix(a, b []int16, at int) []int16 {
	out := make([]int16, max(len(a), at+len(b)))
	copy(out, a)
	for i, s := range b {
		out[at+i] = clip(float64(out[at+i]) + float64(s))
	}
	return out
}

func clip(v float64) int16 {
	return int16(max(math.MinInt16, min(math.MaxInt16, math.Round(v))))
}
