package api

import (
	"context"
	"time"

	"github.com/hotline12345/hotline/store"
	"github.com/hotline12345/hotline/turn"
)

// How long reading waits: for the projection to have what the journal has, and
// for the database.
const (
	caughtUpTime = 2 * time.Second
	queryTime    = 2 * time.Second
)

type cdrsInput struct{ CDRFilter }

// getCDRs answers GET /v1/cdrs.
func (s *Server) getCDRs(ctx context.Context, in *cdrsInput) (*body[[]CDR], error) {
	f := store.Filter{
		Since: in.Since, Until: in.Until, Number: in.Number, Caller: in.Caller, Agent: in.Agent, Outcome: in.Outcome,
		City: in.City, Department: in.Department, AnsweredBy: in.AnsweredBy, Destination: in.Destination,
		Before: in.Before, Limit: in.Limit,
	}
	if in.Call != "" {
		id, err := turn.ParseID(in.Call)
		if err != nil {
			return nil, invalid("query.call", "%q is no call's ID", in.Call)
		}
		f.Call = id.String()
	}
	rows, err := read(ctx, s, func(ctx context.Context) ([]store.CDR, error) { return s.b.Projector().Store().CDRs(ctx, f) })
	if err != nil {
		return nil, s.refused(err, "")
	}
	out := &body[[]CDR]{make([]CDR, len(rows))}
	for i := range rows {
		out.Body[i] = cdr(&rows[i])
	}
	return out, nil
}

// read asks the store, once it has every fact that the journal has now: who
// has just seen a call end finds its CDR. A projection that lags for longer
// gives what it has; one that cannot be read gives store.ErrAway.
func read[T any](ctx context.Context, s *Server, query func(context.Context) (T, error)) (T, error) {
	p := s.b.Projector()
	waiting, cancel := context.WithTimeout(ctx, caughtUpTime)
	_ = p.Wait(waiting, s.b.Journal().Position) // what comes late is missing; a broken store says so itself
	cancel()
	ctx, cancel = context.WithTimeout(ctx, queryTime)
	defer cancel()
	return query(ctx)
}

func cdr(c *store.CDR) CDR {
	at := func(i turn.Instant) time.Time {
		if i == 0 {
			return time.Time{}
		}
		return time.Unix(0, c.Civil-int64(c.CDR.Ended-i)).UTC()
	}
	return CDR{
		Position: c.Position, Call: c.Call.String(), From: c.From, Caller: c.Caller, Dialled: c.Dialled, Number: c.Number,
		Began: at(c.Began), Answered: maybe(at(c.Answered)), Enlisted: maybe(at(c.Enlisted)), Heard: maybe(at(c.Heard)),
		Offered: maybe(at(c.Offered)), Accepted: maybe(at(c.Accepted)), Bridged: maybe(at(c.Bridged)), Ended: at(c.Ended),
		Queue: c.Queue, Agent: c.Agent, Phone: c.Phone, Offers: c.Offers, Outcome: string(c.Outcome), EndedBy: c.EndedBy,
		Status: c.Status, Q850: c.Q850, Service: c.Service, Revision: c.Revision, Resumed: c.Resumed,
		City: c.City, Mode: c.Mode, Department: c.Department, AnsweredBy: c.AnsweredBy, Destination: c.Destination, TakenOver: c.TakenOver,
		Returned: c.Returned, Transfers: c.Transfers, Origin: c.Origin, Before: int64(time.Duration(c.Before).Seconds()),
	}
}
