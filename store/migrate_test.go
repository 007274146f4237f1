package store

import (
	"testing"
)

// TestADatabaseOfTheFirstSchemaIsBroughtUpToDate with the calls that it has.
func TestADatabaseOfTheFirstSchemaIsBroughtUpToDate(t *testing.T) {
	path, log := newPath(t), newLog(t)
	conn := second(t, path)
	text, err := migrations.ReadFile("migrations/0001_projections.sql")
	if err != nil {
		t.Fatal(err)
	}
	do(t, conn, string(text))
	do(t, conn, "INSERT INTO cdr VALUES (3, ?, 'telecom', '138', '12345', '12345', 5, NULL, NULL, NULL, NULL, NULL, NULL, ?, 9, 'general', '8001', '8001', 1, 'answered', 'caller', 200, 16, 0, 1, 0)",
		storyID(0).String(), noon)
	do(t, conn, "UPDATE cursor SET position = 0, shift = 100")
	do(t, conn, "PRAGMA user_version = 1")
	write(t, log, story(1))
	p := startProjector(t, path, log)
	p.reaches(t, storyFacts)
	got, err := p.Store().CDRs(t.Context(), Filter{})
	if err != nil || len(got) != 2 {
		t.Fatalf("%d CDRs, %v", len(got), err)
	}
	if want := (CDR{100 + storyFacts - 1, storyCDR(1)}); got[0] != want {
		t.Errorf("the new call: %+v, not %+v", got[0], want)
	}
	if old := got[1]; old.Call != storyID(0) || old.Agent != "8001" || old.City != "" || old.AnsweredBy != "" || old.Returned {
		t.Errorf("the old call: %+v", old)
	}
	report, err := p.Store().Report(t.Context(), ReportFilter{})
	if err != nil || len(report) != 1 || report[0].Calls != 2 || report[0].ByAgent != 1 {
		t.Errorf("the report: %+v, %v", report, err)
	}
}
