package core_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/demo"
	"github.com/hotline12345/hotline/sip/message"
)

// TestEveryResponseThatLeavesIsCounted: whoever writes it, a leg, the
// transactions or the core, the first time and repeated.
func TestEveryResponseThatLeavesIsCounted(t *testing.T) {
	w := newWorld(t)
	left := map[string]int{}
	w.sends = func(s core.Send) {
		if m, fault := message.Parse(s.Raw); fault == nil && !m.IsRequest() {
			left[fmt.Sprint(m.Method, " ", m.Status)]++
		}
	}
	dial := func(j demo.Journey) {
		var out demo.Out
		w.peers[0].Dial(w.now, j, &out)
		w.flight = append(w.flight, out.Packets...)
	}
	dial(demo.Journey{Number: "12345", Caller: "13912345678", Talk: 5 * time.Second})
	w.pass(30 * time.Second)
	w.manner.Answer = time.Minute
	dial(demo.Journey{Number: "12333", Caller: "13912345678", Patience: 1500 * time.Millisecond}) // rings, and is cancelled
	w.pass(20 * time.Second)
	dial(demo.Journey{Number: "99", Caller: "13912345678"})
	invite := slices.Clone(w.flight[len(w.flight)-1].Data)
	w.arrive(w.peers[0].Local, invite) // it comes twice
	w.pass(time.Second)
	w.arrive(stranger, []byte("CANCEL sip:12345@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.9.0.1;branch=z9hG4bKnone\r\nFrom: <sip:1@a>;tag=1\r\nTo: <sip:2@b>\r\nCall-ID: none\r\nCSeq: 1 CANCEL\r\nMax-Forwards: 9\r\n\r\n"))
	w.arrive(stranger, []byte("INVITE sip:12345@10.0.0.1 SIP/7.0\r\nVia: SIP/2.0/UDP 10.9.0.1;branch=z9hG4bKodd\r\nFrom: <sip:1@a>;tag=1\r\nTo: <sip:2@b>\r\nCall-ID: odd\r\nCSeq: 1 INVITE\r\nMax-Forwards: 9\r\n\r\n"))
	w.pass(time.Minute)
	w.command(core.Command{Kind: core.Look})
	counted := map[string]int{}
	for _, c := range w.view.Stats.Responses {
		counted[fmt.Sprint(c.Name, " ", c.Status)] = int(c.N)
	}
	for what, n := range left {
		if counted[what] != n {
			t.Errorf("%d × %s left, %d are counted", n, what, counted[what])
		}
	}
	for _, what := range []string{"INVITE 100", "INVITE 200", "INVITE 487", "CANCEL 200", "CANCEL 481", "INVITE 404", "INVITE 505", "BYE 200"} {
		if left[what] == 0 {
			t.Errorf("no %s left: %v", what, left)
		}
	}
	if left["INVITE 404"] < 2 || len(counted) != len(left) {
		t.Errorf("left %v, counted %v", left, counted)
	}
}
