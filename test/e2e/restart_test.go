package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/demo"
	"github.com/hotline12345/hotline/demo/live"
	"github.com/hotline12345/hotline/test/e2e/rig"
)

// terse has agents and callers talk at once: nothing is announced to either,
// and the greeting need not be heard.
func terse(p *config.Plan) {
	steps := *p.Flows.Get("hotline")
	for i := range steps {
		steps[i].MustHear = false
	}
	q := p.Queues.Get("general")
	q.AnnounceAgent, q.WhisperNumber = false, false
}

// answering answers after a moment.
func answering(*demo.Peer, *demo.Call) demo.Manner {
	return demo.Manner{Answer: 50 * time.Millisecond, Status: 200}
}

// house is a hotline with calls of every kind: two talk, the third rings at its
// agent's phone, three wait in the queue.
type house struct {
	t       *testing.T
	s       *rig.Server
	wire    tap
	phones  []*live.Peer // 8001, 8002 and 8003
	callers []*live.Call
	agents  []*live.Call // the other ends of the first three
}

func number(i int) string { return fmt.Sprintf("138%08d", i) }

// populate lets the agents log in and the callers ring, one after the other, so
// that who talks with whom is known.
func populate(t *testing.T) *house {
	t.Helper()
	h := &house{t: t}
	h.s = rig.Start(t, rig.Options{Plan: terse})
	carrier := h.s.Trunk(t, rig.Carrier, live.Options{Sound: chirp(1), Options: demo.Options{}, Trace: h.wire.trace})
	for i, name := range []string{"8001", "8002", "8003"} {
		o := live.Options{Sound: chirp(uint64(11 + i)), Trace: h.wire.trace}
		o.Manner = answering
		if name == "8003" {
			o.Manner = func(p *demo.Peer, _ *demo.Call) demo.Manner {
				if len(p.Calls) == 0 {
					return demo.Manner{Answer: -1, Status: 200}
				}
				return answering(nil, nil)
			}
		}
		h.phones = append(h.phones, h.s.Phone(t, name, byte(11+i), o))
	}
	for i := range 6 {
		if i < 3 {
			h.s.Login(t, h.name(i), h.name(i))
		}
		h.callers = append(h.callers, carrier.Dial(demo.Journey{Number: "12345", Caller: number(i)}))
		if i < 3 {
			h.agents = append(h.agents, h.comesIn(i, i))
		}
		rig.Until(t, "the call is let in", func() bool { return len(h.s.Calls(t)) == i+1 })
	}
	for i := range 2 {
		rig.Hears(t, "the agent", h.agents[i].Heard, said(1))
		rig.Hears(t, "the caller", h.callers[i].Heard, said(uint64(11+i)))
	}
	return h
}

func (h *house) name(i int) string { return fmt.Sprint(8001 + i) }

