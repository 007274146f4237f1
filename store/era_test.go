package store

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/hotline12345/hotline/journal"
)

// openFolder opens a journal on the system's disk; close gives the folder up.
func openFolder(t testing.TB, path string) (log *journal.Log, stop func()) {
	t.Helper()
	folder, err := journal.OpenFolder(path)
	if err != nil {
		t.Fatal(err)
	}
	log = openLog(t, folder, 1<<20)
	stop = func() {
		if err := log.Close(); err != nil {
			t.Error(err)
		}
		if err := folder.Close(); err != nil {
			t.Error(err)
		}
	}
	return log, stop
}

func TestAJournalThatLostItsTailIsFollowedFromWhereTheyPart(t *testing.T) {
	journals, path := t.TempDir(), newPath(t)
	now, copied := filepath.Join(journals, "now"), filepath.Join(journals, "copied")
	log, stop := openFolder(t, now)
	write(t, log, stories(0, 90)...)
	stop()
	if err := os.CopyFS(copied, os.DirFS(now)); err != nil {
		t.Fatal(err)
	}
	log, stop = openFolder(t, now)
	p := startProjector(t, path, log)
	p.reaches(t, 90*storyFacts)
	write(t, log, stories(90, 120)...)
	p.reaches(t, 120*storyFacts)
	p.stop()
	stop()

	// The copy is put back, and other calls come than came the first time.
	log, stop = openFolder(t, copied)
	defer stop()
	write(t, log, stories(200, 240)...)
	p = startProjector(t, path, log)
	p.reaches(t, 130*storyFacts)
	if !p.words.heard("ERROR the journal lost its facts from position 1170 to 1560") {
		t.Errorf("it said %q", p.words.said)
	}
	got, err := p.Store().CDRs(t.Context(), Filter{Limit: 1000})
	if err != nil || len(got) != 160 {
		t.Fatalf("%d CDRs, %v", len(got), err)
	}
	for i, c := range got {
		n := 239 - i // 239 … 200, then 119 … 0
		if n < 200 {
			n -= 80
		}
		if c.CDR != storyCDR(n) {
			t.Fatalf("CDR %d is %+v", n, c)
		}
		if i > 0 && c.Position >= got[i-1].Position {
			t.Fatalf("positions %d and %d", got[i-1].Position, c.Position)
		}
	}
	p.stop()
	conn := second(t, path)
	if n := number(t, conn, "SELECT repeated FROM cursor"); n != 0 {
		t.Errorf("%d facts were applied twice", n)
	}
	if n := number(t, conn, "SELECT count(*) FROM call_facts"); n != 160*7 {
		t.Errorf("%d steps", n)
	}
	// The next start finds nothing to say.
	p = startProjector(t, path, log)
	p.reaches(t, 130*storyFacts)
	if p.words.heard("ERROR") {
		t.Errorf("it said %q", p.words.said)
	}
}

func TestAnotherJournalIsTakenFromItsBeginning(t *testing.T) {
	for name, calls := range map[string]int{"a shorter one": 7, "a longer one": 50} {
		path := newPath(t)
		log := newLog(t)
		write(t, log, stories(0, 30)...)
		p := startProjector(t, path, log)
		p.reaches(t, log.Position())
		p.stop()

		log = newLog(t)
		write(t, log, stories(100, 100+calls)...)
		p = startProjector(t, path, log)
		until(t, "the rows", func() bool {
			got, err := p.Store().CDRs(t.Context(), Filter{Limit: 1000})
			return err == nil && len(got) == 30+calls && p.Position() == uint64(calls*storyFacts)
		})
		if !p.words.heard("ERROR the journal is another one") {
			t.Errorf("%s: it said %q", name, p.words.said)
		}
		got := pages(t, p.Store(), Filter{Limit: 4})
		for i, c := range got {
			n := 99 + calls - i
			if n < 100 {
				n -= 70
			}
			if c.CDR != storyCDR(n) || (i > 0 && c.Position >= got[i-1].Position) {
				t.Fatalf("%s: CDR %d is %+v", name, n, c)
			}
		}
		p.stop()
		if n := number(t, second(t, path), "SELECT count(*) FROM eras"); n != 1 {
			t.Errorf("%s: %d eras", name, n)
		}
	}
}

