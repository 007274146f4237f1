package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// TestTheAPIDescribesItself: every route there is, and no other.
func TestTheAPIDescribesItself(t *testing.T) {
	s := serve(t, newWorld(t))
	status, text := get(s.server.Socket(), "/v1/openapi.json")
	if status != http.StatusOK {
		t.Fatal(status, text)
	}
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]struct{ Summary string }
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil || !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Fatal(doc.OpenAPI, err)
	}
	var got []string
	for path, methods := range doc.Paths {
		for method, o := range methods {
			got = append(got, strings.ToUpper(method)+" "+path)
			if o.Summary == "" {
				t.Errorf("%s %s has no summary", method, path)
			}
		}
	}
	want := []string{
		"GET /v1/status", "GET /v1/calls", "DELETE /v1/calls/{id}", "GET /v1/agents", "POST /v1/agents/{agent}/login",
		"POST /v1/agents/{agent}/logout", "POST /v1/agents/{agent}/pause", "POST /v1/agents/{agent}/resume", "PUT /v1/agents/{agent}/pin",
		"GET /v1/queues", "GET /v1/phones", "PUT /v1/phones/{phone}/password", "GET /v1/trunks", "GET /v1/calls/{id}/history", "POST /v1/calls/{id}/transfer", "GET /v1/cdrs", "POST /v1/cdrs/reported", "GET /v1/report", "GET /v1/plan", "POST /v1/plan",
		"GET /v1/plan/revisions", "GET /v1/plan/revisions/{n}", "GET /v1/plan/surroundings", "POST /v1/prompts/reload", "PUT /v1/drain", "DELETE /v1/drain",
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("routes:\n%s\nnot\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
