// Package live runs demo's peers over real sockets, with real RTP: for `serve
// --demo`, the end-to-end tests and the bench.
package live

import (
	"context"
	"crypto/rand"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/hotline12345/hotline/demo"
	"github.com/hotline12345/hotline/turn"
)

// Options describe a peer on real sockets.
type Options struct {
	// Options are the pure peer's. Local's port may be 0: the system gives
	// one. Media is not to be set: each call has a port of its own, given by the
	// system. T1 is 500 ms, Expires 120 s and Rand a fresh one where unset.
	demo.Options
	Sound []byte                       // A-law at 8 kHz: what each call sends, over and over; empty: silence
	Keep  time.Duration                // how much of the end of what a call hears is kept for Heard; 0: nothing
	Trace func(sent bool, data []byte) // sees each SIP datagram; must not keep data nor call the peer
}

// Peer is a simulated carrier or phone on real sockets. All its methods may be
// called from many goroutines at once.
type Peer struct {
	o     Options
	conn  *net.UDPConn
	stop  func() bool
	mu    sync.Mutex
	pure  *demo.Peer
	calls map[*demo.Call]*Call
	came  []*Call // calls that came in and that Await has not returned
	timer *time.Timer
	waits int
	moved chan struct{} // closed at the next step, if somebody waits
	over  bool
}

// unasked is how many calls that came in are kept for Await.
const unasked = 256

// start is the zero of the peers' own time axis.
var start = time.Now()

func now() turn.Instant { return turn.Instant(time.Second).Add(time.Since(start)) }

// Civil is the civil time of an instant of a peer's; zero for one not set.
func civil(at turn.Instant) time.Time {
	if at == 0 {
		return time.Time{}
	}
	return start.Add(time.Duration(at) - time.Second)
}

// Join binds the peer's SIP socket and starts it: a phone registers. It lives
// until Close or the end of the context.
func Join(ctx context.Context, o Options) (*Peer, error) {
	conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(o.Local))
	if err != nil {
		return nil, err
	}
	_ = conn.SetReadBuffer(1 << 20) // more than the system's limit is cut down to it
	o.Local = conn.LocalAddr().(*net.UDPAddr).AddrPort()
	if o.T1 == 0 {
		o.T1 = 500 * time.Millisecond
	}
	if o.Expires == 0 {
		o.Expires = 120
	}
	if o.Rand == nil {
		var seed [32]byte
		_, _ = rand.Read(seed[:]) // never fails
		o.Rand = turn.NewRand(seed)
	}
	p := &Peer{o: o, conn: conn, calls: map[*demo.Call]*Call{}}
	o.Media = p.media
	p.pure = demo.NewPeer(o.Options)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.timer = time.AfterFunc(0, p.due)
	p.stop = context.AfterFunc(ctx, p.Close)
	go p.read()
	return p, nil
}

// Local is the address of the peer's SIP.
func (p *Peer) Local() netip.AddrPort { return p.o.Local }

func (p *Peer) read() {
	buf := make([]byte, 65536)
	for {
		n, from, err := p.conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			if p.closed() {
				return
			}
			continue // ICMP: the server is away for now
		}
		if p.o.Trace != nil {
			p.o.Trace(false, buf[:n])
		}
		p.step(func(at turn.Instant, out *demo.Out) { p.pure.Receive(at, from, append([]byte(nil), buf[:n]...), out) })
	}
}

func (p *Peer) due() {
	p.step(func(at turn.Instant, out *demo.Out) { p.pure.Due(at, out) })
}

// step lets the pure peer step and carries out what it brings forth.
func (p *Peer) step(do func(turn.Instant, *demo.Out)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over {
		return
	}
	var out demo.Out
	do(now(), &out)
	for _, packet := range out.Packets {
		if p.o.Trace != nil {
			p.o.Trace(true, packet.Data)
		}
		_, _ = p.conn.WriteToUDPAddrPort(packet.Data, packet.To) // lost: the peer repeats
	}
	for _, c := range out.Touched {
		if call := p.calls[c]; call != nil {
			call.follow()
		}
	}
	for _, c := range p.pure.Past {
		delete(p.calls, c)
	}
	clear(p.pure.Past)
	p.pure.Past = p.pure.Past[:0]
	if next := p.pure.Next(); next == 0 {
		p.timer.Stop()
	} else {
		p.timer.Reset(max(0, next.Sub(now())))
	}
	p.tell()
}

func (p *Peer) tell() {
	if p.waits > 0 {
		close(p.moved)
		p.waits = 0
	}
}

// media binds a call's RTP socket. A call that gets none has no sound and says
// so in its State.
func (p *Peer) media(c *demo.Call) netip.AddrPort {
	call := &Call{peer: p, pure: c}
	p.calls[c] = call
	if !c.Outgoing {
		p.came = append(p.came, call)
		p.came = p.came[max(0, len(p.came)-unasked):]
	}
	if call.stream, call.err = open(p.o.Local.Addr(), p.o.Sound, p.o.Keep, p.o.Rand); call.err != nil {
		return netip.AddrPortFrom(p.o.Local.Addr(), 9)
	}
	clock.add(call.stream)
	return call.stream.local
}

// Dial rings a number at the server. On a closed peer the call is over at
// once.
func (p *Peer) Dial(j demo.Journey) *Call {
	call := &Call{peer: p, pure: &demo.Call{Journey: j, Outgoing: true, Ended: 1, Why: "closed"}}
	p.step(func(at turn.Instant, out *demo.Out) { call = p.calls[p.pure.Dial(at, j, out)] })
	return call
}

// Await waits for a call that comes in and that Await has not returned
// before.
func (p *Peer) Await(ctx context.Context) (*Call, error) {
	var call *Call
	err := p.Wait(ctx, func(*demo.Peer) bool {
		if len(p.came) == 0 {
			return false
		}
		call, p.came = p.came[0], p.came[1:]
		return true
	})
	return call, err
}

// Wait waits until ok holds, which may read the pure peer but not call p: it
// is asked after each step, and each 50 ms.
func (p *Peer) Wait(ctx context.Context, ok func(*demo.Peer) bool) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		p.mu.Lock()
		if ok(p.pure) {
			p.mu.Unlock()
			return nil
		}
		if p.waits++; p.waits == 1 {
			p.moved = make(chan struct{})
		}
		moved := p.moved
		p.mu.Unlock()
		select {
		case <-moved:
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (p *Peer) closed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.over
}

// Close takes the peer off the network without a word, as if it were switched
// off.
func (p *Peer) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over {
		return
	}
	p.over = true
	p.pure.Crash(now())
	for _, call := range p.calls {
		call.follow()
	}
	p.stop()
	p.timer.Stop()
	_ = p.conn.Close()
	p.tell()
}
