package sim

import (
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/demo"
	"github.com/hotline12345/hotline/journal/faultdisk"
	"github.com/hotline12345/hotline/plan"
	"github.com/hotline12345/hotline/turn"
)

// Options are one run's.
type Options struct {
	Seed    uint64
	Calls   int
	Phones  int
	Loss    int64 // of 1,000 datagrams
	Kills   int   // turns between kills, about; 0: none
	Panics  int   // actions of the core between panics, about; 0: none
	Crashes bool  // phones are switched off and on
	Switch  bool  // plans are switched
	Plain   bool  // two-leg calls: numbers are forwarded to phones, no queue
	Deep    int   // turns between whole checks; 0: 1,000
	Plant   Plant
	Disk    Weather
	Power   bool // a kill is a power cut: what was not synced may be lost
}

// Weather is what the disk does to the journal beside being torn by kills.
type Weather struct {
	Stalls int64 // one in so many writes and syncs takes longer than anybody waits
	Fails  int64 // one in so many writes fails, and of syncs one in a tenth
	Full   bool  // once a day nothing more fits, for forty seconds
}

// civil is the civil clock: Unix ns minus Instant.
const civil = int64(1700000000e9)

// World is one run.
type World struct {
	o         Options
	clock     *clock
	rand      *turn.Rand
	net       *network
	node      *node
	carriers  []*party
	phones    []*party
	exchanges []*exchange
	meant     map[string]meant // by caller
	returned  int              // calls that exchanges have sent back
	seats     []*seat
	numbers   []string
	dialled   []*demo.Call
	talk      time.Duration
	opens     turn.Instant // of the first call
	closes    turn.Instant // of the last
	closed    bool
	parties   map[netip.Addr]*party
	told      map[string]int // what agents heard of their logins, logouts, pauses
	cuts      []turn.Instant
	fill      *fill
	err       error
}

// New sets a run up.
func New(o Options) *World {
	if o.Deep == 0 {
		o.Deep = 1000
	}
	w := &World{
		o: o, clock: &clock{now: turn.Instant(1e9)}, talk: 15 * time.Second,
		told: map[string]int{}, parties: map[netip.Addr]*party{}, meant: map[string]meant{},
	}
	w.rand = turn.NewRand(seed(o.Seed, 1))
	w.net = &network{
		clock: w.clock, rand: turn.NewRand(seed(o.Seed, 2)), loss: o.Loss, twice: o.Loss / 2,
		to: map[netip.AddrPort]func(netip.AddrPort, []byte){},
	}
	w.node = &node{
		clock: w.clock, net: w.net, rand: turn.NewRand(seed(o.Seed, 3)), plant: o.Plant, ledger: newLedger(turn.NewRand(seed(o.Seed, 5))),
		fail: w.fail, every: o.Kills, deep: o.Deep, tags: tags{}, asked: map[uint64]func(core.Reply){},
		power: o.Power, cut: w.powerCut, killIn: o.Kills, struckCalls: map[string]int{}, panics: o.Panics, trap: o.Panics,
	}
	w.node.disk = newDisk(turn.NewRand(seed(o.Seed, 4)), func() int64 { return int64(w.clock.now) + civil })
	w.node.committer.n, w.node.ledger.meant = w.node, w.meant
	w.weather()
	w.node.plane = newPlane(w.clock, w.node.mediaEvent, w.alive, w.fail)
	w.net.to[server] = w.node.receive
	w.people()
	return w
}

func seed(n, part uint64) (out [32]byte) {
	for i := range 8 {
		out[i], out[8+i] = byte(n>>(8*i)), byte(part>>(8*i))
	}
	return out
}

func (w *World) fail(err error) {
	if w.err == nil {
		w.err = fmt.Errorf("seed %d at %v: %w", w.o.Seed, time.Duration(w.clock.now), err)
	}
}

