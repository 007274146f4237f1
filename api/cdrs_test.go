package api

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// ring has three citizens ring and hang up again after so many seconds: in the
// order of their numbers.
func ring(t *testing.T, s *served) []Call {
	t.Helper()
	var out []Call
	for i := range 3 {
		s.dial("12345", fmt.Sprintf("1380000000%d", i))
		s.advance(time.Second)
		calls, err := s.Calls(t.Context())
		if err != nil || len(calls) != 1 {
			t.Fatalf("%+v, %v", calls, err)
		}
		out = append(out, calls[0])
		if err := s.Hangup(t.Context(), calls[0].ID); err != nil {
			t.Fatal(err)
		}
		s.advance(time.Second)
	}
	return out
}

// TestCDRsAreFoundByWhatIsKnownOfThem, the newest first.
func TestCDRsAreFoundByWhatIsKnownOfThem(t *testing.T) {
	s := serve(t, newWorld(t))
	calls := ring(t, s)
	find := func(f CDRFilter) []CDR {
		t.Helper()
		rows, err := s.CDRs(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	all := find(CDRFilter{})
	if len(all) != 3 || all[0].Call != calls[2].ID || all[2].Call != calls[0].ID {
		t.Fatalf("%+v", all)
	}
	if first := all[2]; first.Outcome != "operator" || first.Agent != "" || first.Bridged != nil || first.Enlisted == nil {
		t.Errorf("%+v", first)
	}
	for name, c := range map[string]struct {
		filter CDRFilter
		want   []int // places in calls
	}{
		"number":     {CDRFilter{Number: "12345"}, []int{2, 1, 0}},
		"no number":  {CDRFilter{Number: "12315"}, nil},
		"caller":     {CDRFilter{Caller: "13800000001"}, []int{1}},
		"call":       {CDRFilter{Call: calls[0].ID}, []int{0}},
		"outcome":    {CDRFilter{Outcome: "operator", Limit: 2}, []int{2, 1}},
		"no outcome": {CDRFilter{Outcome: "answered"}, nil},
		"no agent":   {CDRFilter{Agent: "8001"}, nil},
		"before":     {CDRFilter{Before: all[1].Position}, []int{0}},
		"since":      {CDRFilter{Since: all[1].Ended}, []int{2, 1}},
		"until":      {CDRFilter{Until: all[1].Ended.In(time.FixedZone("CST", 8*3600))}, []int{0}},
	} {
		rows := find(c.filter)
		if len(rows) != len(c.want) {
			t.Errorf("%s: %+v, not %v", name, rows, c.want)
			continue
		}
		for i, place := range c.want {
			if rows[i].Call != calls[place].ID {
				t.Errorf("%s: row %d is %s, not %s", name, i, rows[i].Call, calls[place].ID)
			}
		}
	}
}

// TestAStoreThatIsAwayIsSaidSo within its time, and the plan is still told.
func TestAStoreThatIsAwayIsSaidSo(t *testing.T) {
	w := newWorld(t)
	file := filepath.Join(shortDir(t), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	w.project(filepath.Join(file, "hotline.db")) // a file is no folder
	s := serve(t, w)
	for name, ask := range map[string]func(t *testing.T){
		"cdrs": func(t *testing.T) {
			_, err := s.CDRs(t.Context(), CDRFilter{})
			wantProblem(t, err, http.StatusServiceUnavailable, "away")
		},
		"revisions": func(t *testing.T) {
			_, err := s.Revisions(t.Context())
			wantProblem(t, err, http.StatusServiceUnavailable, "away")
		},
		"plan": func(t *testing.T) {
			plan, err := s.Client.Plan(t.Context())
			if err != nil || plan.Revision != 1 || plan.Document == "" || !plan.At.IsZero() {
				t.Errorf("%+v, %v", plan, err)
			}
		},
		"status": func(t *testing.T) {
			status, err := s.Status(t.Context())
			if err != nil || status.Store.Lag == 0 {
				t.Errorf("%+v, %v", status.Store, err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			begun := time.Now()
			ask(t)
			if took := time.Since(begun); took > caughtUpTime+queryTime+time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// TestAProjectionThatLagsGivesWhatItHas, in its time.
func TestAProjectionThatLagsGivesWhatItHas(t *testing.T) {
	t.Parallel()
	s := serve(t, newWorld(t))
	s.lazy = true
	ring(t, s)
	begun := time.Now()
	rows, err := s.CDRs(t.Context(), CDRFilter{})
	if took := time.Since(begun); err != nil || len(rows) != 0 || took < caughtUpTime {
		t.Fatalf("%+v, %v after %v", rows, err, took)
	}
	if err := s.log.Sync(); err != nil {
		t.Fatal(err)
	}
	s.projector.Bell()
	if rows, err := s.CDRs(t.Context(), CDRFilter{}); err != nil || len(rows) != 3 {
		t.Fatalf("%+v, %v", rows, err)
	}
}
