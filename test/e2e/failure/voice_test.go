package failure

import (
	"net/netip"
	"os"
	"testing"
	"time"

	"github.com/hotline12345/hotline/ivr/prompt"
	"github.com/hotline12345/hotline/test/e2e/script"
	"github.com/hotline12345/hotline/test/sound"
)

// The payload types of the two codecs.
const (
	pcmu = 0
	pcma = 8
)

// The sounds of the two sides of a talk.
var (
	callersVoice = sound.Chirp(1, 4*time.Second)
	agentsVoice  = sound.Chirp(2, 4*time.Second)
)

func portOf(m *script.Message) netip.AddrPort {
	media := m.SDP()
	return media.At
}

// voices lets both sides of a talk speak, each with its sound, in A-law; hush
// is the end of the agent's.
func (k *talk) voices() (hush func()) {
	k.caller.Sound.Play(k.callerPort, pcma, sound.Encode(callersVoice), 20)
	return k.phone.Sound.Play(k.agentPort, pcma, sound.Encode(agentsVoice), 20)
}

// hears waits until a party hears a second of the voice, in the codec of that
// payload type. It looks each time that another second has come, for so long as
// the voice needs to be heard twice: how fast that goes is the machine's
// matter.
func (p *party) hears(t *testing.T, who string, voice []int16, payload uint8) {
	t.Helper()
	needle := voice[sound.Rate : 2*sound.Rate]
	best := 0.0
	for n := 2; n <= 2*len(voice)/sound.Rate+2; n++ {
		heard := p.Sound.Wait(who+" hears", 4*script.Soon, func(heard []script.Packet) bool {
			return len(script.Data(heard, payload)) >= n*sound.Rate
		})
		_, score := sound.Find(needle, linear(heard, payload))
		if best = max(best, score); best >= sound.Found {
			return
		}
	}
	t.Fatalf("%s: the correlation is %.2f at best", who, best)
}

// linear is what packets of one payload type sound like.
func linear(heard []script.Packet, payload uint8) []int16 {
	data := script.Data(heard, payload)
	if payload == pcmu {
		return script.MuLaw(data)
	}
	return sound.Decode(data)
}

// second is the next second that a party hears.
func (p *party) second(payload uint8) []int16 {
	p.Sound.Forget()
	heard := p.Sound.Wait("a second of sound", 4*script.Soon, func(heard []script.Packet) bool {
		return len(script.Data(heard, payload)) >= sound.Rate
	})
	return linear(heard, payload)[:sound.Rate]
}

// hearsMusic looks that the next second a party hears is music on hold.
func (p *party) hearsMusic(t *testing.T, payload uint8) {
	t.Helper()
	file, err := os.ReadFile("../../../ivr/prompt/clips/music.wav")
	if err != nil {
		t.Fatal(err)
	}
	music, err := sound.ReadWAV(file)
	if err != nil {
		t.Fatal(err)
	}
	music = append(music, music[:sound.Rate]...) // it is played round and round
	p.second(payload)                            // what was on its way still passes
	if _, score := sound.Find(p.second(payload), music); score < sound.Found {
		t.Errorf("what is heard is not the music: %.2f", score)
	}
}

// hearsNothingOf looks that a voice is not in the next second.
func (p *party) hearsNothingOf(t *testing.T, voice []int16, payload uint8) {
	t.Helper()
	if _, score := sound.Find(p.second(payload)[:sound.Rate/2], voice); score >= sound.Found {
		t.Errorf("the voice is heard: %.2f", score)
	}
}

// clip is an embedded recording.
func clip(t *testing.T, name string) []int16 {
	t.Helper()
	alaw, ok := prompt.Samples(name)
	if !ok {
		t.Fatalf("no clip %s", name)
	}
	return sound.Decode(alaw)
}

// played is how long a clip plays.
func played(t *testing.T, name string) time.Duration {
	t.Helper()
	return time.Duration(len(clip(t, name))) * time.Second / sound.Rate
}

// heardClip checks that a party has heard a clip from its first second to its
// last.
func (p *party) heardClip(t *testing.T, name string) {
	t.Helper()
	heard, whole := linear(p.Sound.Heard(), pcma), clip(t, name)
	whole = whole[:len(whole)-sound.Rate/20] // the BYE may overtake its last packets
	first, begins := sound.Find(whole[:sound.Rate], heard)
	last, ends := sound.Find(whole[len(whole)-sound.Rate:], heard)
	if begins < sound.Found || ends < sound.Found || last-first < len(whole)-sound.Rate*11/10 {
		t.Errorf("%s in %d samples: begins at %d (%.2f), its last second at %d (%.2f)", name, len(heard), first, begins, last, ends)
	}
}
