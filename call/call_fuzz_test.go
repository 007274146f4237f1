package call

import (
	"net/netip"
	"reflect"
	"testing"
	"time"

	"github.com/hotline12345/hotline/ivr"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/sip/dialog"
	"github.com/hotline12345/hotline/turn"
)

// shelf is a few flows.
type shelf []*ivr.Flow

func (s shelf) Flow(name string) *ivr.Flow {
	for _, f := range s {
		if f.Name == name {
			return f
		}
	}
	return nil
}

var (
	x     = []string{"x"}
	flows = shelf{
		{Name: "queue", Steps: []ivr.Step{
			{Name: "a", Kind: ivr.Answer},
			{Name: "b", Kind: ivr.Queue, Queue: "q"},
			{Name: "c", Kind: ivr.Play, Clips: []string{ivr.Dialled, "x"}, MustHear: true},
			{Name: "d", Kind: ivr.Music, Clips: x},
		}},
		{Name: "early", Steps: []ivr.Step{
			{Name: "a", Kind: ivr.Progress},
			{Name: "b", Kind: ivr.Play, Clips: x},
			{Name: "c", Kind: ivr.Queue, Queue: "q"},
			{Name: "d", Kind: ivr.Music, Clips: x},
			{Name: "e", Kind: ivr.Hangup, Status: 486},
		}},
		{Name: "forward", Steps: []ivr.Step{{Name: "a", Kind: ivr.Forward, Target: "t"}, {Name: "b", Kind: ivr.Forward, Target: "u", Ring: time.Second}, {Name: "c", Kind: ivr.Queue, Queue: "q"}}},
		{Name: "menu", Steps: []ivr.Step{
			{Name: "a", Kind: ivr.Menu, Clips: x, Wait: time.Second, Tries: 2, Choices: []ivr.Choice{{Digit: '1', Flow: "queue"}, {Digit: '2', Flow: "command"}}},
			{Name: "b", Kind: ivr.Hangup, Status: 480},
		}},
		{Name: "command", Steps: []ivr.Step{
			{Name: "a", Kind: ivr.Answer},
			{Name: "b", Kind: ivr.Collect, Clips: x, Digits: 2, Terminator: '#', Wait: time.Second, Tries: 2},
			{Name: "c", Kind: ivr.Command, Order: ivr.Login, Choices: []ivr.Choice{{Flow: "menu"}}},
			{Name: "d", Kind: ivr.Play, Clips: x},
		}},
	}
)

func body(direction string) []byte {
	return []byte("v=0\r\no=- 1 1 IN IP4 10.1.0.1\r\ns=-\r\nc=IN IP4 10.1.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8 0 101\r\n" +
		"a=rtpmap:101 telephone-event/8000\r\na=" + direction + "\r\n")
}

// rig is what stands around a call: the core, the legs, the media plane and
// the queue engine, as far as they keep to their contracts.
type rig struct {
	t      *testing.T
	call   *Call
	env    Env
	o      Options
	out    []Action
	bodies [][]byte

	pairs   int // left
	legs    []turn.ID
	ended   map[turn.ID]bool // had LegEnd
	orders  map[turn.ID]order.Leg
	answers int // LegAnswers to the caller
	cdrs    int
	over    bool

	waiting, offered, taken bool // in the queue engine
	commanded               bool
	refers                  turn.ID // this leg wants the call transferred
}

func (r *rig) Take(string) (order.Pair, bool) {
	if r.pairs == 0 {
		return order.Pair{}, false
	}
	r.pairs--
	addr := netip.MustParseAddr("10.0.0.1")
	return order.Pair{Interface: "main", Local: addr, Advertise: addr, Port: uint16(20000 + 2*r.pairs)}, true
}

func newRig(t *testing.T, raw []byte) *rig {
	r := &rig{
		t: t, pairs: 6, ended: map[turn.ID]bool{}, orders: map[turn.ID]order.Leg{},
		o:      Options{Revision: 1, Flows: flows, Silence: 30 * time.Second, Ring: 5 * time.Second, Hold: []string{"music"}},
		bodies: [][]byte{body("sendrecv"), body("sendonly"), body("inactive"), nil, raw},
	}
	r.env = Env{Now: 1e9, IDs: turn.NewIDs(1), Rand: turn.NewRand([32]byte{1}), Ports: r, Out: &r.out}
	return r
}

