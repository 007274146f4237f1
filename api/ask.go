package api

import (
	"context"
	"time"

	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/turn"
)

// How long the node may take.
const (
	viewTime    = 2 * time.Second
	commandTime = 5 * time.Second // a turn and its write to the journal
)

// none is the answer without a body: 204.
type none = struct{}

// view asks for what stands now.
func (s *Server) view(ctx context.Context) (*core.View, error) {
	ctx, cancel := context.WithTimeout(ctx, viewTime)
	defer cancel()
	v, err := s.b.View(ctx)
	if err != nil {
		return nil, s.refused(err, "")
	}
	return v, nil
}

// command has the core do something; about names whom it is about.
func (s *Server) command(ctx context.Context, c core.Command, about string) (core.Reply, error) {
	ctx, cancel := context.WithTimeout(ctx, commandTime)
	defer cancel()
	reply, err := s.b.Do(ctx, c)
	if err == nil {
		err = reply.Err
	}
	if err != nil {
		return reply, s.refused(err, about)
	}
	return reply, nil
}

// civil is the time of an Instant of the view; zero for one that is not set.
func civil(v *core.View, i turn.Instant) time.Time {
	if i == 0 {
		return time.Time{}
	}
	return i.Civil(v.Civil)
}

// maybe is the time, or nil where it is not set.
func maybe(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
