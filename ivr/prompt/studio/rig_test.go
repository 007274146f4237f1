package studio

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/rand/v2"
)

// file is a WAV file of interleaved samples, full scale ±1.
func file(format, channels, bits uint16, rate int, samples []float64) []byte {
	var data bytes.Buffer
	put := func(v any) { _ = binary.Write(&data, binary.LittleEndian, v) } // a buffer takes all
	for _, s := range samples {
		switch [2]uint16{format, bits} {
		case [2]uint16{formatPCM, 8}:
			put(uint8(math.Round(s*127) + 128))
		case [2]uint16{formatPCM, 16}:
			put(int16(math.Round(s * math.MaxInt16)))
		case [2]uint16{formatPCM, 24}:
			v := uint32(int32(math.Round(s * (1<<23 - 1))))
			data.Write([]byte{byte(v), byte(v >> 8), byte(v >> 16)})
		case [2]uint16{formatPCM, 32}:
			put(int32(math.Round(s * math.MaxInt32)))
		case [2]uint16{formatFloat, 32}:
			put(float32(s))
		case [2]uint16{formatFloat, 64}:
			put(s)
		default:
			put(nearest(format, s))
		}
	}
	return wav(format, channels, bits, rate, data.Bytes())
}

// nearest is the A-law or µ-law code whose value lies nearest.
func nearest(format uint16, s float64) (code uint8) {
	h := header{format: format, bits: 8}
	best, sample := math.Inf(1), h.sample()
	for c := range 256 {
		if off := math.Abs(sample([]byte{byte(c)}) - s); off < best {
			best, code = off, byte(c)
		}
	}
	return code
}

func wav(format, channels, bits uint16, rate int, data []byte) []byte {
	var b bytes.Buffer
	b.WriteString("RIFF\x00\x00\x00\x00WAVELIST\x03\x00\x00\x00abc\x00fmt \x10\x00\x00\x00")
	for _, v := range []any{format, channels, uint32(rate), uint32(rate), uint16(channels * bits / 8), bits} {
		_ = binary.Write(&b, binary.LittleEndian, v)
	}
	b.WriteString("data")
	_ = binary.Write(&b, binary.LittleEndian, uint32(len(data)))
	b.Write(data)
	return b.Bytes()
}

// tone is a sine, its peaks at the amplitude.
func tone(hertz, amplitude float64, rate, samples int) []float64 {
	out := make([]float64, samples)
	for i := range out {
		out[i] = amplitude * math.Sin(2*math.Pi*hertz*float64(i)/float64(rate))
	}
	return out
}

// voice is a sound like speech at any rate: syllables of a quarter second, a
// tone with overtones that glides, pauses between them.
func voice(rate, milliseconds int, amplitude float64) []float64 {
	out := make([]float64, rate*milliseconds/1000)
	for i := range out {
		t := float64(i) / float64(rate)
		syllable := math.Sin(math.Pi * math.Mod(t, 0.25) / 0.25)
		phase := 2*math.Pi*180*t - 60/0.7*math.Cos(2*math.Pi*0.7*t) // 180 Hz, gliding by 60
		for k := 1.0; k <= 12; k++ {
			out[i] += amplitude * syllable * syllable * math.Sin(k*phase) / k
		}
	}
	return out
}

func silence(rate, milliseconds int) []float64 { return make([]float64, rate*milliseconds/1000) }

// noise is white, its root mean square as told.
func noise(seed uint64, rms float64, samples int) []float64 {
	rnd, out := rand.New(rand.NewPCG(seed, 1)), make([]float64, samples)
	for i := range out {
		out[i] = rms * rnd.NormFloat64()
	}
	return out
}

// alike is the best normalised cross-correlation of b within a few samples of
// a's place.
func alike(a, b []float64, within int) (best float64) {
	for shift := -within; shift <= within; shift++ {
		var ab, aa, bb float64
		for i := within; i < min(len(a), len(b))-within; i++ {
			x, y := a[i], b[i+shift]
			ab, aa, bb = ab+x*y, aa+x*x, bb+y*y
		}
		best = max(best, ab/math.Sqrt(aa*bb))
	}
	return best
}

// heard are a clip's samples, full scale ±1.
func heard(c *Clip) []float64 {
	out := make([]float64, len(c.Samples))
	for i, code := range c.Samples {
		out[i] = float64(fromALaw(code)) / (1 << 15)
	}
	return out
}
