package api

import (
	"cmp"
	"context"
	"slices"

	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/turn"
)

// getCalls answers GET /v1/calls, in the order of arrival.
func (s *Server) getCalls(ctx context.Context, _ *none) (*body[[]Call], error) {
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	calls := slices.Clone(v.Calls) // others read the view too, which has them in no order
	slices.SortFunc(calls, func(a, b core.CallView) int { return cmp.Compare(a.ID, b.ID) })
	out := &body[[]Call]{make([]Call, 0, len(calls))}
	for i := range calls {
		c := &calls[i]
		out.Body = append(out.Body, Call{
			ID: c.ID.String(), State: c.Phase.String(), From: c.From, Caller: c.Caller, Number: c.Number,
			Queue: c.Queue, Agent: c.Agent, Phone: c.Phone, Destination: c.Destination,
			Began: civil(v, c.Began), Bridged: maybe(civil(v, c.Bridged)), Resumed: c.Resumed,
		})
	}
	return out, nil
}

type transferInput struct {
	ID   string `path:"id" maxLength:"16"`
	Body Transfer
}

// postTransfer answers POST /v1/calls/{id}/transfer: an operator sends a caller
// on.
func (s *Server) postTransfer(ctx context.Context, in *transferInput) (*none, error) {
	id, err := turn.ParseID(in.ID)
	if err != nil {
		return nil, s.refused(core.ErrNoCall, in.ID)
	}
	_, err = s.command(ctx, core.Command{Kind: core.CallTransfer, Call: id, To: in.Body.To}, in.Body.To)
	return nil, err
}

type callInput struct {
	ID string `path:"id" maxLength:"16"`
}

// deleteCall answers DELETE /v1/calls/{id}: an operator ends the call.
func (s *Server) deleteCall(ctx context.Context, in *callInput) (*none, error) {
	id, err := turn.ParseID(in.ID)
	if err != nil {
		return nil, s.refused(core.ErrNoCall, in.ID)
	}
	_, err = s.command(ctx, core.Command{Kind: core.CallHangup, Call: id}, in.ID)
	return nil, err
}
