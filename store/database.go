package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// database is the file as its one writer has it. Nothing here is for more than
// one goroutine.
type database struct {
	pool     *sql.DB
	conn     *sql.Conn
	info     os.FileInfo // the file that was opened, whatever stands at its path later
	rows     *rows
	begin    *sql.Stmt
	commit   *sql.Stmt
	mark     *sql.Stmt
	move     *sql.Stmt
	position uint64 // of the next fact, as the journal counts
	shift    uint64 // a row's position is its fact's plus this
}

// errMoved says that the file is another one than was opened. What would be
// written into the old one would be lost with it.
var errMoved = errors.New("its file was removed or replaced")

// errCursor says that somebody else wrote the cursor.
var errCursor = errors.New("its cursor was moved by another process: only one hotline may write it")

// dsn names the file with the pragmas that each connection gets.
func dsn(path, mode string, pragmas ...string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	query := url.Values{"mode": {mode}, "_pragma": pragmas}
	return (&url.URL{Scheme: "file", Path: abs, RawQuery: query.Encode()}).String(), nil
}

// writerPragmas: WAL lets readers go on beside the writer. NORMAL syncs at
// checkpoints only; durable says how the journal still learns no cursor that a
// power cut could take back. The checkpoint comes late, since the pages that
// every commit touches are then copied once instead of often. What a statement
// of many rows must be able to undo stays in memory.
var writerPragmas = []string{
	"busy_timeout(500)", "journal_mode(WAL)", "synchronous(NORMAL)",
	"wal_autocheckpoint(4000)", "journal_size_limit(67108864)", "cache_size(-8192)", "temp_store(MEMORY)",
}

// openDatabase opens the file, or makes it, and brings its schema up to date.
func openDatabase(ctx context.Context, path string, pragmas ...string) (_ *database, err error) {
	if err := create(path); err != nil {
		return nil, err
	}
	name, err := dsn(path, "rw", slices.Concat(pragmas, writerPragmas)...)
	if err != nil {
		return nil, err
	}
	pool, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, err
	}
	d := &database{pool: pool}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.close())
		}
	}()
	if d.conn, err = pool.Conn(ctx); err != nil {
		return nil, err
	}
	if d.info, err = os.Stat(path); err != nil {
		return nil, err
	}
	if err = migrate(ctx, d.conn); err != nil {
		return nil, err
	}
	if err = d.prepare(ctx); err != nil {
		return nil, err
	}
	err = d.conn.QueryRowContext(ctx, "SELECT position, shift FROM cursor").Scan(&d.position, &d.shift)
	return d, err
}

// create makes the file if there is none: callers' numbers are in it, and
// SQLite itself would let everybody read it.
func create(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o640)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return file.Close()
}

// prepare prepares what each batch needs.
func (d *database) prepare(ctx context.Context) (err error) {
	if d.rows, err = prepareRows(ctx, d.conn); err != nil {
		return err
	}
	for _, s := range []struct {
		to   **sql.Stmt
		text string
	}{
		{&d.begin, "BEGIN IMMEDIATE"},
		{&d.commit, "COMMIT"},
		{&d.mark, "INSERT INTO marks (first, sums) VALUES (?, ?)"},
		{&d.move, "UPDATE cursor SET position = ?, shift = ?, repeated = repeated + ? WHERE position = ? AND shift = ?"},
	} {
		if *s.to, err = d.conn.PrepareContext(ctx, s.text); err != nil {
			return err
		}
	}
	return nil
}

// close also closes the statements: a connection with a statement left would
// keep the file and its locks.
func (d *database) close() error {
	var err error
	if d.rows != nil {
		err = d.rows.close()
	}
	for _, stmt := range []*sql.Stmt{d.begin, d.commit, d.mark, d.move} {
		if stmt != nil {
			err = errors.Join(err, stmt.Close())
		}
	}
	if d.conn != nil {
		err = errors.Join(err, d.conn.Close())
	}
	return errors.Join(err, d.pool.Close())
}

// moved says whether another file, or none, is at the path now.
func (d *database) moved(path string) error {
	info, err := os.Stat(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err != nil || !os.SameFile(info, d.info) {
		return errMoved
	}
	return nil
}

// transaction does f in a transaction of its own; durable outlives a power cut
// when it returns, with everything before it.
func (d *database) transaction(ctx context.Context, durable bool, f func() error) (err error) {
	if durable {
		if err := d.exec(ctx, "PRAGMA synchronous = FULL"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, d.exec(ctx, "PRAGMA synchronous = NORMAL")) }()
	}
	if _, err := d.begin.ExecContext(ctx); err != nil {
		return err
	}
	err = f()
	if err == nil {
		_, err = d.commit.ExecContext(ctx)
	}
	if err != nil {
		_ = d.exec(ctx, "ROLLBACK") // SQLite may have done it already
	}
	return err
}

func (d *database) exec(ctx context.Context, query string, args ...any) error {
	_, err := d.conn.ExecContext(ctx, query, args...)
	return err
}

// moveCursor sets the cursor within a transaction.
func (d *database) moveCursor(ctx context.Context, position, shift uint64, repeated int64) error {
	result, err := d.move.ExecContext(ctx, int64(position), int64(shift), repeated, int64(d.position), int64(d.shift))
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return errors.Join(errCursor, err)
	}
	return nil
}

// passing says whether the same connection may be tried again: the error is
// of the moment and not of the file.
func passing(err error) bool {
	switch code(err) {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL:
		return true
	}
	return false
}

// code is SQLite's primary result code, or zero.
func code(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code() & 0xff
	}
	return 0
}

// explain adds what to do about an error, if something can be done.
func explain(path string, err error) error {
	hint := ""
	switch code(err) {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		hint = " (another process holds a lock on it; the CDRs wait in the journal)"
	case sqlite3.SQLITE_FULL:
		hint = " (its disk is full; the CDRs wait in the journal until there is room)"
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		hint = " (the file is damaged: move it and its -wal and -shm away, now or at any time, or put a good copy in its place; " +
			"hotline then goes on by itself with what the journal still has)"
	}
	return fmt.Errorf("database %s: %w%s", path, err, hint)
}
