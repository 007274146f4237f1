package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/hotline12345/hotline/config"
)

// reloadPrompts answers POST /v1/prompts/reload.
func (s *Server) reloadPrompts(context.Context, *none) (*body[Prompts], error) {
	loaded, err := s.b.ReloadPrompts()
	if faults, ok := errors.AsType[config.Faults](err); ok {
		p := faulty(faults)
		p.Detail = "the recordings cannot be used: those before them go on being played"
		return nil, p
	}
	if err != nil {
		return nil, s.refused(err, "")
	}
	s.log.Info("recordings are in use", "clips", loaded.Clips, "own", loaded.Own)
	return &body[Prompts]{loaded}, nil
}

// ReloadPrompts has the server take the data folder's recordings anew.
func (c *Client) ReloadPrompts(ctx context.Context) (out Prompts, err error) {
	err = c.do(ctx, http.MethodPost, at("prompts", "reload"), nil, &out)
	return out, err
}
