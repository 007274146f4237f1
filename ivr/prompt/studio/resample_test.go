package studio

import (
	"fmt"
	"math"
	"testing"
)

var rates = []int{4000, 6000, 11025, 16000, 22050, 32000, 44100, 48000, 88200, 96000, 192000, 44099} // the last has no ratio to 8,000

// TestTheTelephonesBandPassesAndNothingElse: tones up to 3,400 Hz come through
// as they were, tones that would come back mirrored are 75 dB down.
func TestTheTelephonesBandPassesAndNothingElse(t *testing.T) {
	for _, rate := range rates[:len(rates)-1] {
		for _, hertz := range []float64{100, 300, 1000, 1700, 2500, 3400} {
			if hertz > passes*float64(rate)/2 {
				continue
			}
			got := resample(tone(hertz, 0.5, rate, rate/2), rate, Rate)
			want := tone(hertz, 0.5, Rate, Rate/2)
			for i := 1000; i < 3000; i++ { // away from the ends
				if math.Abs(got[i]-want[i]) > 0.5e-3 {
					t.Fatalf("%d Hz, tone %g: sample %d is %f, should be %f", rate, hertz, i, got[i], want[i])
				}
			}
		}
		for _, hertz := range []float64{4010, 4600, 5000, 7000, 7990, 9000, 12000, 16100, 21000} {
			if hertz >= float64(rate)/2 {
				continue
			}
			got := resample(tone(hertz, 1, rate, rate/2), rate, Rate)
			if left := level(got[1000:3000]) + 3; left > -75 {
				t.Errorf("%d Hz, tone %g: %.0f dB are left", rate, hertz, left)
			}
		}
	}
}

func TestLengthsAreKept(t *testing.T) {
	for _, rate := range rates {
		for _, n := range []int{0, 1, 7, rate, rate + 1} {
			got := len(resample(make([]float64, n), rate, Rate))
			if want := float64(n) * Rate / float64(rate); math.Abs(float64(got)-want) > 1 {
				t.Errorf("%d samples at %d are %d", n, rate, got)
			}
		}
	}
	in := voice(Rate, 100, 1)
	if got := resample(in, Rate, Rate); &got[0] != &in[0] {
		t.Error("what needs no change was changed")
	}
}

// TestVoiceIsTheSameAtEachRate by correlation.
func TestVoiceIsTheSameAtEachRate(t *testing.T) {
	want := voice(Rate, 1000, 0.2)
	for _, rate := range rates[3:] {
		if c := alike(want, resample(voice(rate, 1000, 0.2), rate, Rate), 1); c < 0.999 {
			t.Errorf("%d: correlation %.4f", rate, c)
		}
	}
}

func BenchmarkResample(b *testing.B) {
	for _, rate := range []int{44100, 48000, 192000} {
		b.Run(fmt.Sprint(rate), func(b *testing.B) {
			in := voice(rate, 5000, 0.2)
			for b.Loop() {
				resample(in, rate, Rate)
			}
		})
	}
}
