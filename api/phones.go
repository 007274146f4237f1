package api

import (
	"context"

	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/core"
)

// phones are all of the plan's, in its order.
func (s *Server) phones(v *core.View) []Phone {
	known := make(map[string]*core.PhoneView, len(v.Phones))
	for i := range v.Phones {
		known[v.Phones[i].Phone] = &v.Phones[i]
	}
	at := map[string]string{} // phone → agent
	for _, a := range v.Agents {
		if a.State != acd.LoggedOut {
			at[a.Phone] = a.ID
		}
	}
	plan := s.b.Plan().Source.Phones
	out := make([]Phone, 0, len(plan))
	for i := range plan {
		p := Phone{Phone: plan[i].Name, Name: plan[i].Value.Name, Agent: at[plan[i].Name]}
		if r := known[p.Phone]; r != nil {
			p.Registered, p.Reachable, p.Contact, p.Expires = true, r.Reachable, r.Contact, maybe(civil(v, r.Expires))
		}
		out = append(out, p)
	}
	return out
}

// getPhones answers GET /v1/phones.
func (s *Server) getPhones(ctx context.Context, _ *none) (*body[[]Phone], error) {
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	return &body[[]Phone]{s.phones(v)}, nil
}
