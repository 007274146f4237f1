package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"time"
)

const (
	// readTimeout is how long a read may take. Whoever asks is told that the
	// database is away within two seconds, queueing and all.
	readTimeout = 1500 * time.Millisecond
	// reportTimeout is how long it may take to look at a month of calls.
	reportTimeout = 20 * time.Second
	// readers is how many reads go on at once.
	readers = 4
)

// errClosed is why nothing can be read before the Projector has opened the
// file.
var errClosed = errors.New("it is not open yet")

// serve lets reads go to the file at the path, which the Projector has just
// opened and found to be info.
func (s *Store) serve(info os.FileInfo) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pool != nil && os.SameFile(s.info, info) {
		return nil
	}
	// rw and not ro: a reader of a WAL database takes locks in the -shm file.
	// It must not make the file, hence not rwc.
	name, err := dsn(s.path, "rw", "busy_timeout(1000)", "query_only(1)")
	if err != nil {
		return err
	}
	pool, err := sql.Open("sqlite", name)
	if err != nil {
		return err
	}
	pool.SetMaxOpenConns(readers)
	pool.SetMaxIdleConns(readers)
	old := s.pool
	s.pool, s.info = pool, info
	if old != nil {
		return old.Close()
	}
	return nil
}

// shut ends the reading of the file that was served.
func (s *Store) shut() error {
	s.mu.Lock()
	pool := s.pool
	s.pool = nil
	s.mu.Unlock()
	if pool == nil {
		return nil
	}
	return pool.Close()
}

// read does f on the database, or returns ErrAway in time.
func read[T any](ctx context.Context, s *Store, f func(context.Context, *sql.DB) (T, error)) (T, error) {
	return readWithin(ctx, s, readTimeout, f)
}

// readWithin is read with a time of its own. A read that hangs in the system
// is left behind; there are never more of them than readers.
func readWithin[T any](ctx context.Context, s *Store, d time.Duration, f func(context.Context, *sql.DB) (T, error)) (T, error) {
	var none T
	limited, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	s.mu.Lock()
	pool := s.pool
	s.mu.Unlock()
	if pool == nil {
		return none, fmt.Errorf("%w: %w", ErrAway, errClosed) // the Projector says why
	}
	select {
	case s.reading <- struct{}{}:
	case <-limited.Done():
		return none, s.away(ctx, limited.Err())
	}
	type answer struct {
		value T
		err   error
	}
	answers := make(chan answer, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil { // no list is worth the calls
				answers <- answer{err: fmt.Errorf("panic: %v\n%s", r, debug.Stack())}
			}
			<-s.reading
		}()
		value, err := f(limited, pool)
		answers <- answer{value, err}
	}()
	select {
	case a := <-answers:
		if a.err != nil {
			return none, s.away(ctx, a.err)
		}
		return a.value, nil
	case <-limited.Done():
		return none, s.away(ctx, limited.Err())
	}
}

// away tells the caller's own end from the database's.
func (s *Store) away(ctx context.Context, err error) error {
	switch {
	case errors.Is(err, ErrNotFound):
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	}
	s.log.Warn("the store was read in vain", "error", err)
	return fmt.Errorf("%w: %w", ErrAway, err)
}

// collect scans all rows of a result.
func collect[T any](result *sql.Rows, err error, scan func(*sql.Rows, *T) error) (out []T, _ error) {
	if err != nil {
		return nil, err
	}
	for result.Next() {
		var v T
		if err := scan(result, &v); err != nil {
			return nil, errors.Join(err, result.Close())
		}
		out = append(out, v)
	}
	return out, errors.Join(result.Err(), result.Close())
}
