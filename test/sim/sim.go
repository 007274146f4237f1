package sim

import (
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/demo"
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
	Crashes bool  // phones are switched off and on
	Switch  bool  // plans are switched
	Plain   bool  // two-leg calls: numbers are forwarded to phones, no queue
	Deep    int   // turns between whole checks; 0: 1,000
	Plant   Plant
}

// World is one run.
type World struct {
	o        Options
	clock    *clock
	rand     *turn.Rand
	net      *network
	node     *node
	carriers []*party
	phones   []*party
	numbers  []string
	dialled  []*demo.Call
	talk     time.Duration
	err      error
}

// New sets a run up.
func New(o Options) *World {
	if o.Deep == 0 {
		o.Deep = 1000
	}
	w := &World{o: o, clock: &clock{now: turn.Instant(1e9)}, talk: 15 * time.Second}
	w.rand = turn.NewRand(seed(o.Seed, 1))
	w.net = &network{
		clock: w.clock, rand: turn.NewRand(seed(o.Seed, 2)), loss: o.Loss, twice: o.Loss / 2,
		to: map[netip.AddrPort]func(netip.AddrPort, []byte){},
	}
	w.node = &node{
		clock: w.clock, net: w.net, disk: newDisk(), rand: turn.NewRand(seed(o.Seed, 3)), plant: o.Plant,
		fail: w.fail, every: o.Kills, deep: o.Deep, tags: tags{},
	}
	if o.Kills > 0 {
		w.node.killIn = o.Kills
	}
	w.node.plane = &plane{clock: w.clock, events: w.node.mediaEvent, alive: w.alive, pairs: 2000}
	w.node.plane.restart()
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
		compiled, faults := plan.Compile(w.plan(revision), plan.Surroundings{Interfaces: []string{"main"}, Areas: []string{"0551"}}, revision+1)
		if faults != nil {
			w.fail(faults)
			return
		}
		w.node.plans = append(w.node.plans, compiled)
		if !w.o.Switch {
			break
		}
	}
	all := w.node.plans
	w.node.plans = all[:1]
	w.node.start()
	for _, row := range p.Phones {
		w.node.command(core.Command{Kind: core.SetPassword, Phone: row.Name, Secret: "pw" + row.Name})
	}
	for _, row := range p.Agents {
		w.node.command(core.Command{Kind: core.SetPIN, Agent: row.Name, Secret: "4711"})
	}
	for i := range 4 {
		local := netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 1, 0, byte(i + 1)}), 5060)
		w.carriers = append(w.carriers, w.join(demo.Options{User: "carrier", Local: local, Media: netip.AddrPortFrom(local.Addr(), 10000), MediaMax: 20000}))
	}
	for i, row := range p.Phones {
		local := netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 2, byte(i / 200), byte(i%200 + 1)}), 5060)
		w.phones = append(w.phones, w.join(demo.Options{
			User: row.Name, Password: "pw" + row.Name, Local: local, Media: netip.AddrPortFrom(local.Addr(), 10000),
			Expires: 120, Manner: w.manner,
		}))
	}
	if w.o.Switch {
		for i := range all[1:] {
			w.clock.after(time.Duration(i+1)*97*time.Second, func() {
				w.node.plans = all[:i+2]
				w.node.step(&core.Input{Kind: core.NewPlan, Plan: all[i+1]})
			})
		}
	}
}

// plan is the routing plan of a revision: what changes from one to the next is
// what a supervisor changes.
func (w *World) plan(revision uint64) *config.Plan {
	p := &config.Plan{Skills: []string{"general", "tax"}}
	p.Trunks.Set("carriers", config.Trunk{Match: []string{"10.1.0.0/16"}, Peers: []config.Peer{{Address: "10.1.0.1:5060"}}, Area: "0551"})
	for i := range w.o.Phones {
		phone := fmt.Sprintf("%d", 8001+i)
		p.Phones.Set(phone, config.Phone{})
		if w.o.Plain {
			flow := "to-" + phone
			p.Flows.Set(flow, []config.Step{{Kind: "forward", To: phone}})
			p.Numbers.Set(fmt.Sprintf("12%03d", i), config.Number{Flow: flow})
		} else {
			p.Agents.Set(phone, w.agent(i, revision))
		}
	}
	if !w.o.Plain {
		w.queues(p, revision)
	}
	w.numbers = nil
	for _, row := range p.Numbers {
		w.numbers = append(w.numbers, row.Name)
	}
	return p
}

