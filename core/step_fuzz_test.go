package core_test

import (
	"bytes"
	"flag"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/demo"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

// deliver hands over a packet: to the core as it is now, to a peer as it was
// sent.
func (w *world) deliver(p demo.Packet) {
	w.t.Helper()
	if p.To == us {
		w.arrive(p.From, p.Data)
		return
	}
	for _, peer := range w.peers {
		if peer.Local == p.To {
			var out demo.Out
			peer.Receive(w.now, p.From, p.Data, &out)
			w.flight = append(w.flight, out.Packets...)
		}
	}
}

func (w *world) arrive(from netip.AddrPort, data []byte) {
	w.t.Helper()
	flow := message.Flow{Interface: "main", Transport: message.UDP, Local: us, Remote: from}
	m, fault := message.Parse(data)
	// What came by a proxy is answered through it, with Vias that are not ours to
	// take.
	w.broken = w.broken || fault != nil || len(m.All("Via")) > 1
	w.step(&core.Input{Kind: core.Arrived, Flow: flow, Raw: bytes.Clone(data)})
}

// pass lets time go by: everything due is due at its time, what flies arrives.
func (w *world) pass(d time.Duration) {
	w.t.Helper()
	for end := w.now.Add(d); ; {
		for len(w.flight) > 0 {
			p := w.flight[0]
			w.flight = w.flight[1:]
			w.deliver(p)
		}
		next, _ := w.core.NextDeadline()
		for _, p := range w.peers {
			next = turn.Earliest(next, p.Next())
		}
		if next == 0 || next > end {
			w.now = end
			return
		}
		w.now = max(w.now, next)
		w.due()
	}
}

func (w *world) due() {
	w.t.Helper()
	if at, ok := w.core.NextDeadline(); ok && at <= w.now {
		w.step(&core.Input{Kind: core.Due})
	}
	for _, p := range w.peers {
		if at := p.Next(); at != 0 && at <= w.now {
			var out demo.Out
			p.Due(w.now, &out)
			w.flight = append(w.flight, out.Packets...)
		}
	}
}

// words are what mutations put into messages.
var words = []string{
	"\r\n", "\r\n\r\n", ";tag=x", ";lr", "<sip:", ">", "\"", "Require: 100rel\r\n", "Contact: *\r\n", "CSeq: 4294967295 BYE\r\n",
	"Max-Forwards: 0\r\n", "Via: SIP/2.0/TCP 10.9.9.9;branch=z9hG4bKy\r\n", "Record-Route: <sip:10.8.8.8;lr>\r\n", "Expires: 0\r\n", "0", "m=video 1 RTP/AVP 99\r\n",
}

// mutate changes a message as the script says, four bytes a change.
func mutate(data, script []byte) []byte {
	out := bytes.Clone(data)
	for ; len(script) >= 4 && len(out) > 1; script = script[4:] {
		at := (int(script[1])<<8 | int(script[2])) % len(out)
		switch word := words[int(script[3])%len(words)]; script[0] % 5 {
		case 0:
			out[at] = script[3]
		case 1: // a piece is lost
			out = append(out[:at], out[min(at+int(script[3]), len(out)):]...)
		case 2:
			out = append(out[:at:at], append([]byte(word), out[at:]...)...)
		case 3: // behind the next line's end
			if i := bytes.Index(out[at:], []byte("\r\n")); i >= 0 {
				at += i + 2
			}
			out = append(out[:at:at], append([]byte(word), out[at:]...)...)
		case 4: // a piece is there twice
			piece := bytes.Clone(out[at:min(at+int(script[3]), len(out))])
			out = append(out[:at:at], append(piece, out[at:]...)...)
		}
	}
	return out
}

// fuzzStep is one thing that happens.
func (w *world) fuzzStep(op, arg byte, script []byte) {
	w.t.Helper()
	defer w.check()
	var packet demo.Packet
	place := -1
	if len(w.flight) > 0 {
		place = int(arg) % len(w.flight)
		packet = w.flight[place]
	}
	lost := func() {
		if place >= 0 {
			w.flight = append(w.flight[:place], w.flight[place+1:]...)
		}
	}
	switch op % 16 {
	case 0, 1: // the oldest arrives
		if len(w.flight) > 0 {
			packet, w.flight = w.flight[0], w.flight[1:]
			w.deliver(packet)
		}
	case 2: // one is lost
		lost()
	case 3: // one arrives, and is on its way once more
		if place >= 0 {
			w.deliver(packet)
		}
	case 4: // one is changed on its way
		if place >= 0 {
			lost()
			packet.Data = mutate(packet.Data, script)
			w.deliver(packet)
		}
	case 5:
		w.pass(time.Duration(arg) * 50 * time.Millisecond)
	case 6: // nothing of what flies arrives meanwhile
		w.now = w.now.Add(time.Duration(arg) * 20 * time.Millisecond)
		w.due()
	case 7:
		w.dial(arg)
	case 8:
		w.mediaEvent(arg)
	case 9:
		w.fuzzCommand(arg)
	case 10: // killed and restored
		w.now = w.now.Add(time.Duration(arg) * 100 * time.Millisecond)
		w.start()
	case 11:
		w.fuzzFlow(arg)
	case 12: // anybody sends anything
		from := []netip.AddrPort{stranger, w.peers[0].Local, w.peers[1].Local}[int(arg)%3]
		w.arrive(from, script)
	case 13:
		w.fuzzPeer(arg)
	case 14:
		w.manner = demo.Manner{Ring: time.Millisecond, Answer: time.Duration(arg>>4) * time.Second, Status: []int{200, 200, 200, 486, 302, 603}[int(arg&7)%6], Talk: time.Duration(arg&15) * time.Second, Mute: arg == 255}
		if arg == 254 {
			w.manner.SDP = string(script)
		}
	case 15: // the core panics as it takes what comes next
		w.trap = 1 + int(arg&31)
		if len(w.flight) > 0 {
			packet, w.flight = w.flight[0], w.flight[1:]
			w.deliver(packet)
		}
		w.trap = 0
	}
}

func (w *world) dial(arg byte) {
	w.t.Helper()
	numbers := []string{"12345", "12333", "12366", "055112345", "*11", "*12", "*13", "99"}
	j := demo.Journey{Number: numbers[arg&7], Caller: "13912345678", Patience: 90 * time.Second, Late: arg&8 != 0, Digits: "8001#4711#"}
	if arg&16 != 0 {
		j.Talk, j.Hold = 5*time.Second, time.Second
	}
	peer := w.peers[0]
	if j.Number[0] == '*' || arg&32 != 0 {
		peer = w.peers[1+int(arg>>6)%3]
	}
	var out demo.Out
	peer.Dial(w.now, j, &out)
	w.flight = append(w.flight, out.Packets...)
}

func (w *world) mediaEvent(arg byte) {
	w.t.Helper()
	e := order.Event{
		Kind: []order.EventKind{order.Digit, order.ClipFinished, order.PeerSilent, order.PeerHeard, order.PeerLatched, order.Counted}[int(arg&7)%6],
		Leg:  turn.ID(arg), Digit: "1258#*0D"[arg>>3&7], Addr: stranger,
	}
	if len(w.legs) > 0 {
		e.Leg = w.legs[len(w.legs)-1-int(arg>>3)%len(w.legs)]
		e.Number = w.orders[e.Leg].Number
	}
	w.step(&core.Input{Kind: core.MediaEvent, Media: e})
}

func (w *world) fuzzCommand(arg byte) {
	w.t.Helper()
	kinds := []core.CommandKind{
		core.AgentLogin, core.AgentLogout, core.AgentPause, core.AgentResume, core.CallHangup, core.CallTransfer, core.SetPassword, core.SetPIN, core.Drain,
		core.Undrain, core.Look, core.Apply, core.EndAll,
	}
	c := core.Command{
		Kind: kinds[int(arg&15)%len(kinds)], Agent: []string{"8001", "8002", "", "9"}[arg>>4&3], Phone: []string{"8001", "8002", "8003", ""}[arg>>6], Secret: "4711",
	}
	w.command(core.Command{Kind: core.Look})
	if calls := w.view.Calls; len(calls) > 0 {
		c.Call = calls[int(arg)%len(calls)].ID
	}
	switch c.Kind {
	case core.CallTransfer:
		c.To = []string{"110", "general", "bureau", "12345"}[arg>>4&3]
	case core.SetPassword:
		c.Secret = "pw" + c.Phone
	case core.Apply:
		next := w.revision
		if int(next) >= len(w.plans) {
			return
		}
		c.Plan, c.Revision = w.plans[next], journal.RevisionApplied{Revision: next + 1, Base: next}
	}
	w.command(c)
}

func (w *world) fuzzFlow(arg byte) {
	w.t.Helper()
	flow := message.Flow{Interface: "main", Transport: message.UDP, Local: us, Remote: w.peers[arg&3].Local}
	if arg&4 != 0 {
		flow.Transport, flow.Conn = message.TCP, uint64(arg)
	}
	switch arg >> 3 % 6 {
	case 0:
		w.step(&core.Input{Kind: core.FlowRefused, Flow: flow})
	case 1:
		w.step(&core.Input{Kind: core.FlowClosed, Flow: flow})
	case 2:
		w.step(&core.Input{Kind: core.Room, Room: arg&0x80 != 0})
	case 3:
		w.step(&core.Input{Kind: core.CivilTime, Civil: 1700000000e9 + int64(arg)*1e9})
	case 4:
		w.step(&core.Input{Kind: core.Malformed, Flow: flow})
	case 5:
		w.peers[arg&3].Crash(w.now)
	}
}

func (w *world) fuzzPeer(arg byte) {
	w.t.Helper()
	p := w.peers[arg&3]
	if len(p.Calls) == 0 {
		return
	}
	c := p.Calls[int(arg>>4)%len(p.Calls)]
	var out demo.Out
	switch arg >> 2 & 3 {
	case 0:
		p.HangUp(w.now, c, &out)
	case 1:
		p.Answer(w.now, c, &out)
		p.Refer(w.now, c, []string{"8002", "12345", "tel:110", "sip:x?"}[arg>>5&3], &out)
	case 2:
		p.Hold(w.now, c, !c.Held, &out)
	case 3:
		p.Press(w.now, c, "1#", &out)
	}
	w.flight = append(w.flight, out.Packets...)
}

// FuzzStep lets anything happen to a core with live calls: packets arrive
// late, twice, changed or never, media report what they like, the process is
// killed, turns panic. After each step every invariant holds; in the end all
// calls are over, each with its one CDR, and all ports are back.
func FuzzStep(f *testing.F) {
	talk := "\x07\x00\x05\x40\x05\x40\x05\xff"
	f.Add([]byte(talk+"\x0a\x01\x08\x0b\x05\x80\x0d\x00\x05\x20"), []byte("INVITE sip:12345@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.1.0.1;branch=z9hG4bKq\r\nFrom: <sip:1@a>;tag=1\r\nTo: <sip:2@b>\r\nCall-ID: 3\r\nCSeq: 1 INVITE\r\nMax-Forwards: 9\r\nContact: <sip:x@10.1.0.1>\r\n\r\n"))
	f.Add([]byte(talk+"\x04\x00\x07\x02\x04\x00\x04\x00\x04\x01\x05\xf0"), []byte("\x03\x00\x20\x0c\x00\x01\x04A\x01\x02\x00\x30"))
	f.Add([]byte("\x07\x01\x05\x20\x0f\x03\x05\x20\x07\x44\x05\x80\x0f\x07\x05\xff\x09\x0a\x0c\x01"), []byte("OPTIONS sip:x SIP/2.0\r\n"))
	f.Add([]byte("\x07\x00\x07\x10\x07\x08\x00\x00\x00\x00\x00\x00\x02\x00\x03\x00\x0a\x09\x05\x30\x0b\x00\x0d\x04\x05\x90\x09\x04\x05\x40"), []byte("\x02\x00\x99\x03"))
	f.Add([]byte("\x0e\x03\x07\x00\x05\x60\x0e\x04\x05\xa0\x0b\x10\x07\x00\x05\x10\x0b\x90\x0e\xff\x07\x02\x08\x00\x05\xff\x05\xff"), []byte("v=0\r\n"))
	f.Fuzz(func(t *testing.T, steps, script []byte) {
		if len(steps) > 160 || len(script) > 600 {
			return
		}
		w := newWorld(t)
		for ; len(steps) >= 2; steps = steps[2:] {
			w.fuzzStep(steps[0], steps[1], script)
		}
		w.end()
	})
}

// end lets everything come to its end.
func (w *world) end() {
	w.t.Helper()
	w.trap = 0
	w.pass(time.Second)
	w.command(core.Command{Kind: core.EndAll})
	for range 12 {
		w.pass(64 * t1)
		if calls, legs, tx := w.core.Idle(); calls+legs+tx == 0 {
			break
		}
	}
	w.command(core.Command{Kind: core.Look})
	if calls, legs, tx := w.core.Idle(); calls+legs+tx > 0 || w.view.Pairs != pairs {
		w.t.Fatalf("%d calls, %d legs and %d transactions are left, %d of %d pairs of ports are back", calls, legs, tx, w.view.Pairs, pairs)
	}
	for id, n := range w.began {
		if n != 1 || w.ended[id] != 1 {
			w.t.Fatalf("call %v began %d times and has %d CDRs", id, n, w.ended[id])
		}
	}
}

var runs = flag.Int("core.runs", 120, "random runs of TestAnythingMayHappen")

// TestAnythingMayHappen is FuzzStep with dice that are loaded: calls get
// further where most packets arrive.
func TestAnythingMayHappen(t *testing.T) {
	outcomes := map[journal.Outcome]int{}
	for seed := range *runs {
		r := rand.New(rand.NewPCG(uint64(seed), 1))
		w := newWorld(t)
		script := make([]byte, r.IntN(60))
		t.Log("seed", seed)
		for range 20 + r.IntN(120) {
			op, arg := byte(r.Uint32()), byte(r.Uint32())
			switch r.IntN(8) {
			case 0, 1:
				op = 5
			case 2:
				op, arg = 7, arg&^7|byte(r.IntN(3))
			case 3:
				op = 0
			}
			for i := range script {
				script[i] = byte(r.Uint32())
			}
			w.fuzzStep(op, arg, script)
		}
		w.end()
		for outcome, n := range w.outcomes {
			outcomes[outcome] += n
		}
	}
	t.Log(outcomes)
	if outcomes[journal.Answered] < *runs/4 || len(outcomes) < 8 {
		t.Errorf("too little happened: %v", outcomes)
	}
}
