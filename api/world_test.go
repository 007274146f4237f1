package api

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"path/filepath"
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
	"github.com/hotline12345/hotline/store"
	"github.com/hotline12345/hotline/turn"
)

var (
	serverAddr  = netip.MustParseAddrPort("10.0.0.1:5060")
	carrierAddr = netip.MustParseAddrPort("10.10.0.5:5060")
	phoneAddr   = netip.MustParseAddrPort("10.0.1.1:5060")
)

// epoch is the civil time of the world's Instant 0.
var epoch = time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)

// world is a Backend made of the real core, journal and store, with a carrier
// and a phone of package demo on an ideal network. Its time goes on only in
// advance.
type world struct {
	mu        sync.Mutex
	t         testing.TB
	now       turn.Instant
	core      *core.Core
	log       *journal.Log
	projector *store.Projector
	plan      *plan.Compiled
	carrier   *demo.Peer
	phone     *demo.Peer
	packets   []demo.Packet
	media     []pending
	reply     core.Reply
	draining  time.Duration // the grace of the last drain
	notReady  error
	prompts   config.Faults // why recordings are refused
	lazy      bool          // the journal is not synced: facts stay unread
}

// pending is what the media plane will report.
type pending struct {
	at    turn.Instant
	event order.Event
}

// newWorld runs the embedded plan.
func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, now: turn.Instant(time.Second)}
	p, faults := config.Parse(config.Anhui())
	if faults != nil {
		t.Fatal(faults)
	}
	if w.plan, faults = plan.Compile(p, w.Surroundings(), 1); faults != nil {
		t.Fatal(faults)
	}
	dir := t.TempDir()
	folder, err := journal.OpenFolder(filepath.Join(dir, "journal"))
	if err != nil {
		t.Fatal(err)
	}
	log, state, err := journal.Open(folder, journal.Options{SegmentSize: 1 << 20, Projections: []string{store.Projection}})
	if err != nil {
		t.Fatal(err)
	}
	w.log = log
	t.Cleanup(func() {
		if err := errors.Join(log.Close(), folder.Close()); err != nil {
			t.Error(err)
		}
	})
	w.project(filepath.Join(dir, "hotline.db"))
	w.begin(state.Epoch)
	return w
}

// project runs a store in the file.
func (w *world) project(path string) {
	w.projector = store.NewProjector(store.New(path, slog.New(slog.DiscardHandler)), w.log, slog.New(slog.DiscardHandler))
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.projector.Run(ctx)
	}()
	w.t.Cleanup(func() {
		stop()
		<-done
	})
}

func (w *world) begin(epochs uint32) {
	document, err := w.plan.Source.Encode()
	if err != nil {
		w.t.Fatal(err)
	}
	w.core = core.New(w.now, core.Options{
		Epoch: epochs, Seed: [32]byte{1}, NonceKey: [32]byte{2}, Civil: epoch.UnixNano(),
		Interfaces: []core.Interface{{Name: "main", Listeners: []core.Listener{
			{Transport: message.UDP, Local: serverAddr, SentBy: serverAddr.String()},
		}}},
		Transaction: transaction.Options{T1: 500 * time.Millisecond, T2: 4 * time.Second, T4: 5 * time.Second, Max: 1000},
		Dialog:      dialog.Options{T1: 500 * time.Millisecond, T2: 4 * time.Second, UserAgent: "Hotline"},
		Registrar:   registrar.Options{Realm: "test", Domains: []string{"test"}, Probe: 30 * time.Second},
		PhoneSilent: 3 * time.Second, TrunkSilent: 2 * time.Second,
		Revision: journal.RevisionApplied{Revision: 1, Author: "hotline", Reason: "first start", Document: document},
	}, w.plan)
	var out core.Outputs
	if err := w.core.Restore(nil, func(uint64) *plan.Compiled { return w.plan }, &out); err != nil {
		w.t.Fatal(err)
	}
	w.carry(&out)
	var pairs []order.Pair
	for port := uint16(20000); port < 20032; port += 2 {
		pairs = append(pairs, order.Pair{Interface: "main", Local: serverAddr.Addr(), Advertise: serverAddr.Addr(), Port: port})
	}
	w.step(&core.Input{Kind: core.MediaEvent, Media: order.Event{Kind: order.PairsGranted, Pairs: pairs}})
	w.carrier = w.peer(demo.Options{User: "carrier", Local: carrierAddr})
}

func (w *world) peer(o demo.Options) *demo.Peer {
	o.Server, o.T1, o.Domain, o.Rand = serverAddr, 500*time.Millisecond, "test", turn.NewRand([32]byte{o.Local.Addr().As4()[2]})
	return demo.NewPeer(o)
}

