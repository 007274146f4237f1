package api

import (
	"context"
	"io"
	"net/http"
	"time"
)

// healthTime is how soon the core must answer to count as alive.
const healthTime = time.Second

// health answers /metrics, /healthz and /readyz.
func (s *Server) health() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", s.metrics())
	mux.HandleFunc("GET /healthz", s.healthz)
	mux.HandleFunc("GET /readyz", s.readyz)
	return routed(mux)
}

// healthz says whether the process should go on: 200 while its core answers.
func (s *Server) healthz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), healthTime)
	defer cancel()
	if _, err := s.b.View(ctx); err != nil {
		problem(http.StatusServiceUnavailable, "the core does not answer: %v", err).write(w)
		return
	}
	_, _ = io.WriteString(w, "ok\n") // the peer has gone; nobody is left to tell
}

// readyz says whether calls should be sent here.
func (s *Server) readyz(w http.ResponseWriter, _ *http.Request) {
	if err := s.b.Ready(); err != nil {
		problem(http.StatusServiceUnavailable, "%v", err).write(w)
		return
	}
	_, _ = io.WriteString(w, "ready\n")
}
