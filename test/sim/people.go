package sim

import (
	"math"
	"net/netip"
	"time"

	"github.com/hotline12345/hotline/demo"
	"github.com/hotline12345/hotline/turn"
)

// domain is the phones' registration domain.
const domain = "hotline.test"

// party is a peer on the network: it lives in its own time.
type party struct {
	*demo.Peer
	w    *World
	wake turn.Instant
	down bool // switched off: nothing arrives, ICMP tells

	touched func(*demo.Call) // is told of each call that may have changed; may be nil
}

func (w *World) join(o demo.Options) *party {
	o.Server, o.T1, o.Domain = server, t1, domain
	o.Rand = turn.NewRand([32]byte{byte(w.rand.Uint64()), byte(w.rand.Uint64()), byte(w.rand.Uint64()), byte(w.rand.Uint64())})
	p := &party{w: w, Peer: demo.NewPeer(o)}
	w.net.to[o.Local], w.parties[o.Local.Addr()] = p.receive, p
	p.arm()
	return p
}

func (p *party) receive(from netip.AddrPort, data []byte) {
	if p.down {
		p.w.clock.after(time.Millisecond, func() { p.w.node.refused(p.Local) })
		return
	}
	var out demo.Out
	p.Receive(p.w.clock.now, from, data, &out)
	p.sent(&out)
}

func (p *party) sent(out *demo.Out) {
	for _, packet := range out.Packets {
		p.w.net.send(packet.From, packet.To, packet.Data)
	}
	if p.touched != nil {
		for _, c := range out.Touched {
			p.touched(c)
		}
	}
	p.arm()
}

func (p *party) arm() {
	at := p.Next()
	if at == 0 || p.down || p.wake != 0 && p.wake <= at {
		return
	}
	p.wake = at
	p.w.clock.at(at, func() {
		if p.wake != at {
			return
		}
		p.wake = 0
		if p.down {
			return
		}
		var out demo.Out
		p.Due(p.w.clock.now, &out)
		p.sent(&out)
	})
}

// crash switches the phone off for a while.
func (p *party) crash(d time.Duration) {
	p.down, p.wake = true, 0
	p.Crash(p.w.clock.now)
	p.w.clock.after(d, func() {
		p.down = false
		p.Crash(p.w.clock.now)
		p.arm()
	})
}

// spread draws an exponential time of the given mean.
func (w *World) spread(mean time.Duration) time.Duration {
	u := (float64(w.rand.Below(1<<40)) + 1) / float64(1<<40)
	return time.Duration(-math.Log(u) * float64(mean))
}

// one in n.
func (w *World) oneIn(n int64) bool { return w.rand.Below(n) == 0 }

// tooLong is longer than any phone may ring: its CANCEL must come.
const tooLong = 45 * time.Second

// manner is how an agent's phone treats a call.
func (w *World) manner(p *demo.Peer, _ *demo.Call) demo.Manner {
	busy := false
	for _, c := range p.Calls {
		busy = busy || !c.Over()
	}
	m := demo.Manner{
		Ring: 20 * time.Millisecond, Answer: time.Second + w.spread(3*time.Second), Status: 200,
		Talk: time.Second + w.spread(w.talk),
	}
	switch {
	case busy:
		m.Status, m.Answer = 486, 10*time.Millisecond
	case w.oneIn(40):
		m.Mute = true
	case w.oneIn(40):
		m.Status = []int{486, 603, 302, 480, 500}[w.rand.Below(5)]
	case w.oneIn(60):
		m.Answer = tooLong
	case w.oneIn(60):
		m.SDP = foreign
	case w.oneIn(30):
		m.Talk = 0 // the caller hangs up
	case w.oneIn(50):
		m.Talk = 10 * time.Millisecond
	case !w.o.Plain && w.oneIn(5): // he sends the caller on, and stays if that fails; or hangs up at once
		m.Refer, m.ReferAfter = w.elsewhere(), w.spread(4*time.Second)
		if m.Talk += 15 * time.Second; w.oneIn(2) {
			m.Talk = m.ReferAfter + 300*time.Millisecond
		}
	}
	return m
}

// duty is how somebody on duty takes a call on his mobile.
func (w *World) duty(*demo.Peer, *demo.Call) demo.Manner {
	m := demo.Manner{Ring: time.Second, Answer: time.Second + w.spread(4*time.Second), Status: 200, Talk: time.Second + w.spread(w.talk)}
	if w.oneIn(4) {
		m.Status = []int{486, 480, 503}[w.rand.Below(3)]
	}
	return m
}

// foreign is an SDP of a codec that we do not have.
const foreign = "v=0\r\no=- 1 1 IN IP4 10.9.9.9\r\ns=-\r\nc=IN IP4 10.9.9.9\r\nt=0 0\r\nm=audio 4000 RTP/AVP 18\r\n"
