// Command make speaks the clips of ivr/prompt/texts.csv with espeak-ng's
// Mandarin voice, converts them with sox to A-law, 8 kHz, and writes the music
// on hold. `make prompts` runs it from the project's root.
package main

import (
	"fmt"
	"log"
	"math"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/hotline12345/hotline/ivr/prompt"
)

const folder = "ivr/prompt/clips"

func main() {
	log.SetFlags(0)
	scratch, err := os.MkdirTemp("", "prompts")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(scratch)
	for _, t := range prompt.Texts() {
		spoken := filepath.Join(scratch, t.Name+".wav")
		run("espeak-ng", "-v", "cmn", "-s", "215", "-p", "55", "-w", spoken, t.Text)
		// Cut the silence before and after; telephone level; G.711 A-law.
		run("sox", "-R", spoken, "-r", "8000", "-c", "1", "-e", "a-law", clip(t.Name),
			"silence", "1", "0.01", "0.5%", "reverse", "silence", "1", "0.01", "0.5%", "reverse",
			"norm", "-6", "pad", "0", "0.08")
	}
	raw := filepath.Join(scratch, "music.s16")
	if err := os.WriteFile(raw, music(), 0o600); err != nil {
		log.Fatal(err)
	}
	run("sox", "-R", "-r", "8000", "-c", "1", "-b", "16", "-e", "signed", "-t", "raw", raw,
		"-e", "a-law", clip(prompt.Music), "norm", "-14")
}

func clip(name string) string { return filepath.Join(folder, name+".wav") }

func run(name string, args ...string) {
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		log.Fatal(fmt.Errorf("%s %v: %w\n%s", name, args, err, out))
	}
}

// music is a pentatonic tune of our own, 16 s that join at their ends: no
// recording of anybody's is played to citizens.
func music() []byte {
	const rate, beat = 8000, 0.5
	tune := []int{0, 2, 4, 7, 9, 7, 4, 2, 0, 4, 7, 12, 9, 7, 4, 2, 0, -3, 0, 2, 4, 7, 4, 2, 0, 2, 4, 2, 0, -3, -5, 0}
	samples := make([]float64, int(float64(len(tune))*beat*rate))
	for i, semitone := range tune {
		frequency := 392 * math.Pow(2, float64(semitone)/12)
		start := int(float64(i) * beat * rate)
		for n := range int(3 * beat * rate) {
			t := float64(n) / rate
			tone := math.Sin(2*math.Pi*frequency*t) + 0.3*math.Sin(4*math.Pi*frequency*t)
			attack := math.Min(1, t/0.01)
			samples[(start+n)%len(samples)] += tone * attack * math.Exp(-3*t)
		}
	}
	out := make([]byte, 0, 2*len(samples))
	for _, s := range samples {
		v := int16(s / 3 * 16000)
		out = append(out, byte(v), byte(uint16(v)>>8))
	}
	return out
}
