package studio

import (
	"errors"
	"math"
	"slices"
	"time"

	"github.com/hotline12345/hotline/ivr/prompt"
)

// shortest is what a clip lasts at least.
const shortest = 100 * time.Millisecond

// Clip is a recording made ready for telephones.
type Clip struct {
	Samples    []byte  // A-law, 8 kHz, one channel
	Level      float64 // of the recording's speech, in dBov
	Gain       float64 // that was given, in dB
	Overdriven bool    // the recording was too loud: it is distorted
}

// Length is how long the clip lasts.
func (c *Clip) Length() time.Duration { return time.Duration(len(c.Samples)) * time.Second / Rate }

// Speech makes a clip of words: in the telephone's band, without the silence
// around them, at the level of all clips. The recording is left as it is. An
// error says that nothing can be heard.
func Speech(r *Recording) (*Clip, error) {
	samples := banded(r)
	active := activeLevel(samples)
	if active < silent {
		return nil, errors.New("nothing can be heard in it")
	}
	if samples = trim(samples, active); time.Duration(len(samples))*time.Second/Rate < shortest {
		return nil, errors.New("no word can be heard in it")
	}
	active = activeLevel(samples) // again: the 200 ms behind a single digit are no speech
	c := &Clip{Level: active, Gain: speech - active, Overdriven: r.overdriven()}
	c.finish(samples)
	return c, nil
}

// Music makes a clip of music: as Speech, but softer, and as long as it is, so
// that its end still joins its beginning.
func Music(r *Recording) (*Clip, error) {
	samples := banded(r)
	all := level(samples)
	if all < silent || time.Duration(len(samples))*time.Second/Rate < shortest {
		return nil, errors.New("nothing can be heard in it")
	}
	c := &Clip{Level: all, Gain: music - all, Overdriven: r.overdriven()}
	c.finish(samples)
	return c, nil
}

// banded is the recording in the telephone's band.
func banded(r *Recording) []float64 {
	samples := slices.Clone(resample(r.Samples, r.Rate, Rate))
	highPass(samples)
	return samples
}

func (c *Clip) finish(samples []float64) {
	amplify(samples, c.Gain)
	limit(samples)
	c.Samples = make([]byte, len(samples))
	for i, s := range samples {
		c.Samples[i] = prompt.ALaw(int16(math.Round(s * math.MaxInt16)))
	}
}
