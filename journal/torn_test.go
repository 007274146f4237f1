package journal_test

import (
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/journal/faultdisk"
)

// cutter is a disk whose nth write is cut off behind so many bytes, and with it
// the process.
type cutter struct {
	*faultdisk.Disk
	nth, keep int
	writes    int
	length    int // of the write that was cut
	dead      bool
}

func (c *cutter) Create(name string) (journal.File, error) { return c.wrap(c.Disk.Create(name)) }
func (c *cutter) Open(name string) (journal.File, error)   { return c.wrap(c.Disk.Open(name)) }

func (c *cutter) wrap(f journal.File, err error) (journal.File, error) {
	return &cutFile{f, c}, err
}

type cutFile struct {
	journal.File
	c *cutter
}

func (f *cutFile) WriteAt(p []byte, off int64) (int, error) {
	f.c.writes++
	if f.c.dead || f.c.writes == f.c.nth {
		if !f.c.dead {
			f.c.dead, f.c.length = true, len(p)
			if _, err := f.File.WriteAt(p[:min(f.c.keep, len(p))], off); err != nil {
				return 0, err
			}
		}
		return 0, faultdisk.ErrDown
	}
	return f.File.WriteAt(p, off)
}

// script appends turns until something fails: single turns, batches, a batch
// that begins a segment, copies forward.
func (r *rig) script() {
	for i := range 12 {
		turns := []journal.Turn{r.turn(6, 60)}
		if i%3 == 0 {
			turns = append(turns, r.turn(6, 60), r.turn(6, 60))
		}
		if r.append(turns...) != nil || (i%4 == 0 && r.sync() != nil) || r.log.Retire(2) != nil {
			return
		}
	}
}

// cutAt runs the script on a journal of its own until its nth write, of which
// so many bytes are kept.
func cutAt(t *testing.T, nth, keep int) (*rig, *cutter) {
	r := newRig(t, 11, 1<<10)
	c := &cutter{Disk: r.disk, nth: nth, keep: keep}
	r.disk.Kill()
	r.fs = c
	if r.tryOpen() == nil {
		r.script()
	}
	r.disk.Kill()
	r.fs = r.disk
	return r, c
}

// TestCutAtEveryByte cuts every write of a script behind every one of its
// bytes. Of that write exactly those turns may be found that are whole, and of
// those before it all.
func TestCutAtEveryByte(t *testing.T) {
	_, whole := cutAt(t, 1<<30, 0)
	if whole.writes < 15 {
		t.Fatalf("the script has only %d writes", whole.writes)
	}
	cuts := 0
	for nth := 1; nth <= whole.writes; nth++ {
		length := 1
		for keep := 0; keep <= length; keep++ {
			r, c := cutAt(t, nth, keep)
			length = c.length
			found := imageOf(t, r.disk)
			r.open(false)
			again := r.state
			if want := tornTail(found); r.state.Torn != want {
				t.Fatalf("write %d cut at byte %d of %d: torn is %v, must be %v", nth, keep, length, r.state.Torn, want)
			}
			if r.kill(); r.state.Torn || r.state.Position != again.Position || r.state.Epoch != again.Epoch+1 {
				t.Fatalf("write %d cut at byte %d of %d: the second start found %+v after %+v", nth, keep, length, r.state, again)
			}
			cuts++
		}
	}
	t.Logf("%d cuts in %d writes", cuts, whole.writes)
}

// tornTail says whether the last file that is not only zeros has anything
// behind its last frame.
func tornTail(m image) bool {
	for i := len(m) - 1; i >= 0; i-- {
		data := m[i].data
		begun := len(m[i:i+1].segments()) > 0 && headerSealed(data)
		if begun {
			data = data[end(data):]
		}
		for _, b := range data {
			if b != 0 {
				return true
			}
		}
		if begun {
			return false
		}
	}
	return false
}

func headerSealed(data []byte) bool {
	b := append([]byte(nil), data[:headerSize]...)
	sealHeader(b)
	return binary.LittleEndian.Uint32(b[atCRC:]) == binary.LittleEndian.Uint32(data[atCRC:])
}

// TestTurnsAreWholeOrNotThere: of a batch cut anywhere, what is found are its
// first turns, each with all its records and facts.
func TestTurnsAreWholeOrNotThere(t *testing.T) {
	for keep := 0; ; keep++ {
		r := newRig(t, 12, smallSegment)
		c := &cutter{Disk: r.disk, nth: -1, keep: keep}
		r.disk.Kill()
		r.fs = c
		r.open(false)
		c.nth = c.writes + 1
		var turns []journal.Turn
		for i := range 4 {
			turns = append(turns, journal.Turn{
				At:      r.at + 1 + 1,
				Records: []journal.Record{record(2*i, "left"), record(2*i+1, "right")},
				Facts:   []journal.Fact{fact(1, 1, 1, "first"), fact(2, 2, 2, "second")},
			})
		}
		if err := r.log.Append(turns); err == nil {
			t.Fatal("the write was not cut")
		}
		r.disk.Kill()
		r.fs = r.disk
		r.must(r.tryOpen())
		n := len(r.state.Records) / 2
		if len(r.state.Records) != 2*n || r.state.Position != uint64(2*n) {
			t.Fatalf("cut at byte %d: %d records and %d facts", keep, len(r.state.Records), r.state.Position)
		}
		if want := len(turns) * keep / c.length; n != want {
			t.Fatalf("cut at byte %d of %d: %d turns, must be %d", keep, c.length, n, want)
		}
		if keep == c.length {
			return
		}
	}
}

// TestKillAtEveryWrite kills in each write of a long day, wherever that falls:
// in an append, in the begin of a segment, in copying forward, in a start.
func TestKillAtEveryWrite(t *testing.T) {
	for n := range 120 {
		r := newRig(t, 100+n%4, 2<<10)
		r.options.Projections = []string{"store"}
		killed := 0
		r.disk.KillAtWrite(1 + n)
		for range 120 {
			r.civil += 1e6
			_ = r.append(r.turn(12, 300))
			_ = r.sync()
			r.log.Cursor("store", r.log.Synced())
			_ = r.log.Retire(3)
			if r.disk.Down() {
				killed++
				r.kill()
				r.disk.KillAtWrite(1 + n)
				if n < 2 {
					break // a start that is killed in its first write comes no further
				}
			}
		}
		if killed == 0 {
			t.Fatalf("no write was the %dth", n+1)
		}
	}
}

// TestKillInAStart kills starts, again and again, before one may end.
func TestKillInAStart(t *testing.T) {
	for n := range 60 {
		r := newRig(t, 200+n, 2<<10)
		for i := range 40 {
			r.must(r.append(r.turn(12, 300)))
			if i%5 == 0 {
				r.must(r.sync())
			}
		}
		r.disk.KillAtWrite(1)
		_ = r.append(r.turn(12, 300)) // torn
		for range 5 {
			r.disk.Kill()
			r.disk.KillAtWrite(1 + int(r.rand.Below(3)))
			if err := r.tryOpen(); err == nil {
				break
			} else if !r.disk.Down() {
				t.Fatal(fmt.Errorf("a start failed for another reason: %w", err))
			}
		}
		if n%2 == 0 {
			r.kill()
		} else {
			r.powerCut()
		}
	}
}
