package sound

import "math"

// Found is the score from which on a sound counts as heard: A-law and a few
// lost packets leave over 0.9, noise as loud as the sound 0.7; another sound
// of a second or more stays under 0.3.
const Found = 0.5

// quiet is the loudness, against the needle's, under which a place counts as
// silent: 40 dB less.
const quiet = 1e-4

// Find looks for the needle in the hay. It returns the sample at which the
// needle begins and the normalised cross-correlation there, in [-1, 1]: 1 is
// the same sound at any loudness. A needle that is empty, silent or longer
// than the hay is not found: -1 and 0.
func Find(needle, hay []int16) (offset int, score float64) {
	energy := 0.0
	for _, s := range needle {
		energy += float64(s) * float64(s)
	}
	if energy == 0 || len(needle) > len(hay) {
		return -1, 0
	}
	products := correlate(needle, hay)
	window := 0.0 // of integers below 2^53: exact, so it may slide
	for _, s := range hay[:len(needle)] {
		window += float64(s) * float64(s)
	}
	offset, score = -1, math.Inf(-1)
	for i := range products {
		at := 0.0
		if window > quiet*energy {
			at = products[i] / math.Sqrt(energy*window)
		}
		if at > score {
			offset, score = i, at
		}
		if i+len(needle) < len(hay) {
			out, in := float64(hay[i]), float64(hay[i+len(needle)])
			window += in*in - out*out
		}
	}
	return offset, max(-1, min(1, score))
}

// correlate returns the sum of products of the needle with the hay for each
// place at which it fits, by one transform forth and one back: the two real
// signals are the parts of one complex one.
func correlate(needle, hay []int16) []float64 {
	n := 1
	for n < len(hay)+len(needle) {
		n *= 2
	}
	z := make([]complex128, n)
	for i, s := range hay {
		z[i] = complex(float64(s), 0)
	}
	for i, s := range needle {
		z[i] += complex(0, float64(s))
	}
	turns := circle(n)
	transform(z, turns)
	for k := 0; k <= n/2; k++ {
		a, b := z[k], z[(n-k)%n]
		h := (a + conj(b)) / 2
		m := (a - conj(b)) / 2i
		p := h * conj(m)
		z[k], z[(n-k)%n] = conj(p), p // conjugated: the transform back is one forth
	}
	transform(z, turns)
	out := make([]float64, len(hay)-len(needle)+1)
	for i := range out {
		out[i] = real(z[i]) / float64(n)
	}
	return out
}

func conj(c complex128) complex128 { return complex(real(c), -imag(c)) }

// circle holds the first half of the n-th roots of unity.
func circle(n int) []complex128 {
	out := make([]complex128, n/2)
	for i := range out {
		s, c := math.Sincos(-2 * math.Pi * float64(i) / float64(n))
		out[i] = complex(c, s)
	}
	return out
}

// transform is the Fourier transform in place, Cooley and Tukey's; len(z) is a
// power of two and turns is circle(len(z)).
func transform(z, turns []complex128) {
	n := len(z)
	for i, j := 1, 0; i < n; i++ {
		bit := n >> 1
		for ; j&bit != 0; bit >>= 1 {
			j ^= bit
		}
		j ^= bit
		if i < j {
			z[i], z[j] = z[j], z[i]
		}
	}
	for size := 2; size <= n; size *= 2 {
		half, stride := size/2, n/size
		for start := 0; start < n; start += size {
			low, high := z[start:start+half], z[start+half:start+size]
			for k := range low {
				v := high[k] * turns[k*stride]
				low[k], high[k] = low[k]+v, low[k]-v
			}
		}
	}
}
