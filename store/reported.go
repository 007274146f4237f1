package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/hotline12345/hotline/journal"
)

var reportedColumns = []string{
	"source", "call", "position", "destination", "number", "caller", "began", "answered", "ended", "outcome", "agent",
	"city", "mode", "department",
}

func (r *rows) addReported(position uint64, v journal.CDRsReported) {
	for i := range v.Calls {
		c := &v.Calls[i]
		var answered any
		if c.Answered != 0 {
			answered = c.Answered
		}
		r.reported.add(v.Source, c.Call, int64(position), v.Destination, c.Number, c.Caller, c.Began, answered, c.Ended, c.Outcome, c.Agent,
			c.City, c.Mode, c.Department)
		if c.Caller != "" {
			r.twins.reported = append(r.twins.reported, [2]string{v.Source, c.Call})
		}
	}
}

// Reported returns which of the source's calls, by its own names for them, the
// store has.
func (s *Store) Reported(ctx context.Context, source string, calls []string) (map[string]bool, error) {
	names, err := json.Marshal(calls)
	if err != nil {
		return nil, err
	}
	return readWithin(ctx, s, reportTimeout, func(ctx context.Context, db *sql.DB) (map[string]bool, error) {
		result, err := db.QueryContext(ctx,
			"SELECT r.call FROM json_each(?) AS j CROSS JOIN reported AS r ON r.source = ? AND r.call = j.value", string(names), source)
		found, err := collect(result, err, func(r *sql.Rows, call *string) error { return r.Scan(call) })
		known := make(map[string]bool, len(found))
		for _, call := range found {
			known[call] = true
		}
		return known, err
	})
}
