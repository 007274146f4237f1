package api

import (
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// Options are what the API says of the process it runs in.
type Options struct {
	Version string
	Started time.Time
	Log     *slog.Logger // nil: nothing is logged
}

// Server answers for one node.
type Server struct {
	b        Backend
	o        Options
	log      *slog.Logger
	socket   http.Handler
	public   http.Handler
	changing sync.Mutex // one plan is read and compiled at a time
}

// New returns a server for the node.
func New(b Backend, o Options) *Server {
	s := &Server{b: b, o: o, log: o.Log}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	health := s.health()
	v1 := http.NewServeMux()
	s.routes(v1)
	both := http.NewServeMux()
	both.Handle("/v1/", s.audited(routed(v1)))
	profiles(both)
	both.Handle("/", health)
	s.socket = s.guarded(both)
	s.public = s.guarded(http.MaxBytesHandler(health, 1024))
	return s
}

// Socket is everything: for the Unix socket in the data folder alone, whose
// mode says who may command the node.
func (s *Server) Socket() http.Handler { return s.socket }

// Public is what may be asked over TCP: /metrics, /healthz and /readyz.
func (s *Server) Public() http.Handler { return s.public }

// HTTP is an http.Server for one of the two handlers, with limits in time and
// size: no peer holds a goroutine for ever.
func (s *Server) HTTP(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
}