// comesIn waits for the next call at a phone; it must be that caller's.
func (h *house) comesIn(phone, caller int) *live.Call {
	h.t.Helper()
	c, err := h.phones[phone].Await(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	if from := c.State().From; !strings.Contains(from, number(caller)) {
		h.t.Fatalf("agent %s is rung for %s, and it should be for %s", h.name(phone), from, number(caller))
	}
	return c
}

// flowing are so many packets that sound flows again: half a second of it, which
// no straggler in a socket's buffer is.
const flowing = 25

// soundAgain waits until each of the calls has received that many since the
// counts given; 2 s after the server's end is the latest.
func soundAgain(t *testing.T, talking []*live.Call, received []uint64, ended time.Time) {
	t.Helper()
	rig.Within(t, time.Until(ended.Add(2*time.Second)), "sound for all who talk 2 s after the kill", func() bool {
		for i, c := range talking {
			if c.State().Media.Received < received[i]+flowing {
				return false
			}
		}
		return true
	})
}

// interrupt ends the server and starts it again; both talking calls must have
// their sound within 2 s, and no message may say a word about it.
func (h *house) interrupt(end func()) {
	h.t.Helper()
	var talking []*live.Call
	for i := range 2 {
		talking = append(talking, h.callers[i], h.agents[i])
	}
	began := time.Now()
	end()
	received, since := make([]uint64, len(talking)), make([]func() []byte, len(talking))
	for i, c := range talking {
		received[i], since[i] = c.State().Media.Received, rig.Since(c.Heard)
	}
	h.s.Restart()
	soundAgain(h.t, talking, received, began)
	h.t.Logf("everybody had sound again %v after the end", time.Since(began).Round(time.Millisecond))
	for i, seed := range []uint64{11, 1, 12, 1} {
		rig.Hears(h.t, "after the restart", since[i], said(seed))
	}
	for _, c := range talking {
		if said := h.wire.about(c.State().ID, began); len(said) > 0 {
			h.t.Errorf("messages about a talking call: %q", said)
		}
	}
}

// queued are the callers who wait or are rung for, in the order of the list.
func (h *house) queued() (out []string) {
	for _, c := range h.s.Calls(h.t) {
		if c.Bridged == nil {
			out = append(out, c.Caller)
		}
	}
	return out
}

// drain hangs up until nobody is left; those that wait must come in that order.
func (h *house) drain(order ...int) {
	h.t.Helper()
	for i, gone := range []int{0, 1, order[0]} {
		h.callers[gone].HangUp()
		in := h.comesIn(i%2, order[i])
		rig.Hears(h.t, "the agent hears the one who waited", in.Heard, said(1))
	}
	for _, c := range h.callers {
		c.HangUp()
	}
}

// counted checks the CDRs of all six, each there once and answered.
func (h *house) counted(right func(i int, c *api.CDR) bool) {
	h.t.Helper()
	h.s.CDR(h.t, len(h.callers))
	cdrs := h.s.CDRs(h.t)
	slices.SortFunc(cdrs, func(a, b api.CDR) int { return strings.Compare(a.Caller, b.Caller) })
	for i, c := range cdrs {
		if c.Caller != number(i) || c.Outcome != "answered" || !c.Resumed || !right(i, &c) {
			h.t.Errorf("the CDR of %s: %+v", number(i), c)
		}
	}
	h.s.AtZero(h.t)
}

// TestCallsOutliveAKill: two talking, one ringing, three in the queue; the one
// that rings is answered afterwards. It runs alone, for the 2 s.
func TestCallsOutliveAKill(t *testing.T) {
	h := populate(t)
	h.interrupt(h.s.Kill)
	if got := h.queued(); !slices.Equal(got, []string{number(2), number(3), number(4), number(5)}) {
		t.Errorf("in the queue after the kill: %q", got)
	}
	if a := h.s.Agent(t, "8003"); a.State != "Ringing" || h.agents[2].State().Over() {
		t.Errorf("the agent who was rung: %+v, his phone: %+v", a, h.agents[2].State())
	}
	h.agents[2].Answer()
	rig.Hears(t, "the agent who was rung", h.agents[2].Heard, said(1))
	rig.Hears(t, "the caller who rang", h.callers[2].Heard, said(13))
	h.drain(3, 4, 5)
	h.counted(func(i int, c *api.CDR) bool { return i != 2 || c.Offers == 1 && c.Agent == "8003" })
}

// TestCallsOutliveSIGTERM: the same, but the agent who is rung refuses; he gets
// the next call, and the one that he did not want goes before all others to the
// next agent. It runs alone, for the 2 s.
func TestCallsOutliveSIGTERM(t *testing.T) {
	h := populate(t)
	h.interrupt(h.s.Terminate)
	h.agents[2].HangUp()
	h.agents[2] = h.comesIn(2, 3)
	rig.Hears(t, "the agent who has refused", h.agents[2].Heard, said(1))
	h.drain(2, 4, 5)
	h.counted(func(i int, c *api.CDR) bool { return i != 2 || c.Offers == 2 && c.Agent == "8001" })
}

// TestOverTCPTheSoundGoesOn: a baresip on TCP talks when the server is killed.
// It registers anew when that is due, and then gets the call's BYE.
func TestOverTCPTheSoundGoesOn(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{Plan: terse})
	phone := s.Softphone(t, "8001", 2, rig.SoftphoneOptions{Sound: voice(2), Auto: true, Transport: "tcp"})
	carrier := s.Trunk(t, rig.Carrier, live.Options{Sound: chirp(1)})
	s.Login(t, "8001", "8001")
	caller := carrier.Dial(demo.Journey{Number: "12345", Caller: number(0)})
	rig.Hears(t, "the caller", caller.Heard, said(2))
	rig.Hears(t, "the agent", phone.Heard, said(1))
	s.Kill()
	since, there := rig.Since(caller.Heard), rig.Since(phone.Heard)
	s.Restart()
	rig.Hears(t, "the caller after the kill", since, said(2))
	rig.Hears(t, "the agent after the kill", there, said(1))
	registered := phone.Count("REGISTER_OK")
	rig.Within(t, 90*time.Second, "the phone is back", func() bool { return phone.Count("REGISTER_OK") > registered })
	caller.HangUp()
	phone.Until(t, "CALL_CLOSED", 1)
	checkEnd(t, s, 1, func(c *api.CDR) bool { return c.Outcome == "answered" && c.EndedBy == "caller" && c.Resumed })
	s.AtZero(t)
}