// arrive begins the call.
func (r *rig) arrive(flow byte, offer []byte) {
	r.t.Helper()
	a := &Arrival{
		Call: r.env.IDs.Next(), Leg: r.env.IDs.Next(), From: Peer{Kind: Trunk, Name: "ct"}, Interface: "main",
		Caller: "139", Dialled: "12331", Number: "12331", Flow: flows[int(flow)%len(flows)].Name, Offer: offer, Hops: 70,
	}
	r.legs = append(r.legs, a.Leg)
	r.call, _ = Arrive(&r.env, &r.o, a)
	r.settle()
}

// settle carries out what the call asked for, and holds what must be true.
func (r *rig) settle() {
	r.t.Helper()
	for len(r.out) > 0 {
		a := r.out[0]
		r.out = r.out[1:]
		if r.over {
			r.t.Fatalf("after its end the call asks for %+v", a)
		}
		r.carryOut(&a)
	}
	r.out = nil
	if !r.over {
		r.check()
	}
}

func (r *rig) carryOut(a *Action) {
	r.t.Helper()
	switch a.Kind {
	case Media:
		o := a.Order
		if last := r.orders[o.ID]; o.Number <= last.Number || last.End {
			r.t.Fatalf("after the order %+v comes %+v", last, o)
		}
		if o.Hear.Kind == order.HearLeg && (o.Hear.Leg == 0 || o.Hear.Leg == o.ID) || o.Hear.Kind == order.HearClips && len(o.Hear.Clips) == 0 {
			r.t.Fatalf("%+v cannot be heard", o.Hear)
		}
		r.orders[o.ID] = o
	case LegInvite:
		r.legs = append(r.legs, a.Leg)
	case LegAnswerRefer:
		if a.Leg != r.refers || a.Status < 200 {
			r.t.Fatalf("leg %v was asked to transfer, the answer is %+v", r.refers, a)
		}
		r.refers = 0
	case LegAnswer:
		if r.answers++; r.answers > 1 || a.Leg != r.legs[0] {
			r.t.Fatalf("a second answer: %+v", a)
		}
	case LegEnd:
		if r.ended[a.Leg] {
			r.t.Fatalf("leg %v is ended twice", a.Leg)
		}
		r.ended[a.Leg] = true
	case Enlist:
		r.waiting, r.offered, r.taken = true, false, false
	case Leave, TalkEnded:
		r.waiting, r.offered, r.taken = false, false, false
	case OfferTaken:
		r.taken = true
	case OfferRefused:
		if !r.offered {
			r.t.Fatalf("nothing was offered: %+v", a)
		}
		r.offered, r.taken = false, false
	case Forward:
		t := Target{Leg: r.env.IDs.Next(), Peer: Peer{Kind: Trunk, Name: "ct", Number: "1"}, Interface: "main", By: "destination"}
		if r.env.Now%3 == 0 {
			t.Why = Refusal(1 + r.env.Now%12)
		}
		r.call.ForwardTo(&r.env, &t)
	case Command:
		r.commanded = true
	case Fact:
		if cdr, ok := a.Value.(journal.CDR); ok {
			r.auditCDR(&cdr)
		}
	case Ended:
		r.end()
	}
}

func (r *rig) auditCDR(c *journal.CDR) {
	r.t.Helper()
	if r.cdrs++; r.cdrs > 1 || c.Outcome == "" || (c.Outcome == journal.Answered) != (c.Bridged != 0) && c.Outcome != journal.Shutdown {
		r.t.Fatalf("the CDR number %d is %+v", r.cdrs, *c)
	}
}

// end holds what an ended call must have left behind: nothing.
func (r *rig) end() {
	r.t.Helper()
	r.over = true
	if r.cdrs != 1 || r.waiting {
		r.t.Fatalf("the call is over with %d CDRs; still in its queue: %v", r.cdrs, r.waiting)
	}
	for _, leg := range r.legs {
		if !r.ended[leg] || !r.orders[leg].End {
			r.t.Fatalf("the call is over and leg %v is not: %v, %+v", leg, r.ended[leg], r.orders[leg])
		}
	}
}

