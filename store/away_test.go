package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// isAway checks that every read says so in time.
func isAway(t *testing.T, s *Store) {
	t.Helper()
	ctx, begun := context.Background(), time.Now()
	var all sync.WaitGroup
	defer all.Wait()
	for name, read := range map[string]func() error{
		"CDRs":         func() error { _, err := s.CDRs(ctx, Filter{}); return err },
		"History":      func() error { _, err := s.History(ctx, "x"); return err },
		"AgentChanges": func() error { _, err := s.AgentChanges(ctx, "x", time.Time{}, time.Time{}, 0); return err },
		"Revisions":    func() error { _, err := s.Revisions(ctx, 0); return err },
		"Revision":     func() error { _, err := s.Revision(ctx, 1); return err },
	} {
		all.Go(func() {
			if err := read(); !errors.Is(err, ErrAway) {
				t.Errorf("%s of a database that is away: %v", name, err)
			}
			if took := time.Since(begun); took > 2*time.Second {
				t.Errorf("%s took %v", name, took)
			}
		})
	}
}

func TestALockedDatabaseIsCaughtUpWith(t *testing.T) {
	log, path := newLog(t), newPath(t)
	p := startProjector(t, path, log)
	write(t, log, stories(0, 10)...)
	p.reaches(t, log.Position())

	other := second(t, path)
	do(t, other, "BEGIN EXCLUSIVE")
	write(t, log, stories(10, 500)...)
	until(t, "the error", func() bool { return p.Err() != nil })
	if err := p.Err().Error(); !strings.Contains(err, "another process holds a lock") {
		t.Error(err)
	}
	// In WAL the others still read, and the writer still tries.
	if got, err := p.Store().CDRs(t.Context(), Filter{Limit: 100}); err != nil || len(got) != 10 {
		t.Errorf("%d CDRs, %v", len(got), err)
	}
	if p.Position() != 10*storyFacts {
		t.Errorf("position %d", p.Position())
	}
	do(t, other, "ROLLBACK")
	p.reaches(t, log.Position())
	until(t, "the end of the error", func() bool { return p.Err() == nil })
	if !p.words.heard("ERROR the store does not go on") || !p.words.heard("INFO the store goes on") || p.words.times("the store is open") != 1 {
		t.Errorf("it said %q", p.words.said)
	}
	hasOnce(t, path, 0, 500)
}

func TestADatabaseLockedFromTheStartIsOpenedLater(t *testing.T) {
	log, path := newLog(t), newPath(t)
	other := second(t, path, "locking_mode(EXCLUSIVE)")
	do(t, other, "CREATE TABLE other (x)") // takes the lock and keeps it
	write(t, log, stories(0, 20)...)
	p := startProjector(t, path, log)
	isAway(t, p.Store())
	until(t, "the error", func() bool { return p.Err() != nil })
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	do(t, second(t, path), "DROP TABLE other") // the lock is gone with its connection
	p.reaches(t, log.Position())
	hasOnce(t, path, 0, 20)
}

func TestReadersOfALockedFileAreToldInTime(t *testing.T) {
	log, path := newLog(t), newPath(t)
	write(t, log, story(0))
	p := startProjector(t, path, log)
	p.reaches(t, log.Position())
	p.stop()
	other := second(t, path, "locking_mode(EXCLUSIVE)")
	do(t, other, "UPDATE cursor SET repeated = 0")
	// The store as it was, with the file shut against it.
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Store().serve(info); err != nil {
		t.Fatal(err)
	}
	isAway(t, p.Store())
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Store().CDRs(canceled, Filter{}); !errors.Is(err, context.Canceled) || errors.Is(err, ErrAway) {
		t.Errorf("a caller who gave up: %v", err)
	}
	if err := p.Store().shut(); err != nil {
		t.Error(err)
	}
}

func TestReadsThatHangKeepNobodyLonger(t *testing.T) {
	log := newLog(t)
	p := startProjector(t, newPath(t), log)
	write(t, log, story(0))
	p.reaches(t, storyFacts)
	for range readers {
		p.Store().reading <- struct{}{} // as a read that hangs in the system
	}
	isAway(t, p.Store())
	<-p.Store().reading
	// One that panics gives its place back.
	for range 2 * readers {
		_, err := read(t.Context(), p.Store(), func(context.Context, *sql.DB) (int, error) { panic("out of order") })
		if !errors.Is(err, ErrAway) || !strings.Contains(err.Error(), "out of order") {
			t.Errorf("a read that panics: %v", err)
		}
	}
	if _, err := p.Store().CDRs(t.Context(), Filter{}); err != nil {
		t.Error(err)
	}
}

