package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/store"
)

// Problem is what an answer of 400 and above carries: a problem document of
// RFC 9457. The client gives it back as an error.
type Problem struct {
	Type   string  `json:"type"`
	Title  string  `json:"title"`
	Status int     `json:"status"`
	Detail string  `json:"detail,omitempty"`
	Errors []Fault `json:"errors,omitempty"`
}

// Fault is one thing that is wrong with a request or a plan.
type Fault struct {
	Location string `json:"location,omitempty"` // queues.general.ring, body.base, query.limit
	Line     int    `json:"line,omitempty"`     // of the plan's document; 0: not known
	Message  string `json:"message"`
}

// Error is the detail and every fault on a line of its own.
func (p *Problem) Error() string {
	lines := []string{p.Detail}
	if p.Detail == "" {
		lines[0] = p.Title
	}
	for _, f := range p.Errors {
		lines = append(lines, config.Fault{Path: f.Location, Line: f.Line, Text: f.Message}.Error())
	}
	return strings.Join(lines, "\n")
}

// GetStatus is the HTTP status that the problem goes out with.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is that of a problem document.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

func problem(status int, format string, args ...any) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: fmt.Sprintf(format, args...)}
}

// invalid is a 422 with one fault.
func invalid(location, format string, args ...any) *Problem {
	p := problem(http.StatusUnprocessableEntity, "the request is not valid")
	p.Errors = []Fault{{Location: location, Message: fmt.Sprintf(format, args...)}}
	return p
}

// statuses are the errors that mean something to who asks.
var statuses = []struct {
	err    error
	status int
}{
	{core.ErrNoTarget, http.StatusNotFound},
	{core.ErrTransfer, http.StatusConflict},
	{core.ErrNoCall, http.StatusNotFound},
	{core.ErrNoPhone, http.StatusNotFound},
	{core.ErrNoAgent, http.StatusNotFound},
	{acd.ErrNoAgent, http.StatusNotFound},
	{store.ErrNotFound, http.StatusNotFound},
	{acd.ErrLoggedOut, http.StatusConflict},
	{acd.ErrBusy, http.StatusConflict},
	{acd.ErrPhoneTaken, http.StatusConflict},
	{core.ErrStale, http.StatusConflict},
	{core.ErrSecret, http.StatusUnprocessableEntity},
	{store.ErrAway, http.StatusServiceUnavailable},
	{context.DeadlineExceeded, http.StatusServiceUnavailable},
	{context.Canceled, http.StatusServiceUnavailable},
}

// refused makes an error of the backend a problem. what, if not empty, names
// what the request was about: "9999".
func (s *Server) refused(err error, what string) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	if what != "" {
		what = ": " + what
	}
	for _, known := range statuses {
		if !errors.Is(err, known.err) {
			continue
		}
		if known.err == context.DeadlineExceeded {
			return problem(known.status, "no answer in time%s", what)
		}
		return problem(known.status, "%v%s", err, what)
	}
	s.log.Error("a request failed", "error", err, "of", what)
	return problem(http.StatusInternalServerError, "%v", err)
}

// asProblem makes what huma says of a bad request our own document: without
// the values sent, which may be secrets or megabytes.
func asProblem(_ huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	p := problem(m.Status, "%s", m.Detail)
	for _, e := range m.Errors {
		if e != nil {
			p.Errors = append(p.Errors, Fault{Location: e.Location, Message: e.Message})
		}
	}
	return p, nil
}

// write sends the problem from outside huma.
func (p *Problem) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the peer has gone; nobody is left to tell
}
