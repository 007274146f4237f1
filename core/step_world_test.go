package core_test

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/demo"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/plan"
	"github.com/hotline12345/hotline/sip/dialog"
	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/sip/registrar"
	"github.com/hotline12345/hotline/sip/transaction"
	"github.com/hotline12345/hotline/turn"
)

var (
	us       = netip.MustParseAddrPort("10.0.0.1:5060")
	stranger = netip.MustParseAddrPort("10.9.0.1:5060")
)

const (
	t1    = 500 * time.Millisecond
	pairs = 24
)

// world is a core with a carrier and three phones around it, a journal under
// it, and a network whose every packet waits to be told what becomes of it.
type world struct {
	t        *testing.T
	core     *core.Core
	out      core.Outputs
	now      turn.Instant
	turns    int
	broken   bool // the last message that came was no good: an answer repeats some of it
	epoch    uint32
	plans    []*plan.Compiled
	keys     []journal.Key
	journal  map[journal.Key][]byte
	began    map[turn.ID]int
	outcomes map[journal.Outcome]int
	ended    map[turn.ID]int
	last     journal.CDR
	peers    []*demo.Peer
	manner   demo.Manner
	flight   []demo.Packet
	orders   map[turn.ID]order.Leg
	legs     []turn.ID // that have had orders
	used     map[uint16]bool
	view     *core.View
	revision uint64
	trap     int // in this many actions the core panics
	sends    func(core.Send)
}

func seedOf(n byte) (out [32]byte) {
	out[0] = n
	return out
}

func fuzzPlan(revision uint64) *plan.Compiled {
	p := &config.Plan{Skills: []string{"general"}, Home: "合肥"}
	p.Cities.Set("合肥", config.City{Area: "0551"})
	p.Cities.Set("芜湖", config.City{Area: "0553"})
	p.Trunks.Set("hub", config.Trunk{Match: []string{"10.3.0.0/16"}, Peers: []config.Peer{{Address: "10.3.0.1:5060"}}, Channels: 4, Context: true})
	p.Trunks.Set("carrier", config.Trunk{Match: []string{"10.1.0.0/16"}, Peers: []config.Peer{{Address: "10.1.0.1:5060"}, {Address: "10.1.0.2:5060"}}, Area: "0551", Channels: 8})
	for i := range 3 {
		phone := fmt.Sprint(8001 + i)
		p.Phones.Set(phone, config.Phone{Tester: i == 2})
		agent := config.Agent{Queues: []string{"general"}}
		agent.Skills.Set("general", 1+(i+int(revision))%3)
		if i < 2 {
			p.Agents.Set(phone, agent)
		}
	}
	p.Queues.Set("general", config.Queue{
		Ring: config.Duration(8 * time.Second), WrapUp: config.Duration(revision) * config.Duration(time.Second), Limit: 4,
		MaxWait: config.Duration(40 * time.Second), AnnounceAgent: true, WhisperNumber: true,
		Tiers: []config.Tier{{Agents: "own"}, {After: config.Duration(20 * time.Second), Duty: "13900000001", Trunk: "carrier"}},
	})
	p.Destinations.Set("bureau", config.Destination{Trunk: "carrier", Number: "12333"})
	p.Destinations.Set("police", config.Destination{Trunk: "carrier", Number: "110", Kind: "emergency", Ring: config.Duration(10 * time.Second)})
	p.Destinations.Set("hub", config.Destination{Kind: "hub", Trunk: "hub", Number: "12345"})
	p.Flows.Set("hotline", []config.Step{{Kind: "answer"}, {Kind: "queue", Queue: "general"}, {Kind: "play", Clips: []string{"greeting"}, MustHear: true}, {Kind: "music"}})
	p.Flows.Set("forwarded", []config.Step{{Kind: "forward", To: "bureau"}, {Kind: "forward", To: "8003"}, {Kind: "hangup", Status: 480}})
	p.Flows.Set("urgent", []config.Step{{Kind: "forward", To: "police"}})
	p.Flows.Set("upward", []config.Step{{Kind: "forward", To: "hub"}})
	menu := config.Step{Kind: "menu", Clips: []string{"greeting"}, Tries: 2}
	menu.Choices.Set("1", "hotline")
	p.Flows.Set("chosen", []config.Step{{Kind: "progress"}, menu})
	p.Flows.Set("greeted", []config.Step{{Kind: "answer"}, {Kind: "play", Clips: []string{"greeting"}}, {Kind: "forward", To: "bureau"}, {Kind: "hangup", Status: 480}})
	p.Numbers.Set("12348", config.Number{Flow: "greeted"})
	p.Numbers.Set("12345", config.Number{Flow: "hotline"})
	p.Numbers.Set("12333", config.Number{Flow: "forwarded"})
	p.Numbers.Set("12350", config.Number{Flow: "urgent"})
	p.Numbers.Set("12319", config.Number{Flow: "upward"})
	p.Numbers.Set("12366", config.Number{Flow: "chosen", Priority: 1, Mode: "dual", Department: "省税务局"})
	compiled, faults := plan.Standing(p, plan.Surroundings{Interfaces: []string{"main"}}, revision) // some numbers only forward
	if faults != nil {
		panic(faults)
	}
	return compiled
}

