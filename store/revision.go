package store

import (
	"context"
	"database/sql"

	"github.com/hotline12345/hotline/journal"
)

// Revision is a numbered state of the routing plan.
type Revision struct {
	Position uint64 // its place in the order of all facts
	At       int64  // Unix ns: when it came in force
	journal.RevisionApplied
}

// Revisions returns the revisions without their documents, the one applied
// last first; at most limit of them, 100 if zero.
func (s *Store) Revisions(ctx context.Context, limit int) ([]Revision, error) {
	return read(ctx, s, func(ctx context.Context, db *sql.DB) ([]Revision, error) {
		result, err := db.QueryContext(ctx,
			"SELECT position, at, revision, base, author, reason, '' FROM revisions ORDER BY position DESC LIMIT ?", atMost(limit))
		return collect(result, err, scanRevision)
	})
}

// Revision returns the revision with the number and its document, or
// ErrNotFound. Should the journal have begun anew, it is the newest of that
// number.
func (s *Store) Revision(ctx context.Context, n uint64) (Revision, error) {
	return read(ctx, s, func(ctx context.Context, db *sql.DB) (Revision, error) {
		result, err := db.QueryContext(ctx,
			"SELECT position, at, revision, base, author, reason, document FROM revisions WHERE revision = ? ORDER BY position DESC LIMIT 1", int64(n))
		found, err := collect(result, err, scanRevision)
		if err == nil && len(found) == 0 {
			err = ErrNotFound
		}
		if err != nil {
			return Revision{}, err
		}
		return found[0], nil
	})
}

func scanRevision(r *sql.Rows, v *Revision) error {
	var revision, base int64
	var document string
	err := r.Scan(&v.Position, &v.At, &revision, &base, &v.Author, &v.Reason, &document)
	v.Revision, v.Base = uint64(revision), uint64(base)
	if document != "" {
		v.Document = []byte(document)
	}
	return err
}
