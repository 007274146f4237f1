package api

import (
	"context"
	"time"

	"github.com/hotline12345/hotline/config"
)

// putDrain answers PUT /v1/drain.
func (s *Server) putDrain(ctx context.Context, in *body[Drain]) (*none, error) {
	grace, err := config.ParseDuration(in.Body.Grace)
	if err != nil {
		return nil, invalid("body.grace", "%v", err)
	}
	ctx, cancel := context.WithTimeout(ctx, commandTime)
	defer cancel()
	if err := s.b.Drain(ctx, time.Duration(grace)); err != nil {
		return nil, s.refused(err, "")
	}
	return nil, nil
}

// deleteDrain answers DELETE /v1/drain.
func (s *Server) deleteDrain(ctx context.Context, _ *none) (*none, error) {
	ctx, cancel := context.WithTimeout(ctx, commandTime)
	defer cancel()
	if err := s.b.Undrain(ctx); err != nil {
		return nil, s.refused(err, "")
	}
	return nil, nil
}
