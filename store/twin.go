package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/hotline12345/hotline/journal"
)

// twins finds the reported calls that came through our trunks as well: we had
// forwarded them to the exchange that now tells of them. Whichever of the two
// is projected later looks for the other, so the order does not matter.
type twins struct {
	find  *sql.Stmt
	match *sql.Stmt

	reported [][2]string // source and call of what the batch adds
	calls    [][2]string // ID and caller of forwarded ones that the batch adds
}

// A twin has our call's caller, its number or the one that we rang, and began
// within 60 s of our forward to its destination. A forward has one twin at
// most: the nearest.
const matchTwin = `
UPDATE reported SET (ours, leg) = (
	SELECT c.call, f.position
	FROM cdr AS c INDEXED BY cdr_caller CROSS JOIN call_facts AS f ON f.call = c.call AND f.type = 11
	WHERE c.caller = reported.caller AND c.ended >= reported.began - 60000000000
		AND f.at BETWEEN reported.began - 60000000000 AND reported.began + 60000000000
		AND f.detail ->> 'destination' = reported.destination
		AND (c.number = reported.number OR f.detail ->> 'number' = reported.number)
		AND NOT EXISTS (SELECT 1 FROM reported AS other WHERE other.leg = f.position AND other.leg IS NOT NULL)
	ORDER BY abs(f.at - reported.began), f.position LIMIT 1)
WHERE source = ? AND call = ? AND leg IS NULL`

// findTwins are the reported calls that a call of ours may be, nearest first.
const findTwins = `
SELECT r.source, r.call
FROM call_facts AS f CROSS JOIN reported AS r ON r.destination = f.detail ->> 'destination' AND r.caller = ?
	AND r.began BETWEEN f.at - 60000000000 AND f.at + 60000000000
WHERE f.call = ? AND f.type = 11 AND r.leg IS NULL
ORDER BY abs(f.at - r.began), r.source, r.call`

func prepareTwins(ctx context.Context, conn *sql.Conn) (t twins, err error) {
	if t.find, err = conn.PrepareContext(ctx, findTwins); err != nil {
		return t, err
	}
	t.match, err = conn.PrepareContext(ctx, matchTwin)
	return t, err
}

func (t *twins) close() error {
	var err error
	for _, stmt := range []*sql.Stmt{t.find, t.match} {
		if stmt != nil {
			err = errors.Join(err, stmt.Close())
		}
	}
	return err
}

func (t *twins) reset() { t.reported, t.calls = t.reported[:0], t.calls[:0] }

// call notes a finished call of ours that was forwarded.
func (t *twins) call(v journal.CDR) {
	if v.Destination != "" && v.Caller != "" {
		t.calls = append(t.calls, [2]string{v.Call.String(), v.Caller})
	}
}

// write marks the twins, when the batch's rows are there.
func (t *twins) write(ctx context.Context) error {
	all := t.reported
	for _, c := range t.calls {
		result, err := t.find.QueryContext(ctx, c[1], c[0])
		found, err := collect(result, err, func(r *sql.Rows, v *[2]string) error { return r.Scan(&v[0], &v[1]) })
		if err != nil {
			return err
		}
		all = append(all, found...)
	}
	for _, r := range all {
		if _, err := t.match.ExecContext(ctx, r[0], r[1]); err != nil {
			return err
		}
	}
	return nil
}