// morning is a world as every run finds it: phones are registered, agents at
// work. It is made once.
var morning = sync.OnceValue(func() *world {
	w := &world{t: &testing.T{}, now: 1e9, journal: map[journal.Key][]byte{}, plans: []*plan.Compiled{fuzzPlan(1), fuzzPlan(2), fuzzPlan(3)}}
	w.people(true)
	w.start()
	for i := range 3 {
		phone := fmt.Sprint(8001 + i)
		w.command(core.Command{Kind: core.SetPassword, Phone: phone, Secret: "pw" + phone})
	}
	w.pass(2 * time.Second)
	for _, agent := range []string{"8001", "8002"} {
		w.command(core.Command{Kind: core.SetPIN, Agent: agent, Secret: "4711"})
		w.command(core.Command{Kind: core.AgentLogin, Agent: agent, Phone: agent})
	}
	return w
})

func newWorld(t *testing.T) *world {
	first := morning()
	w := &world{
		t: t, now: first.now, epoch: first.epoch, plans: first.plans, keys: slices.Clone(first.keys), journal: maps.Clone(first.journal),
		began: map[turn.ID]int{}, ended: map[turn.ID]int{}, outcomes: map[journal.Outcome]int{},
		manner: demo.Manner{Ring: time.Millisecond, Answer: time.Second, Status: 200, Talk: 20 * time.Second},
	}
	w.people(false)
	w.start()
	return w
}

// people lets a carrier and three phones in, which register at once or do not.
func (w *world) people(register bool) {
	for i := range 4 {
		o := demo.Options{
			User: fmt.Sprint(8000 + i), Domain: "hotline.test", Server: us, T1: t1, Expires: 3600,
			Local: netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 2, 0, byte(i)}), 5060), Rand: turn.NewRand(seedOf(byte(i))),
			Manner: func(*demo.Peer, *demo.Call) demo.Manner { return w.manner },
		}
		if i == 0 {
			o.User, o.Local = "carrier", netip.MustParseAddrPort("10.1.0.1:5060")
		}
		o.Media = demo.Ports(netip.AddrPortFrom(o.Local.Addr(), 10000), 100)
		if register && i > 0 {
			o.Password = fmt.Sprint("pw", o.User)
		}
		p := demo.NewPeer(o)
		if i > 0 {
			p.Password = fmt.Sprint("pw", o.User)
		}
		w.peers = append(w.peers, p)
	}
}

func (w *world) options(revision uint64) core.Options {
	w.epoch++
	return core.Options{
		Epoch: w.epoch, Seed: seedOf(byte(w.epoch)), NonceKey: [32]byte{1}, Civil: 1700000000e9, Revision: journal.RevisionApplied{Revision: revision},
		Interfaces: []core.Interface{{Name: "main", Listeners: []core.Listener{
			{Transport: message.UDP, Local: us, SentBy: us.String()}, {Transport: message.TCP, Local: us, SentBy: us.String()},
		}}},
		Transaction: transaction.Options{T1: t1, T2: 8 * t1, T4: 10 * t1, Max: 2000},
		Dialog:      dialog.Options{T1: t1, T2: 8 * t1},
		Registrar:   registrar.Options{Realm: "hotline.test", Domains: []string{"hotline.test"}, MaxExpires: time.Hour, NonceLife: time.Hour, Probe: 4 * time.Minute},
		Limits:      core.Limits{Calls: 12},
		PhoneSilent: 3 * time.Second, TrunkSilent: 2 * time.Second, Grace: 10 * time.Second, Trap: w.spring,
	}
}

// spring lets the core panic once, where that was asked for.
func (w *world) spring(int) {
	if w.trap > 0 {
		if w.trap--; w.trap == 0 {
			panic("sprung")
		}
	}
}

