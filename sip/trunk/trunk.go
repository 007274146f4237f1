// Package trunk knows the carriers and other exchanges that this node has
// lines to: which of them a message comes from, which number was dialled
// there, how many calls it may have, and which of its addresses answers. It is
// pure.
package trunk

import (
	"net/netip"
	"slices"
	"time"

	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

// Options are a plan's trunks; immutable.
type Options struct {
	Trunks []Trunk
	Down   time.Duration // a peer that did not answer is passed over so long; 0: 30 s
}

// Trunk is one carrier's or exchange's line.
type Trunk struct {
	Name      string
	Interface string
	Match     []Match
	Peers     []Peer
	Sources   []string // where the number dialled is looked for; see Dialled. Empty: Sources
	Area      string   // area code of a number dialled without one
	Channels  int      // calls at once, both ways; 0: no limit of its own
	Reserved  int      // of them, for urgent calls alone
	Format    Format   // how numbers are written that are rung there
	NoEarly   bool     // nothing is heard there before the answer
	Untrusted bool     // what it says of diversions, callers and contexts does not count
	Priority  int      // of its calls; higher goes first
	Origin    string   // shown to agents before the caller: 110
	Context   bool     // another Hotline: a call's context travels with it
}

// Match says which messages are a trunk's: by source and, where set, port and
// transport.
type Match struct {
	Prefix    netip.Prefix
	Port      uint16            // 0: any
	Transport message.Transport // 0: any
}

// Peer is an address at which a trunk is rung.
type Peer struct {
	Addr      netip.AddrPort
	Transport message.Transport
	Priority  int // lower goes first
}

// Trunks holds all trunks and what is known of them now.
type Trunks struct {
	o     Options
	state []state
}

type state struct {
	busy   int            // calls, urgent ones too
	urgent int            // of them
	down   []turn.Instant // per peer: not before
}

// New returns the trunks without calls.
func New(o Options) *Trunks {
	t := &Trunks{}
	t.Replan(o)
	return t
}

// Replan takes another plan's trunks; calls are counted on under the same
// name.
func (t *Trunks) Replan(o Options) {
	old, was := t.o, t.state
	t.o, t.state = o, make([]state, len(o.Trunks))
	for i := range o.Trunks {
		t.state[i].down = make([]turn.Instant, len(o.Trunks[i].Peers))
		slices.SortStableFunc(o.Trunks[i].Peers, func(a, b Peer) int { return a.Priority - b.Priority })
		for j := range old.Trunks {
			if old.Trunks[j].Name == o.Trunks[i].Name {
				t.state[i].busy, t.state[i].urgent = was[j].busy, was[j].urgent
			}
		}
	}
}

func (t *Trunks) index(name string) int {
	return slices.IndexFunc(t.o.Trunks, func(x Trunk) bool { return x.Name == name })
}

// Trunk returns the trunk's options, or nil.
func (t *Trunks) Trunk(name string) *Trunk {
	if i := t.index(name); i >= 0 {
		return &t.o.Trunks[i]
	}
	return nil
}

// Identify finds the trunk that a flow belongs to: the longest prefix wins,
// then a matcher with a port, then one with a transport.
func (t *Trunks) Identify(flow message.Flow) (name string, ok bool) {
	best := -1
	for i := range t.o.Trunks {
		trunk := &t.o.Trunks[i]
		if trunk.Interface != flow.Interface {
			continue
		}
		for _, m := range trunk.Match {
			if n := m.score(flow); n > best {
				best, name = n, trunk.Name
			}
		}
	}
	return name, best >= 0
}

// Covers says whether an address is a trunk's: one of those it may ring from, or
// is rung at.
func (o *Options) Covers(addr netip.Addr) bool {
	for i := range o.Trunks {
		for _, m := range o.Trunks[i].Match {
			if m.Prefix.Contains(addr) {
				return true
			}
		}
		for _, p := range o.Trunks[i].Peers {
			if p.Addr.Addr() == addr {
				return true
			}
		}
	}
	return false
}

// score is how specific a match is, -1 for none.
func (m Match) score(flow message.Flow) int {
	switch {
	case !m.Prefix.Contains(flow.Remote.Addr().Unmap()),
		m.Port != 0 && m.Port != flow.Remote.Port(),
		m.Transport != 0 && m.Transport != flow.Transport:
		return -1
	}
	n := m.Prefix.Bits() * 4
	if m.Port != 0 {
		n += 2
	}
	if m.Transport != 0 {
		n++
	}
	return n
}

// Take begins a call on the trunk; false: all the channels that it may have are
// busy. Only an urgent call gets a reserved one.
func (t *Trunks) Take(name string, urgent bool) bool {
	i := t.index(name)
	if i < 0 {
		return false
	}
	o, s := &t.o.Trunks[i], &t.state[i]
	if o.Channels > 0 && (s.busy >= o.Channels || !urgent && s.busy-s.urgent >= o.Channels-max(o.Reserved, s.urgent)) {
		return false
	}
	t.Resume(name, urgent)
	return true
}

// Resume counts a call that a restart brought back, over the limit or not.
func (t *Trunks) Resume(name string, urgent bool) {
	if i := t.index(name); i >= 0 {
		t.state[i].busy++
		if urgent {
			t.state[i].urgent++
		}
	}
}

// Release ends a call on the trunk.
func (t *Trunks) Release(name string, urgent bool) {
	i := t.index(name)
	if i < 0 || t.state[i].busy == 0 {
		return
	}
	t.state[i].busy--
	if urgent && t.state[i].urgent > 0 {
		t.state[i].urgent--
	}
}

// Busy is how many calls the trunk has.
func (t *Trunks) Busy(name string) int {
	if i := t.index(name); i >= 0 {
		return t.state[i].busy
	}
	return 0
}

// Crowded is a trunk that has more calls than channels, or one on whose reserved
// channels others are; empty: there is none.
func (t *Trunks) Crowded() string {
	for i := range t.o.Trunks {
		o, s := &t.o.Trunks[i], &t.state[i]
		if o.Channels > 0 && (s.busy > o.Channels || s.busy-s.urgent > o.Channels-o.Reserved) {
			return o.Name
		}
	}
	return ""
}

// Pick chooses the address to ring: the first by priority that is not known to
// be down, or the first of all when every one is.
func (t *Trunks) Pick(now turn.Instant, name string) (Peer, bool) {
	i := t.index(name)
	if i < 0 || len(t.o.Trunks[i].Peers) == 0 {
		return Peer{}, false
	}
	for j, peer := range t.o.Trunks[i].Peers {
		if t.state[i].down[j] <= now {
			return peer, true
		}
	}
	return t.o.Trunks[i].Peers[0], true
}

// Answering says whether any address of the trunk is not known to be down.
func (t *Trunks) Answering(now turn.Instant, name string) bool {
	i := t.index(name)
	return i >= 0 && slices.ContainsFunc(t.state[i].down, func(until turn.Instant) bool { return until <= now })
}

// Failed notes that a peer did not answer at all.
func (t *Trunks) Failed(now turn.Instant, name string, addr netip.AddrPort) {
	t.note(name, addr, now.Add(t.down()))
}

// Heard notes that a peer answers.
func (t *Trunks) Heard(name string, addr netip.AddrPort) { t.note(name, addr, 0) }

func (t *Trunks) note(name string, addr netip.AddrPort, until turn.Instant) {
	i := t.index(name)
	if i < 0 {
		return
	}
	for j := range t.o.Trunks[i].Peers {
		if t.o.Trunks[i].Peers[j].Addr == addr {
			t.state[i].down[j] = until
		}
	}
}

func (t *Trunks) down() time.Duration {
	if t.o.Down == 0 {
		return 30 * time.Second
	}
	return t.o.Down
}
