package studio

import (
	"encoding/binary"
	"math"
	"strings"
	"testing"
)

// TestEveryFormatIsRead gives the same sound, as far as the format carries it.
func TestEveryFormatIsRead(t *testing.T) {
	want := voice(16000, 500, 0.2)
	for name, c := range map[string]struct {
		format, bits uint16
		off          float64
	}{
		"8 bits":   {formatPCM, 8, 1.0 / 100},
		"16 bits":  {formatPCM, 16, 1.0 / 16000},
		"24 bits":  {formatPCM, 24, 1e-6},
		"32 bits":  {formatPCM, 32, 1e-8},
		"float":    {formatFloat, 32, 1e-7},
		"double":   {formatFloat, 64, 0},
		"A-law":    {formatALaw, 8, 0.03},
		"µ-law":    {formatMuLaw, 8, 0.03},
		"24 bits+": {formatExtensible, 24, 1e-6},
	} {
		format := c.format
		if format == formatExtensible {
			format = formatPCM
		}
		got := file(format, 1, c.bits, 16000, want)
		if c.format == formatExtensible {
			got = extended(got)
		}
		r, err := Read(got)
		if err != nil || r.Rate != 16000 || len(r.Samples) != len(want) {
			t.Fatalf("%s: %v", name, err)
		}
		for i := range want {
			if math.Abs(r.Samples[i]-want[i]) > c.off {
				t.Fatalf("%s: sample %d is %f, should be %f", name, i, r.Samples[i], want[i])
			}
		}
	}
}

// extended makes a file's header WAVE_FORMAT_EXTENSIBLE, as recorders write it
// for 24 bits.
func extended(wav []byte) []byte {
	const header = 12 + 12 // RIFF, LIST
	chunk := append([]byte{}, wav[header:header+24]...)
	binary.LittleEndian.PutUint32(chunk[4:], 40)
	format := binary.LittleEndian.Uint16(chunk[8:])
	binary.LittleEndian.PutUint16(chunk[8:], formatExtensible)
	chunk = append(chunk, 22, 0, 24, 0, 0, 0, 0, 0, byte(format), byte(format>>8))
	chunk = append(chunk, "\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71"...)
	return append(append(append([]byte{}, wav[:header]...), chunk...), wav[header+24:]...)
}

func TestChannelsBecomeOne(t *testing.T) {
	a := voice(8000, 400, 0.3)
	two := func(left, right float64) []float64 {
		out := make([]float64, 0, 2*len(a))
		for _, s := range a {
			out = append(out, left*s, right*s)
		}
		return out
	}
	for name, c := range map[string]struct {
		left, right, want float64
	}{"both": {1, 1, 1}, "left alone": {1, 0, 0.5}, "right softer": {1, 0.5, 0.75}, "a swapped wire": {1, -1, 1}, "a swapped wire, softer": {-0.8, 1, 1}} {
		r, err := Read(file(formatFloat, 2, 64, 8000, two(c.left, c.right)))
		if err != nil {
			t.Fatal(err)
		}
		for i := range a {
			if math.Abs(r.Samples[i]-c.want*a[i]) > 1e-9 {
				t.Fatalf("%s: sample %d is %f of %f", name, i, r.Samples[i], a[i])
			}
		}
	}
}

func TestWhatIsNoSoundIsNamed(t *testing.T) {
	good := file(formatPCM, 1, 16, 8000, voice(8000, 300, 0.3))
	for name, c := range map[string]struct {
		wav  []byte
		want string
	}{
		"nothing":           {nil, "not a WAV file"},
		"an MP3":            {[]byte("ID3\x04 and many bytes of another kind"), "not a WAV file"},
		"no sound":          {good[:50], "without sound"},
		"MP3 in a WAV":      {wav(85, 1, 0, 8000, []byte{1}), "format 85"},
		"12 bits":           {wav(formatPCM, 1, 12, 8000, []byte{1}), "12 bits"},
		"no channel":        {wav(formatPCM, 0, 16, 8000, []byte{1}), "0 channels"},
		"too many channels": {wav(formatPCM, 9, 16, 8000, []byte{1}), "9 channels"},
		"no rate":           {wav(formatPCM, 1, 16, 0, []byte{1}), "0 samples"},
		"too fast":          {wav(formatPCM, 1, 16, 192001, []byte{1}), "192001"},
		"too long":          {wav(formatPCM, 1, 8, 4000, make([]byte, 4000*301)), "5m1s"},
		"not a number":      {file(formatFloat, 1, 32, 8000, []float64{0, math.NaN()}), "no sound"},
		"much too loud":     {file(formatFloat, 1, 64, 8000, []float64{0, 1e9}), "no sound"},
		"a short header":    {[]byte("RIFF\x00\x00\x00\x00WAVEfmt \x04\x00\x00\x00abcd"), "short header"},
		"no header":         {[]byte("RIFF\x00\x00\x00\x00WAVEdata\x04\x00\x00\x00abcd"), "before its header"},
		"a giant":           {make([]byte, MaxFile+1), "at most"},
	} {
		if _, err := Read(c.wav); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAFileThatWasCutOffGivesWhatIsThere, also where its lengths say nothing.
func TestAFileThatWasCutOffGivesWhatIsThere(t *testing.T) {
	good := file(formatPCM, 1, 16, 8000, voice(8000, 300, 0.3))
	at := len(good) - 2*2400 - 4 // the data's length
	for name, change := range map[string]func([]byte) []byte{
		"cut off":   func(b []byte) []byte { return b[:len(b)-401] },
		"length 0":  func(b []byte) []byte { clear(b[at : at+4]); return b },
		"length -1": func(b []byte) []byte { copy(b[at:], "\xff\xff\xff\xff"); return b },
	} {
		r, err := Read(change(append([]byte{}, good...)))
		if err != nil || len(r.Samples) < 2199 || len(r.Samples) > 2400 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	sound := voice(8000, 20, 0.3)
	for _, c := range [][2]uint16{{1, 8}, {1, 16}, {1, 24}, {1, 32}, {3, 32}, {3, 64}, {6, 8}, {7, 8}} {
		f.Add(file(c[0], 2, c[1], 44100, sound))
	}
	f.Add(extended(file(formatPCM, 1, 24, 48000, sound)))
	f.Fuzz(func(t *testing.T, wav []byte) {
		r, err := Read(wav)
		if err != nil {
			return
		}
		if len(r.Samples) > len(wav) || r.Length() > maxLength {
			t.Errorf("%d samples of %d bytes, %v", len(r.Samples), len(wav), r.Length())
		}
		for _, make := range []func(*Recording) (*Clip, error){Speech, Music} {
			c, err := make(r)
			if err == nil && (c.Length() < shortest || c.Length() > maxLength || math.IsNaN(c.Gain)) {
				t.Errorf("a clip of %v, gain %f", c.Length(), c.Gain)
			}
		}
	})
}
