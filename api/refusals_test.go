package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/core"
)

// raw sends a request that no Client would.
func (s *served) raw(t *testing.T, method, path, body string) (status int, p Problem, header http.Header) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, "http://hotline"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := s.Client.http.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode >= 400 {
		if got := response.Header.Get("Content-Type"); got != "application/problem+json" {
			t.Errorf("%s %s: content type %q of %s", method, path, got, data)
		}
		if err := json.Unmarshal(data, &p); err != nil || p.Status != response.StatusCode || p.Title == "" || p.Type == "" {
			t.Errorf("%s %s: %s, %v", method, path, data, err)
		}
		if body != "" && len(body) > 20 && strings.Contains(string(data), body) {
			t.Errorf("%s %s: the body comes back: %s", method, path, data)
		}
	}
	return response.StatusCode, p, response.Header
}

// TestWhatCannotBeIsRefused with a status and a reason.
func TestWhatCannotBeIsRefused(t *testing.T) {
	s := serve(t, newWorld(t))
	if _, err := s.Login(t.Context(), "8001", "8001"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		method, path, body string
		status             int
		says               string
	}{
		{"DELETE", "/v1/calls/1a2b", "", 404, "no such call: 1a2b"},
		{"POST", "/v1/calls/1a2b/transfer", `{"to":"110"}`, 404, "no such call"},
		{"POST", "/v1/calls/1a2b/transfer", `{"to":""}`, 422, "body.to"},
		{"DELETE", "/v1/calls/*", "", 404, "no such call: *"},
		{"DELETE", "/v1/calls/11111111111111111", "", 422, "path.id"},
		{"POST", "/v1/agents/9999/login", `{"phone":"8001"}`, 404, "no such agent in the plan: 9999"},
		{"POST", "/v1/agents/8002/login", `{"phone":"9999"}`, 404, "no such phone in the plan: 9999"},
		{"POST", "/v1/agents/8002/login", `{"phone":"8001"}`, 409, "another agent is logged in on that phone: 8002"},
		{"POST", "/v1/agents/8002/login", `{"phone":""}`, 422, "body.phone"},
		{"POST", "/v1/agents/8002/login", `{}`, 422, "phone"},
		{"POST", "/v1/agents/8002/login", `{"phone":"8002","pin":"1234"}`, 422, "body.pin"},
		{"POST", "/v1/agents/8002/login", `{"phone":8002}`, 422, "body.phone"},
		{"POST", "/v1/agents/8002/login", `{"phone"`, 400, "body"},
		{"POST", "/v1/agents/8002/login", ``, 400, "body is required"},
		{"POST", "/v1/agents/8002/logout", "", 409, "the agent is not logged in: 8002"},
		{"POST", "/v1/agents/8002/pause", "", 409, "not logged in"},
		{"POST", "/v1/agents/8002/resume", "", 409, "not logged in"},
		{"POST", "/v1/agents/9999/pause", "", 404, "9999"},
		{"PUT", "/v1/agents/9999/pin", `{"secret":"1234"}`, 404, "9999"},
		{"PUT", "/v1/agents/8002/pin", `{"secret":"12a4"}`, 422, "4 to 16 digits"},
		{"PUT", "/v1/agents/8002/pin", `{"secret":"123"}`, 422, "4 to 16 digits"},
		{"PUT", "/v1/agents/8002/pin", `{"secret":"12345678901234567"}`, 422, "4 to 16 digits"},
		{"PUT", "/v1/phones/9999/password", `{"secret":"long enough"}`, 404, "no such phone in the plan: 9999"},
		{"PUT", "/v1/phones/8001/password", `{"secret":"abc"}`, 422, "4 to 128"},
		{"PUT", "/v1/phones/8001/password", `{"secret":"abc\u0000def"}`, 422, "control"},
		{"PUT", "/v1/phones/8001/password", `{"secret":"` + strings.Repeat("x", 129) + `"}`, 422, "4 to 128"},
		{"PUT", "/v1/phones/8001/password", `{"secret":"` + strings.Repeat("x", smallBody) + `"}`, 413, ""},
		{"GET", "/v1/cdrs?limit=0", "", 422, "query.limit"},
		{"GET", "/v1/cdrs?limit=10001", "", 422, "query.limit"},
		{"GET", "/v1/cdrs?limit=many", "", 422, "query.limit"},
		{"GET", "/v1/cdrs?since=yesterday", "", 422, "query.since"},
		{"GET", "/v1/cdrs?before=-1", "", 422, "query.before"},
		{"GET", "/v1/cdrs?call=_", "", 422, "query.call"},
		{"GET", "/v1/cdrs?color=red", "", 422, "query.color"},
		{"GET", "/v1/plan/revisions/0", "", 422, "path.n"},
		{"GET", "/v1/plan/revisions/first", "", 422, "path.n"},
		{"PUT", "/v1/drain", `{"grace":"soon"}`, 422, "body.grace"},
		{"PUT", "/v1/drain", `{"grace":"-1s"}`, 422, "body.grace"},
		{"PUT", "/v1/drain", `{"grace":"25h"}`, 422, "at most 24h"},
		{"GET", "/v1/nothing", "", 404, "/v1/nothing"},
		{"GET", "/nothing", "", 404, "/nothing"},
		{"DELETE", "/v1/plan", "", 405, "DELETE"},
	} {
		status, p, header := s.raw(t, c.method, c.path, c.body)
		if status != c.status || !strings.Contains(p.Error(), c.says) {
			t.Errorf("%s %s %.80s: %d %q, not %d with %q", c.method, c.path, c.body, status, p.Error(), c.status, c.says)
		}
		if allow := header.Get("Allow"); c.status == 405 && !strings.Contains(allow, "POST") {
			t.Errorf("Allow: %q", allow)
		}
	}
}

