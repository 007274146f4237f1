package failure

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/test/e2e/rig"
	"github.com/hotline12345/hotline/test/e2e/script"
	"github.com/hotline12345/hotline/test/sound"
)

// 110 sends a caller on to 12345: he goes before those who have waited longer, and
// the agent sees and hears whence he comes, and his own number.
func Test110SendsACallerOn(t *testing.T) {
	t.Parallel()
	s, desk := beginPolice(t, func(p *config.Plan) {
		p.Trunks.Get("police").Channels = 4
		queue(func(q *config.Queue) { q.WhisperNumber = true })(p)
	})
	first := s.waits(128)
	sent := &citizen{desk.Dial("110", "12345"), desk.party} // the exchange's own number in From
	sent.Request("INVITE", desk.offer(), "P-Asserted-Identity: <sip:13900005678@police>", "Diversion: <sip:110@police>;reason=unconditional")
	ok := sent.Expect("200 INVITE", script.Soon)
	sent.Ack("")
	within(t, "both wait", func() bool { return s.Metrics(t)[`hotline_queue_waiting_calls{queue="general"}`] == 2 })
	phone := s.phone("8001", 2)
	d := phone.Ring(script.Soon)
	if want := "110转来 12345 13900005678"; shown(d) != want {
		t.Errorf("the agent is shown %q, must be %q", shown(d), want)
	}
	phone.answers(d)
	rig.Hears(t, "the agent: 幺幺零转来", phone.heard, clip(t, "from-110"))
	rig.Hears(t, "the agent: 12345", phone.heard, clip(t, "12345"))
	desk.Sound.Play(portOf(ok), pcma, sound.Encode(callersVoice), 20)
	phone.Sound.Play(portOf(d.Invite), pcma, sound.Encode(agentsVoice), 20)
	phone.hears(t, "the agent", callersVoice, pcma)
	desk.hears(t, "110's caller", agentsVoice, pcma)
	byes(d, sent.Dialog)
	if c := s.CDR(t, 1); c.Origin != "110" || c.Caller != "13900005678" || c.From != "police" || c.Outcome != "answered" {
		t.Errorf("the CDR: %+v", c)
	}
	next := phone.Ring(script.Soon)
	phone.answers(next)
	byes(first.Dialog, next)
	s.CDR(t, 2)
	s.AtZero(t)
}

// The emergency trunk's reserved channels are for calls to 110 alone: neither its
// own callers nor a utility behind the same exchange get them, and two agents who
// send callers there do. A third finds all busy and keeps his caller.
func TestReservedChannelsAreKeptForCallsTo110(t *testing.T) {
	t.Parallel()
	s, desk := beginPolice(t, func(p *config.Plan) {
		p.Trunks.Get("police").Channels = 3
		p.Destinations.Set("water", config.Destination{Kind: "utility", Trunk: "police", Number: "96123"})
	})
	names := []string{"8001", "8002", "8003"}
	var phones []*party
	var agents []*script.Dialog
	var callers []*citizen
	for i, name := range names {
		phones = append(phones, s.phone(name, byte(2+i)))
		c := s.dials(s.carrier(128+byte(i)), fmt.Sprintf("1380000%04d", i), "12345")
		c.Expect("200 INVITE", script.Soon)
		c.Ack("")
		d := phones[i].Ring(script.Soon)
		phones[i].answers(d)
		callers, agents = append(callers, c), append(agents, d)
	}
	within(t, "three talks", func() bool {
		n := 0
		for _, c := range s.Calls(t) {
			if c.Bridged != nil {
				n++
			}
		}
		return n == 3
	})
	in := s.dials(desk.party, "13900000001", "12345") // the one channel that is not kept
	in.Expect("200 INVITE", script.Soon)
	in.Ack("")
	more := s.dials(desk.party, "13900000002", "12345")
	more.AckRefusal(more.Expect("486 INVITE", script.Soon))
	refused := func(i int, to string) {
		t.Helper()
		agents[i].Request("REFER", "", fmt.Sprintf("Refer-To: <sip:%s@%v>", to, s.Addr))
		if m := agents[i].Expect("480 REFER", script.Soon); !strings.Contains(m.Get("Reason"), "full") {
			t.Errorf("a REFER to %s: %s", to, m.Raw)
		}
	}
	refused(0, "water")
	var there []*script.Dialog
	for i := range 2 {
		agents[i].Request("REFER", "", fmt.Sprintf("Refer-To: <sip:110@%v>", s.Addr))
		agents[i].Expect("202 REFER", script.Soon)
		notified(t, agents[i], 100)
		d := desk.Ring(script.Soon)
		desk.answers(d)
		notified(t, agents[i], 200)
		agents[i].Answer(agents[i].Expect("BYE", script.Soon), "200 OK", "")
		there = append(there, d)
	}
	refused(2, "110")
	within(t, "three channels are busy", func() bool { return s.busy("police") == 3 })
	byes(callers[0].Dialog, there[0])
	refused(2, "water") // what 110's call has left is kept
	byes(callers[1].Dialog, there[1])
	byes(callers[2].Dialog, agents[2])
	in.Request("BYE", "")
	in.Expect("200 BYE", script.Soon)
	s.CDR(t, 4)
	for _, c := range s.CDRs(t) {
		if c.Caller == "13800000002" {
			s.steps(t, c.Call, "began enlisted offered bridged transferred transfer-done:full transferred transfer-done:full")
		}
	}
	desk.Never("INVITE", 0)
	s.AtZero(t)
}
