package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/hotline12345/hotline/core"
)

// The longest bodies that are read, in bytes.
const (
	smallBody = 4 << 10
	planBody  = 8 << 20 // a document of maxDocument, as JSON writes it
)

// body is what an operation gets or gives: huma reads and checks it.
type body[T any] struct{ Body T }

// routes puts the /v1 API on the mux. huma checks what comes in, writes what
// goes out and describes both at /v1/openapi.json.
func (s *Server) routes(mux *http.ServeMux) {
	config := huma.DefaultConfig("Hotline", s.o.Version)
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "/v1/openapi", "", ""
	config.CreateHooks, config.Transformers = nil, []huma.Transformer{asProblem}
	config.RejectUnknownQueryParameters = true
	h := humago.New(mux, config)

	route(h, "GET", "/v1/status", "How the node is", s.getStatus)
	route(h, "GET", "/v1/calls", "Calls in progress", s.getCalls)
	route(h, "DELETE", "/v1/calls/{id}", "End a call", s.deleteCall)
	route(h, "POST", "/v1/calls/{id}/transfer", "Send a caller on to a destination, a queue or a number", s.postTransfer)
	route(h, "GET", "/v1/calls/{id}/history", "What happened to a call, in progress or finished", s.getHistory)
	route(h, "GET", "/v1/agents", "Agents of the plan and their states", s.getAgents)
	route(h, "POST", "/v1/agents/{agent}/login", "Log an agent in on a phone", s.login)
	route(h, "POST", "/v1/agents/{agent}/logout", "Log an agent out, after his call", s.wish(core.AgentLogout))
	route(h, "POST", "/v1/agents/{agent}/pause", "Keep an agent from offers, after his call", s.wish(core.AgentPause))
	route(h, "POST", "/v1/agents/{agent}/resume", "End an agent's pause or wrap-up", s.wish(core.AgentResume))
	route(h, "PUT", "/v1/agents/{agent}/pin", "Give an agent a PIN", s.putPIN)
	route(h, "GET", "/v1/queues", "Queues of the plan and their figures", s.getQueues)
	route(h, "GET", "/v1/phones", "Phones of the plan and where they are", s.getPhones)
	route(h, "PUT", "/v1/phones/{phone}/password", "Give a phone a password", s.putPassword)
	route(h, "GET", "/v1/trunks", "Trunks of the plan", s.getTrunks)
	route(h, "GET", "/v1/cdrs", "Finished calls, the newest first", s.getCDRs)
	route(h, "POST", "/v1/cdrs/reported", "Take calls that another exchange reports", s.postReported)
	route(h, "GET", "/v1/report", "Calls counted, ours and reported ones", s.getReport)
	route(h, "GET", "/v1/plan", "The plan in force", s.getPlan)
	route(h, "POST", "/v1/plan", "Put a plan in force", s.postPlan)
	route(h, "GET", "/v1/plan/revisions", "The plan's history, the newest first", s.getRevisions)
	route(h, "GET", "/v1/plan/revisions/{n}", "One revision of the plan", s.getRevision)
	route(h, "GET", "/v1/plan/surroundings", "What plans are checked against", s.getSurroundings)
	route(h, "POST", "/v1/prompts/reload", "Take the data folder's recordings anew", s.reloadPrompts)
	route(h, "PUT", "/v1/drain", "Take no new calls, stop when none is left", s.putDrain)
	route(h, "DELETE", "/v1/drain", "Take a drain back", s.deleteDrain)
}

// route is one operation. The handler gives *Problem errors.
func route[In, Out any](h huma.API, method, path, summary string, handler func(context.Context, *In) (*Out, error)) {
	o := huma.Operation{
		Method: method, Path: path, Summary: summary,
		OperationID:  huma.GenerateOperationID(method, path, new(Out)),
		MaxBodyBytes: smallBody, BodyReadTimeout: 10 * time.Second, // longer than a command: a read that times out cancels the request
	}
	if path == "/v1/plan" || path == "/v1/cdrs/reported" {
		o.MaxBodyBytes, o.BodyReadTimeout = planBody, 20*time.Second
	}
	huma.Register(h, o, handler)
}
