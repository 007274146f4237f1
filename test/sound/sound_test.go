package sound

import (
	"math"
	"slices"
	"testing"
	"time"
)

// TestALawIsThatOfITUTG711: a few rows of table 1a, and the nearest code for
// every value.
func TestALawIsThatOfITUTG711(t *testing.T) {
	for value, code := range map[int16]byte{8: 0xd5, -8: 0x55, 1000: 0xfa, -1000: 0x7a, 32256: 0xaa, -32256: 0x2a, 264: 0xc5, 528: 0xf5} {
		if got := Encode([]int16{value})[0]; got != code {
			t.Errorf("%d is %#x, want %#x", value, got, code)
		}
	}
	var all []byte
	for i := range 256 {
		all = append(all, byte(i))
	}
	if !slices.Equal(Encode(Decode(all)), all) {
		t.Error("a code is not its own value's nearest")
	}
	for v := math.MinInt16; v <= math.MaxInt16; v++ {
		got := int(Decode(Encode([]int16{int16(v)}))[0])
		if off := max(got-v, v-got); off > max(16, max(v, -v)/16) {
			t.Fatalf("%d became %d", v, got)
		}
	}
}

func TestASoundIsFoundWhereItIs(t *testing.T) {
	const at = 3*Rate + 123
	needle := Chirp(1, 2*time.Second)
	rms := amplitude / math.Sqrt2
	for name, test := range map[string]struct {
		hay   []int16
		least float64
	}{
		"alone":                     {Mix(make([]int16, 10*Rate), needle, at), 0.9999},
		"through A-law":             {Decode(Encode(Mix(make([]int16, 10*Rate), needle, at))), 0.999},
		"in noise as loud":          {Mix(Noise(5, rms, 10*time.Second), needle, at), 0.68},
		"in noise, through A-law":   {Decode(Encode(Mix(Noise(5, rms, 10*time.Second), needle, at))), 0.65},
		"under another":             {Mix(Chirp(2, 10*time.Second), needle, at), 0.6},
		"at the end":                {Mix(make([]int16, at), needle, at), 0.9999},
		"beside its beginning":      {Mix(Mix(make([]int16, 10*Rate), needle[:Rate/2], 8*Rate), needle, at), 0.9999},
		"with five packets missing": {without(Mix(make([]int16, 10*Rate), needle, at), at+4000, 5*160), 0.97},
		"16 times quieter":          {quieter(Mix(make([]int16, 10*Rate), needle, at)), 0.999},
	} {
		offset, score := Find(needle, test.hay)
		if offset != at || score < test.least {
			t.Errorf("%s: at %d with %.4f, want at %d with %.4f", name, offset, score, at, test.least)
		}
	}
}

func without(s []int16, from, n int) []int16 {
	clear(s[from : from+n])
	return s
}

func quieter(s []int16) []int16 {
	for i := range s {
		s[i] /= 16
	}
	return s
}

func TestASoundThatIsAbsentIsNotFound(t *testing.T) {
	needle := Chirp(1, time.Second)
	for name, hay := range map[string][]int16{
		"silence":          make([]int16, 10*Rate),
		"A-law's silence":  Decode(slices.Repeat([]byte{Silence}, 10*Rate)),
		"noise":            Noise(7, 3000, 10*time.Second),
		"another chirp":    Chirp(2, 10*time.Second),
		"a tone":           Tone(440, 10*time.Second),
		"a part of it":     Mix(make([]int16, 10*Rate), needle[:Rate/16], 5000),
		"its own reversal": reversed(needle),
	} {
		if offset, score := Find(needle, hay); score >= 0.3 {
			t.Errorf("%s: found at %d with %.3f", name, offset, score)
		}
	}
}

func reversed(s []int16) []int16 {
	s = slices.Clone(s)
	slices.Reverse(s)
	return s
}

func TestSeedsAreSounds(t *testing.T) {
	for seed := range uint64(5) {
		if !slices.Equal(Chirp(seed, time.Second), Chirp(seed, 2*time.Second)[:Rate]) {
			t.Fatal("a seed is not one sound")
		}
		for other := range uint64(5) {
			_, score := Find(Chirp(seed, time.Second), Chirp(other, 3*time.Second))
			if (score > 0.99) != (seed == other) || (seed != other && score > 0.3) {
				t.Errorf("seeds %d and %d: %.3f", seed, other, score)
			}
		}
	}
}

func TestANeedleThatCannotBeThere(t *testing.T) {
	for name, needle := range map[string][]int16{"empty": nil, "silent": make([]int16, 10), "too long": Tone(440, time.Second)} {
		if offset, score := Find(needle, Tone(440, time.Second/2)); offset != -1 || score != 0 {
			t.Errorf("%s: %d, %f", name, offset, score)
		}
	}
}

// TestFindAgainstItsDefinition compares with the plain sum.
func TestFindAgainstItsDefinition(t *testing.T) {
	needle, hay := Noise(1, 900, 50*time.Millisecond), Noise(2, 900, 300*time.Millisecond)
	best, place := -2.0, 0
	for i := range len(hay) - len(needle) + 1 {
		var nn, hh, nh float64
		for k, n := range needle {
			h := hay[i+k]
			nn, hh, nh = nn+float64(n)*float64(n), hh+float64(h)*float64(h), nh+float64(n)*float64(h)
		}
		if score := nh / math.Sqrt(nn*hh); score > best {
			best, place = score, i
		}
	}
	if offset, score := Find(needle, hay); offset != place || math.Abs(score-best) > 1e-9 {
		t.Errorf("%d with %f, want %d with %f", offset, score, place, best)
	}
}

func TestWAVsAreReadAsWritten(t *testing.T) {
	samples := append(Chirp(3, 100*time.Millisecond), 7)
	got, err := ReadWAV(WAV(samples))
	if err != nil || !slices.Equal(got, samples) {
		t.Errorf("linear: %v, %d samples", err, len(got))
	}
	alaw := Encode(samples)
	file := ALawWAV(alaw)
	if got, err = ReadWAV(file); err != nil || !slices.Equal(got, Decode(alaw)) {
		t.Errorf("A-law: %v, %d samples", err, len(got))
	}
	if len(file)%2 != 0 {
		t.Error("a chunk of odd length is not padded")
	}
	if got, err = ReadWAV(file[:len(file)-100]); err != nil || len(got) != len(alaw)-99 {
		t.Errorf("cut off: %v, %d samples", err, len(got))
	}
	stereo := WAV(samples)
	stereo[22] = 2
	for name, bad := range map[string][]byte{"empty": nil, "no WAV": make([]byte, 100), "no samples": file[:36], "stereo": stereo} {
		if _, err := ReadWAV(bad); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// BenchmarkFind is 10 s looked for in 60 s: under a second.
func BenchmarkFind(b *testing.B) {
	needle, hay := Chirp(1, 10*time.Second), Chirp(2, time.Minute)
	for b.Loop() {
		Find(needle, hay)
	}
}