// people lets the peers in and gives the node its plans.
func (w *World) people() {
	p := w.plan(0)
	for revision := range uint64(8) {
		compiled, faults := plan.Standing(w.plan(revision), plan.Surroundings{Interfaces: []string{"main"}}, revision+1)
		if faults != nil {
			w.fail(faults)
			return
		}
		w.node.plans = append(w.node.plans, compiled)
		if !w.o.Switch {
			break
		}
	}
	w.node.safe = true
	w.node.start()
	for _, row := range p.Phones {
		w.node.ask(core.Command{Kind: core.SetPassword, Phone: row.Name, Secret: "pw" + row.Name}, nil)
	}
	for _, row := range p.Agents {
		w.node.ask(core.Command{Kind: core.SetPIN, Agent: row.Name, Secret: pinOf(row.Name)}, nil)
	}
	for i := range 4 {
		local := netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 1, 0, byte(i + 1)}), 5060)
		w.carriers = append(w.carriers, w.join(demo.Options{User: "carrier", Local: local, Media: demo.Ports(netip.AddrPortFrom(local.Addr(), 10000), 20000), Manner: w.duty}))
	}
	for i := range exchanges {
		w.exchange(i + 1)
	}
	for i, row := range p.Phones {
		local := netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 2, byte(i / 200), byte(i%200 + 1)}), 5060)
		w.phones = append(w.phones, w.join(demo.Options{
			User: row.Name, Password: "pw" + row.Name, Local: local, Media: demo.Ports(netip.AddrPortFrom(local.Addr(), 10000), 1000),
			Expires: 120, Manner: w.manner,
		}))
	}
}

// alive says whether somebody sends from a media address.
func (w *World) alive(remote netip.AddrPort) bool {
	p := w.parties[remote.Addr()]
	if p == nil {
		return false
	}
	for _, c := range p.Calls {
		if c.Media == remote {
			return !c.Over() && !p.down
		}
	}
	return false
}

// Run lets the day go by and returns what was found wrong.
func (w *World) Run() error {
	load := 1.0 // in calls as long as a talk with what surrounds it, to a phone: exchanges outside take a good part
	if w.o.Plain {
		load = 0.75
	}
	rate := time.Duration(float64(w.talk+8*time.Second) / (load * float64(w.o.Phones)))
	w.opens = w.clock.now.Add(5 * time.Second)
	if !w.o.Plain {
		w.opens = w.opens.Add(20 * time.Second)
	}
	at := w.opens
	for range w.o.Calls {
		at = at.Add(w.spread(rate))
		w.clock.at(at, w.ring)
	}
	w.closes = at
	w.clock.run(w.clock.now.Add(5*time.Second), w.stopped)
	w.node.safe = false
	if !w.o.Plain {
		for i, p := range w.phones {
			w.sit(i, p)
		}
	}
	if w.o.Switch {
		w.clock.after(97*time.Second, w.supervise)
	}
	if !w.o.Plain {
		w.clock.after(20*time.Second, w.intervene)
		w.clock.after(30*time.Second, w.police)
	}
	if w.o.Crashes {
		w.crashes(at)
	}
	w.fills()
	w.clock.run(at.Add(11*time.Minute), w.stopped)
	w.quiet()
	w.clock.run(w.clock.now.Add(4*64*t1), w.stopped)
	if w.err == nil {
		w.err = w.audit()
	}
	return w.err
}

func (w *World) stopped() bool { return w.err != nil }

func (w *World) ring() {
	p := w.carriers[w.rand.Below(int64(len(w.carriers)))]
	var out demo.Out
	w.dialled = append(w.dialled, p.Dial(w.clock.now, w.journey(), &out))
	p.sent(&out)
}

// quiet ends what still goes on, so that what is left then is a leak.
func (w *World) quiet() {
	n := w.node
	w.closed, n.safe = true, true
	n.disk.KillAtWrite(0)
	n.disk.clear()
	w.clock.run(w.clock.now.Add(3*time.Second), w.stopped)
	if w.err == nil {
		n.ask(core.Command{Kind: core.EndAll}, nil)
	}
}

// errNothing is a run in which too little happened to prove anything.
var errNothing = errors.New("too little happened")

func newDisk(rand *turn.Rand, now func() int64) *disk {
	return &disk{Disk: faultdisk.New(rand, faultdisk.Faults{}), memory: newMemory(), civil: now}
}
