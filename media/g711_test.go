package media

import "testing"

func TestCompandedValuesSurviveTheWayToLinearAndBack(t *testing.T) {
	for i := range 256 {
		v := byte(i)
		if got := linearToA(aToLinear(v)); got != v {
			t.Errorf("A-law %#x became %#x", v, got)
		}
		if got := linearToU(uToLinear(v)); got != v && v != 0x7f { // µ-law has two zeros
			t.Errorf("µ-law %#x became %#x", v, got)
		}
	}
}

func TestKnownValuesOfG711(t *testing.T) {
	// Ends of the scales, ITU-T G.711 tables 1 and 2, times 8 and 4.
	for v, want := range map[byte]int16{0xaa: 32256, 0x2a: -32256, 0xd5: 8, 0x55: -8} {
		if aToLinear(v) != want {
			t.Errorf("A-law %#x is %d, want %d", v, aToLinear(v), want)
		}
	}
	for v, want := range map[byte]int16{0x80: 32124, 0x00: -32124, 0xff: 0, 0xfe: 8, 0x7e: -8} {
		if uToLinear(v) != want {
			t.Errorf("µ-law %#x is %d, want %d", v, uToLinear(v), want)
		}
	}
}

func TestConversionStaysWithinAStepAndKeepsOrder(t *testing.T) {
	for i := range 256 {
		a, u := aToLinear(byte(i)), uToLinear(aToU[byte(i)])
		if d := int(a) - int(u); d > max(int(a), -int(a))/16+16 || -d > max(int(a), -int(a))/16+16 {
			t.Errorf("A-law %#x (%d) became µ-law %d", i, a, u)
		}
	}
	for s := -32768; s < 32767; s++ {
		if aToLinear(linearToA(int16(s))) > aToLinear(linearToA(int16(s+1))) || uToLinear(linearToU(int16(s))) > uToLinear(linearToU(int16(s+1))) {
			t.Fatalf("the order turns at %d", s)
		}
	}
}
