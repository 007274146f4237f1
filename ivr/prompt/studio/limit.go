package studio

import "math"

// window is half of the time over which the limiter turns the sound down and
// up again: 5 ms.
const window = Rate / 200

// limit holds peaks at the ceiling. The gain that a peak needs is spread over
// the samples around it, the least one of each window, and smoothed by a mean
// of the same width, which therefore never lies above what the peak needs.
func limit(samples []float64) {
	needed := make([]float64, len(samples))
	for i, s := range samples {
		needed[i] = min(1, ceiling/max(math.Abs(s), ceiling))
	}
	least := make([]float64, len(samples)+2*window) // from window before the first to window behind the last
	for i := range least {
		least[i] = 1
		for k := max(0, i-2*window); k <= min(i, len(samples)-1); k++ {
			least[i] = min(least[i], needed[k])
		}
	}
	for i := range samples {
		sum := 0.0
		for _, gain := range least[i : i+2*window+1] {
			sum += gain
		}
		samples[i] *= sum / (2*window + 1)
	}
}

// highPass takes away what lies under speech and telephones: an offset, hum,
// the rumble of a room. It is a Butterworth filter of the second order at 100
// Hz, begun as if the first sample had always been there.
func highPass(samples []float64) {
	if len(samples) == 0 {
		return
	}
	w := math.Tan(math.Pi * 100 / Rate)
	norm := 1 / (1 + math.Sqrt2*w + w*w)
	a1, a2 := 2*(w*w-1)*norm, (1-math.Sqrt2*w+w*w)*norm
	x1, x2, y1, y2 := samples[0], samples[0], 0.0, 0.0
	for i, x := range samples {
		y := norm*(x-2*x1+x2) - a1*y1 - a2*y2
		x1, x2, y1, y2 = x, x1, y, y1
		samples[i] = y
	}
}