// TestAnAgentInACallKeepsHisPhone: the queue engine's refusal comes through.
func TestAnAgentInACallKeepsHisPhone(t *testing.T) {
	s := serve(t, newWorld(t))
	password, err := s.SetPassword(t.Context(), "8001", "given")
	if err != nil || password != "given" {
		t.Fatal(password, err)
	}
	s.plug(password)
	if _, err := s.Login(t.Context(), "8001", "8001"); err != nil {
		t.Fatal(err)
	}
	s.dial("12345", "13800000000")
	s.advance(4 * time.Second)
	_, err = s.Login(t.Context(), "8001", "8002")
	if p, ok := errors.AsType[*Problem](err); !ok || p.Status != http.StatusConflict || !strings.Contains(p.Detail, "in a call") {
		t.Fatalf("%v", err)
	}
	if a, err := s.Logout(t.Context(), "8001"); err != nil || a.State != "Talking" {
		t.Fatalf("he goes after his call: %+v, %v", a, err)
	}
}

// TestSecretsThatAreMade are of the promised form and differ.
func TestSecretsThatAreMade(t *testing.T) {
	s := serve(t, newWorld(t))
	var seen []string
	for range 20 {
		password, err := s.SetPassword(t.Context(), "8001", "")
		if err != nil || len(password) != 16 || strings.Trim(password, alphabet) != "" {
			t.Fatalf("%q, %v", password, err)
		}
		pin, err := s.SetPIN(t.Context(), "8001", "")
		if err != nil || len(pin) != 6 || strings.Trim(pin, "0123456789") != "" {
			t.Fatalf("%q, %v", pin, err)
		}
		if slices.Contains(seen, password) {
			t.Fatalf("%q was made twice", password)
		}
		seen = append(seen, password)
	}
	if len(alphabet) != 32 || strings.ContainsAny(alphabet, "l1o0") {
		t.Fatalf("the alphabet %q", alphabet)
	}
	if status, _, _ := s.raw(t, "PUT", "/v1/phones/8001/password", ""); status != 200 {
		t.Fatalf("no body at all: %d", status)
	}
}

// broken is a backend in which one thing fails.
type broken struct {
	*world
	fails error
}

func (b *broken) Do(context.Context, core.Command) (core.Reply, error) {
	if b.fails == nil {
		panic("planted")
	}
	return core.Reply{}, b.fails
}

// TestAFaultOfOursIsAnsweredWith500 and the server goes on.
func TestAFaultOfOursIsAnsweredWith500(t *testing.T) {
	b := &broken{world: newWorld(t)}
	s := serve(t, b.world)
	s.server.b = b
	if status, p, _ := s.raw(t, "POST", "/v1/agents/8001/pause", ""); status != 500 || !strings.Contains(p.Detail, "fault of the server") {
		t.Fatalf("%d %+v", status, p)
	}
	b.fails = fmt.Errorf("the committer: %w", net.ErrClosed)
	if status, p, _ := s.raw(t, "POST", "/v1/agents/8001/pause", ""); status != 500 || !strings.Contains(p.Detail, "the committer") {
		t.Fatalf("%d %+v", status, p)
	}
	if status, _, _ := s.raw(t, "GET", "/v1/status", ""); status != 200 {
		t.Fatalf("the server has gone: %d", status)
	}
}

// TestAHeaderWithoutEndIsCutOff before it fills the memory.
func TestAHeaderWithoutEndIsCutOff(t *testing.T) {
	s := serve(t, newWorld(t))
	conn, err := net.Dial("unix", s.path)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	request := "GET /v1/status HTTP/1.1\r\nHost: hotline\r\nX: " + strings.Repeat("x", 64<<10) + "\r\n\r\n"
	go func() { _, _ = io.WriteString(conn, request) }() // cut off in the middle
	answer := make([]byte, 12)
	if _, err := io.ReadFull(conn, answer); err != nil || string(answer) != "HTTP/1.1 431" {
		t.Fatalf("%q, %v", answer, err)
	}
}