func TestACallToldTwiceHasOneCDR(t *testing.T) {
	path, log := newPath(t), newLog(t)
	write(t, log, stories(0, 30)...)
	p := startProjector(t, path, log)
	p.reaches(t, log.Position())
	p.stop()
	// Marks are kept of the last facts only: what is told again beyond them is
	// known by its CDRs.
	do(t, second(t, path), "DELETE FROM marks")
	log = newLog(t)
	write(t, log, stories(5, 25)...)
	p = startProjector(t, path, log)
	until(t, "the warning", func() bool { return p.words.heard("ERROR the journal is another one") })
	p.reaches(t, log.Position())
	p.stop()
	conn := second(t, path)
	if n := number(t, conn, "SELECT count(*) FROM cdr"); n != 30 {
		t.Errorf("%d CDRs", n)
	}
	if n := number(t, conn, "SELECT repeated FROM cursor"); n != 20 {
		t.Errorf("%d facts were known to be repeated", n)
	}
}

func TestFactsThatAreGoneAreSaidAndPassed(t *testing.T) {
	path := newPath(t)
	folder, err := journal.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { folder.Close() })
	log := openLog(t, folder, 64<<10)
	p := startProjector(t, path, log)
	for n := 0; n < 400; n += 50 {
		write(t, log, stories(n, n+50)...)
	}
	p.reaches(t, log.Position())
	until(t, "the cursor", func() bool { return log.Stats().Lag == 0 })
	p.stop()
	for range 20 {
		if err := log.Retire(100); err != nil {
			t.Fatal(err)
		}
	}
	_, err = log.Read(0, 1)
	gone, ok := err.(*journal.GoneError)
	if !ok {
		t.Fatalf("the journal still has its first fact: %v", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	p = startProjector(t, path, log)
	p.reaches(t, log.Position())
	if !p.words.heard("ERROR the journal has no facts from position 0 to") {
		t.Errorf("it said %q", p.words.said)
	}
	got, err := p.Store().CDRs(t.Context(), Filter{Limit: 1000})
	if want := 400 - int(gone.Oldest)/storyFacts; err != nil || len(got) != want || want < 1 || want > 399 {
		t.Errorf("%d CDRs of %d, %v", len(got), want, err)
	}
	p.stop()
	if n := number(t, second(t, path), "SELECT journal FROM eras"); n != int64(gone.Oldest) {
		t.Errorf("the era begins at %d, not %d", n, gone.Oldest)
	}
}

func TestANewFileHoldsTheJournalBack(t *testing.T) {
	path, log := newPath(t), newLog(t)
	told := &cursors{Log: log}
	write(t, log, stories(0, 100)...)
	p := startProjector(t, path, told)
	until(t, "the cursor", func() bool { return told.last() == 100*storyFacts })
	before := told.count()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	until(t, "another cursor", func() bool { return told.count() > before })
	// Before anything was read again, the journal heard that all is needed.
	if at := told.at(before); at != 0 {
		t.Errorf("the first cursor of the new file is %d", at)
	}
	until(t, "the cursor of the new file", func() bool { return told.last() == 100*storyFacts && told.count() > before+1 })
	p.stop()
	hasOnce(t, path, 0, 100)
}

// cursors is a journal that remembers what cursors it was told.
type cursors struct {
	*journal.Log
	mu   sync.Mutex
	told []uint64
}

func (c *cursors) Cursor(name string, position uint64) {
	c.Log.Cursor(name, position)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.told = append(c.told, position)
}

func (c *cursors) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.told)
}

func (c *cursors) at(i int) uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.told[i]
}

func (c *cursors) last() uint64 {
	if n := c.count(); n > 0 {
		return c.at(n - 1)
	}
	return 0
}
