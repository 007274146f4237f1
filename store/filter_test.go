package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/journal"
)

// lets is the filter's meaning, in plain words.
func (f Filter) lets(c CDR) bool {
	same := func(wanted, is string) bool { return wanted == "" || wanted == is }
	return same(f.Call, c.Call.String()) && same(f.Caller, c.Caller) && same(f.Agent, c.Agent) &&
		same(f.Number, c.Number) && same(f.Outcome, string(c.Outcome)) &&
		same(f.City, c.City) && same(f.Department, c.Department) && same(f.AnsweredBy, c.AnsweredBy) && same(f.Destination, c.Destination) &&
		(f.Since.IsZero() || c.Civil >= f.Since.UnixNano()) && (f.Until.IsZero() || c.Civil < f.Until.UnixNano())
}

func TestFiltersAndPagesAgreeWithAPlainScan(t *testing.T) {
	const calls = 400
	log, ctx, rand := newLog(t), t.Context(), rand.New(rand.NewPCG(1, 2))
	var all []CDR
	turns := stories(0, calls)
	for n, turn := range turns {
		// The civil clock is set back twice, and stands for a while: the order
		// of time is not that of positions.
		cdr := storyCDR(n)
		cdr.Civil = noon + int64(n%250/3)*1e9
		value, err := journal.Marshal(cdr)
		if err != nil {
			t.Fatal(err)
		}
		turn.Facts[12].Value = value
		all = append(all, CDR{uint64(n*storyFacts + 12), cdr})
	}
	write(t, log, turns...)
	slices.SortFunc(all, func(a, b CDR) int {
		return -cmp.Or(cmp.Compare(a.Civil, b.Civil), cmp.Compare(a.Position, b.Position))
	})
	p := startProjector(t, newPath(t), log)
	p.reaches(t, log.Position())

	found := 0
	for range 150 {
		f := Filter{Limit: 1 + rand.IntN(200)}
		for _, x := range []struct {
			field *string
			value string
		}{
			{&f.Number, []string{"12345", "12315", "110"}[rand.IntN(3)]},
			{&f.Caller, fmt.Sprint(13800000000 + rand.IntN(18))},
			{&f.Agent, fmt.Sprint(8001 + rand.IntN(21))},
			{&f.Outcome, []string{"answered", "abandoned-queue", "wait-limit", "fault"}[rand.IntN(4)]},
			{&f.Call, storyID(rand.IntN(calls)).String()},
			{&f.City, []string{"合肥", "芜湖"}[rand.IntN(2)]},
			{&f.Department, "省市场监管局"},
			{&f.AnsweredBy, []string{"agent", "subcenter", "expert"}[rand.IntN(3)]},
			{&f.Destination, []string{"tax", "market"}[rand.IntN(2)]},
		} {
			if rand.IntN(5) == 0 {
				*x.field = x.value
			}
		}
		if rand.IntN(3) == 0 {
			f.Since = time.Unix(0, noon+rand.Int64N(90)*1e9)
		}
		if rand.IntN(3) == 0 {
			f.Until = time.Unix(0, noon+rand.Int64N(90)*1e9)
		}
		var want []CDR
		for _, c := range all {
			if f.lets(c) {
				want = append(want, c)
			}
		}
		got := pages(t, p.Store(), f)
		if !slices.Equal(got, want) {
			t.Fatalf("%+v: %d CDRs, not %d", f, len(got), len(want))
		}
		found += len(got)
	}
	if found < 1000 {
		t.Errorf("only %d CDRs were found: the filters prove little", found)
	}
	// A page goes on also behind a position that is no CDR's: the next lower.
	at := all[10]
	got, err := p.Store().CDRs(ctx, Filter{Before: at.Position + 5, Limit: 1})
	if err != nil || len(got) != 1 || got[0] != at {
		t.Errorf("before no CDR: %+v, %v, not %+v", got, err, at)
	}
	if got, err := p.Store().CDRs(ctx, Filter{Before: 3}); err != nil || len(got) != 0 {
		t.Errorf("before the first: %d CDRs, %v", len(got), err)
	}
	if got, err := p.Store().CDRs(ctx, Filter{}); err != nil || len(got) != 100 {
		t.Errorf("without a limit: %d CDRs, %v", len(got), err)
	}
}

// pages reads a filter's list page by page.
func pages(t *testing.T, s *Store, f Filter) (out []CDR) {
	t.Helper()
	for {
		page, err := s.CDRs(t.Context(), f)
		if err != nil {
			t.Fatalf("%+v: %v", f, err)
		}
		out = append(out, page...)
		if len(page) < f.Limit {
			return out
		}
		f.Before = page[len(page)-1].Position
	}
}

func TestEveryListIsReadFromAnIndexInOrder(t *testing.T) {
	log := newLog(t)
	p := startProjector(t, newPath(t), log)
	write(t, log, story(0))
	p.reaches(t, 1)
	for index, f := range map[string]Filter{
		"cdr_call":        {Call: "x", Agent: "x", Outcome: "x"},
		"cdr_caller":      {Caller: "x", Number: "x", Before: 12},
		"cdr_agent":       {Agent: "x", Outcome: "x", Since: time.Unix(1, 0)},
		"cdr_number":      {Number: "x"},
		"cdr_outcome":     {Outcome: "x", Until: time.Unix(1, 0), Before: 12},
		"cdr_city":        {City: "x", Outcome: "x"},
		"cdr_department":  {Department: "x", AnsweredBy: "x", Before: 12},
		"cdr_answered_by": {AnsweredBy: "x"},
		"cdr_destination": {Destination: "x", City: "x"},
		"cdr_ended":       {Since: time.Unix(1, 0), Before: 12},
	} {
		plan, err := read(t.Context(), p.Store(), func(ctx context.Context, db *sql.DB) ([]string, error) {
			q := query{from: 0, to: 1, atTo: f.Before}
			text, args := q.build(f)
			result, err := db.QueryContext(ctx, "EXPLAIN QUERY PLAN "+text, args...)
			return collect(result, err, func(r *sql.Rows, line *string) error {
				var n int
				return r.Scan(&n, &n, &n, line)
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		line := strings.Join(plan, "; ")
		if len(plan) != 1 || !strings.HasPrefix(line, "SEARCH cdr USING INDEX "+index+" (") || !strings.Contains(line, "ended>? AND ended<?") {
			t.Errorf("%+v: %s", f, line)
		}
	}
}

func TestTimesBeyondReachAreNoLimit(t *testing.T) {
	log := newLog(t)
	p := startProjector(t, newPath(t), log)
	write(t, log, story(0))
	p.reaches(t, storyFacts)
	for _, f := range []Filter{{Until: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}, {Since: time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC)}} {
		if got, err := p.Store().CDRs(t.Context(), f); err != nil || len(got) != 1 {
			t.Errorf("%+v: %d CDRs, %v", f, len(got), err)
		}
	}
}
