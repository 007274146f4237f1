package journal_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/journal/faultdisk"
	"github.com/hotline12345/hotline/turn"
)

// TestAllAtOnce appends, syncs, reads, retires and asks for figures at the same
// time, on a disk that fails now and then, and closes it all in the middle.
// Under the race detector it shows what is not locked.
func TestAllAtOnce(t *testing.T) {
	for n := range 3 {
		disk := faultdisk.New(turn.NewRand(seed(n)), faultdisk.Faults{})
		options := journal.Options{SegmentSize: 8 << 10, Projections: []string{"reader 0", "reader 1"}}
		log, _, err := journal.Open(disk, options)
		if err != nil {
			t.Fatal(err)
		}
		disk.SetFaults(faultdisk.Faults{WriteFails: 50, SyncFails: 20})
		c := &crowd{log: log}
		var all sync.WaitGroup
		all.Go(func() { c.append(1000) })
		all.Go(func() { c.until(func() { _ = log.Sync() }) })
		all.Go(func() { c.until(func() { _ = log.Retire(5) }) })
		all.Go(func() {
			c.until(func() {
				synced := log.Synced()
				if s := log.Stats(); s.Synced > s.Position || log.Position() < synced {
					c.fail(fmt.Errorf("synced beyond the position: %d, %+v", synced, s))
				}
				_, _ = log.Live(), log.Room()
			})
		})
		for i := range 2 {
			all.Go(func() { c.read(fmt.Sprint("reader ", i), 1+i*20) })
		}
		all.Wait()
		if c.failure != nil {
			t.Fatal(c.failure)
		}
		disk.Kill()
		disk.SetFaults(faultdisk.Faults{})
		log, state, err := journal.Open(disk, options)
		if err != nil {
			t.Fatal(err)
		}
		if state.Position < c.appended.Load() {
			t.Fatalf("%d facts were appended, %d are there", c.appended.Load(), state.Position)
		}
		c.log = log
		c.read("reader 0", 100)
		if c.failure != nil {
			t.Fatal(c.failure)
		}
	}
}

// crowd are those who use a log at the same time.
type crowd struct {
	log      *journal.Log
	appended atomic.Uint64 // facts
	over     atomic.Bool
	mu       sync.Mutex
	failure  error
}

func (c *crowd) fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failure = errors.Join(c.failure, err)
}

func (c *crowd) until(do func()) {
	for !c.over.Load() {
		do()
	}
}

// append appends facts that tell their position, and closes the log.
func (c *crowd) append(turns int) {
	for range turns {
		t := journal.Turn{At: 1, Records: []journal.Record{{Key: key(int(c.appended.Load() % 40)), Value: make([]byte, 200)}}}
		for i := range uint64(2) {
			t.Facts = append(t.Facts, journal.Fact{Type: 1, Value: binary.BigEndian.AppendUint64(nil, c.appended.Load()+i)})
		}
		for c.log.Append([]journal.Turn{t}) != nil { // until the disk takes it
		}
		c.appended.Add(2)
	}
	for c.log.Sync() != nil {
	}
	c.over.Store(true)
	if err := c.log.Close(); err != nil {
		c.fail(err)
	}
}

// read reads on from the oldest fact, until the log is closed or there is
// nothing more.
func (c *crowd) read(name string, limit int) {
	from := uint64(0)
	var gone *journal.GoneError
	if _, err := c.log.Read(0, 1); errors.As(err, &gone) {
		from = gone.Oldest
	}
	for {
		over := c.over.Load()
		facts, err := c.log.Read(from, limit)
		for _, f := range facts {
			if f.Position != from || !bytes.Equal(f.Value, binary.BigEndian.AppendUint64(nil, from)) {
				c.fail(fmt.Errorf("%s: fact %d came at position %d", name, f.Position, from))
				return
			}
			from++
		}
		if err != nil {
			if !over && !c.over.Load() {
				c.fail(fmt.Errorf("%s: %w", name, err))
			}
			return
		}
		if over && len(facts) == 0 {
			return
		}
		c.log.Cursor(name, from)
	}
}