func TestAFullDiskIsWaitedFor(t *testing.T) {
	log, path := newLog(t), newPath(t)
	p := startProjector(t, path, log)
	write(t, log, story(0))
	p.reaches(t, storyFacts)
	p.stop()
	other := second(t, path)
	do(t, other, "CREATE TABLE ballast AS SELECT randomblob(1200000) AS x")
	// The file may not grow: SQLite then fails as it does on a full disk.
	p = startProjector(t, path, log, "max_page_count(1)")
	write(t, log, stories(1, 150)...)
	until(t, "the error", func() bool { return p.Err() != nil })
	if err := p.Err().Error(); !strings.Contains(err, "its disk is full") {
		t.Error(err)
	}
	if got, err := p.Store().CDRs(t.Context(), Filter{}); err != nil || len(got) == 0 {
		t.Errorf("reading beside a full disk: %d CDRs, %v", len(got), err)
	}
	do(t, other, "DROP TABLE ballast")
	p.reaches(t, log.Position())
	// On a disk that is full a file that was shut might not open again.
	if n := p.words.times("the store is open"); n != 1 {
		t.Errorf("it was opened %d times", n)
	}
	hasOnce(t, path, 0, 150)
}

func TestAFileThatIsRemovedIsMadeAnew(t *testing.T) {
	for _, names := range [][]string{{"", "-wal", "-shm"}, {""}} {
		log, path := newLog(t), newPath(t)
		p := startProjector(t, path, log)
		write(t, log, stories(0, 30)...)
		p.reaches(t, log.Position())
		for _, name := range names {
			if err := os.Remove(path + name); err != nil {
				t.Fatal(err)
			}
		}
		until(t, "the new file", func() bool { _, err := os.Stat(path); return err == nil })
		write(t, log, stories(30, 60)...)
		until(t, "the rows", func() bool {
			got, err := p.Store().CDRs(t.Context(), Filter{Limit: 100})
			return err == nil && len(got) == 60
		})
		if !p.words.heard("removed or replaced") {
			t.Errorf("it said %q", p.words.said)
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm()&0o007 != 0 {
			t.Errorf("everybody may read callers' numbers: %v, %v", info.Mode(), err)
		}
		p.stop()
		hasOnce(t, path, 0, 60)
	}
}

func TestNothingIsReadFromAFileThatIsNotThere(t *testing.T) {
	log, path := newLog(t), newPath(t)
	p := startProjector(t, path, log)
	write(t, log, stories(0, 30)...)
	p.reaches(t, log.Position())
	if _, err := p.Store().CDRs(t.Context(), Filter{}); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path, path+".away"); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path, 0o700); err == nil { // or it was made anew already
		until(t, "the error", func() bool { return p.Err() != nil })
		isAway(t, p.Store())
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	// The old file in its place again is taken as any other.
	if err := os.Rename(path+".away", path); err != nil {
		t.Fatal(err)
	}
	write(t, log, stories(30, 60)...)
	p.reaches(t, log.Position())
	until(t, "the rows", func() bool {
		got, err := p.Store().CDRs(t.Context(), Filter{Limit: 100})
		return err == nil && len(got) == 60
	})
}

func TestAFileThatIsGoneAtTheStartIsMadeAnew(t *testing.T) {
	log, path := newLog(t), newPath(t)
	other := second(t, path, "journal_mode(WAL)")
	do(t, other, "CREATE TABLE other (x)")
	// Only the log of the old file is left: it must not get into the new one.
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	write(t, log, stories(0, 30)...)
	p := startProjector(t, path, log)
	p.reaches(t, log.Position())
	p.stop()
	hasOnce(t, path, 0, 30)
}

func TestADamagedFileIsSaidAndReplacedAtAnyTime(t *testing.T) {
	for name, harm := range map[string]func(whole []byte){
		"all of it":          func(whole []byte) { copy(whole, bytes.Repeat([]byte("no database "), len(whole)/12)) },
		"all but the schema": func(whole []byte) { clear(whole[4096:]) },
	} {
		log, path := newLog(t), newPath(t)
		write(t, log, stories(0, 300)...)
		p := startProjector(t, path, log)
		p.reaches(t, log.Position())
		p.stop()
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		harm(whole)
		if err := os.WriteFile(path, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		p = startProjector(t, path, log)
		write(t, log, stories(300, 400)...)
		until(t, "the error", func() bool { return p.Err() != nil })
		if err := p.Err().Error(); !strings.Contains(err, "the file is damaged: move it") || !strings.Contains(err, path) {
			t.Errorf("%s: %v", name, err)
		}
		isAway(t, p.Store())
		if err := os.Rename(path, path+".bad"); err != nil {
			t.Fatal(err)
		}
		p.reaches(t, log.Position())
		p.stop()
		hasOnce(t, path, 0, 400)
	}
}

func TestADatabaseOfANewerVersionIsLeftAlone(t *testing.T) {
	log, path := newLog(t), newPath(t)
	other := second(t, path)
	do(t, other, "PRAGMA user_version = 99")
	write(t, log, story(0))
	p := startProjector(t, path, log)
	until(t, "the error", func() bool { return p.Err() != nil })
	if err := p.Err().Error(); !strings.Contains(err, "start the newer hotline") {
		t.Error(err)
	}
	isAway(t, p.Store())
	if n := number(t, other, "SELECT count(*) FROM sqlite_schema"); n != 0 {
		t.Errorf("%d things were made in it", n)
	}
}
