package faultdisk_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"reflect"
	"syscall"
	"testing"
	"time"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/journal/faultdisk"
	"github.com/hotline12345/hotline/turn"
)

func newDisk(seed byte, f faultdisk.Faults) *faultdisk.Disk {
	return faultdisk.New(turn.NewRand([32]byte{seed}), f)
}

// must ends the test at an error.
func must[T any](t *testing.T, v T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func create(t *testing.T, d *faultdisk.Disk, name string) journal.File {
	t.Helper()
	f, err := d.Create(name)
	return must(t, f, err)
}

func write(t *testing.T, f journal.File, text string, off int64) {
	t.Helper()
	if n, err := f.WriteAt([]byte(text), off); n != len(text) || err != nil {
		t.Fatalf("wrote %d bytes of %d: %v", n, len(text), err)
	}
}

// content reads a whole file anew.
func content(t *testing.T, d *faultdisk.Disk, name string) []byte {
	t.Helper()
	f, err := d.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	size, err := f.Size()
	if err != nil {
		t.Fatal(err)
	}
	b := make([]byte, size)
	if n, err := f.ReadAt(b, 0); n != len(b) || err != nil && err != io.EOF {
		t.Fatal(n, err)
	}
	return b
}

func TestWithoutFaultsItIsADisk(t *testing.T) {
	d := newDisk(1, faultdisk.Faults{})
	b, a := create(t, d, "b"), create(t, d, "a")
	write(t, a, "hello", 3)
	write(t, a, "HE", 3)
	write(t, b, "", 9)
	if got := content(t, d, "a"); string(got) != "\x00\x00\x00HEllo" {
		t.Errorf("a holds %q", got)
	}
	if err := b.Preallocate(700); err != nil {
		t.Fatal(err)
	}
	if got := content(t, d, "b"); !bytes.Equal(got, make([]byte, 700)) {
		t.Errorf("b holds %q", got)
	}
	buf := make([]byte, 4)
	if n, err := a.ReadAt(buf, 6); n != 2 || err != io.EOF || string(buf[:n]) != "lo" {
		t.Errorf("read %q, %v at the end", buf[:n], err)
	}
	if n, err := a.ReadAt(buf, 8); n != 0 || err != io.EOF {
		t.Errorf("read %d bytes, %v behind the end", n, err)
	}
	if names, err := d.List(); err != nil || !reflect.DeepEqual(names, []string{"a", "b"}) {
		t.Errorf("files %q, %v", names, err)
	}
	if err := d.Remove("a"); err != nil {
		t.Fatal(err)
	}
	if err := d.Remove("a"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("removed twice: %v", err)
	}
	if _, err := d.Open("a"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("opened what was removed: %v", err)
	}
	if got := content(t, d, "b"); len(got) != 700 {
		t.Errorf("b has %d bytes", len(got))
	}
	if again := create(t, d, "b"); again == nil || len(content(t, d, "b")) != 0 {
		t.Error("Create did not empty the file")
	}
	if d.Writes() != 3 {
		t.Errorf("%d writes", d.Writes())
	}
}

func TestKillLeavesWhatWasWritten(t *testing.T) {
	d := newDisk(1, faultdisk.Faults{})
	f := create(t, d, "f")
	write(t, f, "written", 0)
	d.Kill()
	_, read := f.ReadAt(make([]byte, 1), 0)
	_, wrote := f.WriteAt([]byte("x"), 0)
	_, size := f.Size()
	for _, err := range []error{read, wrote, size, f.Sync(), f.Preallocate(9)} {
		if !errors.Is(err, faultdisk.ErrDown) {
			t.Errorf("a file of a dead process answers %v", err)
		}
	}
	if got := content(t, d, "f"); string(got) != "written" {
		t.Errorf("the file holds %q", got)
	}
}

// TestKillAtWrite: the nth write from then on dies, of which a beginning is
// there, each length of it at some time.
func TestKillAtWrite(t *testing.T) {
	lengths := map[int]bool{}
	for seed := range byte(100) {
		d := newDisk(seed, faultdisk.Faults{})
		f := create(t, d, "f")
		write(t, f, "one ", 0)
		d.KillAtWrite(2)
		write(t, f, "two ", 4)
		n, err := f.WriteAt([]byte("three"), 8)
		if !errors.Is(err, faultdisk.ErrDown) || !d.Down() {
			t.Fatalf("the write ended with %v", err)
		}
		_, list := d.List()
		_, open := d.Open("f")
		_, make := d.Create("g")
		for _, err := range []error{list, open, make, d.Remove("f"), d.Sync(), f.Sync()} {
			if !errors.Is(err, faultdisk.ErrDown) {
				t.Fatalf("a dead process is answered %v", err)
			}
		}
		d.Kill()
		if got := content(t, d, "f"); d.Down() || string(got) != "one two three"[:8+n] {
			t.Fatalf("of %d bytes written the file holds %q", n, got)
		}
		lengths[n] = true
		f = create(t, d, "g")
		for range 5 {
			write(t, f, "no second kill", 0)
		}
	}
	if len(lengths) != 6 {
		t.Errorf("the cuts were at %v", lengths)
	}
}

// TestPowerCut: what was synced stays as it was; of the rest each sector stays
// or goes for itself.
func TestPowerCut(t *testing.T) {
	patterns := map[string]bool{}
	for seed := range byte(60) {
		d := newDisk(seed, faultdisk.Faults{})
		f := create(t, d, "f")
		write(t, f, string(bytes.Repeat([]byte("s"), 4*512)), 0)
		if err := errors.Join(f.Sync(), d.Sync()); err != nil {
			t.Fatal(err)
		}
		write(t, f, string(bytes.Repeat([]byte("u"), 1500)), 512+100) // the first of three sectors in part
		d.PowerCut()
		got := content(t, d, "f")
		pattern := ""
		for i := range 4 {
			pattern += string(got[512*i+300])
			for j, b := range got[512*i : 512*i+512] {
				if kept := b == 'u'; kept && (i == 0 || i == 1 && j < 100) || b != 's' && b != 'u' {
					t.Fatalf("seed %d: byte %d of sector %d is %q", seed, j, i, b)
				}
			}
		}
		patterns[pattern] = true
	}
	if len(patterns) != 8 || !patterns["suus"] {
		t.Errorf("the sectors were %v", patterns)
	}
}

// TestPowerCutOfNames: names made and removed come and go in their order, and
// for good once the folder is synced.
func TestPowerCutOfNames(t *testing.T) {
	seen := map[string]bool{}
	for seed := range byte(60) {
		d := newDisk(seed, faultdisk.Faults{})
		old := create(t, d, "old")
		write(t, old, "old", 0)
		if err := errors.Join(old.Sync(), d.Sync()); err != nil {
			t.Fatal(err)
		}
		create(t, d, "new")
		if err := d.Remove("old"); err != nil {
			t.Fatal(err)
		}
		f := create(t, d, "old")
		write(t, f, "again", 0)
		if err := f.Sync(); err != nil {
			t.Fatal(err)
		}
		d.PowerCut()
		names, err := d.List()
		state := ""
		for _, name := range must(t, names, err) {
			state += name + "=" + string(content(t, d, name)) + " "
		}
		seen[state] = true
	}
	want := map[string]bool{"old=old ": true, "new= old=old ": true, "new= ": true, "new= old=again ": true}
	if !reflect.DeepEqual(seen, want) {
		t.Errorf("after power cuts there were %v, must be %v", seen, want)
	}
}

// TestFailedSyncForgets: what a sync failed to write reads well and is gone
// with the power, however often one syncs after it; written again it stays.
func TestFailedSyncForgets(t *testing.T) {
	for _, again := range []bool{false, true} {
		d := newDisk(3, faultdisk.Faults{})
		f := create(t, d, "f")
		if err := errors.Join(f.Preallocate(100), f.Sync(), d.Sync()); err != nil {
			t.Fatal(err)
		}
		write(t, f, "precious", 0)
		d.SetFaults(faultdisk.Faults{SyncFails: 1})
		if err := f.Sync(); !errors.Is(err, syscall.EIO) {
			t.Fatalf("the sync ended with %v", err)
		}
		d.SetFaults(faultdisk.Faults{})
		if got := content(t, d, "f")[:8]; string(got) != "precious" {
			t.Errorf("it reads %q", got)
		}
		if again {
			write(t, f, "precious", 0)
		}
		if err := f.Sync(); err != nil {
			t.Fatal(err)
		}
		d.PowerCut()
		if got := content(t, d, "f")[:8]; (string(got) == "precious") != again {
			t.Errorf("written again %v: after the power cut it reads %q", again, got)
		}
	}
}

func TestFailedWriteLeavesAnyPart(t *testing.T) {
	lengths := map[int]bool{}
	d := newDisk(4, faultdisk.Faults{WriteFails: 1})
	for range 200 {
		f := create(t, d, "f")
		n, err := f.WriteAt([]byte("12345"), 0)
		if !errors.Is(err, syscall.EIO) {
			t.Fatalf("the write ended with %v", err)
		}
		if got := content(t, d, "f"); string(got) != "12345"[:n] {
			t.Fatalf("of %d bytes the file holds %q", n, got)
		}
		lengths[n] = true
	}
	if len(lengths) != 6 {
		t.Errorf("the parts were %v", lengths)
	}
}

func TestCapacity(t *testing.T) {
	d := newDisk(5, faultdisk.Faults{Capacity: 1000})
	f, g := create(t, d, "f"), create(t, d, "g")
	if err := f.Preallocate(900); err != nil {
		t.Fatal(err)
	}
	if err := g.Preallocate(101); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("1001 bytes in 1000: %v", err)
	}
	if _, err := g.WriteAt(make([]byte, 101), 0); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("1001 bytes in 1000: %v", err)
	}
	write(t, f, string(make([]byte, 900)), 0) // what is preallocated is there to be written
	write(t, g, string(make([]byte, 100)), 0)
	if err := d.Remove("f"); err != nil {
		t.Fatal(err)
	}
	write(t, g, "more", 500)
}

