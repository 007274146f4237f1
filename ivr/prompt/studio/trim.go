package studio

import (
	"math"
	"slices"
)

// What is left of the silence around the words, and how it is found.
const (
	before = Rate / 50       // 20 ms
	after  = Rate * 80 / 1e3 // 80 ms
	frame  = Rate / 100      // 10 ms
	spoken = 3               // frames in a row that are louder than the silence: no click is
	fade   = Rate / 200      // 5 ms
)

// trim cuts the silence before and after the words. active is the level of the
// speech. Silence lies 40 dB under it, or 6 dB above the quietest frames of a
// noisy room, but never so high that a soft consonant would be one.
func trim(samples []float64, active float64) []float64 {
	frames := len(samples) / frame
	if frames <= spoken {
		return samples
	}
	levels := make([]float64, frames)
	for i := range levels {
		levels[i] = level(samples[i*frame : (i+1)*frame])
	}
	sorted := slices.Sorted(slices.Values(levels))
	room := sorted[frames/20]
	threshold := min(max(active-40, room+6), active-25)
	first, last := -1, -1
	run := 0
	for i, l := range levels {
		if l < threshold || math.IsInf(l, -1) {
			run = 0
			continue
		}
		if run++; run < spoken {
			continue
		}
		if first < 0 {
			first = i - spoken + 1
		}
		last = i
	}
	if first < 0 {
		return nil
	}
	from, to := max(0, first*frame-before), min(len(samples), (last+1)*frame+after)
	out := slices.Clone(samples[from:to])
	for i := range min(fade, len(out)) {
		out[i] *= float64(i) / fade
		out[len(out)-1-i] *= float64(i) / fade
	}
	return out
}
