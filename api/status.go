package api

import (
	"context"

	"github.com/hotline12345/hotline/plan"
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
	out.Body.Lacking = s.lacking()
	out.Body.NoHolidays = s.b.Plan().NoHolidays(out.Body.Now.Unix())
	out.Body.Short = []Short{}
	for _, q := range v.Queues {
		out.Body.Waiting += q.Waiting
		if q.Short > 0 {
			out.Body.Short = append(out.Body.Short, Short{Queue: q.Name, Due: q.Due, LoggedIn: q.LoggedIn, Short: q.Short})
		}
	}
	if why := s.b.Ready(); why != nil {
		out.Body.NotReady = why.Error()
	} else {
		out.Body.Ready = true
	}
	return out, nil
}

// lacking is what a change of the plan in force would be refused for: the node
// runs it although a recording or an interface has gone since.
func (s *Server) lacking() []string {
	now, out := s.b.Plan(), []string{}
	_, faults := plan.Compile(now.Source, s.b.Surroundings(), now.Revision)
	for _, f := range faults {
		out = append(out, f.Error())
	}
	return out
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
