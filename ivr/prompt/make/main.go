// Command make speaks the clips of ivr/prompt/texts.csv with espeak-ng's
// Mandarin voice, makes telephone sound of them as of a studio's recordings,
// and writes the music on hold. `make prompts` runs it from the project's root;
// the same espeak-ng gives the same bytes.
package main

import (
	"fmt"
	"log"
	"math"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/hotline12345/hotline/ivr/prompt"
	"github.com/hotline12345/hotline/ivr/prompt/studio"
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
		if err := speak(t, filepath.Join(scratch, t.Name+".wav")); err != nil {
			log.Fatalf("%s: %v", t.Name, err)
		}
	}
	c, err := studio.Music(tune())
	if err == nil {
		err = write(prompt.Music, c)
	}
	if err != nil {
		log.Fatalf("%s: %v", prompt.Music, err)
	}
}

// voice reads characters as Mandarin. The plain cmn of espeak-ng 1.51 does not:
// it reads most of them as their pinyin spelled in English, hao3 as "how three"
// (espeak-ng issues 1044 and 1236).
const voice = "cmn-latn-pinyin"

// speak makes a text's clip by way of a scratch file.
func speak(t prompt.Text, scratch string) error {
	if out, err := exec.Command("espeak-ng", "-v", voice, "-s", "190", "-p", "55", "-w", scratch, t.Text).CombinedOutput(); err != nil {
		return fmt.Errorf("espeak-ng: %w\n%s", err, out)
	}
	spoken, err := os.ReadFile(scratch)
	if err != nil {
		return err
	}
	recording, err := studio.Read(spoken)
	if err != nil {
		return err
	}
	c, err := studio.Speech(recording)
	if err != nil {
		return err
	}
	return write(t.Name, c)
}

func write(name string, c *studio.Clip) error {
	return os.WriteFile(filepath.Join(folder, name+".wav"), prompt.Encode(c.Samples), 0o644)
}

// tune is a pentatonic tune of our own, 16 s that join at their ends: no
// recording of anybody's is played to citizens.
func tune() *studio.Recording {
	const rate, beat = 8000, 0.5
	notes := []int{0, 2, 4, 7, 9, 7, 4, 2, 0, 4, 7, 12, 9, 7, 4, 2, 0, -3, 0, 2, 4, 7, 4, 2, 0, 2, 4, 2, 0, -3, -5, 0}
	samples := make([]float64, int(float64(len(notes))*beat*rate))
	for i, semitone := range notes {
		frequency := 392 * math.Pow(2, float64(semitone)/12)
		start := int(float64(i) * beat * rate)
		for n := range int(3 * beat * rate) {
			t := float64(n) / rate
			tone := math.Sin(2*math.Pi*frequency*t) + 0.3*math.Sin(4*math.Pi*frequency*t)
			attack := math.Min(1, t/0.01)
			samples[(start+n)%len(samples)] += tone * attack * math.Exp(-3*t)
		}
	}
	for i := range samples {
		samples[i] *= 0.15
	}
	return &studio.Recording{Rate: rate, Samples: samples}
}
