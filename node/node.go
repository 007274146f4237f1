// Package node is the running server: readers feed the inbox, one goroutine
// steps the core, one commits what it brings forth to the journal and only
// then lets it go.
package node

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/netip"
	"path/filepath"
	"sync"
	"time"

	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/media"
	"github.com/hotline12345/hotline/numbering"
	"github.com/hotline12345/hotline/plan"
	"github.com/hotline12345/hotline/sip"
	"github.com/hotline12345/hotline/store"
	"github.com/hotline12345/hotline/turn"
)

// Node is a running server.
type Node struct {
	o        Options
	started  time.Time
	clock    clock
	disk     *journal.Folder
	log      *journal.Log
	clips    clips
	prefixes *numbering.Prefixes
	wire     *sip.Wire
	media    *media.Plane
	core     *core.Core
	store    *store.Projector
	face     face
	writer   writer

	inbox   chan core.Input
	mail    mailbox
	commits chan *core.Outputs
	spare   chan *core.Outputs
	asked   asked
	turns   turnFigures
	checks  checks
	views   viewCache
	plan    planInForce
	drain   drain

	committed chan struct{} // closed when all turns have been let go
	stop      chan struct{}
	closing   sync.Once
	done      sync.WaitGroup
}

// clock is the journal's axis: it goes on where the last start left it, plus
// the civil time gone by.
type clock struct {
	base  turn.Instant
	start time.Time
}

func (c *clock) now() turn.Instant { return c.base.Add(time.Since(c.start)) }

func newClock(state *journal.State, now time.Time) clock {
	if state.At == 0 {
		return clock{base: turn.Instant(time.Second), start: now}
	}
	return clock{base: state.At + turn.Instant(max(0, now.UnixNano()-state.Civil)), start: now}
}

// ErrStopped is what commands get from a node that stops.
var ErrStopped = errors.New("the server is stopping")

// Start takes the data folder, binds everything and goes on with the calls
// that were there.
func Start(o Options) (*Node, error) {
	n := &Node{
		o: o.filled(), started: time.Now(), inbox: make(chan core.Input, 8192),
		commits: make(chan *core.Outputs, 64), spare: make(chan *core.Outputs, 64), stop: make(chan struct{}),
		committed: make(chan struct{}),
	}
	n.mail.bell = make(chan struct{}, 1)
	n.drain.over = make(chan struct{})
	if err := n.start(); err != nil {
		n.release()
		return nil, err
	}
	return n, nil
}

func (n *Node) start() (err error) {
	if n.disk, err = journal.OpenFolder(filepath.Join(n.o.Data, "journal")); err != nil {
		return err
	}
	log, state, err := journal.Open(n.disk, journal.Options{Projections: []string{store.Projection}})
	if err != nil {
		return err
	}
	n.log = log
	n.firstPrompts()
	n.prefixes = n.takePrefixes()
	n.clock = newClock(&state, n.started)
	plans, err := n.takeRevisions(state.Records)
	if err != nil {
		return err
	}
	ports, err := takePorts(state.Records)
	if err != nil {
		return err
	}
	if err := n.bind(ports, state.Records); err != nil {
		return err
	}
	if len(ports.fresh) > 0 {
		if err := n.log.Append([]journal.Turn{{At: n.clock.now(), Records: ports.fresh}}); err != nil {
			return err
		}
	}
	if err := n.begin(&state, plans, ports.fresh); err != nil {
		return err
	}
	return nil
}

// bind opens the wire, the media plane and the API's listeners.
func (n *Node) bind(p *ports, records []journal.Record) error {
	listens, err := p.listens(n.o.Interfaces)
	if err != nil {
		return fmt.Errorf("SIP: %w", err)
	}
	if err := n.face.listen(&n.o, p); err != nil {
		return err
	}
	if n.wire, err = sip.Open(listens, sip.Options{PerSource: n.o.Rate, Exempt: n.trunks}, n.received); err != nil {
		return fmt.Errorf("SIP: %w", err)
	}
	n.media, err = media.Start(media.Options{
		Interfaces: n.o.rtp(), Ahead: n.o.Ahead, Clip: n.clips.samples, Now: n.clock.now, Rebind: core.PairsInUse(records),
	}, n.mail.put)
	if err != nil {
		return fmt.Errorf("RTP: %w", err)
	}
	return nil
}

// trunks says whether an address is a trunk's of the plan in force: its rate has
// no limit. Until there is a plan nobody is limited.
func (n *Node) trunks(addr netip.Addr) bool {
	p := n.plan.Load()
	return p == nil || p.Trunks.Covers(addr)
}

// begin makes the core, restores it and starts the goroutines.
func (n *Node) begin(state *journal.State, plans *revisions, fresh []journal.Record) error {
	now := n.clock.now()
	options := n.coreOptions(state.Epoch, now)
	options.Revision = plans.applied
	for _, random := range [][]byte{options.Seed[:], options.NonceKey[:]} {
		if _, err := rand.Read(random); err != nil {
			return err
		}
	}
	n.core = core.New(now, options, plans.inForce())
	n.plan.Store(plans.inForce())
	year := holidayYear(0)
	year.tell(plans.inForce(), n.started, n.o.Log)
	out := &core.Outputs{}
	records := append(state.Records, fresh...)
	if err := n.core.Restore(records, func(r uint64) *plan.Compiled { return plans.of(r) }, out); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	n.store = store.NewProjector(store.New(filepath.Join(n.o.Data, "hotline.db"), n.o.Log), n.log, n.o.Log)
	ctx, cancel := context.WithCancel(context.Background())
	n.writer = writer{log: n.log, say: n.o.Log, bound: jobsKept, rewrite: make(chan struct{}, 1)}
	n.done.Go(n.commit)
	n.done.Go(func() {
		n.writer.watch(n.committed, func(letGo func(late bool)) {
			n.done.Go(func() {
				letGo(true)
				n.commit()
			})
		})
	})
	n.commits <- out
	n.done.Go(n.step)
	n.done.Go(n.sync)
	n.done.Go(func() { n.watchRosters(year) })
	n.done.Go(func() { n.store.Run(ctx) })
	n.done.Go(func() {
		<-n.stop
		cancel()
	})
	n.face.serve(n)
	return nil
}

// Close writes what is there and stops, leaving the calls for the next start.
func (n *Node) Close() error {
	n.closing.Do(func() { close(n.stop) })
	n.face.close()
	n.done.Wait()
	n.writer.last(n.clock.now())
	return n.release()
}

// release gives back what start took, as far as it came.
func (n *Node) release() error {
	var all []error
	n.face.close()
	if n.wire != nil {
		n.wire.Close()
	}
	if n.media != nil {
		n.media.Close()
	}
	if n.log != nil {
		all = append(all, n.log.Sync(), n.log.Close())
	}
	if n.disk != nil {
		all = append(all, n.disk.Close())
	}
	return errors.Join(all...)
}
