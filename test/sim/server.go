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

// node runs the core as the real node does: input by input, records before
// everything else.
type node struct {
	clock  *clock
	net    *network
	disk   disk
	plane  *plane
	rand   *turn.Rand
	core   *core.Core
	out    core.Outputs
	plans  []*plan.Compiled // by revision less 1
	epoch  uint32
	wake   turn.Instant
	plant  Plant
	fail   func(error)
	took   hash // over records and facts
	turns  int
	kills  int
	killIn int // turns until the next kill; 0: never
	every  int // turns between kills, about
	deep   int // turns between whole checks
	reply  func(core.Reply)
	tags   tags
}

// Plant is a fault planted on purpose, to show that the simulator sees it.
type Plant string

// options are as a small node's settings say.
func (n *node) options() core.Options {
	var seed [32]byte
	for i := range 4 {
		x := n.rand.Uint64()
		for j := range 8 {
			seed[8*i+j] = byte(x >> (8 * j))
		}
	}
	return core.Options{
		Epoch: n.epoch, Seed: seed, NonceKey: [32]byte{1}, Civil: int64(1700000000e9),
		Interfaces: []core.Interface{{Name: "main", Listeners: []core.Listener{
			{Transport: message.UDP, Local: server, SentBy: server.String()},
		}}},
		Transaction: transaction.Options{T1: t1, T2: 8 * t1, T4: 10 * t1, Max: 100000},
		Dialog:      dialog.Options{T1: t1, T2: 8 * t1},
		Registrar: registrar.Options{
			Realm: domain, Domains: []string{domain}, DefaultExpires: 300 * time.Second, MinExpires: 60 * time.Second,
			MaxExpires: 300 * time.Second, NonceLife: time.Hour, Probe: 30 * time.Second,
		},
		PhoneSilent: 3 * time.Second, TrunkSilent: 2 * time.Second, Grace: 10 * time.Second,
	}
}

// start begins a process on what the disk holds.
func (n *node) start() {
	records := n.disk.open()
	n.epoch++
	n.plane.restart()
	n.core = core.New(n.clock.now, n.options(), n.plans[len(n.plans)-1])
	n.out.Reset()
	err := n.core.Restore(records, func(revision uint64) *plan.Compiled { return n.plans[revision-1] }, &n.out)
	if err != nil {
		n.fail(fmt.Errorf("restore: %w", err))
		return
	}
	n.commit()
	n.release()
	n.plane.grant()
	n.arm()
}

// step gives the core one input, unless the process is down. The kill that is
// due strikes before the records are written, before the rest has left, or
// after both.
func (n *node) step(in *core.Input) {
	if n.core == nil {
		return
	}
	n.out.Reset()
	n.core.Step(n.clock.now, in, &n.out)
	n.turns++
	killed := false
	if n.killIn > 0 {
		n.killIn--
		killed = n.killIn == 0
	}
	at := n.rand.Below(3)
	if killed && at == 0 {
		if n.plant == "send before record" {
			n.release()
		}
		n.kill()
		return
	}
	n.commit()
	if killed && at == 1 {
		n.kill()
		return
	}
	n.release()
	if killed {
		n.kill()
		return
	}
	if n.deep > 0 && n.turns%n.deep == 0 {
		if err := n.check(); err != nil {
			n.fail(fmt.Errorf("turn %d: %w", n.turns, err))
		}
	}
	n.arm()
}

func (n *node) check() error {
	if err := n.core.Check(); err != nil {
		return err
	}
	return n.disk.check(n.core)
}

// kill ends the process; another starts within 1.5 s.
func (n *node) kill() {
	n.kills++
	n.core, n.wake = nil, 0
	n.plane.restart()
	n.killIn = 1 + int(n.rand.Below(int64(2*n.every)))
	n.clock.after(time.Duration(100+n.rand.Below(1400))*time.Millisecond, n.start)
}

// commit writes the turn's records and facts.
func (n *node) commit() {
	for i := range n.out.Records {
		r := &n.out.Records[i]
		n.took.add(uint64(r.Key.Kind), append([]byte(r.Key.ID), r.Value...))
	}
	for i := range n.out.Facts {
		n.took.add(uint64(n.out.Facts[i].Type), n.out.Facts[i].Value)
	}
	records, facts := n.plant.records(n.out.Records), n.plant.facts(n.out.Facts)
	n.disk.commit(journal.Turn{At: n.clock.now, Records: records, Facts: facts})
}

// release lets the turn's sends, orders and replies go.
func (n *node) release() {
	for _, s := range n.plant.sends(n.out.Sends) {
		if err := n.tags.see(s.Raw); err != nil {
			n.fail(err)
		}
		n.net.send(server, s.Flow.Remote, s.Raw)
	}
	for _, o := range n.out.Orders {
		n.plane.take(o)
	}
	for _, r := range n.out.Replies {
		if n.reply != nil {
			n.reply(r)
		}
	}
}

// arm wakes the core at its deadline.
func (n *node) arm() {
	if n.core == nil {
		return // killed as it started
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

func (n *node) command(c core.Command) { n.step(&core.Input{Kind: core.Ask, Command: &c}) }
