package journal_test

import (
	"encoding/binary"
	"errors"
	"syscall"
	"testing"

	"github.com/hotline12345/hotline/journal"
)

// names are the segments in the folder, the reserve among them.
func (r *rig) names() []string {
	names, err := r.disk.List()
	r.must(err)
	return names
}

// TestRetireCopiesForward: keys that are written once live for ever while
// segments come and go, and a start reads only the last few.
func TestRetireCopiesForward(t *testing.T) {
	r := newRig(t, 60, 4<<10)
	var old []journal.Record
	for n := range 25 {
		old = append(old, record(1000+n, "written once"))
	}
	r.must(r.append(journal.Turn{At: 1, Records: old}))
	for range 2000 {
		r.must(r.append(r.turn(15, 300)))
		r.must(r.sync())
		r.must(r.log.Retire(4))
		if n := r.log.Stats().Segments; n > 4 {
			t.Fatalf("%d segments for %d live keys", n, r.log.Stats().Live)
		}
	}
	if first := r.names()[0]; first < "000000000050" {
		t.Fatalf("the oldest segment is still %s", first)
	}
	at, civil := r.model.now().at, r.model.now().civil
	r.kill()
	if r.state.At != at || r.state.Civil != civil {
		t.Errorf("copying moved the clock: at %d, civil %d; must be %d, %d", r.state.At, r.state.Civil, at, civil)
	}
}

// TestRetireAFewATurn: no call copies more than its limit.
func TestRetireAFewATurn(t *testing.T) {
	r := newRig(t, 61, 4<<10)
	for n := range 30 {
		r.must(r.append(journal.Turn{At: 1, Records: []journal.Record{record(n, "a value of some length, so that the segment fills")}}))
	}
	for r.log.Stats().Segments < 2 {
		r.must(r.append(journal.Turn{At: 2, Records: []journal.Record{record(99, "x")}}))
	}
	const record32 = 1 + 1 + 3 + 1 + 49 // kind, ID, value
	for calls := 0; ; calls++ {
		before := r.log.Stats().Bytes
		r.must(r.log.Retire(7))
		copied := r.log.Stats().Bytes - before
		if copied == 0 {
			if calls < 4 {
				t.Errorf("30 keys went in %d calls of 7", calls)
			}
			return
		}
		if copied > frameSize+7*record32 {
			t.Fatalf("one call copied %d bytes", copied)
		}
	}
}

// TestRetireCopiesWhileProjectionsLag: a database that is away keeps segments
// from going, and does not make the next start read them.
func TestRetireCopiesWhileProjectionsLag(t *testing.T) {
	r := newRig(t, 65, 2<<10)
	r.options.Projections = []string{"store"}
	r.kill()
	r.must(r.append(journal.Turn{At: 1, Records: []journal.Record{record(500, "written once")}}))
	for r.log.Stats().Segments < 6 {
		r.must(r.append(journal.Turn{At: 1, Records: []journal.Record{record(1, "again and again")}, Facts: []journal.Fact{fact(1, 1, 1, "fact")}}))
		r.must(r.sync())
		r.must(r.log.Retire(3))
	}
	segments := imageOf(t, r.disk).segments()
	if state := binary.LittleEndian.Uint64(segments[len(segments)-1].data[atState:]); len(segments) != 6 || state < 4 {
		t.Errorf("of %d segments a start reads those from %d on", len(segments), state)
	}
	r.powerCut()
}

// TestRetireWaitsForProjections: facts stay until every projection that there
// must be has told that it has them.
func TestRetireWaitsForProjections(t *testing.T) {
	r := newRig(t, 62, 2<<10)
	r.options.Projections = []string{"store", "push"}
	r.kill()
	for r.log.Stats().Segments < 5 {
		r.must(r.append(journal.Turn{At: 1, Records: []journal.Record{record(1, "x")}, Facts: []journal.Fact{fact(1, 1, 1, "fact")}}))
	}
	r.must(r.sync())
	all := r.log.Position()
	oldest := func(want uint64) {
		t.Helper()
		r.must(r.log.Retire(100))
		r.must(r.sync())
		r.must(r.log.Retire(100))
		got := r.oldest()
		if got > want || (want == 0) != (got == 0) {
			t.Fatalf("the oldest fact is %d; %d is still needed", got, want)
		}
		if lag := r.log.Stats().Lag; lag != all-want {
			t.Fatalf("the lag is %d, must be %d", lag, all-want)
		}
	}
	oldest(0) // neither has told
	r.log.Cursor("store", all)
	oldest(0) // one has not
	r.log.Cursor("push", all/2)
	oldest(all / 2)
	r.log.Cursor("webhook", all/2-1) // one more than there must be
	r.kill()                         // cursors are told at each start
	r.log.Cursor("store", all)
	if lag := r.log.Stats().Lag; lag != all {
		t.Fatalf("the lag is %d while a projection has not told", lag)
	}
	r.log.Cursor("push", all)
	r.log.Cursor("webhook", all-1)
	oldest(all - 1)
	r.log.Cursor("webhook", all)
	oldest(all)
	if n := r.log.Stats().Segments; n != 1 {
		t.Errorf("%d segments are left", n)
	}
}

