// Package faultdisk is a disk in memory that does to a journal what disks and
// power cuts do: it tears the last write, loses or keeps each unsynced sector
// as it likes, forgets what a failed sync should have written, stalls, fails
// and fills. All of it is determined by the seed of a turn.Rand.
package faultdisk

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/turn"
)

// Faults say how often things go wrong: one in so many operations; zero is
// never.
type Faults struct {
	WriteFails int64         // EIO after any part of the bytes
	SyncFails  int64         // EIO; what was unsynced is never synced unless written again
	Stalls     int64         // a write or sync that takes StallFor
	StallFor   time.Duration // of virtual time: Delay tells it, nobody sleeps
	Capacity   int64         // bytes in all files; ENOSPC beyond; zero is endless
}

// ErrDown is what everything returns after a kill, until Kill or PowerCut has
// ended the process, and what its open files return for good.
var ErrDown = errors.New("the process was killed")

// Disk is a folder in memory. It implements journal.FS.
type Disk struct {
	mu      sync.Mutex
	rand    *turn.Rand
	faults  Faults
	names   []entry // in order of name
	pending []change
	life    int // counts processes: a file opened in another life is dead
	down    bool
	writes  int
	killAt  int
	delay   time.Duration
}

type entry struct {
	name string
	data *content
}

// change is a name made or removed and not yet synced.
type change struct {
	entry
	removed bool
}

var _ journal.FS = (*Disk)(nil)

// New returns an empty disk.
func New(rand *turn.Rand, f Faults) *Disk { return &Disk{rand: rand, faults: f} }

// SetFaults changes what goes wrong from now on.
func (d *Disk) SetFaults(f Faults) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.faults = f
}

// KillAtWrite lets the process die in the nth write from now on, of which any
// part may reach the file. Then call Kill or PowerCut, and open the journal
// again.
func (d *Disk) KillAtWrite(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.killAt = d.writes + n
}

// Down says whether the process has died in a write.
func (d *Disk) Down() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.down
}

// Kill ends the process: its open files are dead, what it wrote stays.
func (d *Disk) Kill() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.restart()
}

// PowerCut ends the process and the machine: of what was not synced any
// sectors may be lost, and the last names made or removed may be as before.
func (d *Disk) PowerCut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	kept := int(d.rand.Below(int64(len(d.pending)) + 1))
	for i := len(d.pending) - 1; i >= kept; i-- {
		if c := d.pending[i]; c.removed {
			d.put(c.entry)
		} else {
			d.take(c.name)
		}
	}
	for _, e := range d.names {
		e.data.powerCut(d.rand)
	}
	d.restart()
}

func (d *Disk) restart() {
	d.pending = d.pending[:0]
	d.life++
	d.down, d.killAt = false, 0
}

// Writes returns how many writes there have been.
func (d *Disk) Writes() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.writes
}

// Delay returns how long the operations since the last call have stalled, in
// virtual time.
func (d *Disk) Delay() time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := d.delay
	d.delay = 0
	return out
}

// Damage flips a bit of a file, as a disk does that grows old.
func (d *Disk) Damage(name string, off int64) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	i, ok := d.find(name)
	if !ok || off >= int64(len(d.names[i].data.now)) {
		return fmt.Errorf("%s has no byte %d", name, off)
	}
	c := d.names[i].data
	c.now[off] ^= 1
	copy(c.stable[min(off, int64(len(c.stable))):], c.now[off:off+1])
	return nil
}

func (d *Disk) find(name string) (int, bool) {
	return slices.BinarySearchFunc(d.names, name, func(e entry, name string) int {
		switch {
		case e.name < name:
			return -1
		case e.name > name:
			return 1
		}
		return 0
	})
}

func (d *Disk) put(e entry) {
	i, ok := d.find(e.name)
	if ok {
		d.names[i] = e
		return
	}
	d.names = slices.Insert(d.names, i, e)
}

func (d *Disk) take(name string) {
	if i, ok := d.find(name); ok {
		d.names = slices.Delete(d.names, i, i+1)
	}
}

// one says whether a thing happens that happens one in n times.
func (d *Disk) one(n int64) bool { return n > 0 && d.rand.Below(n) == 0 }

func (d *Disk) stall() {
	if d.one(d.faults.Stalls) {
		d.delay += d.faults.StallFor
	}
}

// room says whether so many more bytes fit.
func (d *Disk) room(more int64) error {
	if d.faults.Capacity == 0 || more <= 0 {
		return nil
	}
	for _, e := range d.names {
		more += int64(len(e.data.now))
	}
	if more > d.faults.Capacity {
		return syscall.ENOSPC
	}
	return nil
}

// Create implements journal.FS.
func (d *Disk) Create(name string) (journal.File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.down {
		return nil, ErrDown
	}
	if i, ok := d.find(name); ok {
		d.pending = append(d.pending, change{d.names[i], true})
	}
	e := entry{name, &content{}}
	d.put(e)
	d.pending = append(d.pending, change{entry: e})
	return &file{disk: d, data: e.data, life: d.life}, nil
}

// Open implements journal.FS.
func (d *Disk) Open(name string) (journal.File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	i, ok := d.find(name)
	switch {
	case d.down:
		return nil, ErrDown
	case !ok:
		return nil, fmt.Errorf("open %s: %w", name, fs.ErrNotExist)
	}
	return &file{disk: d, data: d.names[i].data, life: d.life}, nil
}

// Remove implements journal.FS.
func (d *Disk) Remove(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	i, ok := d.find(name)
	switch {
	case d.down:
		return ErrDown
	case !ok:
		return fmt.Errorf("remove %s: %w", name, fs.ErrNotExist)
	}
	d.pending = append(d.pending, change{d.names[i], true})
	d.take(name)
	return nil
}

// List implements journal.FS.
func (d *Disk) List() ([]string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.down {
		return nil, ErrDown
	}
	out := make([]string, len(d.names))
	for i, e := range d.names {
		out[i] = e.name
	}
	return out, nil
}

// Sync implements journal.FS.
func (d *Disk) Sync() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.down {
		return ErrDown
	}
	d.pending = d.pending[:0]
	return nil
}
