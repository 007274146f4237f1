package faultdisk

import (
	"bytes"
	"errors"
	"io/fs"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/turn"
)

func newDisk(seed byte, f Faults) *Disk { return New(turn.NewRand([32]byte{seed}), f) }

func create(t *testing.T, d *Disk, name string, size int64) journal.File {
	t.Helper()
	f, err := d.Create(name)
	if err == nil {
		err = f.Preallocate(size)
	}
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// readAll reads a file through a new handle, as a process does that starts.
func readAll(t *testing.T, d *Disk, name string) []byte {
	t.Helper()
	f, err := d.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	size, err := f.Size()
	if err != nil {
		t.Fatal(err)
	}
	out := make([]byte, size)
	if _, err := f.ReadAt(out, 0); err != nil {
		t.Fatal(err)
	}
	return out
}

// fill is n bytes that are no zeros.
func fill(n int) []byte { return bytes.Repeat([]byte{7}, n) }

func TestAKillKeepsWhatWasWrittenAndTearsTheLastWrite(t *testing.T) {
	lengths := map[int]bool{}
	for seed := range byte(40) {
		d := newDisk(seed, Faults{})
		f := create(t, d, "a", 100)
		if _, err := f.WriteAt(fill(10), 0); err != nil {
			t.Fatal(err)
		}
		d.KillAtWrite(1)
		n, err := f.WriteAt(fill(20), 10)
		if !errors.Is(err, ErrDown) || !d.Down() {
			t.Fatal(err)
		}
		if _, err := d.Create("b"); !errors.Is(err, ErrDown) {
			t.Fatal("a dead process makes files")
		}
		d.Kill()
		want := append(fill(10+n), make([]byte, 90-n)...)
		if got := readAll(t, d, "a"); !bytes.Equal(got, want) {
			t.Fatalf("of 20 bytes %d were written; the file has %v", n, got)
		}
		if _, err := f.WriteAt(fill(1), 0); !errors.Is(err, ErrDown) {
			t.Fatal("a dead process writes")
		}
		lengths[n] = true
	}
	if len(lengths) < 10 {
		t.Errorf("torn at only %d places", len(lengths))
	}
}

// TestAPowerCutTakesAnySectors that were not synced, and none that were.
func TestAPowerCutTakesAnySectors(t *testing.T) {
	kept := map[string]bool{}
	for seed := range byte(60) {
		d := newDisk(seed, Faults{})
		f := create(t, d, "a", 4*sector)
		if err := errors.Join(f.Sync(), d.Sync()); err != nil {
			t.Fatal(err)
		}
		write := func(from, to int) {
			if _, err := f.WriteAt(fill((to-from)*sector), int64(from*sector)); err != nil {
				t.Fatal(err)
			}
		}
		write(0, 1)
		if err := f.Sync(); err != nil {
			t.Fatal(err)
		}
		write(1, 4)
		create(t, d, "b", 1)
		d.PowerCut()
		got, pattern := readAll(t, d, "a"), ""
		for i := range 4 {
			pattern += string("-x"[got[i*sector]/7])
			if s := got[i*sector : (i+1)*sector]; !bytes.Equal(s, fill(sector)) && !bytes.Equal(s, make([]byte, sector)) {
				t.Fatal("a sector is torn")
			}
		}
		if pattern[0] != 'x' {
			t.Fatal("what was synced is lost")
		}
		if names, _ := d.List(); slices.Contains(names, "b") {
			pattern += " b"
		}
		kept[pattern] = true
	}
	if len(kept) < 10 {
		t.Errorf("only %d of 16 ends: %v", len(kept), kept)
	}
}

// TestAFailedSyncForgets what it should have written, unless that is written
// again.
func TestAFailedSyncForgets(t *testing.T) {
	d := newDisk(1, Faults{})
	f := create(t, d, "a", 2*sector)
	if err := errors.Join(f.Sync(), d.Sync()); err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(fill(2*sector), 0); err != nil {
		t.Fatal(err)
	}
	d.SetFaults(Faults{SyncFails: 1})
	if err := f.Sync(); !errors.Is(err, syscall.EIO) {
		t.Fatal(err)
	}
	d.SetFaults(Faults{})
	if _, err := f.WriteAt(fill(sector), sector); err != nil {
		t.Fatal(err)
	}
	if err := f.Sync(); err != nil {
		t.Fatal(err)
	}
	d.PowerCut()
	if got := readAll(t, d, "a"); !bytes.Equal(got, append(make([]byte, sector), fill(sector)...)) {
		t.Errorf("kept: %v, %v", got[0], got[sector])
	}
}

func TestADiskFillsStallsAndFails(t *testing.T) {
	d := newDisk(1, Faults{Capacity: 100})
	f := create(t, d, "a", 80)
	if err := f.Preallocate(101); !errors.Is(err, syscall.ENOSPC) {
		t.Error(err)
	}
	if _, err := f.WriteAt(fill(30), 80); !errors.Is(err, syscall.ENOSPC) {
		t.Error(err)
	}
	if _, err := f.WriteAt(fill(80), 0); err != nil {
		t.Error("what was preallocated cannot be written:", err)
	}
	d.SetFaults(Faults{WriteFails: 1, Stalls: 1, StallFor: time.Second})
	if _, err := f.WriteAt(fill(1), 0); !errors.Is(err, syscall.EIO) {
		t.Error(err)
	}
	if d.Delay() != time.Second || d.Delay() != 0 || d.Writes() == 0 {
		t.Error("nothing stalled")
	}
	if _, err := d.Open("none"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if err := errors.Join(d.Remove("a"), d.Remove("a")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

// TestOneSeedIsOneDisk: what goes wrong follows from the seed.
func TestOneSeedIsOneDisk(t *testing.T) {
	run := func(seed byte) []byte {
		d := newDisk(seed, Faults{WriteFails: 3})
		f := create(t, d, "a", 64)
		for i := range int64(16) {
			_, _ = f.WriteAt(fill(4), 4*i) // whether it fails is what is looked at
		}
		return readAll(t, d, "a")
	}
	if !bytes.Equal(run(1), run(1)) || bytes.Equal(run(1), run(2)) {
		t.Error("faults do not follow from the seed")
	}
}
