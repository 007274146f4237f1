package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
)

// atOnce is how many rows one statement inserts where there are as many: it
// halves the cost of a row.
const atOnce = 8

// table collects the rows that a batch adds to one table.
type table struct {
	one, many *sql.Stmt
	width     int // columns
	args      []any
}

func prepareTable(ctx context.Context, conn *sql.Conn, name string, columns ...string) (table, error) {
	row := "(?" + strings.Repeat(",?", len(columns)-1) + ")"
	// A row that is there already was applied from a journal that told the
	// same twice, after it had been put back from a copy: it stays as it was.
	text := "INSERT OR IGNORE INTO " + name + "(" + strings.Join(columns, ",") + ") VALUES " + row
	one, err := conn.PrepareContext(ctx, text)
	if err != nil {
		return table{}, err
	}
	t := table{one: one, width: len(columns)}
	t.many, err = conn.PrepareContext(ctx, text+strings.Repeat(","+row, atOnce-1))
	return t, err
}

func (t *table) close() error {
	var err error
	for _, stmt := range []*sql.Stmt{t.one, t.many} {
		if stmt != nil {
			err = errors.Join(err, stmt.Close())
		}
	}
	return err
}

func (t *table) add(values ...any) { t.args = append(t.args, values...) }

// write inserts what was collected and returns how many rows were there
// already.
func (t *table) write(ctx context.Context) (repeated int64, err error) {
	rest := t.args
	for len(rest) > 0 {
		stmt, n := t.many, atOnce
		if len(rest) < t.width*atOnce {
			stmt, n = t.one, 1
		}
		result, err := stmt.ExecContext(ctx, rest[:t.width*n]...)
		if err != nil {
			return 0, err
		}
		written, err := result.RowsAffected()
		if err != nil {
			return 0, err
		}
		repeated += int64(n) - written
		rest = rest[t.width*n:]
	}
	return repeated, nil
}

// rows are what a batch of facts becomes.
type rows struct {
	cdr, steps, agents, revisions, reported, skipped table

	twins twins
}

// prepareRows prepares the statements; close them also after an error.
func prepareRows(ctx context.Context, conn *sql.Conn) (*rows, error) {
	r := &rows{}
	for _, t := range []struct {
		to      *table
		name    string
		columns []string
	}{
		{&r.cdr, "cdr", cdrColumns},
		{&r.steps, "call_facts", []string{"call", "position", "at", "type", "detail"}},
		{&r.agents, "agent_states", []string{"agent", "at", "position", "state", "phone", "why"}},
		{&r.revisions, "revisions", []string{"position", "at", "revision", "base", "author", "reason", "document"}},
		{&r.reported, "reported", reportedColumns},
		{&r.skipped, "skipped", []string{"position", "at", "instant", "type", "value"}},
	} {
		var err error
		if *t.to, err = prepareTable(ctx, conn, t.name, t.columns...); err != nil {
			return r, err
		}
	}
	var err error
	r.twins, err = prepareTwins(ctx, conn)
	return r, err
}

func (r *rows) tables() [6]*table {
	return [...]*table{&r.cdr, &r.steps, &r.agents, &r.revisions, &r.reported, &r.skipped}
}

func (r *rows) close() error {
	err := r.twins.close()
	for _, t := range r.tables() {
		err = errors.Join(err, t.close())
	}
	return err
}

func (r *rows) reset() {
	for _, t := range r.tables() {
		clear(t.args) // documents and strings of the last batch
		t.args = t.args[:0]
	}
	r.twins.reset()
}

func (r *rows) write(ctx context.Context) (repeated int64, err error) {
	for _, t := range r.tables() {
		n, err := t.write(ctx)
		if err != nil {
			return 0, err
		}
		repeated += n
	}
	return repeated, r.twins.write(ctx)
}
