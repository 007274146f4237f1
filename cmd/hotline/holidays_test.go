package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/api"
)

func TestAYearWithoutHolidaysIsNoted(t *testing.T) {
	r := newRig(t).serve()
	const word = "没有 2027 年的节假日表,按平常周;请写入数据目录的 holidays.csv / no table of 2027: plain weeks, until holidays.csv in the data folder has it (2027-01-01,rest,元旦)"
	const note = "注意 / note: " + word + "\n"
	file := r.file("plan.yaml", rigPlan)
	noted := func(when string, args ...string) bool {
		at, err := time.ParseInLocation("2006-01-02", when, zone)
		if err != nil {
			t.Fatal(err)
		}
		r.now = at
		return strings.Contains(r.ok(args...), note)
	}
	for _, c := range []struct {
		when string
		want bool
		args []string
	}{
		{"2026-11-30", false, []string{"config", "check", file}},
		{"2026-12-01", true, []string{"config", "check", file}},
		{"2027-06-01", true, []string{"config", "check", file}},
		{"2026-11-30", false, []string{"queue", "set", "general", "--wrap-up", "30s"}},
		{"2026-12-01", true, []string{"queue", "set", "general", "--wrap-up", "31s"}},
		{"2026-12-01", true, []string{"config", "apply", file, "--dry-run"}},
		{"2026-12-01", false, []string{"config", "apply", file, "--dry-run", "--json"}},
	} {
		if got := noted(c.when, c.args...); got != c.want {
			t.Errorf("%s: %s: noted is %v", c.when, strings.Join(c.args, " "), got)
		}
	}
	var found verdict
	if err := json.Unmarshal([]byte(r.ok("config", "check", file, "--json")), &found); err != nil || found.NoHolidays != 2027 || !found.Valid {
		t.Errorf("%v: %+v", err, found)
	}
	r.answers["GET /v1/plan/surroundings"] = api.Surroundings{Interfaces: []string{"main"}, Holidays: "2027-01-01,rest,元旦"}
	if noted("2026-12-01", "config", "check", file) {
		t.Error("noted, though the server has a table of its own")
	}
	r.answers["GET /v1/status"] = api.Status{Ready: true, NoHolidays: 2027}
	if out := r.ok("status"); !strings.Contains(out, "节假日 holidays       "+word) {
		t.Errorf("status\n%s", out)
	}
}
