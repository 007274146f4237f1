package api

import (
	"context"
	"time"

	"github.com/hotline12345/hotline/store"
)

// getPlan answers GET /v1/plan: the node knows it also where the store is
// away; then who made it, and when, is missing.
func (s *Server) getPlan(ctx context.Context, _ *none) (*body[Revision], error) {
	p := s.b.Plan()
	document, err := p.Source.Encode()
	if err != nil {
		return nil, s.refused(err, "")
	}
	out := &body[Revision]{Revision{Revision: p.Revision, Document: string(document)}}
	row, err := s.stored(ctx, p.Revision)
	if err == nil {
		out.Body = revision(row)
		out.Body.Document = string(document)
	}
	return out, nil
}

func (s *Server) stored(ctx context.Context, n uint64) (store.Revision, error) {
	return read(ctx, s, func(ctx context.Context) (store.Revision, error) { return s.b.Projector().Store().Revision(ctx, n) })
}

// revision is what the store has, with the document.
func revision(r store.Revision) Revision {
	return Revision{
		Revision: r.RevisionApplied.Revision, Base: r.Base, Author: r.Author, Reason: r.Reason,
		At: time.Unix(0, r.At).UTC(), Document: string(r.Document),
	}
}

// mostRevisions are as many as a history shows.
const mostRevisions = 1000

// getRevisions answers GET /v1/plan/revisions.
func (s *Server) getRevisions(ctx context.Context, _ *none) (*body[[]Revision], error) {
	rows, err := read(ctx, s, func(ctx context.Context) ([]store.Revision, error) {
		return s.b.Projector().Store().Revisions(ctx, mostRevisions)
	})
	if err != nil {
		return nil, s.refused(err, "")
	}
	out := &body[[]Revision]{make([]Revision, len(rows))}
	for i := range rows {
		out.Body[i] = revision(rows[i])
		out.Body[i].Document = ""
	}
	return out, nil
}

type revisionInput struct {
	N uint64 `path:"n" minimum:"1"`
}

// getRevision answers GET /v1/plan/revisions/{n}.
func (s *Server) getRevision(ctx context.Context, in *revisionInput) (*body[Revision], error) {
	row, err := s.stored(ctx, in.N)
	if err != nil {
		return nil, s.refused(err, "")
	}
	return &body[Revision]{revision(row)}, nil
}

// getSurroundings answers GET /v1/plan/surroundings.
func (s *Server) getSurroundings(context.Context, *none) (*body[Surroundings], error) {
	in := s.b.Surroundings()
	list := func(x []string) []string { return append([]string{}, x...) } // [] and not null
	return &body[Surroundings]{Surroundings{Interfaces: list(in.Interfaces), Clips: list(in.Clips), Holidays: in.Holidays}}, nil
}
