package api

import (
	"context"
)

// getStatus answers GET /v1/status.
func (s *Server) getStatus(ctx context.Context, _ *none) (*body[Status], error) {
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	j := s.b.Journal()
	out := &body[Status]{Status{
		Version: s.o.Version, Started: s.o.Started.UTC(), Now: civil(v, v.Now),
		Listening: s.b.Listeners(), Draining: v.Draining, Revision: s.b.Plan().Revision,
		Calls: len(v.Calls), Agents: s.states(v),
		Journal: Journal{Position: j.Position, Synced: j.Synced, Segments: j.Segments, Bytes: j.Bytes, Room: j.Reserve},
		Store:   s.standing(j.Position),
	}}
	if out.Body.Listening == nil {
		out.Body.Listening = []Listener{}
	}
	for _, q := range v.Queues {
		out.Body.Waiting += q.Waiting
	}
	if why := s.b.Ready(); why != nil {
		out.Body.NotReady = why.Error()
	} else {
		out.Body.Ready = true
	}
	return out, nil
}

// standing is the projector's, given the journal's position.
func (s *Server) standing(journal uint64) Store {
	p := s.b.Projector()
	out := Store{Position: p.Position()}
	if journal > out.Position {
		out.Lag = journal - out.Position
	}
	if err := p.Err(); err != nil {
		out.Error = err.Error()
	}
	return out
}