// start begins a process on what the journal holds.
func (w *world) start() {
	w.t.Helper()
	var records []journal.Record
	for _, key := range w.keys {
		if value, live := w.journal[key]; live {
			records = append(records, journal.Record{Key: key, Value: value})
		}
	}
	revision := uint64(1)
	known, err := core.Revisions(records)
	if err != nil {
		w.t.Fatal(err)
	}
	if len(known) > 0 {
		revision = known[len(known)-1].Revision
	}
	w.orders, w.used, w.trap = map[turn.ID]order.Leg{}, map[uint16]bool{}, 0
	w.core = core.New(w.now, w.options(revision), w.plans[revision-1])
	w.out.Reset()
	if err := w.core.Restore(records, func(n uint64) *plan.Compiled { return w.plans[n-1] }, &w.out); err != nil {
		w.t.Fatal(err)
	}
	for _, pair := range core.PairsInUse(records) {
		w.used[pair.Port] = true
	}
	w.settle(false)
	var free []order.Pair
	for i := range uint16(pairs) {
		if port := 20000 + 2*i; !w.used[port] {
			free = append(free, order.Pair{Interface: "main", Local: us.Addr(), Advertise: us.Addr(), Port: port})
		}
	}
	w.step(&core.Input{Kind: core.MediaEvent, Media: order.Event{Kind: order.PairsGranted, Pairs: free}})
}

func (w *world) command(c core.Command) { w.step(&core.Input{Kind: core.Ask, Command: &c}) }

func (w *world) step(in *core.Input) {
	w.t.Helper()
	w.out.Reset()
	sprung := w.trap
	w.core.Step(w.now, in, &w.out)
	w.settle(sprung > 0 && w.trap == 0)
	w.trap = 0
}

// settle is the node: it writes, sends, and holds what must be true after each
// turn.
func (w *world) settle(sprung bool) {
	w.t.Helper()
	for _, r := range w.out.Records {
		if _, live := w.journal[r.Key]; !live && !r.End {
			w.keys = append(w.keys, r.Key)
		}
		if w.journal[r.Key] = r.Value; r.End {
			delete(w.journal, r.Key)
		}
	}
	w.facts()
	for _, l := range w.out.Logs {
		if l.Level >= core.Error && !sprung {
			w.t.Fatalf("the core logs: %s: %s", l.Message, l.Detail)
		}
	}
	for _, s := range w.out.Sends {
		if _, fault := message.Parse(s.Raw); fault != nil && !w.broken {
			w.t.Fatalf("the core sends what is no SIP: %s\n%s", fault.Reason, s.Raw)
		}
		if w.sends != nil {
			w.sends(s)
		}
		w.flight = append(w.flight, demo.Packet{From: us, To: s.Flow.Remote, Data: s.Raw})
	}
	for i := range w.out.Replies {
		w.revision = w.out.Replies[i].Revision
		if v := w.out.Replies[i].View; v != nil {
			w.view = v
		}
	}
	if w.turns++; w.turns%8 == 0 {
		w.check()
	}
	var freed []order.Event
	for _, o := range w.out.Orders {
		last, known := w.orders[o.ID]
		if !known {
			w.legs = append(w.legs, o.ID)
		}
		if w.orders[o.ID] = o; o.End && !last.End {
			freed = append(freed, order.Event{Kind: order.Counted, Leg: o.ID, Final: true}, order.Event{Kind: order.PairFreed, Pair: o.Pair})
		}
	}
	for _, e := range freed {
		w.step(&core.Input{Kind: core.MediaEvent, Media: e})
	}
}

func (w *world) check() {
	w.t.Helper()
	if err := w.core.Check(); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) facts() {
	w.t.Helper()
	for _, f := range w.out.Facts {
		switch f.Type {
		case journal.FactCallBegan:
			var b journal.CallBegan
			if err := journal.Unmarshal(f.Value, &b); err != nil {
				w.t.Fatal(err)
			}
			w.began[b.Call]++
		case journal.FactCallEnded:
			var cdr journal.CDR
			if err := journal.Unmarshal(f.Value, &cdr); err != nil {
				w.t.Fatal(err)
			}
			w.outcomes[cdr.Outcome]++
			w.last = cdr
			if w.ended[cdr.Call]++; w.ended[cdr.Call] > 1 || w.began[cdr.Call] != 1 || cdr.Outcome == "" {
				w.t.Fatalf("call %v began %d times and has %d CDRs; %+v", cdr.Call, w.began[cdr.Call], w.ended[cdr.Call], cdr)
			}
		}
	}
}
