// Package store holds the projections of the journal's facts in SQLite: call
// detail records, plan revisions, each call's steps and agents' states. One
// Projector writes; any number of goroutines read. The journal is the truth:
// a database that is locked, full, damaged or gone is a cursor that lags, and
// nothing else.
package store

import (
	"database/sql"
	"errors"
	"log/slog"
	"math"
	"os"
	"sync"
	"time"
)

// Projection is the name under which the Projector tells the journal its
// cursor; it belongs in journal.Options.Projections.
const Projection = "store"

// ErrAway is what reading returns while the database cannot be had. The cause
// is wrapped beside it.
var ErrAway = errors.New("the database is away")

// ErrNotFound says that there is no such row.
var ErrNotFound = errors.New("not found")

// Store is the reading side. It may be used from many goroutines.
type Store struct {
	path      string
	log       *slog.Logger
	reading   chan struct{} // a place for each read that goes on
	reporting chan struct{} // the place of the one report
	pragmas   []string      // of the writer, before its own

	mu   sync.Mutex
	pool *sql.DB // nil: there is nothing to read from
	info os.FileInfo
}

// New returns the store in the file at path. It never fails: the Projector
// opens the file, makes it if need be, and tries again for ever.
func New(path string, log *slog.Logger) *Store {
	return &Store{path: path, log: log, reading: make(chan struct{}, readers), reporting: make(chan struct{}, 1)}
}

// span returns times as Unix ns; a zero time is no limit, as one beyond what
// 64 bits hold.
func span(since, until time.Time) (from, to int64) {
	from, to = math.MinInt64, math.MaxInt64
	if !since.IsZero() {
		from = nanos(since)
	}
	if !until.IsZero() {
		to = nanos(until)
	}
	return from, to
}

func nanos(t time.Time) int64 {
	switch {
	case t.Before(time.Unix(0, math.MinInt64)):
		return math.MinInt64
	case t.After(time.Unix(0, math.MaxInt64)):
		return math.MaxInt64
	}
	return t.UnixNano()
}

// atMost returns how many rows a list gives.
func atMost(limit int) int {
	if limit <= 0 {
		return 100
	}
	return min(limit, 10_000)
}
