package api

import (
	"context"
	"time"

	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/store"
	"github.com/hotline12345/hotline/turn"
)

// kinds are the steps of a call's history.
var kinds = map[journal.FactType]string{
	journal.FactCallBegan: "began", journal.FactEnlisted: "enlisted", journal.FactOffered: "offered", journal.FactOfferEnded: "offer-ended",
	journal.FactBridged: "bridged", journal.FactPromptHeard: "prompt-heard", journal.FactMediaCounted: "media-counted",
	journal.FactForwarded: "forwarded", journal.FactForwardEnded: "forward-ended", journal.FactTransferred: "transferred",
	journal.FactTransferDone: "transfer-done",
}

// getHistory answers GET /v1/calls/{id}/history.
func (s *Server) getHistory(ctx context.Context, in *callInput) (*body[[]Step], error) {
	id, err := turn.ParseID(in.ID)
	if err != nil {
		return nil, s.refused(core.ErrNoCall, in.ID)
	}
	rows, err := read(ctx, s, func(ctx context.Context) ([]store.Step, error) {
		return s.b.Projector().Store().History(ctx, id.String())
	})
	if err != nil {
		return nil, s.refused(err, "")
	}
	out := &body[[]Step]{make([]Step, len(rows))}
	for i := range rows {
		r := &rows[i]
		out.Body[i] = Step{
			At: time.Unix(0, r.At).UTC(), Kind: kinds[r.Type], From: r.From, Caller: r.Caller, Dialled: r.Dialled, Number: r.Number, Queue: r.Queue,
			Agent: r.Agent, Phone: r.Phone, Tier: r.Tier, Strategy: r.Strategy, SortKey: r.SortKey, Eligible: r.Eligible, Next: r.Next,
			Why: r.Why, Status: r.Status, Clips: r.Clips, Side: r.Side, Received: r.Received, Sent: r.Sent, Lost: r.Lost, Late: r.Late,
			Destination: r.Destination, Trunk: r.Trunk, Q850: r.Q850, By: r.By, To: r.To, ToKind: r.ToKind,
		}
	}
	return out, nil
}
