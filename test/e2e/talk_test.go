package e2e

import (
	"testing"
	"time"

	"github.com/hotline12345/hotline/demo"
	"github.com/hotline12345/hotline/demo/live"
	"github.com/hotline12345/hotline/test/e2e/rig"
	"github.com/hotline12345/hotline/test/sound"
)

// voice is what a party says over and over, by its seed; chirp is the same in
// A-law.
func voice(seed uint64) []int16 { return sound.Chirp(seed, 4*time.Second) }

func chirp(seed uint64) []byte { return sound.Encode(voice(seed)) }

// TestACitizenTalksWithAnAgent: over UDP, between simulated peers; sound each
// way, the CDR, and nothing left behind.
func TestACitizenTalksWithAnAgent(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	phone := s.Phone(t, "8001", 2, live.Options{Sound: chirp(2)})
	carrier := s.Trunk(t, rig.Carrier, live.Options{Sound: chirp(1)})
	s.Login(t, "8001", "8001")
	caller := carrier.Dial(demo.Journey{Number: "12345", Caller: "13800000000"})
	agent, err := phone.Await(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	agent.Answer()
	rig.Hears(t, "the agent hears the caller", agent.Heard, said(1))
	rig.Hears(t, "the caller hears the agent", caller.Heard, said(2))
	caller.HangUp()
	if c := s.CDR(t, 1); c.Outcome != "answered" || c.Agent != "8001" || c.EndedBy != "caller" {
		t.Errorf("the CDR: %+v", c)
	}
	s.AtZero(t)
}
