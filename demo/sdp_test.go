package demo

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/turn"
)

func TestTheFirstAudioStreamOfAnSDPIsRead(t *testing.T) {
	s, ok := read("v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\na=recvonly\r\nm=video 40 RTP/AVP 31\r\na=inactive\r\n" +
		"m=audio 4000 RTP/AVP 0 8 97\r\nc=IN IP4 10.0.0.2\r\na=rtpmap:97 telephone-event/8000\r\nm=audio 5000 RTP/AVP 18\r\na=sendonly\r\n")
	want := session{remote: netip.MustParseAddrPort("10.0.0.2:4000"), payloads: []uint8{0, 8, 97}, event: 97, direction: "recvonly"}
	if !ok || s.remote != want.remote || !slices.Equal(s.payloads, want.payloads) || s.event != want.event || s.direction != want.direction {
		t.Errorf("%+v, want %+v", s, want)
	}
	for name, body := range map[string]string{
		"refused": "c=IN IP4 10.0.0.1\r\nm=audio 0 RTP/AVP 8\r\n", "held as of old": "c=IN IP4 0.0.0.0\r\nm=audio 4000 RTP/AVP 8\r\n",
	} {
		if s, ok := read(body); !ok || s.remote.IsValid() {
			t.Errorf("%s: %+v", name, s)
		}
	}
	if _, ok := read(""); ok {
		t.Error("nothing was read as an SDP")
	}
}

// pair lets two peers ring one another over nothing at all.
type pair struct {
	a, b *Peer
	now  turn.Instant
}

func newPair(o Options, m Manner) *pair {
	at := func(s string) netip.AddrPort { return netip.MustParseAddrPort(s) }
	a := Options{User: "a", Local: at("10.0.0.1:5060"), Server: at("10.0.0.2:5060"), T1: 500 * time.Millisecond, Rand: turn.NewRand([32]byte{1})}
	a.Media = Ports(at("10.0.0.1:4000"), 10)
	o.User, o.Local, o.Server, o.T1, o.Rand = "b", a.Server, a.Local, a.T1, turn.NewRand([32]byte{2})
	o.Media = Ports(at("10.0.0.2:4000"), 10)
	o.Manner = func(*Peer, *Call) Manner { return m }
	return &pair{a: NewPeer(a), b: NewPeer(o), now: 1e9}
}

// run carries everything over for so long.
func (p *pair) run(d time.Duration, out *Out) {
	for end := p.now.Add(d); ; {
		for len(out.Packets) > 0 {
			packet := out.Packets[0]
			out.Packets = out.Packets[1:]
			to := p.a
			if packet.To == p.b.Local {
				to = p.b
			}
			to.Receive(p.now, packet.From, packet.Data, out)
		}
		next := turn.Earliest(p.a.Next(), p.b.Next())
		if next == 0 || next > end {
			p.now = end
			return
		}
		p.now = max(p.now, next)
		p.a.Due(p.now, out)
		p.b.Due(p.now, out)
	}
}

func TestTwoPeersAgreeOnTheirSound(t *testing.T) {
	p, out := newPair(Options{Payloads: []uint8{PCMU}, Event: 96}, Manner{Answer: 100 * time.Millisecond, Status: 200}), &Out{}
	for _, late := range []bool{false, true} {
		a := p.a.Dial(p.now, Journey{Number: "1", Caller: "2", Late: late}, out)
		p.run(time.Second, out)
		b := p.b.Calls[len(p.b.Calls)-1]
		event := uint8(101) // the offerer's
		if late {
			event = 96
		}
		want := Sound{Remote: a.Media, Codec: PCMU, Event: event, Takes: event, Send: true}
		if b.Sound != want || b.Acked == 0 {
			t.Errorf("late %v: the called has %+v, want %+v", late, b.Sound, want)
		}
		if want.Remote = b.Media; a.Sound != want {
			t.Errorf("late %v: the caller has %+v, want %+v", late, a.Sound, want)
		}
		p.a.Hold(p.now, a, true, out)
		p.run(3*time.Second, out)
		if b.Sound.Send || !a.Held || !a.Sound.Send || !strings.Contains(b.response, "a=recvonly") {
			t.Errorf("held: %+v and %+v", a.Sound, b.Sound)
		}
		p.a.Hold(p.now, a, false, out)
		p.run(time.Second, out)
		if !b.Sound.Send || a.Held {
			t.Errorf("taken off hold: %+v", b.Sound)
		}
		p.a.Press(p.now, a, "12", out)
		p.a.Press(p.now, a, "3", out)
		p.run(time.Second, out)
		if a.Digits != "123" {
			t.Errorf("digits: %q", a.Digits)
		}
		p.b.HangUp(p.now, b, out)
		p.run(time.Second, out)
		if !a.Over() || a.Why != "them" || p.a.Busy() || p.b.Busy() {
			t.Error("the BYE")
		}
	}
}

func TestACallEndsAsFitsItsState(t *testing.T) {
	for _, test := range []struct {
		name   string
		end    func(p *pair, a, b *Call, out *Out)
		status int
	}{
		{"the caller gives up", func(p *pair, a, _ *Call, out *Out) { p.a.HangUp(p.now, a, out) }, 487},
		{"the called refuses", func(p *pair, _, b *Call, out *Out) { p.b.HangUp(p.now, b, out) }, 603},
		{"the called answers", func(p *pair, _, b *Call, out *Out) { p.b.Answer(p.now, b, out) }, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, out := newPair(Options{}, Manner{Answer: -1, Status: 200}), &Out{}
			a := p.a.Dial(p.now, Journey{Number: "1", Caller: "2"}, out)
			p.run(time.Minute, out)
			b := p.b.Calls[0]
			if !a.Ringing || !b.Ringing || a.Answered != 0 || b.Header("from") != b.From {
				t.Fatalf("it should ring: %+v", a)
			}
			test.end(p, a, b, out)
			p.run(time.Second, out)
			if a.Status != test.status || a.Over() != (test.status != 0) || b.Over() != a.Over() {
				t.Errorf("%d, over %v and %v", a.Status, a.Over(), b.Over())
			}
			p.run(5*time.Minute, out)
			p.a.Due(p.now, out)
			p.b.Due(p.now, out)
			if left := len(p.a.Calls) + len(p.b.Calls); (left == 0) != (test.status != 0) {
				t.Errorf("%d calls are left", left)
			}
		})
	}
}
