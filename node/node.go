// Package node is the running server: readers feed the inbox, one goroutine
// steps the core, one commits what it brings forth to the journal and only
// then lets it go.
package node

import (
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/netip"
	"path/filepath"
	"sync"
	"time"

	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/ivr/prompt"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/media"
	"github.com/hotline12345/hotline/plan"
	"github.com/hotline12345/hotline/sip"
	"github.com/hotline12345/hotline/sip/dialog"
	"github.com/hotline12345/hotline/sip/registrar"
	"github.com/hotline12345/hotline/sip/transaction"
	"github.com/hotline12345/hotline/turn"
)

// Interface is the name of the node's one network side.
const Interface = "main"

// Options are a node's settings.
type Options struct {
	Data      string // folder
	Listen    []sip.Listen
	RTP       media.InterfaceOptions
	Advertise netip.Addr // named in Via, Contact and SDP; unset: the listener's own
	Domain    string
	T1        time.Duration
	Plan      *plan.Compiled
	Log       *slog.Logger
}

// Node is a running server.
type Node struct {
	o     Options
	clock clock
	disk  *journal.Folder
	log   *journal.Log
	wire  *sip.Wire
	media *media.Plane
	core  *core.Core

	inbox   chan core.Input
	mail    mailbox
	commits chan *core.Outputs
	spare   chan *core.Outputs
	replies sync.Map // command ID → chan core.Reply
	next    uint64
	mu      sync.Mutex
	stop    chan struct{}
	done    sync.WaitGroup
}

// clock is the journal's axis: it goes on where the last start left it, plus
// the civil time gone by.
type clock struct {
	base  turn.Instant
	start time.Time
}

func (c *clock) now() turn.Instant { return c.base.Add(time.Since(c.start)) }

// Start takes the data folder, binds everything and goes on with the calls
// that were there.
func Start(o Options) (*Node, error) {
	n := &Node{
		o: o, inbox: make(chan core.Input, 8192), commits: make(chan *core.Outputs, 64), spare: make(chan *core.Outputs, 64),
		stop: make(chan struct{}),
	}
	n.mail.bell = make(chan struct{}, 1)
	folder, err := journal.OpenFolder(filepath.Join(o.Data, "journal"))
	if err != nil {
		return nil, err
	}
	n.disk = folder
	log, state, err := journal.Open(folder, journal.Options{})
	if err != nil {
		return nil, err
	}
	n.log = log
	now := time.Now()
	n.clock = clock{base: max(state.At, 1) + turn.Instant(max(0, now.UnixNano()-state.Civil)), start: now}
	if state.At == 0 {
		n.clock.base = turn.Instant(time.Second)
	}
	if n.wire, err = sip.Open(o.Listen, sip.Options{}, n.received); err != nil {
		return nil, err
	}
	o.RTP.Name = Interface
	n.media, err = media.Start(media.Options{
		Interfaces: []media.InterfaceOptions{o.RTP}, Ahead: 256, Clip: prompt.Samples, Now: n.clock.now, Rebind: core.PairsInUse(state.Records),
	}, n.mail.put)
	if err != nil {
		return nil, err
	}
	if err := n.begin(&state); err != nil {
		return nil, err
	}
	return n, nil
}

// begin makes the core, restores it and starts the goroutines.
func (n *Node) begin(state *journal.State) error {
	now := n.clock.now()
	options := n.options(state.Epoch, now)
	if _, err := rand.Read(options.Seed[:]); err != nil {
		return err
	}
	if _, err := rand.Read(options.NonceKey[:]); err != nil {
		return err
	}
	n.core = core.New(now, options, n.o.Plan)
	out := &core.Outputs{}
	err := n.core.Restore(state.Records, func(uint64) *plan.Compiled { return n.o.Plan }, out)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	n.done.Add(3)
	go n.commit()
	n.commits <- out
	go n.step()
	go n.sync()
	return nil
}

func (n *Node) options(epoch uint32, now turn.Instant) core.Options {
	t1 := n.o.T1
	if t1 == 0 {
		t1 = 500 * time.Millisecond
	}
	side := core.Interface{Name: Interface}
	for _, l := range n.wire.Listeners() {
		sentBy := l.Local
		if n.o.Advertise.IsValid() {
			sentBy = netip.AddrPortFrom(n.o.Advertise, l.Local.Port())
		}
		side.Listeners = append(side.Listeners, core.Listener{Transport: l.Transport, Local: l.Local, SentBy: sentBy.String()})
	}
	return core.Options{
		Epoch: epoch, Civil: time.Now().UnixNano() - int64(now), Interfaces: []core.Interface{side},
		Transaction: transaction.Options{T1: t1, T2: 8 * t1, T4: 10 * t1, Max: 200000},
		Dialog:      dialog.Options{T1: t1, T2: 8 * t1, UserAgent: "Hotline"},
		Registrar:   registrar.Options{Realm: n.o.Domain, Domains: n.domains(), Probe: 30 * time.Second},
		Limits:      core.Limits{Calls: 5000},
		PhoneSilent: 3 * time.Second, TrunkSilent: 2 * time.Second, Grace: 10 * time.Second,
	}
}

// domains are the names under which phones may say they are ours.
func (n *Node) domains() []string {
	out := []string{n.o.Domain}
	for _, l := range n.wire.Listeners() {
		out = append(out, l.Local.Addr().String())
	}
	if n.o.Advertise.IsValid() {
		out = append(out, n.o.Advertise.String())
	}
	return out
}

// Listeners are the addresses that were bound.
func (n *Node) Listeners() []sip.Bound { return n.wire.Listeners() }

// received takes what the wire brings; false: the inbox is full.
func (n *Node) received(r sip.Received) bool {
	in := core.Input{Flow: r.Flow, Raw: r.Raw, Fault: r.Fault}
	switch r.Kind {
	case sip.Arrived:
		in.Kind = core.Arrived
	case sip.Malformed:
		in.Kind = core.Malformed
	case sip.FlowClosed:
		in.Kind = core.FlowClosed
	case sip.FlowRefused:
		in.Kind = core.FlowRefused
	default:
		return true
	}
	select {
	case n.inbox <- in:
		return true
	default:
		return false
	}
}

// Do carries out a command and waits for its reply, which comes when the turn
// is in the journal.
func (n *Node) Do(c core.Command) core.Reply {
	reply := make(chan core.Reply, 1)
	n.mu.Lock()
	n.next++
	c.ID = n.next
	n.mu.Unlock()
	n.replies.Store(c.ID, reply)
	n.inbox <- core.Input{Kind: core.Ask, Command: &c}
	return <-reply
}

// Close writes what is there and stops, leaving the calls for the next start.
func (n *Node) Close() error {
	close(n.stop)
	n.done.Wait()
	n.wire.Close()
	n.media.Close()
	err := n.log.Close()
	if closed := n.disk.Close(); err == nil {
		err = closed
	}
	return err
}
