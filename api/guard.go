package api

import (
	"fmt"
	"log/slog"
	"net/http"
	"time"
)

// sniffer knows which status went out.
type sniffer struct {
	http.ResponseWriter
	status int
}

func (w *sniffer) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *sniffer) Write(data []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(data)
}

// Unwrap lets http.ResponseController reach the deadlines.
func (w *sniffer) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// guarded keeps a fault in one request from being more than that: it is
// logged, and answered where nothing has gone out yet.
func (s *Server) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sniffed := &sniffer{ResponseWriter: w}
		defer func() {
			fault := recover()
			if fault == nil {
				return
			}
			if r.Context().Err() == nil { // else the peer has gone, and writing to him was the fault
				s.log.Error("a request failed", "method", r.Method, "path", r.URL.Path, "panic", fmt.Sprint(fault))
			}
			if sniffed.status != 0 {
				panic(http.ErrAbortHandler) // half an answer must not look like a whole one
			}
			problem(http.StatusInternalServerError, "a fault of the server: its log has it").write(w)
		}()
		next.ServeHTTP(sniffed, r)
	})
}

// audited logs what was asked to be changed. Secrets are in bodies, which are
// not logged.
func (s *Server) audited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		begun, sniffed := time.Now(), &sniffer{ResponseWriter: w}
		next.ServeHTTP(sniffed, r)
		s.log.LogAttrs(r.Context(), slog.LevelInfo, "command", slog.String("method", r.Method), slog.String("path", r.URL.Path),
			slog.Int("status", sniffed.status), slog.Duration("took", time.Since(begun)))
	})
}

// routed answers what no route takes with a problem document, as all else.
func routed(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fallback, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		// The mux knows whether it is the path or the method, and sets Allow.
		verdict := &sniffer{ResponseWriter: &swallow{w.Header()}}
		fallback.ServeHTTP(verdict, r)
		if verdict.status == http.StatusMethodNotAllowed {
			problem(verdict.status, "%s has no %s", r.URL.Path, r.Method).write(w)
			return
		}
		problem(http.StatusNotFound, "no such thing: %s", r.URL.Path).write(w)
	})
}

// swallow takes an answer's header and drops the rest.
type swallow struct{ header http.Header }

func (s *swallow) Header() http.Header            { return s.header }
func (s *swallow) Write(data []byte) (int, error) { return len(data), nil }
func (s *swallow) WriteHeader(int)                {}
