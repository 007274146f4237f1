package sim

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/plan"
	"github.com/hotline12345/hotline/sip/dialog"
	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/sip/registrar"
	"github.com/hotline12345/hotline/sip/transaction"
	"github.com/hotline12345/hotline/turn"
)

// server is where the server under test is reached.
var server = netip.MustParseAddrPort("10.0.0.1:5060")

// t1 is RFC 3261's.
const t1 = 500 * time.Millisecond

// node runs the core as the real node does: input by input, through a
// committer that writes to the journal before anything else leaves.
type node struct {
	clock     *clock
	net       *network
	disk      *disk
	committer committer
	ledger    *ledger
	plane     *plane
	rand      *turn.Rand
	core      *core.Core
	plans     []*plan.Compiled // by revision less 1
	epoch     uint32
	wake      turn.Instant
	plant     Plant
	fail      func(error)
	took      hash // over records and facts
	turns     int
	deep      int  // turns between whole checks
	unchecked bool // a whole check is due
	room      bool // what the core was told
	onRoom    func(room bool)
	asked     map[uint64]func(core.Reply)
	asks      uint64
	tags      tags

	kills  int
	killIn int                 // turns until the next kill; 0: never
	every  int                 // turns between kills, about
	safe   bool                // nothing kills it
	panics int                 // actions between panics of the core, about; 0: none
	trap   int                 // actions until the next
	sprung bool                // in this turn
	caught int                 // panics
	facts  func(*journal.Fact) // is told of each; may be nil
	power  bool                // a kill is a power cut
	aim    journal.FactType    // the next kill waits for a turn that tells of it; 0: for none

	struckCalls map[string]int // calls that kills have met, by what they were doing
	cut         func()
}

// options are as a small node's settings say.
func (n *node) options(revision uint64) core.Options {
	var seed [32]byte
	for i := range 4 {
		x := n.rand.Uint64()
		for j := range 8 {
			seed[8*i+j] = byte(x >> (8 * j))
		}
	}
	return core.Options{
		Epoch: n.epoch, Seed: seed, NonceKey: [32]byte{1}, Civil: civil, Revision: journal.RevisionApplied{Revision: revision},
		Interfaces: []core.Interface{{Name: "main", Listeners: []core.Listener{
			{Transport: message.UDP, Local: server, SentBy: server.String()},
		}}},
		Transaction: transaction.Options{T1: t1, T2: 8 * t1, T4: 10 * t1, Max: 100000},
		Dialog:      dialog.Options{T1: t1, T2: 8 * t1},
		Registrar: registrar.Options{
			Realm: domain, Domains: []string{domain}, DefaultExpires: 300 * time.Second, MinExpires: 60 * time.Second,
			MaxExpires: 300 * time.Second, NonceLife: time.Hour, Probe: 30 * time.Second,
		},
		PhoneSilent: 3 * time.Second, TrunkSilent: 2 * time.Second, Grace: 10 * time.Second, Trap: n.spring,
	}
}

// start begins a process on what the disk holds.
func (n *node) start() {
	if n.every > 0 && !n.safe && n.rand.Below(8) == 0 {
		n.disk.KillAtWrite(1 + int(n.rand.Below(3))) // it dies as it starts, or soon
	}
	state, err := n.disk.open()
	switch {
	case n.disk.Down() || err != nil && n.disk.fails:
		n.kill()
		return
	case err != nil:
		n.fail(fmt.Errorf("start: %w", err))
		return
	}
	n.disk.Delay()
	n.disk.log.Cursor(projection, n.ledger.next)
	n.epoch, n.room = state.Epoch, true
	n.met(state.Records)
	n.plane.restart()
	revision := uint64(1)
	if known, err := core.Revisions(state.Records); err != nil {
		n.fail(err)
	} else if len(known) > 0 {
		revision = known[len(known)-1].Revision
	}
	n.core = core.New(n.clock.now, n.options(revision), n.plans[revision-1])
	s := n.committer.next()
	n.sprung = true // not while it restores
	err = n.core.Restore(state.Records, func(revision uint64) *plan.Compiled { return n.plans[revision-1] }, &s.out)
	if err != nil {
		n.fail(fmt.Errorf("restore: %w", err))
		return
	}
	n.stepped(s)
	n.committer.commit()
	n.committer.after(100*time.Millisecond, n.sync)
	if n.core == nil {
		return // killed as it started
	}
	n.plane.grant(core.PairsInUse(state.Records))
	n.arm()
}

// stepped takes a turn that the core has done.
func (n *node) stepped(s *stepped) {
	s.at = n.clock.now
	n.turns++
	for i := range s.out.Records {
		r := &s.out.Records[i]
		n.took.add(uint64(r.Key.Kind), append([]byte(r.Key.ID), r.Value...))
	}
	for i := range s.out.Facts {
		n.took.add(uint64(s.out.Facts[i].Type), s.out.Facts[i].Value)
		if n.facts != nil {
			n.facts(&s.out.Facts[i])
		}
	}
	for i := range s.out.Logs {
		if l := &s.out.Logs[i]; l.Level >= core.Error && !n.sprung {
			n.fail(fmt.Errorf("the core logs: %s: %s", l.Message, l.Detail))
		}
	}
	n.committer.waiting = append(n.committer.waiting, s)
}

