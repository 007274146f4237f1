package api

import (
	"context"

	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/core"
)

// agents are all of the plan's, in its order, and behind them those that the
// plan has no more and that still have a call.
func (s *Server) agents(v *core.View) []Agent {
	known := make(map[string]*acd.AgentRecord, len(v.Agents))
	for i := range v.Agents {
		known[v.Agents[i].ID] = &v.Agents[i]
	}
	plan := s.b.Plan().Source.Agents
	out := make([]Agent, 0, len(plan))
	for i := range plan {
		row := &plan[i]
		r := known[row.Name]
		if r == nil {
			r = &acd.AgentRecord{ID: row.Name}
		}
		delete(known, row.Name)
		out = append(out, agent(v, r, row.Value.Name, row.Value.Queues))
	}
	for i := range v.Agents {
		r := &v.Agents[i]
		if known[r.ID] != nil && r.State != acd.LoggedOut {
			out = append(out, agent(v, r, "", nil))
		}
	}
	return out
}

func agent(v *core.View, r *acd.AgentRecord, name string, queues []string) Agent {
	if queues == nil {
		queues = []string{}
	}
	return Agent{
		Agent: r.ID, Name: name, State: r.State.String(), Since: civil(v, r.Since), Phone: r.Phone,
		Queues: queues, Misses: r.Misses, Calls: r.Talks,
	}
}

// states are all the states there are, each with its number of agents.
func (s *Server) states(v *core.View) []StateCount {
	out := make([]StateCount, 0, acd.Paused+1)
	place := map[string]int{}
	for state := acd.LoggedOut; state <= acd.Paused; state++ {
		place[state.String()] = len(out)
		out = append(out, StateCount{State: state.String()})
	}
	for _, a := range s.agents(v) {
		out[place[a.State]].N++
	}
	return out
}

// getAgents answers GET /v1/agents.
func (s *Server) getAgents(ctx context.Context, _ *none) (*body[[]Agent], error) {
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	return &body[[]Agent]{s.agents(v)}, nil
}

type agentInput struct {
	Agent string `path:"agent" maxLength:"64"`
}

type loginInput struct {
	Agent string `path:"agent" maxLength:"64"`
	Body  Login
}

// login answers POST /v1/agents/{agent}/login.
func (s *Server) login(ctx context.Context, in *loginInput) (*body[Agent], error) {
	if _, ok := s.b.Plan().Phone(in.Body.Phone); !ok {
		return nil, s.refused(core.ErrNoPhone, in.Body.Phone)
	}
	return s.agentAfter(ctx, core.Command{Kind: core.AgentLogin, Agent: in.Agent, Phone: in.Body.Phone})
}

// wish answers the agent's other wishes: POST …/logout, …/pause, …/resume.
func (s *Server) wish(kind core.CommandKind) func(context.Context, *agentInput) (*body[Agent], error) {
	return func(ctx context.Context, in *agentInput) (*body[Agent], error) {
		return s.agentAfter(ctx, core.Command{Kind: kind, Agent: in.Agent})
	}
}

// agentAfter carries out an agent's wish and tells how he is then.
func (s *Server) agentAfter(ctx context.Context, c core.Command) (*body[Agent], error) {
	if _, err := s.command(ctx, c, c.Agent); err != nil {
		return nil, err
	}
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range s.agents(v) {
		if a.Agent == c.Agent {
			return &body[Agent]{a}, nil
		}
	}
	return nil, s.refused(acd.ErrNoAgent, c.Agent) // the plan was changed in between
}
