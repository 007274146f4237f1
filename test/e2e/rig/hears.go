package rig

import (
	"testing"
	"time"

	"github.com/hotline12345/hotline/test/sound"
)

// A sound is looked for in pieces, so that a packet that a busy machine lost or
// shifted spoils one of them and not the whole; each must be found.
const piece = sound.Rate // samples

// kept is what a phone's jitter buffer holds back of a sound's end while
// nothing follows.
const kept = sound.Rate / 4 // samples

// listening is how often what was heard is looked at.
const listening = 250 * time.Millisecond

// Hears waits until the sound is found in what heard returns (A-law, only ever
// growing) and says at which sample it begins there. The end of the sound,
// a quarter at most, may be missing.
func Hears(t testing.TB, who string, heard func() []byte, needle []int16) int {
	t.Helper()
	needle = needle[:len(needle)-min(kept, len(needle)/4)]
	begin, from := -1, 0
	for at := 0; at < len(needle); at += piece {
		end := at + piece
		if len(needle)-end < piece/2 { // a short rest goes with the piece before
			end = len(needle)
		}
		place := hearsPiece(t, who, heard, needle[at:end], from)
		if begin < 0 {
			begin = place
		}
		if end == len(needle) {
			break
		}
		from = place + (end-at)/2
	}
	return begin
}

// hearsPiece searches each sample once, however often it looks.
func hearsPiece(t testing.TB, who string, heard func() []byte, needle []int16, from int) int {
	t.Helper()
	best, end := 0.0, time.Now().Add(Patience)
	tick := time.NewTicker(listening)
	defer tick.Stop()
	for {
		all := heard()
		if len(all)-from >= len(needle) {
			place, score := sound.Find(needle, sound.Decode(all[from:]))
			if score >= sound.Found {
				return from + place
			}
			best = max(best, score)
			from = len(all) - len(needle) + 1
		}
		if time.Now().After(end) {
			t.Fatalf("%s: not heard in %.1f s of sound; the nearest has a correlation of %.3f", who, float64(len(all))/sound.Rate, best)
		}
		<-tick.C
	}
}

// Since is heard from now on: what has been heard before is left out.
func Since(heard func() []byte) func() []byte {
	before := len(heard())
	return func() []byte {
		all := heard()
		return all[min(before, len(all)):]
	}
}