func (w *World) agent(i int, revision uint64) config.Agent {
	a := config.Agent{Queues: []string{"general"}}
	a.Skills.Set("general", 1+(i+int(revision))%10)
	if i%3 == 0 {
		a.Queues = append(a.Queues, "tax")
		a.Skills.Set("tax", 1+i%10)
	}
	return a
}

func (w *World) queues(p *config.Plan, revision uint64) {
	strategies := []string{"longest-idle", "most-skilled", "least-calls", "round-robin"}
	wrapUp := config.Duration(time.Duration(revision%3) * time.Second)
	p.Queues.Set("general", config.Queue{
		Strategy: strategies[(w.o.Seed+revision)%4], Ring: config.Duration(15 * time.Second), WrapUp: wrapUp, Limit: 200,
		AnnounceAgent: true, WhisperNumber: true,
	})
	p.Queues.Set("tax", config.Queue{
		Strategy: "most-skilled", MaxWait: config.Duration(90 * time.Second), WhisperNumber: true,
		Tiers: []config.Tier{
			{Agents: "own"}, {After: config.Duration(10 * time.Second), Lower: 3}, {After: config.Duration(20 * time.Second), Queue: "general"},
		},
	})
	p.Flows.Set("hotline", []config.Step{{Kind: "answer"}, {Kind: "queue", Queue: "general"}, {Kind: "play", Clips: []string{"greeting"}, MustHear: true}, {Kind: "music"}})
	p.Flows.Set("tax", []config.Step{
		{Kind: "progress"},
		{Kind: "play", Clips: []string{"greeting"}},
		{Kind: "answer"},
		{Kind: "queue", Queue: "tax", Skills: config.Table[int]{{Name: "tax", Value: 4}}},
		{Kind: "music"},
		{Kind: "hangup", Status: 480},
	})
	p.Numbers.Set("12345", config.Number{Flow: "hotline"})
	p.Numbers.Set("12331", config.Number{Mode: "merged"})
	p.Numbers.Set("12366", config.Number{Flow: "tax", Priority: 1})
}

// alive says whether somebody sends from a media address.
func (w *World) alive(remote netip.AddrPort) bool {
	for _, list := range [][]*party{w.carriers, w.phones} {
		for _, p := range list {
			if p.Media.Addr() != remote.Addr() {
				continue
			}
			for _, c := range p.Calls {
				if c.Media == remote {
					return !c.Over() && !p.down
				}
			}
		}
	}
	return false
}

// Run lets the day go by and returns what was found wrong.
func (w *World) Run() error {
	w.clock.run(w.clock.now.Add(5*time.Second), w.stopped)
	w.logins()
	rate := time.Duration(float64(w.talk+8*time.Second) / (0.75 * float64(w.o.Phones)))
	at := w.clock.now
	for range w.o.Calls {
		at = at.Add(w.spread(rate))
		w.clock.at(at, w.ring)
	}
	if w.o.Crashes {
		w.crashes(at)
	}
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

// logins puts each agent on his phone. A login that meets a dead process is
// made again.
func (w *World) logins() {
	if w.o.Plain {
		return
	}
	for i := range w.phones {
		agent := w.phones[i].User
		w.login(agent)
	}
}

func (w *World) login(agent string) {
	if w.node.core == nil {
		w.clock.after(2*time.Second, func() { w.login(agent) })
		return
	}
	w.node.command(core.Command{Kind: core.AgentLogin, Agent: agent, Phone: agent})
	w.clock.after(30*time.Second, func() { w.again(agent) })
}

// again takes an agent back to work who was paused for missed offers, or whose
// login was lost.
func (w *World) again(agent string) {
	w.node.command(core.Command{Kind: core.AgentResume, Agent: agent})
	w.login(agent)
}

func (w *World) crashes(end turn.Instant) {
	at := w.clock.now
	for {
		at = at.Add(w.spread(40 * time.Second))
		if at > end {
			return
		}
		w.clock.at(at, func() {
			p := w.phones[w.rand.Below(int64(len(w.phones)))]
			if !p.down {
				p.crash(time.Second + w.spread(20*time.Second))
			}
		})
	}
}

// quiet ends what still goes on, so that what is left then is a leak.
func (w *World) quiet() {
	w.node.killIn = 0
	if w.node.core == nil {
		w.clock.run(w.clock.now.Add(3*time.Second), w.stopped)
	}
	if w.err == nil {
		w.node.command(core.Command{Kind: core.EndAll})
	}
}

// errNothing is a run in which too little happened to prove anything.
var errNothing = errors.New("too little happened")
