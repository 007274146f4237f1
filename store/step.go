package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/hotline12345/hotline/journal"
)

// Step is one thing that happened to a call. What does not belong to its type
// is zero.
type Step struct {
	Position uint64
	At       int64 // Unix ns
	Type     journal.FactType
	Detail
}

// Detail is what a fact says, beside its call and its time.
type Detail struct {
	From     string `json:"from,omitempty"` // trunk or phone; of a transfer, who had the caller
	Caller   string `json:"caller,omitempty"`
	Dialled  string `json:"dialled,omitempty"`
	Number   string `json:"number,omitempty"`
	Queue    string `json:"queue,omitempty"`
	Agent    string `json:"agent,omitempty"`
	Phone    string `json:"phone,omitempty"`
	Tier     int    `json:"tier,omitempty"`
	Strategy string `json:"strategy,omitempty"`
	SortKey  int64  `json:"sort_key,omitempty"`
	Eligible int    `json:"eligible,omitempty"`
	Next     string `json:"next,omitempty"` // agents, with spaces between
	Why      string `json:"why,omitempty"`
	Status   int    `json:"status,omitempty"` // SIP
	Clips    string `json:"clips,omitempty"`  // the step whose prompt was heard
	Leg      string `json:"leg,omitempty"`
	Side     string `json:"side,omitempty"`     // "caller" or "answering"
	Received uint64 `json:"received,omitempty"` // RTP packets
	Sent     uint64 `json:"sent,omitempty"`
	Lost     uint64 `json:"lost,omitempty"`
	Late     uint64 `json:"late,omitempty"`

	Destination string `json:"destination,omitempty"`
	Trunk       string `json:"trunk,omitempty"`
	Q850        int    `json:"q850,omitempty"`
	By          string `json:"by,omitempty"` // of a transfer: agent, subcenter, operator
	To          string `json:"to,omitempty"`
	ToKind      string `json:"to_kind,omitempty"` // destination, queue, agent
}

// historyLimit is the most steps that a call's history shows.
const historyLimit = 10_000

// History returns what happened to a call (a turn.ID's String), in order; none
// if the call is not known. The call's end is its CDR.
func (s *Store) History(ctx context.Context, call string) ([]Step, error) {
	return read(ctx, s, func(ctx context.Context, db *sql.DB) ([]Step, error) {
		result, err := db.QueryContext(ctx,
			"SELECT position, at, type, detail FROM call_facts WHERE call = ? ORDER BY position LIMIT ?", call, historyLimit)
		return collect(result, err, func(r *sql.Rows, v *Step) error {
			var detail []byte
			if err := r.Scan(&v.Position, &v.At, &v.Type, &detail); err != nil {
				return err
			}
			return json.Unmarshal(detail, &v.Detail)
		})
	})
}