// step gives the core one input, unless the process is down.
func (n *node) step(in *core.Input) {
	if n.core == nil {
		return
	}
	s := n.committer.next()
	n.sprung = false
	n.core.Step(n.clock.now, in, &s.out)
	if err := n.rings(&s.out); err != nil {
		n.fail(fmt.Errorf("turn %d: %w", n.turns, err))
	}
	n.stepped(s)
	if n.struck(s) && n.strike() {
		return
	}
	n.committer.commit()
	if n.core == nil {
		return
	}
	n.unchecked = n.unchecked || n.deep > 0 && n.turns%n.deep == 0
	n.check()
	n.arm()
}

// rings looks at the channels of whom a turn has rung outside.
func (n *node) rings(out *core.Outputs) error {
	for i := range out.Facts {
		if out.Facts[i].Type == journal.FactForwarded {
			return n.core.CheckChannels()
		}
	}
	return nil
}

// check looks at everything, if it is time and the disk has all of it.
func (n *node) check() {
	c := &n.committer
	if !n.unchecked || c.busy || c.away || len(c.waiting) > 0 {
		return
	}
	n.unchecked = false
	err := n.core.Check()
	if err == nil {
		err = n.disk.check(n.core)
	}
	if err != nil {
		n.fail(fmt.Errorf("turn %d: %w", n.turns, err))
	}
}

// sync is the housekeeping beside the turns, every 100 ms: the journal is
// synced and retired, the ledger reads what is new.
func (n *node) sync() {
	if n.core == nil {
		return
	}
	n.committer.rewrite()
	if n.core == nil {
		return
	}
	err := n.disk.sync()
	if n.downed() {
		return
	}
	if n.disk.Delay(); err != nil && !n.disk.fails && !n.disk.full {
		n.fail(err)
	}
	if err := n.ledger.read(n.clock.now, n.disk.log, n.plant); err != nil {
		n.fail(err)
	}
	if room := n.disk.log.Room() && !n.committer.away; room != n.room {
		n.room = room
		if n.onRoom != nil {
			n.onRoom(room)
		}
		n.step(&core.Input{Kind: core.Room, Room: room})
	}
	n.committer.after(100*time.Millisecond, n.sync)
}

// turn is what of a turn goes into the journal.
func (n *node) turn(s *stepped) journal.Turn {
	return journal.Turn{At: s.at, Records: n.plant.records(s.out.Records), Facts: n.plant.facts(s.out.Facts)}
}

// release lets a turn's first sends go, and its orders and replies.
func (n *node) release(out *core.Outputs, first int) {
	for _, s := range n.plant.sends(out.Sends[:first]) {
		if err := n.tags.see(s.Raw); err != nil {
			n.fail(err)
		}
		n.net.send(server, s.Flow.Remote, s.Raw)
	}
	if first < len(out.Sends) {
		return
	}
	for _, o := range out.Orders {
		n.plane.take(o)
	}
	for _, r := range out.Replies {
		if then := n.asked[r.ID]; then != nil {
			delete(n.asked, r.ID)
			n.clock.after(0, func() { then(r) })
		}
	}
}

// arm wakes the core at its deadline.
func (n *node) arm() {
	if n.core == nil {
		return
	}
	at, ok := n.core.NextDeadline()
	if !ok || n.wake != 0 && n.wake <= at {
		return
	}
	n.wake = at
	c := n.core
	n.clock.at(at, func() {
		if n.core != c || n.wake != at {
			return
		}
		n.wake = 0
		n.step(&core.Input{Kind: core.Due})
	})
}

// receive takes a datagram off the wire.
func (n *node) receive(from netip.AddrPort, data []byte) {
	flow := message.Flow{Interface: "main", Transport: message.UDP, Local: server, Remote: from}
	n.step(&core.Input{Kind: core.Arrived, Flow: flow, Raw: append([]byte(nil), data...)})
}

// refused is ICMP: nobody listens there.
func (n *node) refused(to netip.AddrPort) {
	flow := message.Flow{Interface: "main", Transport: message.UDP, Local: server, Remote: to}
	n.step(&core.Input{Kind: core.FlowRefused, Flow: flow})
}

func (n *node) mediaEvent(e order.Event) { n.step(&core.Input{Kind: core.MediaEvent, Media: e}) }

// ask gives a command; the reply comes when the turn is in the journal, and
// never if the process was killed before that.
func (n *node) ask(c core.Command, then func(core.Reply)) {
	n.asks++
	c.ID = n.asks
	if then != nil && n.core != nil {
		n.asked[c.ID] = then
	}
	n.step(&core.Input{Kind: core.Ask, Command: &c})
}
