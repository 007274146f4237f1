package studio

import (
	"math"
	"slices"
	"testing"
	"time"
)

// TestActiveLevelLeavesPausesOut: ITU-T P.56 measures speech, however much
// silence stands around and within it.
func TestActiveLevelLeavesPausesOut(t *testing.T) {
	talk := noise(1, 0.1, 2*Rate) // -20 dB
	for name, samples := range map[string][]float64{
		"alone":          talk,
		"between pauses": slices.Concat(silence(Rate, 3000), talk, silence(Rate, 3000)),
		"with a pause":   slices.Concat(talk, silence(Rate, 2000), talk),
		"in a soft room": slices.Concat(noise(2, 0.0005, 3*Rate), talk, noise(3, 0.0005, 3*Rate)),
	} {
		if got := activeLevel(samples); math.Abs(got+20) > 0.8 {
			t.Errorf("%s: %.2f dB, should be -20", name, got)
		}
	}
	for name, samples := range map[string][]float64{"nothing": nil, "silence": silence(Rate, 1000)} {
		if got := activeLevel(samples); !math.IsInf(got, -1) {
			t.Errorf("%s: %.2f dB", name, got)
		}
	}
}

// TestClipsOfAnyRecordingAreAlike: the same words, soft or loud, at any rate,
// in any room's silence.
func TestClipsOfAnyRecordingAreAlike(t *testing.T) {
	want := voice(Rate, 2000, 0.1)
	highPass(want) // turns the low tones' phases
	for name, c := range map[string]struct {
		rate            int
		amplitude       float64
		ahead, behind   int // ms
		offset, rumbles float64
	}{
		"as it should be":   {48000, 0.2, 300, 400, 0, 0},
		"soft":              {44100, 0.004, 1000, 50, 0, 0},
		"loud":              {96000, 0.45, 0, 2000, 0, 0},
		"with an offset":    {48000, 0.1, 500, 500, 0.2, 0},
		"with mains hum":    {48000, 0.1, 500, 500, 0, 0.05},
		"no silence at all": {16000, 0.1, 0, 0, 0, 0},
	} {
		samples := slices.Concat(silence(c.rate, c.ahead), voice(c.rate, 2000, c.amplitude), silence(c.rate, c.behind))
		for i := range samples {
			samples[i] += c.offset + c.rumbles*math.Sin(2*math.Pi*25*float64(i)/float64(c.rate))
		}
		clip, err := Speech(&Recording{Rate: c.rate, Samples: samples})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got := heard(clip)
		if l := activeLevel(got); math.Abs(l-speech) > 0.5 {
			t.Errorf("%s: it speaks at %.1f dB", name, l)
		}
		if clip.Length() < 1900*time.Millisecond || clip.Length() > 2120*time.Millisecond {
			t.Errorf("%s: it lasts %v", name, clip.Length())
		}
		// The cut takes or leaves some of the first and last syllable's foot.
		if found := alike(want[:len(want)-1000], got, 400); found < 0.97 {
			t.Errorf("%s: correlation %.3f", name, found)
		}
	}
}

// TestPeaksAreHeld: a voice with much between its peaks and its mean loses
// nothing to clipping, and no sample passes the ceiling.
func TestPeaksAreHeld(t *testing.T) {
	samples := slices.Concat(noise(4, 0.02, Rate), tone(400, 0.5, Rate, 10), noise(5, 0.02, Rate))
	clip, err := Speech(&Recording{Rate: Rate, Samples: samples})
	if err != nil {
		t.Fatal(err)
	}
	peak := 0.0
	for _, s := range heard(clip) {
		peak = max(peak, math.Abs(s))
	}
	if peak > ceiling*1.04 || peak < ceiling*0.7 { // A-law's steps
		t.Errorf("the peak is %.2f", peak)
	}
	if l := level(heard(clip)[1000:7000]); math.Abs(l-speech) > 1.5 {
		t.Errorf("the rest is at %.1f dB", l)
	}
}

func TestARecordingOfNothingIsRefused(t *testing.T) {
	for name, samples := range map[string][]float64{
		"empty":   nil,
		"silence": silence(48000, 2000),
		"hiss":    noise(6, 0.0003, 48000),
		"offset":  slices.Repeat([]float64{0.5}, 48000),
		"a click": slices.Concat(silence(48000, 500), tone(1000, 0.9, 48000, 48), silence(48000, 500)),
	} {
		if c, err := Speech(&Recording{Rate: 48000, Samples: samples}); err == nil {
			t.Errorf("%s: a clip of %v", name, c.Length())
		}
	}
	if _, err := Music(&Recording{Rate: 48000}); err == nil {
		t.Error("music of nothing")
	}
}

// TestMusicKeepsItsLength, for its end joins its beginning, and stands behind
// speech.
func TestMusicKeepsItsLength(t *testing.T) {
	in := slices.Concat(silence(48000, 500), voice(48000, 3000, 0.3), silence(48000, 500))
	clip, err := Music(&Recording{Rate: 48000, Samples: in})
	if err != nil || clip.Length() != 4*time.Second {
		t.Fatalf("%v, %v", clip, err)
	}
	if l := level(heard(clip)); math.Abs(l-music) > 0.3 {
		t.Errorf("it is at %.1f dB", l)
	}
}

func TestAnOverdrivenRecordingIsToldAndLeftAsItIs(t *testing.T) {
	in := voice(Rate, 1000, 2)
	for i := range in {
		in[i] = max(-1, min(1, in[i]))
	}
	was := slices.Clone(in)
	clip, err := Speech(&Recording{Rate: Rate, Samples: in})
	if err != nil || !clip.Overdriven {
		t.Errorf("%v, %v", clip, err)
	}
	if !slices.Equal(in, was) {
		t.Error("the recording was changed")
	}
	if clip, err = Speech(&Recording{Rate: Rate, Samples: voice(Rate, 1000, 0.2)}); err != nil || clip.Overdriven {
		t.Errorf("%v, %v", clip, err)
	}
}
