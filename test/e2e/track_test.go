package e2e

import (
	"testing"

	"github.com/hotline12345/hotline/test/sound"
)

// track is what a party has heard, looked at from its beginning on.
type track struct {
	heard []int16
	at    int // what was found ends here
}

func newTrack(alaw []byte) *track { return &track{heard: sound.Decode(alaw)} }

// How far from where it is due a sound may begin, in samples: one that follows
// another, and one that somebody's answer brings.
const (
	follows = sound.Rate / 5
	later   = 2 * sound.Rate
)

// plays checks that the clips are heard next, the first one at most slack away,
// each behind the other. A clip most of which did not arrive, because a busy
// machine had no time to play it, counts as neither heard nor missing; most of
// them all must be heard.
func (k *track) plays(t *testing.T, who string, slack int, clips ...string) {
	t.Helper()
	head := spoken(t, clips...)
	head = head[:min(len(head), later)] // more than a digit, which may be there twice
	if at, score := k.find(head, slack); score >= sound.Found {
		k.at, slack = at, follows
	}
	whole, lost := 0, 0
	for _, name := range clips {
		samples := clip(t, name)
		whole += len(samples)
		at, score := k.find(samples, slack)
		switch {
		case score >= sound.Found:
			k.at, slack = at+len(samples), follows
		case k.arrived(samples) < 0.5:
			k.at, lost = k.at+len(samples), lost+len(samples)
		default:
			t.Errorf("%s does not hear %s %.1f s after the beginning: %.2f", who, name, float64(k.at)/sound.Rate, score)
			return
		}
	}
	if lost > whole/2 {
		t.Errorf("%s hears too little of %q: %d of %d samples did not arrive", who, clips, lost, whole)
	}
}

// block is a packet's samples.
const block = sound.Rate / 50

// arrived is the share of a sound's packets, those that are not silent, in whose
// place something was heard.
func (k *track) arrived(samples []int16) float64 {
	spoken, came := 0, 0
	for i := 0; i+block <= len(samples); i += block {
		if silent(samples[i : i+block]) {
			continue
		}
		spoken++
		if at := k.at + i; at+block <= len(k.heard) && !silent(k.heard[at:at+block]) {
			came++
		}
	}
	return float64(came) / float64(max(spoken, 1))
}

// silent says whether a packet has nothing in it, or stands for one that did not
// come.
func silent(samples []int16) bool {
	for _, s := range samples {
		if s < -16 || s > 16 {
			return false
		}
	}
	return true
}

// find looks for a sound that begins up to slack samples around where it is due.
func (k *track) find(needle []int16, slack int) (int, float64) {
	from := min(max(0, k.at-slack), len(k.heard))
	to := min(len(k.heard), k.at+slack+len(needle))
	place, score := sound.Find(needle, k.heard[from:max(from, to)])
	return from + place, score
}

// ends checks that the last second that was heard, but for what a BYE overtakes,
// is of a voice that says the same over and over.
func (k *track) ends(t *testing.T, who string, seed uint64) {
	t.Helper()
	k.speaks(t, who, seed, len(k.heard)-sound.Rate*6/5)
}

// opens checks that nothing comes before the voice.
func (k *track) opens(t *testing.T, who string, seed uint64) {
	t.Helper()
	k.speaks(t, who, seed, sound.Rate/10)
}

func (k *track) speaks(t *testing.T, who string, seed uint64, at int) {
	t.Helper()
	if at < 0 || at+sound.Rate > len(k.heard) {
		t.Errorf("%s has heard only %d samples", who, len(k.heard))
		return
	}
	said := voice(seed)
	said = append(said, said[:sound.Rate]...)
	if _, score := sound.Find(k.heard[at:at+sound.Rate], said); score < sound.Found {
		t.Errorf("%s does not hear the voice %d at sample %d of %d: %.2f", who, seed, at, len(k.heard), score)
	}
}
