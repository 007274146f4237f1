// Package studio makes clips of what a studio delivers: any WAV file becomes
// telephone sound, 8 kHz A-law of one channel, cut to its words and as loud as
// every other clip. It is all arithmetic: bytes in, bytes out.
package studio

import (
	"math"
	"time"
)

// Rate is the clips' samples in a second.
const Rate = 8000

// Recording is a file's sound, mixed to one channel.
type Recording struct {
	Rate    int       // samples in a second, lowestRate to highestRate
	Samples []float64 // full scale is ±1
}

// Length is how long it lasts.
func (r *Recording) Length() time.Duration {
	return time.Duration(len(r.Samples)) * time.Second / time.Duration(r.Rate)
}

// overdriven says whether the recording was made too loud: in several places
// the wave stands at full scale for some samples.
func (r *Recording) overdriven() bool {
	const full, standing, places = 0.999, 4, 3
	found, run := 0, 0
	for _, s := range r.Samples {
		if math.Abs(s) < full {
			run = 0
			continue
		}
		if run++; run == standing {
			found++
		}
	}
	return found >= places
}

// mix makes one channel of interleaved ones: their mean, or, where they cancel
// each other out (a swapped wire), the loudest alone.
func mix(interleaved []float64, channels int) []float64 {
	if channels == 1 {
		return interleaved
	}
	mean := make([]float64, len(interleaved)/channels)
	energy, together := make([]float64, channels), 0.0
	for i := range mean {
		for c, s := range interleaved[i*channels : (i+1)*channels] {
			mean[i] += s / float64(channels)
			energy[c] += s * s
		}
		together += mean[i] * mean[i]
	}
	loudest := 0
	for c := range energy {
		if energy[c] > energy[loudest] {
			loudest = c
		}
	}
	// One voice on one of n channels leaves 1/n² of its energy in the mean.
	if together*float64(channels*channels) >= energy[loudest]/2 {
		return mean
	}
	for i := range mean {
		mean[i] = interleaved[i*channels+loudest]
	}
	return mean
}
