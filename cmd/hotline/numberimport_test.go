package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/plan"
	"github.com/hotline12345/hotline/schedule"
)

const goodNumbers = "\ufeff号码,部门,名称,城市,过渡期起,过渡期止\n" +
	"96123,省供水集团,供水热线,,2026-01-01,2027-12-31\n" +
	"0551-6234 5678,省供水集团,,,,2026-11-25\n" +
	"13855112345,省林业局,,,,\n"

// latest is the plan in force.
func (r *rig) latest(t *testing.T) *config.Plan {
	t.Helper()
	p, faults := config.Parse([]byte(r.revisions[len(r.revisions)-1].Document))
	if faults != nil {
		t.Fatal(faults)
	}
	return p
}

func TestNumbersAreImportedAsMergedOnes(t *testing.T) {
	r := newRig(t).serve()
	r.stdin = goodNumbers
	r.ok("number", "import", "-", "--reason", "第一批")
	p := r.latest(t)
	for number, want := range map[string]string{"96123": "省供水集团", "055162345678": "省供水集团", "13855112345": "省林业局"} {
		n := p.Numbers.Get(number)
		if n == nil || n.Mode != "merged" || n.Department != want || n.Transition.Prompt != plan.MovedOf {
			t.Errorf("%s: %+v", number, n)
		}
	}
	if len(p.Sounds) != 2 || p.Sounds[0].Value != "省供水集团" {
		t.Errorf("clips of departments: %+v", p.Sounds)
	}
	compiled, faults := plan.Standing(p, plan.Surroundings{}, 1)
	if faults != nil || compiled.Resolve(&plan.Asked{Dialled: []string{"+8655162345678"}}).Number == nil || compiled.Resolve(&plan.Asked{Dialled: []string{"96124"}}).Number != nil {
		t.Errorf("numbers are not found as they are dialled: %v", faults)
	}
	before := len(r.revisions)
	r.stdin = goodNumbers
	if out := r.ok("number", "import", "-"); !strings.Contains(out, "nothing changes") || len(r.revisions) != before {
		t.Errorf("imported again: %s", out)
	}
	r.stdin = "number,department\n96123,省水利厅\n"
	r.ok("number", "import", "-")
	if n := r.latest(t).Numbers.Get("96123"); n.Department != "省水利厅" {
		t.Errorf("not brought up to date: %+v", n)
	}
}

func TestOneBadNumberKeepsAllOut(t *testing.T) {
	r := newRig(t).serve()
	var file strings.Builder
	file.WriteString("number,department,city,until\n")
	for i := range 10000 {
		line := fmt.Sprintf("1385511%04d,省林业局,,\n", i)
		switch i {
		case 500:
			line = "alice,省林业局,,\n"
		case 501:
			line = "96125,省林业局,亚特兰蒂斯,\n"
		case 502:
			line = "96126,省林业局,,明年\n"
		case 503:
			line = "12345,省林业局,,\n"
		}
		file.WriteString(line)
	}
	r.stdin = file.String()
	code, _, err := r.run("number", "import", "-")
	for _, want := range []string{"line 502: number: \"alice\"", "line 503: city: \"亚特兰蒂斯\"", "line 504: until: \"明年\"", "line 505: number: 12345 is in the ledger"} {
		if code != exitFailed || !strings.Contains(err, want) {
			t.Errorf("%d: %s lacks %s", code, err, want)
		}
	}
	if len(r.revisions) != 1 {
		t.Error("something was imported")
	}
}

// TestTheLedgerIsListed with what is left of transitions and today's calls.
func TestTheLedgerIsListed(t *testing.T) {
	r := newRig(t)
	r.answers["GET /v1/report"] = []api.ReportRow{{Key: "12366", Calls: 41}}
	r.answers["GET /v1/calls"] = []api.Call{{ID: "k1", Number: "12366"}, {ID: "k2", Number: "12345"}}
	r.serve()
	r.stdin = "number,department,until\n96123,供水集团,2026-11-25\n96124,供水集团,2026-11-24\n96125,供水集团,2026-11-01\n"
	r.ok("number", "import", "-")
	var rows []struct {
		Number string `json:"number"`
		Calls  int    `json:"calls_today"`
		Days   *int   `json:"days_left"`
	}
	if err := json.Unmarshal([]byte(r.ok("number", "list", "--json")), &rows); err != nil {
		t.Fatal(err)
	}
	days := map[string]int{"96123": 2, "96124": 1, "96125": 0}
	for _, row := range rows {
		if want := map[string]int{"12366": 42, "12345": 1}[row.Number]; row.Calls != want {
			t.Errorf("%s: %d calls", row.Number, row.Calls)
		}
		if want, ok := days[row.Number]; ok != (row.Days != nil) || ok && *row.Days != want {
			t.Errorf("%s: %v days", row.Number, row.Days)
		}
	}
	if !strings.Contains(strings.Join(r.asked, "\n"), time.Date(2026, 11, 24, 0, 0, 0, 0, schedule.Zone).Format("since=2006-01-02T15")) {
		t.Errorf("today is not China's: %q", r.asked)
	}
}

func FuzzLedgerFile(f *testing.F) {
	f.Add([]byte(goodNumbers))
	f.Add([]byte("number,department,city\n1,2,合肥\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		into, _ := config.Parse([]byte(rigPlan))
		rows, faults := readSheet(data, ledgerColumns)
		said := voiced(into)
		for i := range rows {
			merge(into, said, &rows[i], &faults)
		}
		if len(faults) > 0 {
			return
		}
		if _, err := into.Encode(); err != nil {
			t.Error(err)
		}
	})
}
