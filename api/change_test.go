package api

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/hotline12345/hotline/config"
)

// edit is the document with something replaced.
func edit(t *testing.T, document, from, to string) string {
	t.Helper()
	if !strings.Contains(document, from) {
		t.Fatalf("the plan has no %q", from)
	}
	return strings.Replace(document, from, to, 1)
}

func wantProblem(t *testing.T, err error, status int, says ...string) *Problem {
	t.Helper()
	p, ok := errors.AsType[*Problem](err)
	if !ok || p.Status != status {
		t.Fatalf("%v, not a problem of %d", err, status)
	}
	for _, s := range says {
		if !strings.Contains(p.Error(), s) {
			t.Errorf("%q does not say %q", p.Error(), s)
		}
	}
	return p
}

// TestAPlanIsChangedCheckedAndRemembered.
func TestAPlanIsChangedCheckedAndRemembered(t *testing.T) {
	s := serve(t, newWorld(t))
	ctx := t.Context()
	first, err := s.Client.Plan(ctx)
	if err != nil || first.Revision != 1 || first.Author != "hotline" || first.At.IsZero() || !strings.Contains(first.Document, "12345") {
		t.Fatalf("%+v, %v", first, err)
	}
	change := Change{
		Base: 1, Author: " 王敏 ", Reason: "夜班 wrap-up", Document: edit(t, first.Document, "wrap_up: 20s", "wrap_up: 35s"), DryRun: true,
	}
	checked, err := s.Apply(ctx, change)
	if err != nil || checked.Revision != 2 || s.world.Plan().Revision != 1 {
		t.Fatalf("the dry run: %+v, %v; in force is %d", checked, err, s.world.Plan().Revision)
	}
	change.DryRun = false
	applied, err := s.Apply(ctx, change)
	if err != nil || applied.Revision != 2 || applied.Base != 1 || applied.Author != "王敏" || applied.At.IsZero() {
		t.Fatalf("%+v, %v", applied, err)
	}
	if got := s.world.Plan(); got.Revision != 2 || got.Source.Queues.Get("general").WrapUp.String() != "35s" {
		t.Fatalf("in force is %d", got.Revision)
	}
	_, err = s.Apply(ctx, change)
	wantProblem(t, err, http.StatusConflict, "revision 2 is in force", "changed meanwhile")
	change.Base = 2
	_, err = s.Apply(ctx, change)
	wantProblem(t, err, http.StatusConflict, "nothing changed")

	now, err := s.Client.Plan(ctx)
	if err != nil || now.Revision != 2 || now.Reason != "夜班 wrap-up" || now.Document != applied.Document {
		t.Fatalf("%+v, %v", now, err)
	}
	history, err := s.Revisions(ctx)
	if err != nil || len(history) != 2 || history[0].Revision != 2 || history[0].Author != "王敏" || history[0].Document != "" || history[1].Revision != 1 {
		t.Fatalf("%+v, %v", history, err)
	}
	old, err := s.Revision(ctx, 1)
	if err != nil || old.Document != first.Document || old.Author != "hotline" {
		t.Fatalf("%+v, %v", old, err)
	}
	_, err = s.Revision(ctx, 3)
	wantProblem(t, err, http.StatusNotFound)
	back, err := s.Apply(ctx, Change{Base: 2, Author: "a", Reason: "back", Document: old.Document})
	if err != nil || back.Revision != 3 {
		t.Fatalf("the way back: %+v, %v", back, err)
	}
}

// TestAWrongPlanIsRefusedWhole with every fault and its line.
func TestAWrongPlanIsRefusedWhole(t *testing.T) {
	s := serve(t, newWorld(t))
	ctx := t.Context()
	good := string(config.Anhui())
	try := func(document string) error {
		_, err := s.Apply(ctx, Change{Base: 1, Author: "a", Reason: "r", Document: document})
		return err
	}
	p := wantProblem(t, try(edit(t, edit(t, good, "ring: 15s", "ring: soon"), "limit: 300", "limt: 300")), http.StatusUnprocessableEntity)
	if len(p.Errors) != 2 || p.Errors[0].Location != "queues.general.ring" || p.Errors[0].Line == 0 || p.Errors[1].Line <= p.Errors[0].Line {
		t.Errorf("faults of form: %+v", p.Errors)
	}
	p = wantProblem(t, try(edit(t, edit(t, good, "ring: 15s", "ring: soon"), "skills: {law: 3}", "skills: {lew: 3}")), http.StatusUnprocessableEntity)
	if len(p.Errors) != 2 || p.Errors[0].Location != "queues.general.ring" || !strings.HasSuffix(p.Errors[1].Location, ".skills.lew") {
		t.Errorf("faults of form and of sense: %+v", p.Errors)
	}
	p = wantProblem(t, try(edit(t, edit(t, good, "skills: {law: 3}", "skills: {lew: 3}"), "queues: [general, market], skills: {general: 5", "queues: [sales], skills: {general: 5")),
		http.StatusUnprocessableEntity, "the plan has 2 faults", "lew", "sales")
	if len(p.Errors) != 2 {
		t.Errorf("faults of sense: %+v", p.Errors)
	}
	wantProblem(t, try(edit(t, good, `"8001": {name: 王敏}`, `"8001": {name: 王敏, password: geheim}`)), http.StatusUnprocessableEntity, "phones.8001.password", "hotline phone password")
	wantProblem(t, try(edit(t, good, `"8001": {name: 王敏}`, `"8001": {name: 王敏, password: set}`)), http.StatusConflict, "nothing changed")
	wantProblem(t, try(""), http.StatusUnprocessableEntity, "empty")
	wantProblem(t, try("{"), http.StatusUnprocessableEntity)
	wantProblem(t, try(strings.Repeat("#", maxDocument+1)), http.StatusUnprocessableEntity, "body.document")
	wantProblem(t, try(strings.Repeat("#", planBody+1)), http.StatusRequestEntityTooLarge)
	_, err := s.Apply(ctx, Change{Base: 1, Author: " ", Document: good})
	wantProblem(t, err, http.StatusUnprocessableEntity, "body.author", "body.reason")
	_, err = s.Apply(ctx, Change{Base: 1, Author: strings.Repeat("a", 101), Reason: strings.Repeat("r", 1001), Document: good})
	wantProblem(t, err, http.StatusUnprocessableEntity, "body.author", "body.reason")
	if got := s.world.Plan().Revision; got != 1 {
		t.Errorf("a refused plan is in force as revision %d", got)
	}
}

// TestSurroundings are the node's, and lists where it has none.
func TestSurroundings(t *testing.T) {
	s := serve(t, newWorld(t))
	got, err := s.Client.Surroundings(t.Context())
	if err != nil || len(got.Interfaces) != 1 || got.Clips == nil {
		t.Fatalf("%+v, %v", got, err)
	}
}
