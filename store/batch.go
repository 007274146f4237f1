package store

import (
	"context"
	"database/sql"

	"github.com/hotline12345/hotline/journal"
)

// batchLimit is how many facts one transaction takes.
const batchLimit = 1000

// apply writes facts that follow on the cursor, and moves it, in one
// transaction: whatever dies when, each fact is in the store once. It returns
// the errors of the facts that were skipped.
func (d *database) apply(ctx context.Context, facts []journal.Fact, durable bool) (skipped []error, err error) {
	d.rows.reset()
	sums := make([]byte, 0, 4*len(facts))
	for _, f := range facts {
		sums = appendMark(sums, f)
		if err := d.rows.add(f, f.Position+d.shift); err != nil {
			d.rows.skip(f, f.Position+d.shift)
			skipped = append(skipped, err)
		}
	}
	next := facts[len(facts)-1].Position + 1
	err = d.transaction(ctx, durable, func() error {
		repeated, err := d.rows.write(ctx)
		if err != nil {
			return err
		}
		if _, err := d.mark.ExecContext(ctx, int64(facts[0].Position), sums); err != nil {
			return err
		}
		if durable && next > markedFacts {
			if err := d.exec(ctx, "DELETE FROM marks WHERE first < ?", int64(next-markedFacts)); err != nil {
				return err
			}
		}
		return d.moveCursor(ctx, next, d.shift, repeated)
	})
	if err == nil {
		d.position = next
	}
	return skipped, err
}

// harden makes everything that was committed outlive a power cut.
func (d *database) harden(ctx context.Context) error {
	return d.transaction(ctx, true, func() error { return d.moveCursor(ctx, d.position, d.shift, 0) })
}

// revive applies facts that an older version had to skip, as far as this one
// can read them, and returns how many.
func (d *database) revive(ctx context.Context) (int, error) {
	skipped, err := d.skipped(ctx)
	if err != nil {
		return 0, err
	}
	d.rows.reset()
	var read []uint64
	for _, f := range skipped {
		if d.rows.add(f, f.Position) == nil {
			read = append(read, f.Position)
		}
	}
	if len(read) == 0 {
		return 0, nil
	}
	return len(read), d.transaction(ctx, true, func() error {
		for _, position := range read {
			if err := d.exec(ctx, "DELETE FROM skipped WHERE position = ?", int64(position)); err != nil {
				return err
			}
		}
		_, err := d.rows.write(ctx)
		return err
	})
}

// reviveLimit is how many skipped facts are looked at each time the file is
// opened.
const reviveLimit = 10_000

// skipped reads what could not be read; the positions are the rows' own.
func (d *database) skipped(ctx context.Context) ([]journal.Fact, error) {
	result, err := d.conn.QueryContext(ctx, "SELECT position, at, instant, type, value FROM skipped ORDER BY position LIMIT ?", reviveLimit)
	return collect(result, err, func(r *sql.Rows, f *journal.Fact) error {
		return r.Scan(&f.Position, &f.Civil, &f.At, &f.Type, &f.Value)
	})
}
