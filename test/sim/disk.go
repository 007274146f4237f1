package sim

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/journal/faultdisk"
	"github.com/hotline12345/hotline/turn"
)

// segmentSize is small, so that segments fill, are copied forward and retired
// all day long.
const segmentSize = 384 << 10

// disk is what outlives the process: the real journal on a disk that tears,
// stalls and fills, and beside it a memory of what was given to it.
type disk struct {
	*faultdisk.Disk
	log    *journal.Log
	memory memory
	civil  func() int64
	fails  bool // writes and syncs may fail
	full   bool // nothing more fits
	opened int
	torn   int
	most   int // segments at once
}

// projection is the name of the one reader of facts.
const projection = "ledger"

// open is a process's start: what the journal holds must be what was written.
func (d *disk) open() (journal.State, error) {
	log, state, err := journal.Open(d, journal.Options{
		SegmentSize: segmentSize, Projections: []string{projection}, Civil: d.civil,
	})
	if err != nil {
		return state, err
	}
	d.log = log
	d.opened++
	if state.Torn {
		d.torn++
	}
	return state, d.memory.compare(&state)
}

// append writes turns with one write.
func (d *disk) append(turns []journal.Turn) error {
	d.memory.offered(turns)
	err := d.log.Append(turns)
	if err == nil {
		d.memory.taken()
	}
	return err
}

// sync makes what was written outlive a power cut, and does a little of the
// journal's housekeeping.
func (d *disk) sync() error {
	err := d.log.Sync()
	if err == nil {
		d.memory.synced()
	}
	err = errors.Join(err, d.log.Retire(64))
	d.most = max(d.most, d.log.Stats().Segments)
	return err
}

// retired is how many segments have been removed: their numbers begin at one.
func (d *disk) retired() int {
	names, err := d.List()
	first := 1
	if err != nil || len(names) == 0 {
		return 0
	}
	if _, err := fmt.Sscanf(names[0], "%d", &first); err != nil {
		return 0
	}
	return first - 1
}

// check compares the disk with what the core believes to be on it.
func (d *disk) check(c *core.Core) error {
	var believed core.Outputs
	c.Rewrite(&believed)
	live := map[journal.Key][]byte{}
	for _, r := range d.log.Live() {
		live[r.Key] = r.Value
	}
	if len(believed.Records) != len(live) {
		return fmt.Errorf("the core has %d keys, the disk %d", len(believed.Records), len(live))
	}
	for _, r := range believed.Records {
		if !bytes.Equal(live[r.Key], r.Value) {
			return fmt.Errorf("%s %s is not on the disk as the core has it", r.Key.Kind, r.Key.ID)
		}
	}
	return nil
}

// memory is what the journal must hold: the last values when it was synced,
// every turn since, and the turns of a write that did not end well.
type memory struct {
	stable  map[journal.Key][]byte
	facts   uint64 // beside stable
	tail    []write
	attempt []write
	cut     bool // the power was cut: the tail may be lost from any turn on
	lost    int  // turns that were written and never synced
}

// write is one turn in the memory.
type write struct {
	at      turn.Instant
	records []journal.Record
	facts   int
}

func newMemory() memory { return memory{stable: map[journal.Key][]byte{}} }

func (m *memory) offered(turns []journal.Turn) {
	m.attempt = m.attempt[:0]
	for _, t := range turns {
		m.attempt = append(m.attempt, write{at: t.At, records: append([]journal.Record(nil), t.Records...), facts: len(t.Facts)})
	}
}

func (m *memory) taken() {
	m.tail = append(m.tail, m.attempt...)
	m.attempt = m.attempt[:0]
}

func (m *memory) synced() {
	for _, w := range m.tail {
		m.apply(w)
	}
	clear(m.tail)
	m.tail = m.tail[:0]
}

func (m *memory) apply(w write) {
	for _, r := range w.records {
		if r.End {
			delete(m.stable, r.Key)
		} else {
			m.stable[r.Key] = r.Value
		}
	}
	m.facts += uint64(w.facts)
}

// compare finds out after which turn the process ended. All that was written
// must be there, unless the power was cut; of a write that was torn, any first
// turns. From then on that is what the journal holds.
func (m *memory) compare(s *journal.State) error {
	all := append(append([]write{}, m.tail...), m.attempt...)
	written := len(m.tail)
	least := written
	if m.cut {
		least = 0
	}
	m.tail, m.attempt, m.cut = m.tail[:0], m.attempt[:0], false
	var last error
	for n := 0; ; n++ {
		if n >= least {
			if last = m.same(s); last == nil {
				m.lost += max(0, written-n)
				return nil
			}
		}
		if n == len(all) {
			return fmt.Errorf("the journal does not hold what was written: %w", last)
		}
		m.apply(all[n])
	}
}

func (m *memory) same(s *journal.State) error {
	if s.Position != m.facts {
		return fmt.Errorf("%d facts of %d", s.Position, m.facts)
	}
	if len(s.Records) != len(m.stable) {
		return fmt.Errorf("%d keys of %d", len(s.Records), len(m.stable))
	}
	for _, r := range s.Records {
		if !bytes.Equal(m.stable[r.Key], r.Value) {
			return fmt.Errorf("%s %s has another value", r.Key.Kind, r.Key.ID)
		}
	}
	return nil
}