// TestRetireKeepsWhatAPowerCutNeeds: a segment may go only when the copies of
// its keys are synced. Each call of Retire may be the last before a power cut.
func TestRetireKeepsWhatAPowerCutNeeds(t *testing.T) {
	for n := range 30 {
		r := newRig(t, 6000+n, 2<<10)
		r.must(r.append(journal.Turn{At: 1, Records: []journal.Record{record(500, "old"), record(501, "old")}}))
		r.must(r.sync())
		for range 20 {
			for range r.rand.Below(9) {
				r.must(r.append(r.turn(6, 200)))
				r.must(r.log.Retire(int(r.rand.Below(3))))
			}
			if r.rand.Below(3) == 0 {
				r.powerCut()
			}
		}
	}
}

// stuck is a folder from which for some time nothing can be removed, or whose
// sync fails behind it.
type stuck struct {
	journal.FS
	remove, sync bool
}

func (s *stuck) Remove(name string) error {
	if s.remove {
		return syscall.EIO
	}
	return s.FS.Remove(name)
}

func (s *stuck) Sync() error {
	if s.sync {
		return syscall.EIO
	}
	return s.FS.Sync()
}

func TestRetireGoesOnAfterAnError(t *testing.T) {
	for _, f := range []stuck{{remove: true}, {sync: true}} {
		r := newRig(t, 63, 2<<10)
		fs := &stuck{FS: r.disk}
		r.disk.Kill()
		r.fs = fs
		r.open(false)
		for r.log.Stats().Segments < 4 {
			r.must(r.append(r.turn(4, 200)))
		}
		r.must(r.sync())
		fs.remove, fs.sync = f.remove, f.sync
		for range 3 {
			if err := r.log.Retire(100); !errors.Is(err, syscall.EIO) {
				t.Fatalf("%+v: the error is %v", f, err)
			}
			r.must(r.append(r.turn(4, 100)))
			r.must(r.sync())
		}
		fs.remove, fs.sync = false, false
		for range 3 {
			r.must(r.log.Retire(100))
			r.must(r.sync())
		}
		if n := r.log.Stats().Segments; n > 1 {
			t.Errorf("%+v: %d segments are left", f, n)
		}
		r.compare()
		r.powerCut()
	}
}

// TestRetireWhileRead: a segment that goes while somebody reads it is read to
// its end.
func TestRetireWhileRead(t *testing.T) {
	r := newRig(t, 64, 2<<10)
	gate := &gate{FS: r.disk}
	r.disk.Kill()
	r.fs = gate
	r.open(false)
	for r.log.Stats().Segments < 4 {
		r.must(r.append(journal.Turn{At: 1, Facts: []journal.Fact{fact(1, 1, 1, "a fact")}}))
	}
	r.must(r.sync())
	before := gate.open
	gate.onRead = func() {
		gate.onRead = nil
		r.must(r.log.Retire(100))
	}
	got, err := r.log.Read(0, 10)
	r.must(err)
	if len(got) != 10 {
		t.Errorf("read %d facts", len(got))
	}
	if gate.closedWhileRead {
		t.Error("a segment was closed while it was read")
	}
	if r.oldest() == 0 {
		t.Error("no segment was removed meanwhile")
	}
	if gate.open > before-3+1 { // three are gone, one more may be in reserve
		t.Errorf("%d files were open, now %d", before, gate.open)
	}
	if r.must(r.log.Close()); gate.open != 0 {
		t.Errorf("%d files are open behind the end", gate.open)
	}
}

// gate is a folder that calls a function in the middle of a read.
type gate struct {
	journal.FS
	onRead          func()
	open            int // files
	closedWhileRead bool
}

func (g *gate) Create(name string) (journal.File, error) {
	f, err := g.FS.Create(name)
	g.open++
	return &gateFile{File: f, g: g}, err
}

func (g *gate) Open(name string) (journal.File, error) {
	f, err := g.FS.Open(name)
	g.open++
	return &gateFile{File: f, g: g}, err
}

type gateFile struct {
	journal.File
	g       *gate
	reading bool
}

func (f *gateFile) ReadAt(p []byte, off int64) (int, error) {
	f.reading = true
	if do := f.g.onRead; do != nil {
		do()
	}
	f.reading = false
	return f.File.ReadAt(p, off)
}

func (f *gateFile) Close() error {
	f.g.open--
	f.g.closedWhileRead = f.g.closedWhileRead || f.reading
	return f.File.Close()
}
