package prompt

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"
)

func wavOf(format, channels, bits uint16, rate uint32, data []byte) []byte {
	var b bytes.Buffer
	b.WriteString("RIFF\x00\x00\x00\x00WAVEfmt ")
	for _, v := range []any{uint32(16), format, channels, rate, rate, uint16(1), bits} {
		_ = binary.Write(&b, binary.LittleEndian, v)
	}
	b.WriteString("LIST\x03\x00\x00\x00abc\x00data")
	_ = binary.Write(&b, binary.LittleEndian, uint32(len(data)))
	b.Write(data)
	return b.Bytes()
}

// TestALawIsG711: a sample that stands in the middle of a step is that step's
// code, and its neighbours in the same step too.
func TestALawIsG711(t *testing.T) {
	for code := range 256 {
		c := code ^ 0x55
		segment, v := c>>4&7, (c&15)*16+8
		if segment > 0 {
			v = (v + 256) << (segment - 1)
		}
		if c&0x80 == 0 {
			v = -v
		}
		if got := ALaw(int16(v)); got != byte(code) {
			t.Errorf("%d is %#x, must be %#x", v, got, code)
		}
	}
	if ALaw(math.MinInt16) != 0x2a || ALaw(math.MaxInt16) != 0xaa {
		t.Error("the loudest samples")
	}
}

func TestDecodeTakesALawAndPCM(t *testing.T) {
	for name, c := range map[string]struct{ wav, want []byte }{
		"a-law": {wavOf(6, 1, 8, 8000, []byte{1, 2, 3}), []byte{1, 2, 3}},
		"pcm":   {wavOf(1, 1, 16, 8000, []byte{0, 0, 0xff, 0x7f}), []byte{0xd5, 0xaa}},
	} {
		if got, err := Decode(c.wav); err != nil || !bytes.Equal(got, c.want) {
			t.Errorf("%s: %v %v", name, got, err)
		}
	}
	for name, wav := range map[string][]byte{
		"none": nil, "text": []byte("hello, this is no sound"), "stereo": wavOf(6, 2, 8, 8000, nil), "wide": wavOf(1, 1, 16, 16000, nil),
		"mp3": wavOf(85, 1, 8, 8000, nil), "cut": wavOf(6, 1, 8, 8000, nil)[:40],
	} {
		if _, err := Decode(wav); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

// TestEncodedIsDecoded, with a header whose lengths are true.
func TestEncodedIsDecoded(t *testing.T) {
	for _, samples := range [][]byte{{}, {1}, {1, 2}, {1, 2, 3}} {
		wav := Encode(samples)
		if got, err := Decode(wav); err != nil || !bytes.Equal(got, samples) {
			t.Errorf("%v: %v %v", samples, got, err)
		}
		if len(wav)%2 != 0 || int(binary.LittleEndian.Uint32(wav[4:])) != len(wav)-8 {
			t.Errorf("%v: %d bytes, the header says %d", samples, len(wav), binary.LittleEndian.Uint32(wav[4:]))
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(wavOf(6, 1, 8, 8000, []byte{1, 2, 3}))
	f.Add(wavOf(1, 1, 16, 8000, []byte{0, 0, 1}))
	f.Fuzz(func(t *testing.T, wav []byte) {
		if out, err := Decode(wav); err == nil && len(out) > len(wav) {
			t.Error("more sound than there was")
		}
	})
}
