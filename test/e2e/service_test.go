package e2e

import (
	"strings"
	"testing"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/demo"
	"github.com/hotline12345/hotline/demo/live"
	"github.com/hotline12345/hotline/test/e2e/rig"
	"github.com/hotline12345/hotline/test/sound"
)

// pin gives the agent a PIN.
func pin(t *testing.T, s *rig.Server, agent string) string {
	t.Helper()
	made, err := s.Client.SetPIN(t.Context(), agent, "")
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// is waits until the agent's state is that.
func is(t *testing.T, s *rig.Server, agent, state, phone string) {
	t.Helper()
	rig.Until(t, "agent "+agent+" is "+state, func() bool {
		a := s.Agent(t, agent)
		return a.State == state && a.Phone == phone
	})
}

// TestAnAgentServesHimselfFromARealPhone: baresip dials *11 to *14; the digits
// go as telephone-events (RFC 4733).
func TestAnAgentServesHimselfFromARealPhone(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	phone := s.Softphone(t, "8003", 2, rig.SoftphoneOptions{})
	secret := pin(t, s, "8002")
	calls := 0
	service := func(number string, digits []string, says, state, at string) {
		t.Helper()
		calls++
		phone.Do(t, "dial", "sip:"+number+"@"+rig.Domain)
		phone.Until(t, "CALL_ESTABLISHED", calls)
		for i, word := range digits {
			rig.Hears(t, "the question", phone.Heard, clip(t, []string{"ask-agent", "ask-pin"}[i]))
			phone.Press(t, word)
		}
		phone.Until(t, "CALL_CLOSED", calls)
		rig.Hears(t, "the confirmation of "+number, phone.Heard, clip(t, says))
		is(t, s, "8002", state, at)
	}
	service("*11", []string{"8002#", secret + "#"}, "logged-in", "Idle", "8003")
	service("*13", nil, "paused", "Paused", "8003")
	service("*14", nil, "resumed", "Idle", "8003")
	service("*12", nil, "logged-out", "LoggedOut", "")
	for i, c := range s.CDRs(t) {
		if want := []string{"*11", "*13", "*14", "*12"}[i]; !c.Service || c.Dialled != want || c.From != "8003" || c.Outcome != "flow-ended" {
			t.Errorf("the CDR of %s: %+v", want, c)
		}
	}
	s.AtZero(t)
}

// TestDigitsComeByINFOToo: and a wrong PIN logs nobody in.
func TestDigitsComeByINFOToo(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	phone := s.Phone(t, "8003", 2, live.Options{})
	secret := pin(t, s, "8002")
	login := func(pin, says string) {
		t.Helper()
		call := phone.Dial(demo.Journey{Number: "*11"})
		rig.Hears(t, "the question for the number", call.Heard, clip(t, "ask-agent"))
		call.Info("8002#")
		rig.Hears(t, "the question for the PIN", call.Heard, clip(t, "ask-pin"))
		call.Info(pin + "#")
		state, err := call.Wait(t.Context(), live.State.Over)
		if err != nil || state.Why != "them" || state.Digits != "8002#"+pin+"#" {
			t.Fatalf("the call's end: %+v, %v", state, err)
		}
		rig.Hears(t, "the confirmation", call.Heard, clip(t, says))
	}
	login(strings.Repeat("9", len(secret)-1)+"0", "refused")
	if a := s.Agent(t, "8002"); a.State != "LoggedOut" {
		t.Fatalf("a wrong PIN has logged in: %+v", a)
	}
	login(secret, "logged-in")
	is(t, s, "8002", "Idle", "8003")
	s.AtZero(t)
}

// TestARealPhoneHolds: baresip holds with a re-INVITE and takes the call back;
// meanwhile the caller hears music.
func TestARealPhoneHolds(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	phone := s.Softphone(t, "8001", 2, rig.SoftphoneOptions{Sound: voice(2), Auto: true})
	carrier := s.Trunk(t, rig.Carrier, live.Options{Sound: chirp(1)})
	s.Login(t, "8001", "8001")
	caller := carrier.Dial(demo.Journey{Number: "12345", Caller: "13800000000"})
	rig.Hears(t, "the caller before the hold", caller.Heard, said(2))
	phone.Do(t, "hold", "")
	hearsMusic(t, "the caller on hold", rig.Since(caller.Heard))
	if calls := s.Calls(t); len(calls) != 1 || calls[0].Bridged == nil {
		t.Errorf("the call on hold: %+v", calls)
	}
	phone.Do(t, "resume", "")
	rig.Hears(t, "the caller after the hold", rig.Since(caller.Heard), said(2))
	caller.HangUp()
	checkEnd(t, s, 1, func(c *api.CDR) bool { return c.Outcome == "answered" && c.EndedBy == "caller" })
	s.AtZero(t)
}

// hearsMusic waits until the last second heard is a part of the music: it may
// have begun anywhere.
func hearsMusic(t *testing.T, who string, heard func() []byte) {
	t.Helper()
	music := clip(t, "music")
	music = append(music, music...)
	rig.Until(t, who+": music", func() bool {
		all := sound.Decode(heard())
		_, score := sound.Find(all[max(0, len(all)-sound.Rate):], music)
		return len(all) >= sound.Rate && score >= sound.Found
	})
}

// TestAHoldAndItsEnd: the caller hears music while the agent holds, and both
// hear each other again afterwards.
func TestAHoldAndItsEnd(t *testing.T) {
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
	rig.Hears(t, "the caller before the hold", caller.Heard, said(2))
	for range 2 {
		agent.Hold(true)
		hearsMusic(t, "the caller on hold", rig.Since(caller.Heard))
		agent.Hold(false)
		rig.Hears(t, "the caller after the hold", rig.Since(caller.Heard), said(2))
		rig.Hears(t, "the agent after the hold", rig.Since(agent.Heard), said(1))
	}
	agent.HangUp()
	checkEnd(t, s, 1, func(c *api.CDR) bool { return c.Outcome == "answered" && c.EndedBy == "agent" })
	s.AtZero(t)
}

// checkEnd checks the n-th CDR.
func checkEnd(t *testing.T, s *rig.Server, n int, right func(*api.CDR) bool) {
	t.Helper()
	if c := s.CDR(t, n); !right(&c) {
		t.Errorf("the CDR: %+v", c)
	}
}
