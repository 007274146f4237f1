package api

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/hotline12345/hotline/journal"
)

// TestReportedCallsAreCountedOnceBesideOurs: what another exchange tells of is
// in the report, however often it is told.
func TestReportedCallsAreCountedOnceBesideOurs(t *testing.T) {
	s := serve(t, newWorld(t))
	ring(t, s)
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	answered := at.Add(10 * time.Second)
	tell := func(calls ...ReportedCall) Taken {
		t.Helper()
		taken, err := s.ReportCDRs(t.Context(), Reported{Source: "tax", Calls: calls})
		if err != nil {
			t.Fatal(err)
		}
		return taken
	}
	first := ReportedCall{Call: "a", Number: "12345", Caller: "013855112345", Began: at, Answered: &answered, Ended: at.Add(time.Minute), City: "阜阳"}
	nameless := ReportedCall{Number: "055112345", Began: at, Ended: at.Add(time.Second)}
	if got := tell(first, nameless); got != (Taken{New: 2}) {
		t.Errorf("%+v", got)
	}
	if got := tell(first, nameless, nameless); got != (Taken{Known: 3}) {
		t.Errorf("told again: %+v", got)
	}
	if got, err := s.ReportCDRs(t.Context(), Reported{Source: "tax", DryRun: true, Calls: []ReportedCall{{Call: "b", Number: "12345", Began: at, Ended: at}}}); err != nil || got != (Taken{Known: 1}) && got != (Taken{New: 1}) {
		t.Errorf("a dry run: %+v, %v", got, err)
	}
	report := func(f ReportFilter) []ReportRow {
		t.Helper()
		rows, err := s.Report(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	all := report(ReportFilter{})
	if len(all) != 1 || all[0].Calls != 5 || all[0].Reported != 2 || all[0].Connected != 1 || all[0].InInvite != 1 || all[0].Abandoned != 1 || all[0].BySubcenter != 1 {
		t.Errorf("all: %+v", all)
	}
	if then := report(ReportFilter{Since: at, Until: at.Add(time.Hour)}); then[0].Calls != 2 || then[0].Wait != 11 || then[0].Talk != 50 {
		t.Errorf("that hour: %+v", then)
	}
	if cities := report(ReportFilter{By: "city"}); !slices.ContainsFunc(cities, func(r ReportRow) bool { return r.Key == "阜阳" && r.Calls == 1 }) {
		t.Errorf("by city: %+v", cities)
	}
	_, err := s.Report(t.Context(), ReportFilter{By: "moon"})
	wantProblem(t, err, http.StatusUnprocessableEntity, "")
}

// TestOneBadReportedCallKeepsAllOut, and says where it stands.
func TestOneBadReportedCallKeepsAllOut(t *testing.T) {
	s := serve(t, newWorld(t))
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	later := at.Add(time.Hour)
	good := ReportedCall{Call: "a", Number: "12345", Began: at, Ended: at}
	for field, bad := range map[string]ReportedCall{
		"number":   {Number: "99999", Began: at, Ended: at},
		"began":    {Number: "12345", Ended: at},
		"ended":    {Number: "12345", Began: later, Ended: at},
		"answered": {Number: "12345", Began: at, Answered: &later, Ended: at},
		"outcome":  {Number: "12345", Began: at, Ended: at, Outcome: "eaten"},
		"city":     {Number: "12345", Began: at, Ended: at, City: "月球"},
	} {
		bad.Line = 7
		_, err := s.ReportCDRs(t.Context(), Reported{Source: "tax", Calls: []ReportedCall{good, bad}})
		p := wantProblem(t, err, http.StatusUnprocessableEntity, "none was")
		if p == nil || len(p.Errors) != 1 || p.Errors[0].Line != 7 || p.Errors[0].Location != field {
			t.Errorf("%s: %+v", field, p)
		}
	}
	agents := good
	agents.Number = "*11"
	_, err := s.ReportCDRs(t.Context(), Reported{Source: "tax", Calls: []ReportedCall{agents}})
	wantProblem(t, err, http.StatusUnprocessableEntity, "none was")
	_, err = s.ReportCDRs(t.Context(), Reported{Source: "tax", Destination: "moon", Calls: []ReportedCall{good}})
	wantProblem(t, err, http.StatusUnprocessableEntity, "")
	if rows, err := s.Report(t.Context(), ReportFilter{}); err != nil || rows[0].Calls != 0 {
		t.Errorf("%+v, %v", rows, err)
	}
}

// TestAReportedCallersNumberIsWhole: a sub-centre's exchange leaves the area code
// out, and 12345's own record has it.
func TestAReportedCallersNumberIsWhole(t *testing.T) {
	w := newWorld(t)
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	for _, x := range []struct{ number, city, caller, want, whose string }{
		{"12345", "", "65551234", "055165551234", "合肥"},
		{"12345", "芜湖", "3851234", "05533851234", "芜湖"},
		{"055312345", "", "3851234", "05533851234", "芜湖"},
		{"12345", "", "05583851234", "05583851234", "阜阳"},
		{"12345", "", "+8613855112345", "13855112345", "合肥"},
		{"12345", "", "", "anonymous", "合肥"},
	} {
		var got journal.ReportedCDR
		if _, fault := reported(w.plan, "", &ReportedCall{Number: x.number, City: x.city, Caller: x.caller, Began: at, Ended: at}, &got); fault != nil {
			t.Fatal(fault)
		}
		if got.Caller != x.want || got.City != x.whose {
			t.Errorf("%+v: %s of %s", x, got.Caller, got.City)
		}
	}
}
