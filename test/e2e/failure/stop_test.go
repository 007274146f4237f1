package failure

import (
	"testing"
	"time"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/test/e2e/rig"
	"github.com/hotline12345/hotline/test/e2e/script"
)

// farewell is the BYE that a side gets when the server ends its calls.
func farewell(t *testing.T, d *script.Dialog) {
	t.Helper()
	bye := d.Expect("BYE", script.Soon)
	if bye.Q850() != 41 || bye.SIPCause() != 503 {
		t.Errorf("the BYE's Reason: %q", bye.All("Reason"))
	}
	d.Answer(bye, "200 OK", "")
}

// stopped waits for the process's end, which needs no 64·T1, and starts another.
func (s *scene) stopped(since time.Time) {
	s.t.Helper()
	s.Gone()
	if took := time.Since(since); took > s.patience {
		s.t.Errorf("the process has taken %v to end", took)
	}
	s.Restart()
}

// bothShutDown checks the two CDRs there must be.
func (s *scene) bothShutDown() {
	s.t.Helper()
	all := s.CDRs(s.t)
	if len(all) != 2 {
		s.t.Fatalf("%d CDRs: %+v", len(all), all)
	}
	for _, c := range all {
		if c.Outcome != "shutdown" || c.EndedBy != "system" {
			s.t.Errorf("the CDR says %s by %s: %+v", c.Outcome, c.EndedBy, c)
		}
	}
}

// SIGINT ends every call politely: who talks and who waits get a BYE, a phone
// that rings a CANCEL. Then the process ends.
func TestSIGINTEndsEveryCallWithABYE(t *testing.T) {
	s := begin(t)
	k := s.talks()
	ringing := s.phone("8002", 3)
	waiting := s.waits(129)
	offer := ringing.Ring(script.Soon)
	offer.Say("180 Ringing", "")
	asked := time.Now()
	s.Interrupting()
	farewell(t, k.caller.Dialog)
	farewell(t, k.agent)
	farewell(t, waiting.Dialog)
	offer.Answer(offer.Expect("CANCEL", script.Soon), "200 OK", "")
	offer.Say("487 Request Terminated", "")
	offer.Expect("ACK", script.Soon)
	s.stopped(asked)
	s.bothShutDown()
	s.AtZero(t)
}

// A drain lets the calls end in their own time, takes no new ones, and then ends
// the process.
func TestADrainEndsTheProcessWithItsLastCall(t *testing.T) {
	s := begin(t)
	k := s.talks()
	s.MustCLI("drain", "--grace", "1m")
	late := s.rings(s.carrier(129))
	late.AckRefusal(late.Expect("503 INVITE", script.Soon))
	if !s.Running() {
		t.Fatal("the process has ended with a call in progress")
	}
	asked := time.Now()
	byes(k.caller.Dialog, k.agent)
	s.stopped(asked)
	s.ends("answered", "caller")
	s.AtZero(t)
}

// A drain's grace is the longest that it waits: then the calls are ended.
func TestADrainsGraceEndsTheCallsThatAreLeft(t *testing.T) {
	s := begin(t, queue(func(q *config.Queue) { q.MaxWait = 0 }))
	k := s.talks()
	waiting := s.waits(129)
	s.MustCLI("drain", "--grace", "300ms")
	asked := time.Now()
	farewell(t, k.caller.Dialog)
	farewell(t, k.agent)
	farewell(t, waiting.Dialog)
	s.stopped(asked)
	s.bothShutDown()
	s.AtZero(t)
}

// Who sends SIGINT twice does not wait for the BYEs' answers, which would take 13 s
// here. The next start goes on with the BYE, and is answered.
func TestASecondSIGINTEndsTheProcessAtOnce(t *testing.T) {
	t.Parallel()
	s := beginWith(t, rig.Options{T1: 4 * t1})
	c := s.waits(128)
	s.Interrupting()
	bye := c.Expect("BYE", script.Soon)
	if !s.Running() {
		t.Fatal("the process has not waited for the answer to its BYE")
	}
	asked := time.Now()
	s.Interrupt()
	if took := time.Since(asked); took > s.patience/4 {
		t.Errorf("the process has taken %v to end", took)
	}
	s.Restart()
	c.Answer(c.E.Again(bye, script.Soon), "200 OK", "")
	s.cause(s.ends("shutdown", "system"), 503, 41)
	s.AtZero(t)
}
