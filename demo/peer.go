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
	Media    func(*Call) netip.AddrPort // where a call that begins takes its RTP; nil: nowhere (the discard port)
	Payloads []uint8                    // of G.711, in the order of preference; none: PCMA, PCMU
	Event    uint8                      // payload type of telephone-event in our offers; 0: 101
	Lines    string                     // further lines of our SDPs' audio stream, each with its CRLF
	T1       time.Duration
	Expires  int // seconds asked for at REGISTER
	Rand     *turn.Rand
	Manner   func(p *Peer, c *Call) Manner // how a call that comes in is treated
}

// Manner is how a phone treats one call.
type Manner struct {
	Mute   bool          // nothing is answered at all, as if the phone were gone
	Ring   time.Duration // until 180; negative: no 180
	Answer time.Duration // until the final response; negative: until Answer or HangUp is called
	Status int           // 200, or a refusal
	SDP    string        // in place of a usable one
	Early  bool          // the 180 is a 183 with sound
	Late   bool          // a CANCEL comes too late: the call is answered all the same
	More   string        // further headers of the final response, each with its CRLF
	Talk   time.Duration // after the ACK; 0: the other side hangs up

	Refer      string        // he transfers the call there, blind: a number of the server's, or a URI; "": he does not
	ReferAfter time.Duration // so long after the ACK
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
	More     string        // further headers of the INVITE, each with its CRLF
}

// Packet is a datagram to be sent.
type Packet struct {
	From, To netip.AddrPort
	Data     []byte
}

// Out is what a step brings forth.
type Out struct {
	Packets []Packet
	Touched []*Call // calls that may have changed
}

// Peer is one simulated carrier or phone.
type Peer struct {
	Options
	Calls      []*Call // in order, but for those long over
	Past       []*Call // calls long over: nobody asks about them any more
	Registered turn.Instant
	Refused    int // registrations answered with anything but 200 and 401
	register   registration
	byID       map[string][]*Call   // by Call-ID
	pending    map[string]*exchange // by branch and method
	timers     *turn.Timers[alarm]
	replies    map[string][]byte // branch+method → the final response, for repeats
	order      []string          // of replies, oldest first
	now        turn.Instant
	out        *Out
}

// alarm is whose deadline has come; neither: the registration's.
type alarm struct {
	call     *Call
	exchange *exchange
}

// NewPeer returns a peer; a phone registers at its first Due.
func NewPeer(o Options) *Peer {
	p := &Peer{Options: o, byID: map[string][]*Call{}}
	p.forget()
	if o.Password != "" {
		p.timers.Set(alarm{}, 1)
	}
	return p
}

// forget drops all that is underway.
func (p *Peer) forget() {
	p.pending, p.replies, p.order = map[string]*exchange{}, map[string][]byte{}, nil
	p.timers = turn.NewTimers[alarm]()
	p.register = registration{callID: p.token()}
	p.Registered = 0
}

// Crash forgets everything but the account, as a phone does that was switched
// off and on: its calls are gone without a word.
func (p *Peer) Crash(now turn.Instant) {
	for _, c := range p.Calls {
		if !c.Over() {
			c.finish(now, "crash")
		}
	}
	p.forget()
	if p.Password != "" {
		p.timers.Set(alarm{}, now.Add(time.Second))
	}
}

// Next is when the peer wants Due; zero: never.
func (p *Peer) Next() turn.Instant {
	next, _ := p.timers.Next()
	return next
}

// Due takes everything whose time has come.
func (p *Peer) Due(now turn.Instant, out *Out) {
	p.now, p.out = now, out
	for {
		who, ok := p.timers.Pop(now)
		if !ok {
			break
		}
		switch {
		case who.call != nil:
			who.call.due(p)
			p.touch(who.call)
		case who.exchange != nil:
			p.repeat(who.exchange)
		default:
			p.sendRegister()
		}
	}
	p.sweep()
}

// touch sets a call's clock anew and tells that it may have changed.
func (p *Peer) touch(c *Call) {
	if c != nil {
		p.timers.Set(alarm{call: c}, c.next())
		p.out.Touched = append(p.out.Touched, c)
	}
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
	body := ""
	if !j.Late {
		body = c.offer(p, "sendrecv")
	}
	c.invite = p.exchangeWith(c, "INVITE", j.More, body, c.invited)
	if j.Patience > 0 {
		c.giveUp = now.Add(j.Patience)
	}
	p.touch(c)
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

// add takes a call in and gives it a media port.
func (p *Peer) add(c *Call) {
	c.Media = netip.AddrPortFrom(p.Local.Addr(), 9)
	if p.Media != nil {
		c.Media = p.Media(c)
	}
	p.Calls = append(p.Calls, c)
	p.byID[c.ID] = append(p.byID[c.ID], c)
}

// sweep puts aside the calls that nothing can ask about any more.
func (p *Peer) sweep() {
	for len(p.Calls) > 0 {
		c := p.Calls[0]
		if !c.Over() || c.next() != 0 || p.now.Sub(c.Ended) <= 200*p.T1 {
			break
		}
		p.Past, p.Calls = append(p.Past, c), p.Calls[1:]
		if p.byID[c.ID] = p.byID[c.ID][1:]; len(p.byID[c.ID]) == 0 {
			delete(p.byID, c.ID)
		}
	}
	for len(p.order) > 1024 {
		delete(p.replies, p.order[0])
		p.order = p.order[1:]
	}
}
