package journal_test

import (
	"errors"
	"fmt"
	"syscall"
	"testing"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/journal/faultdisk"
)

// TestPowerCutKeepsWhatWasSynced: of the tail that was not synced a power cut
// leaves any first turns; what any reader has read before is still there.
func TestPowerCutKeepsWhatWasSynced(t *testing.T) {
	shortened, whole := 0, 0
	for n := range 150 {
		r := newRig(t, 300+n, smallSegment)
		for range r.rand.Below(30) {
			r.must(r.append(r.turn(20, 700)))
		}
		r.must(r.sync())
		for range 1 + r.rand.Below(12) {
			r.must(r.append(r.turn(20, 700), r.turn(20, 700)))
		}
		appended := r.log.Position()
		read, err := r.log.Read(0, 1<<20)
		r.must(err)
		if uint64(len(read)) != r.log.Synced() {
			t.Fatalf("%d facts were read, %d are synced", len(read), r.log.Synced())
		}
		r.powerCut()
		again, err := r.log.Read(0, len(read))
		r.must(err)
		if len(again) != len(read) {
			t.Fatalf("%d facts were read before the power cut, %d of them after it", len(read), len(again))
		}
		r.must(sameFacts(read, again))
		if r.state.Position < appended {
			shortened++
		} else {
			whole++
		}
	}
	if shortened < 20 || whole < 5 {
		t.Errorf("%d power cuts took something, %d nothing: the disk loses too little or too much", shortened, whole)
	}
}

// TestPowerCutAtAnyTime cuts the power without any care, also in a start.
func TestPowerCutAtAnyTime(t *testing.T) {
	for n := range 60 {
		r := newRig(t, 500+n, 2<<10)
		r.options.Projections = []string{"store"}
		for range 40 {
			for range 1 + r.rand.Below(5) {
				r.must(r.append(r.turn(12, 300)))
				switch r.rand.Below(4) {
				case 0:
					r.must(r.sync())
				case 1:
					r.log.Cursor("store", r.log.Synced())
					r.must(r.log.Retire(int(r.rand.Below(4))))
				}
			}
			if r.rand.Below(3) == 0 { // in a start
				r.disk.Kill()
				r.disk.KillAtWrite(1 + int(r.rand.Below(2)))
				if r.tryOpen() == nil {
					r.model.synced()
				}
			}
			r.powerCut()
		}
	}
}

// TestFailedSyncIsNotForgotten: a process whose sync failed is killed. The next
// one reads from the system's memory what is not on the disk, and must not take
// it for durable.
func TestFailedSyncIsNotForgotten(t *testing.T) {
	for n := range 40 {
		r := newRig(t, 600+n, 4<<10)
		for range 10 {
			for range r.rand.Below(6) {
				r.must(r.append(r.turn(12, 300)))
				if r.rand.Below(2) == 0 {
					r.must(r.sync())
				}
			}
			r.disk.SetFaults(faultdisk.Faults{SyncFails: 1})
			turn := r.turn(12, 300)
			turn.Records = append(turn.Records, record(1, "one at least"))
			if err := r.append(turn); err == nil && !errors.Is(r.log.Sync(), syscall.EIO) {
				t.Fatal("a sync that failed was no error")
			}
			r.disk.SetFaults(faultdisk.Faults{})
			r.kill()
			r.must(r.sync())
			r.powerCut()
		}
	}
}

// dropper is a disk under a system that drops from its memory, too, what a
// failed sync did not write: it reads as before the write.
type dropper struct {
	*faultdisk.Disk
	fail  bool // the next sync
	files []*dropFile
}

func (d *dropper) Create(name string) (journal.File, error) { return d.wrap(d.Disk.Create(name)) }
func (d *dropper) Open(name string) (journal.File, error)   { return d.wrap(d.Disk.Open(name)) }

func (d *dropper) wrap(f journal.File, err error) (journal.File, error) {
	file := &dropFile{File: f, d: d}
	d.files = append(d.files, file)
	return file, err
}

type dropFile struct {
	journal.File
	d    *dropper
	undo []dropped // oldest first
}

type dropped struct {
	off int64
	old []byte
}

func (f *dropFile) WriteAt(p []byte, off int64) (int, error) {
	old := make([]byte, len(p))
	if _, err := f.ReadAt(old, off); err != nil {
		return 0, fmt.Errorf("beyond the preallocated: %w", err)
	}
	f.undo = append(f.undo, dropped{off, old})
	return f.File.WriteAt(p, off)
}

func (f *dropFile) Sync() error {
	undo := f.undo
	f.undo = nil
	if !f.d.fail {
		return f.File.Sync()
	}
	f.d.fail = false
	for i := len(undo) - 1; i >= 0; i-- {
		if _, err := f.File.WriteAt(undo[i].old, undo[i].off); err != nil {
			return err
		}
	}
	return syscall.EIO
}

func TestFailedSyncMayDropWhatWasWritten(t *testing.T) {
	r := newRig(t, 700, smallSegment)
	r.disk.Kill()
	d := &dropper{Disk: r.disk}
	r.fs = d
	r.open(false)
	for i := range 100 {
		r.must(r.append(r.turn(12, 300)))
		if i%7 == 3 {
			r.must(r.append(r.turn(12, 300)))
			if d.fail = true; r.log.Sync() == nil {
				t.Fatal("a sync that failed was no error")
			}
			if i%2 == 0 {
				r.must(r.append(r.turn(12, 300)))
			}
			r.must(r.sync())
		}
		if i%20 == 10 {
			r.must(r.sync())
			r.powerCut()
		}
	}
}
