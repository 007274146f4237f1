package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hotline12345/hotline/api"
)

// noon is the rig's clock, in a zone of its own.
var (
	zone = time.FixedZone("CST", 8*3600)
	noon = time.Date(2026, 11, 24, 12, 0, 0, 0, zone)
)

func ago(d time.Duration) time.Time { return noon.Add(-d).UTC() }

func maybe(t time.Time) *time.Time { return &t }

// rig is a server of fixed answers on a socket, with a plan that can change,
// and the command line before it.
type rig struct {
	t       *testing.T
	data    string
	stdin   string
	now     time.Time // its clock; noon
	zone    *time.Location
	answers map[string]any // "GET /v1/calls" → what is given; a *api.Problem is refused with

	mu        sync.Mutex
	revisions []api.Revision // the last is in force
	asked     []string       // method, path and body of all that came
	race      bool           // another's change comes in before each of ours
}

const rigPlan = `
rosters: {day: {from: "08:00", to: "20:00", agents: {general: 2, tax: 1}}, night: {from: "20:00", to: "08:00", agents: {general: 1, tax: 1}}}
skills: [general, tax]
trunks: {telecom: {match: [10.10.0.0/24], peers: [{address: "10.10.0.5:5060"}], channels: 300}}
phones: {"8001": {name: 王敏}}
agents: {"8001": {name: 王敏, queues: [general, tax], skills: {general: 5, tax: 5}}}
queues: {general: {ring: 15s, wrap_up: 20s}, tax: {}}
destinations: {tax: {trunk: telecom, number: "12366"}}
flows: {hotline: [answer, {queue: general}, music]}
numbers: {"12345": {flow: hotline}, "12366": {mode: dual, seats: unified, department: 省税务局, queue: tax, skills: {tax: 3}}}
`

func newRig(t *testing.T) *rig {
	t.Helper()
	data, err := os.MkdirTemp("", "hl") // a test's own folder would make too long a path for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(data) })
	r := &rig{t: t, data: data, now: noon, zone: zone, answers: map[string]any{
		"GET /v1/plan/surroundings": api.Surroundings{Interfaces: []string{"main"}, Clips: []string{"notice"}},
	}}
	r.revise(rigPlan, "anna", "begin")
	return r
}

func (r *rig) revise(document, author, reason string) api.Revision {
	n := uint64(len(r.revisions)) + 1
	made := api.Revision{Revision: n, Base: n - 1, Author: author, Reason: reason, At: ago(time.Duration(10-n) * time.Hour), Document: document}
	r.revisions = append(r.revisions, made)
	return made
}

// serve opens the socket.
func (r *rig) serve() *rig {
	l, err := net.Listen("unix", filepath.Join(r.data, "hotline.sock"))
	if err != nil {
		r.t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(r.answer)}
	go func() { _ = server.Serve(l) }()
	r.t.Cleanup(func() { _ = server.Close() })
	return r
}

func (r *rig) answer(w http.ResponseWriter, q *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var body bytes.Buffer
	_, _ = body.ReadFrom(q.Body)
	route := q.Method + " " + q.URL.Path
	r.asked = append(r.asked, strings.TrimSpace(q.Method+" "+q.URL.RequestURI()+" "+body.String()))
	out, known := r.answers[route]
	last := r.revisions[len(r.revisions)-1]
	switch {
	case known:
	case route == "GET /v1/plan":
		out = last
	case route == "POST /v1/plan":
		out = r.apply(body.Bytes())
	case route == "GET /v1/plan/revisions":
		list := []api.Revision{}
		for i := len(r.revisions) - 1; i >= 0; i-- {
			one := r.revisions[i]
			one.Document = ""
			list = append(list, one)
		}
		out = list
	case strings.HasPrefix(route, "GET /v1/plan/revisions/"):
		out = refused(404, "not found")
		for _, one := range r.revisions {
			if fmt.Sprintf("GET /v1/plan/revisions/%d", one.Revision) == route {
				out = one
			}
		}
	default:
		out = refused(404, "no such route: %s", route)
	}
	if problem, ok := out.(*api.Problem); ok {
		w.WriteHeader(problem.Status)
	}
	if out == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	_ = json.NewEncoder(w).Encode(out)
}

func refused(status int, format string, args ...any) *api.Problem {
	return &api.Problem{Title: http.StatusText(status), Status: status, Detail: fmt.Sprintf(format, args...)}
}

func (r *rig) apply(body []byte) any {
	var c api.Change
	if err := json.Unmarshal(body, &c); err != nil {
		return refused(400, "%v", err)
	}
	if r.race {
		r.revise("skills: [other]", "bert", "meanwhile")
	}
	if c.Base != uint64(len(r.revisions)) {
		return refused(409, "the plan has changed meanwhile: revision %d is in force, the change is to %d", len(r.revisions), c.Base)
	}
	if c.DryRun {
		return api.Revision{Revision: c.Base + 1, Base: c.Base, Author: c.Author, Reason: c.Reason, Document: c.Document}
	}
	return r.revise(c.Document, c.Author, c.Reason)
}

// run is one command line.
func (r *rig) run(args ...string) (code int, out, err string) {
	r.t.Helper()
	var stdout, stderr bytes.Buffer
	p := &program{in: strings.NewReader(r.stdin), out: &stdout, err: &stderr, zone: r.zone, now: func() time.Time { return r.now }}
	code = p.run(context.Background(), append([]string{"--data", r.data}, args...))
	return code, stdout.String(), stderr.String()
}

// ok runs what must succeed and gives what it printed.
func (r *rig) ok(args ...string) string {
	r.t.Helper()
	code, out, err := r.run(args...)
	if code != 0 || err != "" {
		r.t.Fatalf("hotline %s: exit %d\n%s%s", strings.Join(args, " "), code, out, err)
	}
	return out
}

// same compares texts and shows both where they differ.
func same(t *testing.T, what, got, want string) {
	t.Helper()
	if got, want = strings.TrimSpace(got), strings.TrimSpace(want); got != want {
		t.Errorf("%s\ngot\n%s\nwant\n%s", what, got, want)
	}
}
