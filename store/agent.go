package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/hotline12345/hotline/journal"
)

// AgentChange is a change of an agent's state.
type AgentChange struct {
	Position uint64
	At       int64 // Unix ns
	journal.AgentChanged
}

// AgentChanges returns an agent's changes of state at or after since and
// before until (a zero time does not count), newest first, at most limit of
// them (100 if zero).
func (s *Store) AgentChanges(ctx context.Context, agent string, since, until time.Time, limit int) ([]AgentChange, error) {
	return read(ctx, s, func(ctx context.Context, db *sql.DB) ([]AgentChange, error) {
		from, to := span(since, until)
		result, err := db.QueryContext(ctx, "SELECT position, at, agent, phone, state, why FROM agent_states"+
			" WHERE agent = ? AND at >= ? AND at < ? ORDER BY at DESC, position DESC LIMIT ?", agent, from, to, atMost(limit))
		return collect(result, err, func(r *sql.Rows, v *AgentChange) error {
			return r.Scan(&v.Position, &v.At, &v.Agent, &v.Phone, &v.State, &v.Why)
		})
	})
}
