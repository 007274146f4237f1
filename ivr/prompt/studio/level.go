package studio

import "math"

// Levels are dB of a root mean square, 0 dB being that of a wave always at full
// scale (dBov, ITU-T G.100.1).
const (
	// speech is how loud clips speak: -19 dBm0, that is 2,600 of 32,767 (RFC
	// 7874 section 4, after ITU-T G.115 and G.169). The person who answers
	// next is as loud.
	speech = -22.0
	// music stands behind what is said.
	music = speech - 6
	// silent is what no recording of a voice is: nothing, or a hiss.
	silent = -60.0
	// ceiling is where peaks are held.
	ceiling = 0.89 // -1 dB
)

// activeLevel is the level of the speech without its pauses, by method B of
// ITU-T P.56: an envelope is held for 200 ms, and the threshold that lies 15.9
// dB under the level of what exceeds it tells speech from pause. Silence is
// -Inf.
func activeLevel(samples []float64) float64 {
	const margin, lowest = 15.9, 15
	constant := math.Exp(-1 / (Rate * 0.03))
	const hangover = Rate / 5
	var counts, held [lowest]int
	for j := range held {
		held[j] = hangover
	}
	energy, p, q := 0.0, 0.0, 0.0
	for _, s := range samples {
		energy += s * s
		p = constant*p + (1-constant)*math.Abs(s)
		q = constant*q + (1-constant)*p
		for j, threshold := 0, math.Ldexp(1, -lowest); j < lowest; j, threshold = j+1, threshold*2 {
			if q >= threshold {
				counts[j]++
				held[j] = 0
			} else if held[j] < hangover {
				counts[j]++
				held[j]++
			}
		}
	}
	level, before := math.Inf(-1), 0.0
	for j, threshold := range thresholds(lowest) {
		if counts[j] == 0 {
			break
		}
		now := decibel(energy / float64(counts[j]))
		over := now - threshold - margin
		if over <= 0 && j > 0 && before > over { // between the last threshold and this one
			return level + (now-level)*before/(before-over)
		}
		level, before = now, over
		if over <= 0 {
			break
		}
	}
	return level
}

// thresholds are 2^-n to 1/2 in dB.
func thresholds(n int) []float64 {
	out := make([]float64, n)
	for j := range out {
		out[j] = 20 * math.Log10(math.Ldexp(1, j-n))
	}
	return out
}

// level is that of all samples together.
func level(samples []float64) float64 {
	energy := 0.0
	for _, s := range samples {
		energy += s * s
	}
	return decibel(energy / float64(max(len(samples), 1)))
}

// decibel is a mean square's.
func decibel(square float64) float64 { return 10 * math.Log10(square) }

func amplify(samples []float64, gain float64) {
	factor := math.Pow(10, gain/20)
	for i := range samples {
		samples[i] *= factor
	}
}
