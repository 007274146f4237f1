package prompt

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// TestEveryTextHasItsClip and every clip its text: A-law, 8 kHz, mono, as long
// as its words take.
func TestEveryTextHasItsClip(t *testing.T) {
	spoken := map[string]string{Music: ""}
	for _, text := range Texts() {
		if _, twice := spoken[text.Name]; twice || text.Text == "" {
			t.Errorf("%s is there twice, or says nothing: %q", text.Name, text.Text)
		}
		spoken[text.Name] = text.Text
	}
	if len(spoken) < 25 || len(Names()) != len(spoken) {
		t.Errorf("%d texts, %d names", len(spoken), len(Names()))
	}
	files, err := clips.ReadDir("clips")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if _, ok := spoken[strings.TrimSuffix(file.Name(), ".wav")]; !ok {
			t.Errorf("nothing says what %s is", file.Name())
		}
	}
	for name, text := range spoken {
		samples := aLawClip(t, name)
		// 0.12 to 0.5 s a character, with its pauses; music is looped and
		// should not be heard to be.
		least, most := 960*utf8.RuneCountInString(text), 4000*utf8.RuneCountInString(text)
		if name == Music {
			least, most = 8000*8, 8000*120
		}
		if len(samples) < least || len(samples) > most {
			t.Errorf("%s (%s) takes %d samples, should take %d to %d", name, text, len(samples), least, most)
		}
		if loud := loudness(samples); loud < 0.02 {
			t.Errorf("%s can hardly be heard: %f", name, loud)
		}
	}
}

// aLawClip looks at the file's header and returns its samples.
func aLawClip(t *testing.T, name string) []byte {
	t.Helper()
	wav, ok := WAV(name)
	samples, decoded := Samples(name)
	if !ok || !decoded || len(wav) < 44 {
		t.Fatalf("%s has no clip", name)
	}
	le := binary.LittleEndian
	if string(wav[12:16]) != "fmt " || le.Uint16(wav[20:]) != formatALaw || le.Uint16(wav[22:]) != 1 || le.Uint32(wav[24:]) != 8000 || le.Uint16(wav[34:]) != 8 {
		t.Errorf("%s is not A-law of 8 kHz and one channel", name)
	}
	return samples
}

// loudness is the share of samples that are louder than a whisper: A-law codes
// above the third segment.
func loudness(samples []byte) float64 {
	loud := 0
	for _, s := range samples {
		if (s^0x55)>>4&7 >= 3 {
			loud++
		}
	}
	return float64(loud) / float64(len(samples))
}

// TestClipsAreAsLoudAsOneAnother: a caller hears them one after the other.
func TestClipsAreAsLoudAsOneAnother(t *testing.T) {
	for _, name := range Names() {
		energy := 0.0
		samples, _ := Samples(name)
		if name != Music {
			samples = samples[160 : len(samples)-640] // the silence around the words
		}
		for _, code := range samples {
			c := code ^ 0x55
			v := float64(int(c&15)*16 + 8)
			if segment := c >> 4 & 7; segment > 0 {
				v = (v + 256) * float64(int(1)<<(segment-1))
			}
			energy += v * v / (1 << 30)
		}
		level, want := 10*math.Log10(energy/float64(len(samples))), -22.0
		if name == Music {
			want = -28
		}
		if math.Abs(level-want) > 1.5 {
			t.Errorf("%s is at %.1f dB, should be at %.0f", name, level, want)
		}
	}
}

func TestDepartmentsAreFoundByTheirNames(t *testing.T) {
	n := 0
	for _, text := range Texts() {
		if !strings.HasPrefix(text.Name, departments) {
			continue
		}
		n++
		if clip, ok := Department(text.Text); !ok || clip != text.Name {
			t.Errorf("%s is %q", text.Text, clip)
		}
	}
	if n < 25 {
		t.Errorf("%d departments", n)
	}
	for _, name := range []string{"", "省", "电话", "幺"} {
		if clip, ok := Department(name); ok {
			t.Errorf("%q is %s", name, clip)
		}
	}
}

func TestNumbersAreSpelledAsPeopleSayThem(t *testing.T) {
	for _, c := range []struct {
		got  []string
		want string
	}{
		{Number("12345"), "一二三四五"},
		{Number("12331"), "幺二三三幺"},
		{Number("0551-12315"), "零五五幺幺二三幺五"},
		{Number("+86 96345"), "八六九六三四五"},
		{Number("7"), "七"},
		{Number(""), ""},
		{Number("112345"), "幺幺二三四五"},
		{Serving("8001"), "工号八零零一为您服务"},
		{Serving("1171"), "工号一一七一为您服务"},
		{append(Number("12393"), Calling), "幺二三九三来电"},
		{From("110"), "幺幺零转来"},
		{From("122"), "幺二二转来"},
		{From("合肥12345"), ""},
	} {
		if got := said(t, c.got); got != c.want {
			t.Errorf("said is %s, should be %s", got, c.want)
		}
	}
}

// said is what a list of clips says.
func said(t *testing.T, clips []string) string {
	t.Helper()
	var out strings.Builder
	for _, clip := range clips {
		i := slices.IndexFunc(Texts(), func(x Text) bool { return x.Name == clip })
		if i < 0 {
			t.Fatalf("no clip %q", clip)
		}
		out.WriteString(Texts()[i].Text)
	}
	return out.String()
}

// TestWhatIsSpokenIsSpokenWhole: an utterance has words, no digits that a
// voice would read in its own way.
func TestWhatIsSpokenIsSpokenWhole(t *testing.T) {
	for _, text := range Texts() {
		for _, r := range text.Text {
			if !unicode.Is(unicode.Han, r) && !strings.ContainsRune("，。、", r) {
				t.Errorf("%s has %q", text.Name, r)
			}
		}
	}
}