// plug has phone 8001 register; it answers calls after 2 s.
func (w *world) plug(password string) {
	w.mu.Lock()
	w.phone = w.peer(demo.Options{
		User: "8001", Password: password, Local: phoneAddr, Expires: 300,
		Manner: func(*demo.Peer, *demo.Call) demo.Manner {
			return demo.Manner{Ring: 100 * time.Millisecond, Answer: 2 * time.Second, Status: 200}
		},
	})
	w.mu.Unlock()
	w.advance(time.Second)
}

// dial has a citizen ring a number.
func (w *world) dial(number, caller string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out demo.Out
	w.carrier.Dial(w.now, demo.Journey{Number: number, Caller: caller}, &out)
	w.packets = append(w.packets, out.Packets...)
	w.deliver()
}

// inject has the carrier send a request of its own making.
func (w *world) inject(method string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	raw := method + " sip:12345@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.10.0.5:5060;branch=z9hG4bK" + method + "\r\nFrom: <sip:1@10.10.0.5>;tag=1\r\n" +
		"To: <sip:12345@10.0.0.1>\r\nCall-ID: " + method + "\r\nCSeq: 1 " + method + "\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
	w.packets = append(w.packets, demo.Packet{From: carrierAddr, To: serverAddr, Data: []byte(raw)})
	w.deliver()
}

// step is one turn: into the journal, then out.
func (w *world) step(in *core.Input) {
	var out core.Outputs
	w.core.Step(w.now, in, &out)
	w.carry(&out)
	if err := w.core.Check(); err != nil {
		w.t.Error(err)
	}
}

func (w *world) carry(out *core.Outputs) {
	err := w.log.Append([]journal.Turn{{At: w.now, Records: out.Records, Facts: out.Facts}})
	if err == nil && !w.lazy && len(out.Facts) > 0 {
		err = w.log.Sync()
	}
	if err != nil {
		w.t.Error(err)
	}
	w.projector.Bell()
	for _, s := range out.Sends {
		w.packets = append(w.packets, demo.Packet{From: serverAddr, To: s.Flow.Remote, Data: s.Raw})
	}
	for _, o := range out.Orders {
		w.order(&o)
	}
	for _, r := range out.Replies {
		w.reply = r
	}
}

// order is the media plane: clips take 100 ms, every peer is heard.
func (w *world) order(o *order.Leg) {
	soon := w.now.Add(100 * time.Millisecond)
	switch {
	case o.End:
		w.media = append(w.media,
			pending{soon, order.Event{Kind: order.Counted, Leg: o.ID, Final: true, Counters: order.Counters{Received: 50}}},
			pending{soon, order.Event{Kind: order.PairFreed, Pair: o.Pair}})
	case o.Hear.Kind == order.HearClips && !o.Hear.Loop:
		w.media = append(w.media, pending{soon, order.Event{Kind: order.ClipFinished, Leg: o.ID, Number: o.Number}})
	default:
		w.media = append(w.media, pending{soon, order.Event{Kind: order.PeerHeard, Leg: o.ID}})
	}
}

// deliver empties the network.
func (w *world) deliver() {
	for len(w.packets) > 0 {
		p := w.packets[0]
		w.packets = w.packets[1:]
		var out demo.Out
		switch {
		case p.To == serverAddr:
			flow := message.Flow{Interface: "main", Transport: message.UDP, Local: serverAddr, Remote: p.From}
			w.step(&core.Input{Kind: core.Arrived, Flow: flow, Raw: p.Data})
		case p.To == carrierAddr:
			w.carrier.Receive(w.now, p.From, p.Data, &out)
		case p.To == phoneAddr && w.phone != nil:
			w.phone.Receive(w.now, p.From, p.Data, &out)
		}
		w.packets = append(w.packets, out.Packets...)
	}
}

// advance lets time go by.
func (w *world) advance(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for until := w.now.Add(d); ; {
		w.deliver()
		next, ok := w.core.NextDeadline()
		if !ok {
			next = 0
		}
		for _, p := range []*demo.Peer{w.carrier, w.phone} {
			if p != nil {
				next = turn.Earliest(next, p.Next())
			}
		}
		for _, m := range w.media {
			next = turn.Earliest(next, m.at)
		}
		if next == 0 || next > until {
			w.now = until
			return
		}
		w.now = max(w.now, next)
		w.due()
	}
}

// due lets everything happen whose time has come.
func (w *world) due() {
	w.step(&core.Input{Kind: core.Due})
	for _, p := range []*demo.Peer{w.carrier, w.phone} {
		if p != nil {
			var out demo.Out
			p.Due(w.now, &out)
			w.packets = append(w.packets, out.Packets...)
		}
	}
	all := w.media
	w.media = nil
	for i := range all {
		if all[i].at > w.now {
			w.media = append(w.media, all[i])
			continue
		}
		w.step(&core.Input{Kind: core.MediaEvent, Media: all[i].event})
	}
}