// TestStalls: they are told, in virtual time, and take none.
func TestStalls(t *testing.T) {
	d := newDisk(6, faultdisk.Faults{Stalls: 1, StallFor: time.Hour})
	f := create(t, d, "f")
	write(t, f, "x", 0)
	if err := f.Sync(); err != nil {
		t.Fatal(err)
	}
	if got := d.Delay(); got != 2*time.Hour {
		t.Errorf("a write and a sync took %v", got)
	}
	if got := d.Delay(); got != 0 {
		t.Errorf("told again: %v", got)
	}
}

func TestDamage(t *testing.T) {
	d := newDisk(7, faultdisk.Faults{})
	f := create(t, d, "f")
	write(t, f, "abc", 0)
	if err := errors.Join(f.Sync(), d.Sync(), d.Damage("f", 1)); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got := content(t, d, "f"); string(got) != "acc" {
			t.Errorf("the file holds %q", got)
		}
		d.PowerCut()
	}
	for _, err := range []error{d.Damage("f", 3), d.Damage("g", 0)} {
		if err == nil {
			t.Error("damaged a byte that is not there")
		}
	}
}

// TestSeedDeterminesAll: the same seed and operations give the same faults and
// the same bytes.
func TestSeedDeterminesAll(t *testing.T) {
	run := func(seed byte) (out []string) {
		d := newDisk(seed, faultdisk.Faults{WriteFails: 3, SyncFails: 3, Stalls: 4, StallFor: time.Second})
		for i := range 200 {
			f, err := d.Create(string(rune('a' + i%5)))
			if err != nil {
				t.Fatal(err)
			}
			n, wrote := f.WriteAt(bytes.Repeat([]byte{byte(i)}, 1500), int64(i))
			synced := f.Sync()
			if i%9 == 0 {
				d.PowerCut()
			}
			names, err := d.List()
			line := d.Delay().String() + string(rune(n))
			for _, err := range []error{wrote, synced, err} {
				if err != nil {
					line += err.Error()
				}
			}
			for _, name := range names {
				line += name + string(content(t, d, name))
			}
			out = append(out, line)
		}
		return out
	}
	if !reflect.DeepEqual(run(8), run(8)) {
		t.Error("the same seed did other things")
	}
	if reflect.DeepEqual(run(8), run(9)) {
		t.Error("another seed did the same things")
	}
}
