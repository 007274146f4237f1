package journal_test

import (
	"bytes"
	"errors"
	"strings"
	"syscall"
	"testing"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/journal/faultdisk"
)

// TestFailedAppendIsNotThere: after an error none of the turns is in the
// journal, and the same facts get the same positions, however often it fails
// and wherever: in the segment in use or at the begin of the next one.
func TestFailedAppendIsNotThere(t *testing.T) {
	rolls := 0
	for n := range 40 {
		r := newRig(t, 800+n, 2<<10)
		for range 30 {
			before, position, segments := r.log.Live(), r.log.Position(), r.log.Stats().Segments
			turns := []journal.Turn{r.turn(12, 400), r.turn(12, 400)}
			turns[1].Facts = append(turns[1].Facts, r.fact(50))
			r.disk.SetFaults(faultdisk.Faults{WriteFails: 1})
			for range 1 + r.rand.Below(3) {
				if err := r.append(turns...); !errors.Is(err, syscall.EIO) {
					t.Fatalf("a write that fails gives %v", err)
				}
				if r.log.Position() != position || !sameValues(before, r.log.Live()) {
					t.Fatal("a failed append left something behind")
				}
			}
			r.disk.SetFaults(faultdisk.Faults{})
			if r.rand.Below(2) == 0 {
				turns = []journal.Turn{r.turn(12, 400)} // other turns may follow as well
			}
			r.must(r.append(turns...))
			if r.log.Stats().Segments > segments {
				rolls++
			}
			if r.rand.Below(3) == 0 {
				r.must(r.sync())
			}
			if r.rand.Below(3) == 0 {
				r.kill()
			}
		}
		r.powerCut()
	}
	if rolls < 50 {
		t.Errorf("only %d of the writes that failed began a segment", rolls)
	}
}

func sameValues(a, b []journal.Record) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Key != b[i].Key || !bytes.Equal(a[i].Value, b[i].Value) {
			return false
		}
	}
	return true
}

// TestRefusedTurnCannotStandIn: a write failed and left its turn on the disk,
// where a sync made it durable; other turns, as long as it, were then written
// over it. If a power cut brings the old turn back, what stood behind the new
// one must not be taken for what comes after the old.
func TestRefusedTurnCannotStandIn(t *testing.T) {
	turnOf := func(n int, value string) journal.Turn {
		return journal.Turn{At: r0, Records: []journal.Record{record(n, strings.Repeat(value, 600))}}
	}
	r := newRig(t, 900, smallSegment)
	r.must(r.append(turnOf(0, "s")))
	leave := &leaver{Disk: r.disk}
	r.disk.Kill()
	r.fs = leave
	r.open(false)
	start := end(imageOf(t, r.disk)[0].data)
	leave.fail = true
	if r.append(turnOf(1, "a")) == nil {
		t.Fatal("the write did not fail")
	}
	refused := imageOf(t, r.disk)[0].data
	length := frames(refused)[len(frames(refused))-1].length
	leave.fail = false
	r.must(r.append(turnOf(1, "b"), turnOf(2, "c")))
	now := imageOf(t, r.disk)
	copy(now[0].data[start:start+length], refused[start:start+length])
	_, state, err := journal.Open(now.disk(t), r.options)
	r.must(err)
	want := map[journal.Key][]byte{key(0): turnOf(0, "s").Records[0].Value, key(1): turnOf(1, "a").Records[0].Value}
	r.must(sameRecords(want, state.Records))
}

const r0 = 1000

// leaver is a disk whose writes leave everything there and say that they
// failed.
type leaver struct {
	*faultdisk.Disk
	fail bool
}

func (l *leaver) Create(name string) (journal.File, error) { return l.wrap(l.Disk.Create(name)) }
func (l *leaver) Open(name string) (journal.File, error)   { return l.wrap(l.Disk.Open(name)) }

func (l *leaver) wrap(f journal.File, err error) (journal.File, error) {
	return &leaveFile{f, l}, err
}

type leaveFile struct {
	journal.File
	l *leaver
}

func (f *leaveFile) WriteAt(p []byte, off int64) (int, error) {
	n, err := f.File.WriteAt(p, off)
	if f.l.fail && err == nil {
		return n, syscall.EIO
	}
	return n, err
}

// TestShorterWriteAfterAFailedOne: what the failed write left behind the
// shorter one is not read.
func TestShorterWriteAfterAFailedOne(t *testing.T) {
	r := newRig(t, 901, smallSegment)
	leave := &leaver{Disk: r.disk}
	r.disk.Kill()
	r.fs = leave
	r.open(false)
	for range 20 {
		long := []journal.Turn{r.turn(9, 100), r.turn(9, 100), r.turn(9, 100)}
		leave.fail = true
		if r.append(long...) == nil {
			continue // three empty turns
		}
		leave.fail = false
		r.must(r.append(long[0])) // exactly as long as what it is written over
		r.kill()
	}
}

func TestAppendRefusesWhatNoStartCouldRead(t *testing.T) {
	quarter := make([]byte, 1<<28)
	var large journal.Turn
	for n := range 4 {
		large.Records = append(large.Records, journal.Record{Key: key(n), Value: quarter})
	}
	tests := []struct {
		name string
		turn journal.Turn
		want string
	}{
		{"a turn of more than 1 GiB", large, "is larger than the journal's"},
		{"a kind of zero", journal.Turn{Records: []journal.Record{{Key: journal.Key{ID: "x"}}}}, "no such kind"},
		{"a kind that is not there", journal.Turn{Records: []journal.Record{{Key: journal.Key{Kind: 99, ID: "x"}, End: true}}}, "no such kind"},
		{"a kind with the end's bit", journal.Turn{Records: []journal.Record{{Key: journal.Key{Kind: 129, ID: "x"}}}}, "no such kind"},
	}
	for _, test := range tests {
		r := newRig(t, 902, smallSegment)
		good := journal.Turn{At: 1, Records: []journal.Record{record(1, "good")}}
		r.must(r.append(good))
		if err := r.log.Append([]journal.Turn{good, test.turn}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, must say %q", test.name, err, test.want)
		}
		r.must(r.append(journal.Turn{At: 2, Records: []journal.Record{record(2, "after")}}))
		r.kill()
	}
}

func TestClosedLog(t *testing.T) {
	r := filled(t, 903, 2)
	r.must(r.log.Close())
	r.must(r.log.Close())
	_, readErr := r.log.Read(0, 1)
	for _, err := range []error{r.log.Append([]journal.Turn{r.turn(5, 5)}), r.log.Sync(), r.log.Retire(1), readErr} {
		if err == nil || !strings.Contains(err.Error(), "closed") {
			t.Errorf("a closed journal answers %v", err)
		}
	}
	r.kill()
}
