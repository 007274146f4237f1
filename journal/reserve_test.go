package journal_test

import (
	"errors"
	"strings"
	"syscall"
	"testing"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/journal/faultdisk"
)

// fill appends facts and a key until the journal takes no more, and returns how
// many bytes it took after Room had first said no.
func (r *rig) fill() (afterNo int) {
	for {
		turn := journal.Turn{At: 1, Records: []journal.Record{record(1, strings.Repeat("x", 100))}, Facts: []journal.Fact{fact(1, 1, 1, "fact")}}
		if err := r.append(turn); err != nil {
			if !errors.Is(err, syscall.ENOSPC) {
				r.t.Fatal(err)
			}
			return afterNo
		}
		r.must(r.sync())
		_ = r.log.Retire(4) // says that the disk is full, too
		if !r.log.Room() {
			afterNo += frameSize + 100
		}
	}
}

// TestRoomEndsBeforeTheJournalDoes: when the disk is full, a whole segment is
// still there for the calls that were admitted.
func TestRoomEndsBeforeTheJournalDoes(t *testing.T) {
	r := newRig(t, 70, smallSegment)
	r.options.Projections = []string{"store"}
	r.kill()
	r.disk.SetFaults(faultdisk.Faults{Capacity: 5*smallSegment + smallSegment/2})
	if after := r.fill(); after < smallSegment*8/10 {
		t.Errorf("the journal took only %d bytes after it had no room for new calls", after)
	}
	if s := r.log.Stats(); s.Segments != 5 || s.Reserve {
		t.Errorf("%d segments, reserve %v", s.Segments, s.Reserve)
	}
	if err := r.log.Retire(4); !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "000000000006.journal of 8192 bytes") {
		t.Errorf("Retire says %v", err)
	}
	r.kill() // a full disk must not keep a server from starting
	if r.log.Room() {
		t.Error("a start on a full disk takes new calls")
	}
	r.compare()
	// Projections that go on make room again.
	r.log.Cursor("store", r.log.Position())
	for range 4 {
		_ = r.log.Retire(4)
		r.must(r.sync())
	}
	if !r.log.Room() {
		t.Error("segments are gone, and there is still no room")
	}
	r.must(r.append(r.turn(9, 100)))
	r.kill()
}

// TestFullDiskIsNotSpentOnCopies: while projections hold the segments, copying
// keys forward would only take the room that admitted calls need.
func TestFullDiskIsNotSpentOnCopies(t *testing.T) {
	r := newRig(t, 74, smallSegment)
	r.options.Projections = []string{"store"}
	r.kill()
	r.disk.SetFaults(faultdisk.Faults{Capacity: 3 * smallSegment})
	for n := 0; r.log.Room(); n++ {
		r.must(r.append(journal.Turn{At: 1, Records: []journal.Record{record(n, strings.Repeat("x", 100))}, Facts: []journal.Fact{fact(1, 1, 1, "fact")}}))
		r.must(r.sync())
		if r.log.Stats().Segments == 3 { // full, as Retire finds now
			_ = r.log.Retire(0)
		}
	}
	before := r.log.Stats().Bytes
	for range 5 {
		_ = r.log.Retire(100)
	}
	if after := r.log.Stats().Bytes; after != before {
		t.Errorf("%d bytes of copies", after-before)
	}
	// Now copying wins a segment back, though the next copies find no room
	// before it has gone.
	r.log.Cursor("store", r.log.Position())
	for calls := 0; !r.log.Room(); calls++ {
		if calls == 5 {
			t.Fatal("the oldest segment's keys were copied, and it does not go")
		}
		_ = r.log.Retire(100)
		r.must(r.sync())
	}
	r.kill()
}

// TestRoomWithoutProjections: without facts to be kept a full disk is only one
// segment after the other, for ever.
func TestRoomWithoutProjections(t *testing.T) {
	r := newRig(t, 71, smallSegment)
	r.disk.SetFaults(faultdisk.Faults{Capacity: 3 * smallSegment})
	for range 1500 {
		r.must(r.append(r.turn(10, 200)))
		r.must(r.sync())
		r.must(r.log.Retire(8))
		if !r.log.Room() {
			t.Fatal("no room")
		}
	}
	if first := r.names()[0]; first < "000000000010" {
		t.Errorf("the oldest segment is %s", first)
	}
}

// TestNewJournalOnAFullDisk cannot begin, and says why.
func TestNewJournalOnAFullDisk(t *testing.T) {
	for _, capacity := range []int64{1, smallSegment - 1} {
		r := &rig{t: t, rand: nil, model: newModel()}
		r.disk = faultdisk.New(newRig(t, 72, smallSegment).rand, faultdisk.Faults{Capacity: capacity})
		r.fs, r.options = r.disk, journal.Options{SegmentSize: smallSegment}
		if err := r.tryOpen(); !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "000000000001.journal of 8192 bytes") {
			t.Errorf("capacity %d: %v", capacity, err)
		}
		if n := len(r.names()); n != 0 {
			t.Errorf("capacity %d: %d files are left behind", capacity, n)
		}
		r.disk.SetFaults(faultdisk.Faults{})
		r.open(false)
	}
}

// TestReserveOfAnotherSize: a reserve that is too short is made anew; one that
// is long enough is used.
func TestReserveOfAnotherSize(t *testing.T) {
	r := newRig(t, 73, smallSegment)
	r.must(r.log.Retire(1))
	for _, size := range []int{smallSegment / 2, 2 * smallSegment, smallSegment} {
		r.options.SegmentSize = size
		r.kill()
		r.must(r.append(journal.Turn{At: 1, Records: []journal.Record{record(1, strings.Repeat("x", size/2))}}))
		r.must(r.append(journal.Turn{At: 2, Records: []journal.Record{record(2, strings.Repeat("x", size/2))}}))
		r.must(r.sync())
		r.must(r.log.Retire(10))
	}
	r.powerCut()
	r.compare()
}
