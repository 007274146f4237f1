package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/turn"
)

// CDR is a finished call. Civil is Unix ns at Ended; any other instant x is
// Civil-(Ended-x) in Unix ns, and did not come if it is zero.
type CDR struct {
	Position uint64 // its place in the order of all facts; Filter.Before takes it
	journal.CDR
}

// Filter says which CDRs. An empty field does not count.
type Filter struct {
	Since, Until time.Time // ended at or after Since, and before Until
	Number       string    // the ledger's number
	Caller       string
	Agent        string
	Outcome      string
	City         string
	Department   string
	AnsweredBy   string // agent, expert, subcenter, destination, takeover, duty
	Destination  string // the last one that was rung
	Call         string // a turn.ID's String
	Before       uint64 // a CDR's Position: only those that come after it in the list
	Limit        int    // at most 10,000; 100 if zero
}

// CDRs returns the finished calls that the filter lets through, the one that
// ended last first.
func (s *Store) CDRs(ctx context.Context, f Filter) ([]CDR, error) {
	return read(ctx, s, func(ctx context.Context, db *sql.DB) ([]CDR, error) {
		from, to := span(f.Since, f.Until)
		q := query{from: from, to: to}
		if f.Before > 0 {
			if err := q.before(ctx, db, f.Before); err != nil {
				return nil, err
			}
		}
		text, args := q.build(f)
		result, err := db.QueryContext(ctx, text, args...)
		return collect(result, err, scanCDR)
	})
}

// query is a filter's range of time. Up to ended = to, rows count whose
// position is below atTo; that is none without Before.
type query struct {
	from, to int64
	atTo     uint64
}

// before lets the list begin after the CDR at the position.
func (q *query) before(ctx context.Context, db *sql.DB, position uint64) error {
	var at uint64
	var ended int64
	err := db.QueryRowContext(ctx, "SELECT position, ended FROM cdr WHERE position <= ? ORDER BY position DESC LIMIT 1", int64(position)).Scan(&at, &ended)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		q.to = q.from // nothing comes after
	case err != nil:
		return err
	case ended < q.to:
		q.to, q.atTo = ended, position
	}
	return nil
}

// build returns the statement. The index is named: what SQLite would guess
// without statistics is sometimes the one of a thousand outcomes.
func (q query) build(f Filter) (string, []any) {
	index := ""
	var where strings.Builder
	var args []any
	for _, x := range []struct{ column, value string }{
		{"call", f.Call},
		{"caller", f.Caller},
		{"agent", f.Agent},
		{"destination", f.Destination},
		{"number", f.Number},
		{"department", f.Department},
		{"city", f.City},
		{"answered_by", f.AnsweredBy},
		{"outcome", f.Outcome},
	} {
		if x.value == "" {
			continue
		}
		if index == "" {
			index = "cdr_" + x.column
		}
		if slices.Contains(sparse, x.column) {
			where.WriteString(x.column + " != '' AND ") // else its index would not do
		}
		where.WriteString(x.column + " = ? AND ")
		args = append(args, x.value)
	}
	if index == "" {
		index = "cdr_ended"
	}
	where.WriteString("ended >= ? AND ")
	args = append(args, q.from)
	if q.atTo > 0 {
		where.WriteString("ended <= ? AND (ended < ? OR position < ?)")
		args = append(args, q.to, q.to, int64(q.atTo))
	} else {
		where.WriteString("ended < ?")
		args = append(args, q.to)
	}
	text := "SELECT " + strings.Join(cdrColumns, ", ") + " FROM cdr INDEXED BY " + index +
		" WHERE " + where.String() + " ORDER BY ended DESC, position DESC LIMIT ?"
	return text, append(args, atMost(f.Limit))
}

// sparse are the columns whose index leaves empty ones out.
var sparse = []string{"destination", "department", "city", "answered_by"}

// cdrColumns are the table's, in the order of addCDR and scanCDR.
var cdrColumns = []string{
	"position", "call", "source", "caller", "dialled", "number",
	"began", "answered", "enlisted", "heard", "offered", "accepted", "bridged", "ended", "instant",
	"queue", "agent", "phone", "offers", "outcome", "ended_by", "status", "q850", "service", "revision", "resumed",
	"city", "mode", "department", "answered_by", "destination", "taken_over", "returned", "transfers", "origin", "waited_before",
}

// addCDR writes instants as civil time, for whoever reads with SQL.
func (r *rows) addCDR(position uint64, v journal.CDR) {
	civil := func(x turn.Instant) any {
		if x == 0 {
			return nil
		}
		return v.Civil - int64(v.Ended-x)
	}
	r.cdr.add(int64(position), v.Call.String(), v.From, v.Caller, v.Dialled, v.Number,
		civil(v.Began), civil(v.Answered), civil(v.Enlisted), civil(v.Heard), civil(v.Offered), civil(v.Accepted), civil(v.Bridged), v.Civil, int64(v.Ended),
		v.Queue, v.Agent, v.Phone, v.Offers, string(v.Outcome), v.EndedBy, v.Status, v.Q850, v.Service, int64(v.Revision), v.Resumed,
		v.City, v.Mode, v.Department, v.AnsweredBy, v.Destination, v.TakenOver, v.Returned, v.Transfers, v.Origin, v.Before)
}

// scanCDR gives back what addCDR was given.
func scanCDR(r *sql.Rows, v *CDR) error {
	var call string
	var revision int64
	var began, answered, enlisted, heard, offered, accepted, bridged sql.NullInt64
	err := r.Scan(&v.Position, &call, &v.From, &v.Caller, &v.Dialled, &v.Number,
		&began, &answered, &enlisted, &heard, &offered, &accepted, &bridged, &v.Civil, &v.Ended,
		&v.Queue, &v.Agent, &v.Phone, &v.Offers, &v.Outcome, &v.EndedBy, &v.Status, &v.Q850, &v.Service, &revision, &v.Resumed,
		&v.City, &v.Mode, &v.Department, &v.AnsweredBy, &v.Destination, &v.TakenOver, &v.Returned, &v.Transfers, &v.Origin, &v.Before)
	if err != nil {
		return err
	}
	v.Revision = uint64(revision)
	for _, x := range []struct {
		civil sql.NullInt64
		to    *turn.Instant
	}{
		{began, &v.Began},
		{answered, &v.Answered},
		{enlisted, &v.Enlisted},
		{heard, &v.Heard},
		{offered, &v.Offered},
		{accepted, &v.Accepted},
		{bridged, &v.Bridged},
	} {
		if x.civil.Valid {
			*x.to = v.Ended - turn.Instant(v.Civil-x.civil.Int64)
		}
	}
	v.Call, err = turn.ParseID(call)
	return err
}
