// Package demo holds simulated carriers and phones. A Peer is a pure machine
// with a small SIP of its own: it shares no code with the server's, so that a
// fault there is not mirrored here. It runs over sockets for `serve --demo`,
// the end-to-end tests and the bench, and over a fake network in test/sim.
package demo

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/hotline12345/hotline/turn"
)

// Options describe a peer; Local is where it is reached.
type Options struct {
	User     string // a phone's name; of a carrier, any
	Password string // a phone's; empty: it does not register
	Domain   string
	Local    netip.AddrPort
	Server   netip.AddrPort
	Media    netip.AddrPort // the first address that its SDPs name; each call has the next even port
	MediaMax int            // how many such ports there are; 0: 1000
	T1       time.Duration
	Expires  int // seconds asked for at REGISTER
	Rand     *turn.Rand
	Manner   func(p *Peer, c *Call) Manner // how a call that comes in is treated
}

// Manner is how a phone treats one call.
type Manner struct {
	Mute   bool          // nothing is answered at all, as if the phone were gone
	Ring   time.Duration // until 180; negative: no 180
	Answer time.Duration // until the final response
	Status int           // 200, or a refusal
	SDP    string        // in place of a usable one
	Talk   time.Duration // after the ACK; 0: the other side hangs up
}

// Journey is how a carrier's caller behaves.
type Journey struct {
	Number   string        // dialled
	Caller   string        // his own
	Patience time.Duration // hangs up (CANCEL or BYE) so long after the INVITE; 0: never
	Talk     time.Duration // hangs up so long after the 200; 0: never
	Hold     time.Duration // a re-INVITE with sendonly so long after the 200; 0: never
	Late     bool          // an offerless INVITE: the SDP comes in the ACK
	Digits   string        // sent with INFO, one every 200 ms, from Hold's place on
}

// Packet is a datagram to be sent.
type Packet struct {
	From, To netip.AddrPort
	Data     []byte
}

// Out is what a step brings forth.
type Out struct{ Packets []Packet }

// Peer is one simulated carrier or phone.
type Peer struct {
	Options
	Calls      []*Call // in order, but for those long over
	Past       []*Call // calls long over: nobody asks about them any more
	made       int
	Registered turn.Instant
	Refused    int // registrations answered with anything but 200 and 401
	register   registration
	pending    []*exchange
	replies    map[string][]byte // branch+method → the final response, for repeats
	order      []string          // of replies, oldest first
	now        turn.Instant
	out        *Out
}

// NewPeer returns a peer; a phone registers at its first Due.
func NewPeer(o Options) *Peer {
	p := &Peer{Options: o, replies: map[string][]byte{}}
	p.register.callID = p.token()
	if o.Password != "" {
		p.register.due = 1
	}
	return p
}

// Crash forgets everything but the account, as a phone does that was switched
// off and on: its calls are gone without a word.
func (p *Peer) Crash(now turn.Instant) {
	for _, c := range p.Calls {
		if !c.Over() {
			c.finish(now, "crash")
		}
	}
	p.pending, p.replies, p.order = nil, map[string][]byte{}, nil
	p.register = registration{callID: p.token()}
	p.Registered = 0
	if p.Password != "" {
		p.register.due = now.Add(time.Second)
	}
}

// Next is when the peer wants Due; zero: never.
func (p *Peer) Next() turn.Instant {
	next := p.register.due
	for _, x := range p.pending {
		next = turn.Earliest(next, x.at)
	}
	for _, c := range p.Calls {
		next = turn.Earliest(next, c.next())
	}
	return next
}

// Due takes everything whose time has come.
func (p *Peer) Due(now turn.Instant, out *Out) {
	p.now, p.out = now, out
	if p.register.due != 0 && now >= p.register.due {
		p.sendRegister()
	}
	for _, x := range append([]*exchange{}, p.pending...) {
		if now >= x.at && !x.done {
			p.repeat(x)
		}
	}
	for _, c := range p.Calls {
		c.due(p)
	}
	p.sweep()
}

// Receive takes a datagram.
func (p *Peer) Receive(now turn.Instant, from netip.AddrPort, data []byte, out *Out) {
	p.now, p.out = now, out
	m, ok := parse(data)
	if !ok {
		return
	}
	if m.status > 0 {
		p.response(m)
	} else {
		p.request(m, from)
	}
	p.sweep()
}

// Dial rings a number at the server.
func (p *Peer) Dial(now turn.Instant, j Journey, out *Out) *Call {
	p.now, p.out = now, out
	c := &Call{
		ID: p.token(), Journey: j, Outgoing: true, localTag: p.token(), seq: 1, Began: now,
		remote: fmt.Sprintf("<sip:%s@%s>", j.Number, p.Server),
		local:  fmt.Sprintf("<sip:%s@%s>", j.Caller, p.Local),
		target: fmt.Sprintf("sip:%s@%s", j.Number, p.Server),
	}
	if p.Password != "" {
		c.local = fmt.Sprintf("<sip:%s@%s>", p.User, p.Domain)
	}
	p.add(c)
	body := c.sdp(p, "sendrecv")
	if j.Late {
		body = ""
	}
	c.invite = p.exchange(c, "INVITE", body, c.invited)
	if j.Patience > 0 {
		c.giveUp = now.Add(j.Patience)
	}
	return c
}

// Busy says whether the peer has a call that is not over.
func (p *Peer) Busy() bool {
	for _, c := range p.Calls {
		if !c.Over() {
			return true
		}
	}
	return false
}

func (p *Peer) send(data string) {
	p.out.Packets = append(p.out.Packets, Packet{From: p.Local, To: p.Server, Data: []byte(data)})
}

func (p *Peer) token() string { return p.Rand.Token() }

// add takes a call in and gives it a media port of its own.
func (p *Peer) add(c *Call) {
	limit := p.MediaMax
	if limit == 0 {
		limit = 1000
	}
	c.Media = netip.AddrPortFrom(p.Media.Addr(), p.Media.Port()+uint16(2*(p.made%limit)))
	p.made++
	p.Calls = append(p.Calls, c)
}

// sweep drops finished exchanges, and puts aside the calls that nothing can
// ask about any more.
func (p *Peer) sweep() {
	if len(p.Calls) > 0 && p.Calls[0].Over() && p.Calls[0].next() == 0 && p.now.Sub(p.Calls[0].Ended) > 200*p.T1 {
		p.Past, p.Calls = append(p.Past, p.Calls[0]), p.Calls[1:]
	}
	kept := p.pending[:0]
	for _, x := range p.pending {
		if !x.done {
			kept = append(kept, x)
		}
	}
	p.pending = kept
	for len(p.order) > 256 {
		delete(p.replies, p.order[0])
		p.order = p.order[1:]
	}
}
