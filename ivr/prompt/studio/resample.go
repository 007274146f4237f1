package studio

import "math"

// The low-pass before sound is brought to the telephone's band: flat to 3,400
// Hz at 8 kHz (the band of ITU-T G.712), 80 dB down from 4,000 Hz on, where
// everything would come back mirrored. Both are shares of the narrower side's
// half rate.
const (
	passes = 0.85
	stops  = 1.0
	beta   = 7.857 // Kaiser's for 80 dB
)

// resample brings samples from one rate to another: each sample of the result
// is the windowed sinc's sum over those around its place. The rates' ratio is
// taken exactly, so a phase of the filter comes back every few samples and is
// computed once.
func resample(in []float64, from, to int) []float64 {
	if from == to {
		return in
	}
	g := gcd(from, to)
	up, down := to/g, from/g
	f := newFilter(from, to, up)
	out := make([]float64, len(in)*up/down)
	for n := range out {
		at := n * down // in upths of an input sample
		taps, first := f.taps(at%up), at/up-f.half
		sum := 0.0
		for k, tap := range taps {
			if i := first + k; i >= 0 && i < len(in) {
				sum += tap * in[i]
			}
		}
		out[n] = sum
	}
	return out
}

// filter holds the low-pass, a row of taps for each phase that was asked for.
type filter struct {
	cut    float64 // its middle, in turns a sample of the input
	width  float64 // of the window, to either side, in samples of the input
	half   int
	up     int
	phases [][]float64
}

func newFilter(from, to, up int) *filter {
	half := float64(min(from, to)) / 2 / float64(from) // the narrower side's half rate, in turns a sample
	// Kaiser: the transition's width and the attenuation give the length.
	length := (80 - 7.95) / (14.36 * half * (stops - passes))
	return &filter{
		cut: half * (passes + stops) / 2, width: length / 2, half: int(math.Ceil(length / 2)),
		up: up, phases: make([][]float64, up),
	}
}

// taps weigh the input from half samples before the place, which stands
// phase/up behind a sample, to half behind it. Their sum is 1.
func (f *filter) taps(phase int) []float64 {
	if f.phases[phase] != nil {
		return f.phases[phase]
	}
	taps, sum := make([]float64, 2*f.half+1), 0.0
	for k := range taps {
		x := float64(k-f.half) - float64(phase)/float64(f.up)
		if u := x / f.width; u > -1 && u < 1 {
			taps[k] = 2 * f.cut * sinc(2*f.cut*x) * bessel(beta*math.Sqrt(1-u*u))
			sum += taps[k]
		}
	}
	for k := range taps {
		taps[k] /= sum
	}
	f.phases[phase] = taps
	return taps
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

// bessel is the modified Bessel function of the first kind, order zero.
func bessel(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > 1e-12*sum; k++ {
		term *= x / (2 * k) * x / (2 * k)
		sum += term
	}
	return sum
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
