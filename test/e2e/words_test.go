package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/demo"
	"github.com/hotline12345/hotline/demo/live"
	"github.com/hotline12345/hotline/test/e2e/rig"
	"github.com/hotline12345/hotline/test/sound"
)

// spoken are clips one after the other.
func spoken(t *testing.T, names ...string) (out []int16) {
	t.Helper()
	for _, name := range names {
		out = append(out, clip(t, name)...)
	}
	return out
}

// hearsNot checks that a clip is nowhere in what was heard.
func hearsNot(t *testing.T, who string, heard []byte, name string) {
	t.Helper()
	if at, score := sound.Find(clip(t, name), sound.Decode(heard)); score >= sound.Found {
		t.Errorf("%s hears %s after %d samples", who, name, at)
	}
}

// TestEachQueueSaysWhatItShould: the caller hears who serves him, the agent hears what was
// dialled, each where the queue is set so; numbers are spelled, 1 as 幺 in a dialled number
// and as 一 in an agent's.
func TestEachQueueSaysWhatItShould(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ announce, whisper bool }{{true, true}, {true, false}, {false, true}, {false, false}} {
		t.Run(fmt.Sprintf("announce %v, whisper %v", c.announce, c.whisper), func(t *testing.T) {
			t.Parallel()
			s := rig.Start(t, rig.Options{Plan: func(p *config.Plan) {
				terse(p)
				q := p.Queues.Get("general")
				q.AnnounceAgent, q.WhisperNumber = c.announce, c.whisper
				p.Numbers.Set("96315", config.Number{Flow: "hotline"})
			}})
			phone := s.Phone(t, "8001", 2, live.Options{Sound: chirp(2)})
			s.Login(t, "8001", "8001")
			carrier := s.Trunk(t, rig.Carrier, live.Options{Sound: chirp(1)})
			caller := carrier.Dial(demo.Journey{Number: "96315", Caller: number(0)})
			agent := next(t, phone)
			agent.Answer()
			if c.announce {
				rig.Hears(t, "the caller", caller.Heard, spoken(t, "agent-number", "digit-8", "digit-0", "digit-0", "digit-1", "serving"))
			}
			if c.whisper {
				rig.Hears(t, "the agent", agent.Heard, spoken(t, "digit-9", "digit-6", "digit-3", "digit-yao", "digit-5", "calling"))
			}
			rig.Hears(t, "the caller", caller.Heard, said(2))
			rig.Hears(t, "the agent", agent.Heard, said(1))
			if !c.announce {
				hearsNot(t, "the caller", caller.Heard(), "serving")
			}
			if !c.whisper {
				hearsNot(t, "the agent", agent.Heard(), "calling")
			}
			caller.HangUp()
			s.CDR(t, 1)
			s.AtZero(t)
		})
	}
}

// TestAPromptIsReplacedByAFile of the data folder, and by that alone.
func TestAPromptIsReplacedByAFile(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{Late: true})
	folder := filepath.Join(s.Data, "prompts")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "greeting.wav"), sound.WAV(voice(7)), 0o600); err != nil {
		t.Fatal(err)
	}
	s.Restart()
	carrier := s.Trunk(t, rig.Carrier, live.Options{Sound: chirp(1)})
	caller := carrier.Dial(demo.Journey{Number: "12345", Caller: number(0)})
	rig.Hears(t, "the caller", caller.Heard, voice(7))
	hearsMusic(t, "the caller afterwards", caller.Heard)
	hearsNot(t, "the caller", caller.Heard(), "greeting")
	caller.HangUp()
	s.CDR(t, 1)
	s.AtZero(t)
}

// TestThreeShiftsShareASeat: one phone, three agents one after the other; each call's record
// says who had it, and where.
func TestThreeShiftsShareASeat(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{Plan: terse})
	phone := s.Phone(t, "8001", 2, live.Options{Sound: chirp(2)})
	carrier := s.Trunk(t, rig.Carrier, live.Options{Sound: chirp(1)})
	for i, agent := range []string{"8004", "8001", "8007"} {
		if i > 0 && s.CLI("agent", "login", agent, "--phone", "8001").Code == 0 {
			t.Errorf("agent %s took a seat that another has", agent)
		}
		if i > 0 {
			s.MustCLI("agent", "logout", []string{"8004", "8001"}[i-1])
		}
		s.Login(t, agent, "8001")
		caller := carrier.Dial(demo.Journey{Number: "12345", Caller: number(i)})
		talk := next(t, phone)
		talk.Answer()
		rig.Hears(t, "the caller", caller.Heard, said(2))
		caller.HangUp()
		if c := s.CDR(t, i+1); c.Outcome != "answered" || c.Agent != agent || c.Phone != "8001" || c.Caller != number(i) {
			t.Errorf("the CDR: %+v", c)
		}
		is(t, s, agent, "Idle", "8001")
	}
	s.AtZero(t)
}

// TestAMenu: a caller's keys lead him to a flow; a wrong one has the menu read again.
func TestAMenu(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{Plan: func(p *config.Plan) {
		terse(p)
		menu := config.Step{Kind: "menu", Clips: []string{"ask-agent"}, Wait: config.Duration(10 * time.Second), Tries: 3}
		menu.Choices.Set("1", "hotline")
		menu.Choices.Set("2", "busy")
		p.Flows.Set("busy", []config.Step{{Kind: "play", Clips: []string{"queue-full"}}, {Kind: "hangup", Cause: 17}})
		p.Flows.Set("menu", []config.Step{{Kind: "answer"}, menu, {Kind: "queue", Queue: "general"}, {Kind: "music"}})
		p.Numbers.Set("96315", config.Number{Flow: "menu"})
	}})
	carrier := s.Trunk(t, rig.Carrier, live.Options{Sound: chirp(1)})
	for i, c := range []struct{ keys, hears, outcome string }{{"92", "queue-full", "flow-ended"}, {"1", "greeting", "abandoned-queue"}} {
		caller := carrier.Dial(demo.Journey{Number: "96315", Caller: number(i)})
		for _, key := range c.keys {
			rig.Hears(t, "the caller: the menu", rig.Since(caller.Heard), clip(t, "ask-agent"))
			if err := caller.Press(string(key)); err != nil {
				t.Fatal(err)
			}
		}
		rig.Hears(t, "the caller", caller.Heard, clip(t, c.hears))
		if c.outcome == "flow-ended" {
			if _, err := caller.Wait(t.Context(), live.State.Over); err != nil {
				t.Fatal(err)
			}
		} else {
			hearsMusic(t, "the caller in the queue", caller.Heard)
			caller.HangUp()
		}
		if cdr := s.CDR(t, i+1); cdr.Outcome != c.outcome {
			t.Errorf("the CDR: %+v", cdr)
		}
	}
	s.AtZero(t)
}