func (r *rig) check() {
	r.t.Helper()
	c := r.call
	switch {
	case c.Phase == Over:
		r.t.Fatal("over without an end")
	case c.Phase != Walking && (c.Attempt.Kind == NoAttempt || !c.Attempt.Taken || c.Other.Leg == 0 || !c.Caller.Answered):
		r.t.Fatalf("%v with %+v", c.Phase, c.Attempt)
	case (c.Attempt.Kind == NoAttempt) != (c.Other.Leg == 0):
		r.t.Fatalf("an attempt %+v with the leg %v", c.Attempt, c.Other.Leg)
	case (c.Phase == Talking) != (c.CDR.Bridged != 0):
		r.t.Fatalf("%v, bridged at %d", c.Phase, c.CDR.Bridged)
	case r.offered != (c.Attempt.Kind == AgentOffer || c.Attempt.Kind == DutyOffer):
		r.t.Fatalf("the queue has offered the call: %v; its attempt is %+v", r.offered, c.Attempt)
	}
	for _, p := range []*Party{&c.Caller, &c.Other} {
		if h := p.Media.Hear; h.Kind == order.HearLeg && h.Leg != c.opposite(p).Leg {
			r.t.Fatalf("leg %v hears %v, which is not in the call", p.Leg, h.Leg)
		}
		if p.Leg != 0 && !reflect.DeepEqual(normal(p.Media), normal(r.orders[p.Leg])) {
			r.t.Fatalf("leg %v wants %+v, ordered is %+v", p.Leg, p.Media, r.orders[p.Leg])
		}
	}
}

// normal is an order as it can be compared.
func normal(o order.Leg) order.Leg {
	if len(o.Hear.Clips) == 0 {
		o.Hear.Clips = nil
	}
	o.Latched = netip.AddrPort{} // reported by the plane itself
	return o
}

// restart takes the call up from its record, as after a kill.
func (r *rig) restart() {
	r.t.Helper()
	data, err := journal.Marshal(r.call.Record())
	if err != nil {
		r.t.Fatal(err)
	}
	var s State
	if err := journal.Unmarshal(data, &s); err != nil {
		r.t.Fatal(err)
	}
	r.call = Restore(&r.env, &r.o, s)
	again, err := journal.Marshal(&s)
	if err != nil || string(again) != string(data) {
		r.t.Fatalf("a record that was read is written differently: %v", err)
	}
}

// event is one thing that may happen now, if it may.
func (r *rig) event(kind, arg byte) {
	r.t.Helper()
	c, leg := r.call, r.legs[int(arg&7)%len(r.legs)]
	sdp := r.bodies[int(arg>>3&7)%len(r.bodies)]
	rung := leg != r.legs[0]
	switch kind % 16 {
	case 0:
		if rung {
			c.Leg(&r.env, &dialog.Action{Kind: dialog.Ringing, Leg: leg, Status: 180 + int(arg>>7)*3, Body: sdp, Fork: string('a' + rune(arg>>6&1))})
		}
	case 1:
		if rung {
			c.Leg(&r.env, &dialog.Action{Kind: dialog.Answered, Leg: leg, Body: sdp, Fork: string('a' + rune(arg>>6&1))})
		}
	case 2:
		if rung {
			c.Leg(&r.env, &dialog.Action{Kind: dialog.Refused, Leg: leg, Status: []int{486, 503, 488, 302, 603}[arg>>3%5]})
		}
	case 3:
		c.Leg(&r.env, &dialog.Action{Kind: dialog.Offered, Leg: leg, Body: sdp})
	case 4:
		c.Leg(&r.env, &dialog.Action{Kind: dialog.Acked, Leg: leg, Body: sdp})
	case 5:
		c.Leg(&r.env, &dialog.Action{Kind: dialog.Ended, Leg: leg, ByPeer: arg&0x80 != 0})
	case 6:
		c.Leg(&r.env, &dialog.Action{Kind: dialog.Digit, Leg: leg, Digit: "12#9"[arg>>3&3]})
	case 7:
		kinds := []order.EventKind{order.Digit, order.ClipFinished, order.ClipFinished, order.PeerLatched, order.PeerHeard, order.PeerSilent}
		c.Heard(&r.env, &order.Event{Kind: kinds[int(arg>>3)%len(kinds)], Leg: leg, Number: r.orders[leg].Number, Digit: '1', Addr: netip.MustParseAddrPort("10.1.0.1:4000")})
	case 8, 9:
		r.queue(kind%2 == 0, arg)
	case 10:
		if r.commanded {
			r.commanded = false
			c.CommandDone(&r.env, arg&1 != 0)
		}
	case 11:
		r.env.Now = r.env.Now.Add(time.Duration(arg) * 50 * time.Millisecond)
		if due := c.Deadline(); due != 0 && due <= r.env.Now {
			c.Expire(&r.env)
		}
	case 12:
		r.restart()
	case 13:
		if c.Unanswered(leg) {
			if arg&0x80 == 0 {
				c.Again(&r.env, &Target{Leg: r.env.IDs.Next(), Peer: c.Other.Peer, Interface: "main"})
				break
			}
			c.Silent(&r.env)
		}
	case 14:
		if arg == 14 {
			c.Hangup(&r.env)
		}
	case 15:
		r.refers = leg
		c.Leg(&r.env, &dialog.Action{Kind: dialog.Referred, Leg: leg, Refer: &dialog.Referral{Target: "sip:110@h", User: "110"}})
		r.settle()
		if r.refers != 0 {
			r.t.Fatalf("leg %v waits for the answer to its REFER", leg)
		}
	}
	r.settle()
}

