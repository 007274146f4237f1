package api

import (
	"context"

	"github.com/hotline12345/hotline/core"
)

// queues are all of the plan's, in its order.
func (s *Server) queues(v *core.View) []Queue {
	known := make(map[string]*core.QueueView, len(v.Queues))
	for i := range v.Queues {
		known[v.Queues[i].Name] = &v.Queues[i]
	}
	plan := s.b.Plan().Source.Queues
	out := make([]Queue, 0, len(plan))
	for i := range plan {
		q := Queue{Queue: plan[i].Name}
		if r := known[q.Queue]; r != nil {
			q.Waiting, q.Offered, q.Answered, q.Abandoned = r.Waiting, r.Counts.Entered, r.Counts.Answered, r.Counts.Abandoned
			q.InInvite, q.InHeard = r.Counts.InInvite, r.Counts.InHeard
		}
		out = append(out, q)
	}
	return out
}

// getQueues answers GET /v1/queues.
func (s *Server) getQueues(ctx context.Context, _ *none) (*body[[]Queue], error) {
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	return &body[[]Queue]{s.queues(v)}, nil
}

// getTrunks answers GET /v1/trunks.
func (s *Server) getTrunks(ctx context.Context, _ *none) (*body[[]Trunk], error) {
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	out := &body[[]Trunk]{make([]Trunk, 0, len(v.Trunks))}
	for _, t := range v.Trunks {
		out.Body = append(out.Body, Trunk{Trunk: t.Trunk, Busy: t.Busy, Channels: t.Channels})
	}
	return out, nil
}
