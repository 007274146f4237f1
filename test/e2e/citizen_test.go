package e2e

import (
	"strconv"
	"testing"
	"time"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/ivr/prompt"
	"github.com/hotline12345/hotline/test/e2e/rig"
	"github.com/hotline12345/hotline/test/sound"
)

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
	return time.Duration(len(clip(t, name))) * time.Second / sound.Rate
}

// A party says its chirp of 4 s over and over: said is the first second of it.
func said(seed uint64) []int16 { return sound.Chirp(seed, time.Second) }

// TestACitizenRings12345: from SIPp, whose sound is an RTP endpoint of the
// test's that records; a baresip registered as 8001 answers by itself.
func TestACitizenRings12345(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	phone := s.Softphone(t, "8001", 2, rig.SoftphoneOptions{Sound: voice(2), Auto: true})
	s.Login(t, "8001", "8001")
	ear := s.NewEar(t, rig.Carrier, chirp(1))
	began := time.Now()
	caller := s.SIPp(t, rig.Carrier, rig.Scenario{
		File: "testdata/caller.xml", Number: "12345", Keys: map[string]string{
			"caller": "13800000000", "ear_ip": ear.Addr().Addr().String(), "ear_port": strconv.Itoa(int(ear.Addr().Port())),
		},
	})
	greeting := rig.Hears(t, "the caller: the greeting", ear.Heard, clip(t, "greeting"))
	agentNo := rig.Hears(t, "the caller: 工号", ear.Heard, clip(t, "agent-number"))
	serving := rig.Hears(t, "the caller: 为您服务", ear.Heard, clip(t, "serving"))
	rig.Hears(t, "the agent: 12345", phone.Heard, clip(t, "12345"))
	rig.Hears(t, "the agent: 来电", phone.Heard, clip(t, "calling"))
	rig.Hears(t, "the agent: the caller", phone.Heard, said(1))
	rig.Hears(t, "the caller: the agent", ear.Heard, said(2))
	if greeting > sound.Rate/2 || agentNo < greeting+len(clip(t, "greeting"))-sound.Rate/4 || serving < agentNo {
		t.Errorf("the greeting begins after %d samples, 工号 after %d, 为您服务 after %d", greeting, agentNo, serving)
	}
	talking := s.Calls(t)
	if len(talking) != 1 || talking[0].Agent != "8001" || talking[0].Caller != "13800000000" || talking[0].Number != "12345" {
		t.Errorf("the list of calls: %+v", talking)
	}
	hungUp := time.Now()
	phone.Do(t, "hangup", "")
	caller.Wait(t)
	c := s.CDR(t, 1)
	checkAnswered(t, &c, "agent")
	checkTimes(t, &c, began, hungUp)
	s.AtZero(t)
}

// checkAnswered checks what the CDR says of a call that agent 8001 answered.
func checkAnswered(t *testing.T, c *api.CDR, endedBy string) {
	t.Helper()
	got := []string{c.From, c.Caller, c.Dialled, c.Number, c.Queue, c.Agent, c.Phone, c.Outcome, c.EndedBy}
	for i, want := range []string{"carrier", "13800000000", "12345", "12345", "general", "8001", "8001", "answered", endedBy} {
		if got[i] != want {
			t.Errorf("the CDR's field %d is %q, must be %q: %+v", i, got[i], want, c)
		}
	}
	if c.Offers != 1 || c.Service || c.Resumed {
		t.Errorf("the CDR: %+v", c)
	}
}

// checkTimes checks the CDR's times: against the test's clock where the test
// knows them, against the clips' lengths where those say them.
func checkTimes(t *testing.T, c *api.CDR, began, hungUp time.Time) {
	t.Helper()
	if c.Answered == nil || c.Enlisted == nil || c.Heard == nil || c.Offered == nil || c.Accepted == nil || c.Bridged == nil {
		t.Fatalf("the CDR lacks times: %+v", c)
	}
	const slack = 1500 * time.Millisecond // a loaded machine's
	near := func(what string, got, want time.Time) {
		t.Helper()
		if d := got.Sub(want); d < -10*time.Millisecond || d > slack {
			t.Errorf("%s is %v off", what, d)
		}
	}
	near("the INVITE", c.Began, began)
	near("our answer", *c.Answered, c.Began)
	near("the enlisting", *c.Enlisted, *c.Answered)
	near("the first offer", *c.Offered, *c.Enlisted)
	near("the agent's answer", *c.Accepted, *c.Offered)
	near("the prompt's end", *c.Heard, c.Answered.Add(played(t, "greeting")))
	near("the end", c.Ended, hungUp)
	if said := c.Bridged.Sub(*c.Heard); said < played(t, "agent-number")+played(t, "serving") || said > 10*time.Second {
		t.Errorf("the bridge came %v after the greeting", said)
	}
}

// TestSIPpSpeaksOverTCP: SIPp's own RTP, SIP over TCP on both sides; the
// caller hangs up.
func TestSIPpSpeaksOverTCP(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	phone := s.Softphone(t, "8001", 2, rig.SoftphoneOptions{Sound: voice(2), Auto: true, Transport: "tcp"})
	s.Login(t, "8001", "8001")
	caller := s.SIPp(t, rig.Carrier, rig.Scenario{
		File: "testdata/streamer.xml", Number: "12345", Transport: "t1",
		Keys:  map[string]string{"caller": "13800000000"},
		Files: map[string][]byte{"voice.al": chirp(1)},
	})
	rig.Hears(t, "the agent: the caller", phone.Heard, said(1))
	caller.Wait(t)
	phone.Until(t, "CALL_CLOSED", 1)
	c := s.CDR(t, 1)
	checkAnswered(t, &c, "caller")
	s.AtZero(t)
}