// queue is what the queue engine does with a call that it has.
func (r *rig) queue(offer bool, arg byte) {
	c := r.call
	switch {
	case !r.waiting || r.taken:
	case arg&7 == 0:
		c.Queued(&r.env)
	case r.offered && arg&7 == 1:
		r.offered = false
		c.Withdraw(&r.env)
	case !r.offered && offer:
		r.offered = true
		o := &Offer{Leg: r.env.IDs.Next(), Agent: "8001", Peer: Peer{Kind: Phone, Name: "8001"}, Interface: "main", Announce: arg&8 != 0, Whisper: arg&16 != 0}
		if o.Duty = arg&32 != 0; o.Duty {
			o.Agent, o.Peer = "", Peer{Kind: Trunk, Name: "ct", Number: "139"}
		}
		c.Offer(&r.env, o, journal.Offered{Call: c.ID, Agent: o.Agent})
	case !r.offered && arg&7 == 2:
		r.waiting = false
		c.TurnedAway(&r.env, journal.WaitLimit)
	}
}

// FuzzCall lets anything happen to a call that legs, plane and queue may
// report, in any order, with restarts in between: it ends once, with one CDR,
// and leaves no leg, no port and no place in a queue behind.
func FuzzCall(f *testing.F) {
	f.Add([]byte("\x00\x00\x08\x00\x07\x08\x08\x1f\x00\x01\x01\x01\x07\x08\x07\x09\x03\x08\x0c\x00\x03\x00\x05\x81"), []byte("v=0\r\n"))
	f.Add([]byte("\x01\x00\x07\x08\x08\x00\x08\x07\x0d\x01\x0d\x02\x01\x03\x05\x80"), []byte(""))
	f.Add([]byte("\x02\x00\x00\x81\x01\x01\x05\x81"), body("recvonly"))
	f.Add([]byte("\x03\x18\x07\x08\x06\x00\x08\x00\x08\x27\x02\x01\x09\x02\x0e\x0e"), []byte("m=audio"))
	f.Add([]byte("\x00\x00\x08\x00\x01\x01\x07\x08\x07\x09\x0f\x01\x0f\x00\x05\x81\x0f\x01"), []byte("x"))
	f.Add([]byte("\x04\x00\x06\x00\x06\x08\x0a\x01\x07\x08"), []byte("x"))
	f.Fuzz(func(t *testing.T, events, raw []byte) {
		if len(events) < 2 || len(events) > 300 {
			return
		}
		r := newRig(t, raw)
		offer := r.bodies[int(events[1]>>3)%len(r.bodies)]
		r.arrive(events[0], offer)
		for events = events[2:]; len(events) >= 2 && !r.over; events = events[2:] {
			r.event(events[0], events[1])
		}
		if !r.over {
			r.call.Hangup(&r.env)
			r.settle()
		}
		if !r.over {
			t.Fatal("hung up and not over")
		}
	})
}
