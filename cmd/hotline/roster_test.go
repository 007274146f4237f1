package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/api"
)

func TestRostersAreListed(t *testing.T) {
	r := newRig(t).serve()
	same(t, "list", r.ok("roster", "list"), `
班次 roster  日期 days  时间 hours   节假日 holidays  人数 agents
day          daily      08:00–20:00  照常 open        general 2, tax 1
night        daily      20:00–08:00  照常 open        general 1, tax 1`)
	var rows []shiftRow
	if err := json.Unmarshal([]byte(r.ok("roster", "list", "--json")), &rows); err != nil || len(rows) != 2 ||
		fmt.Sprint(rows[1]) != "{night daily 20:00 08:00 open map[general:1 tax:1]}" {
		t.Errorf("%v: %v", err, rows)
	}
}

func TestWhoOughtToBeThereIsShown(t *testing.T) {
	r := newRig(t).serve()
	r.answers["GET /v1/agents"] = []api.Agent{
		{Agent: "8001", State: "Talking", Queues: []string{"general", "tax"}},
		{Agent: "8002", State: "LoggedOut", Queues: []string{"general"}},
		{Agent: "8003", State: "Paused", Queues: []string{"tax"}},
	}
	same(t, "now", r.ok("roster", "show"), `
2026-11-24 12:00:00 平日 plain
队列 queue  应到 due  实到 logged in  班次 shifts
general            2               1  day          缺 1 人 short by 1
tax                1               2  day`)
	same(t, "then", r.ok("roster", "show", "--at", "2026-10-01 03:00"), `
2026-10-01 03:00:00 休 rest 国庆节
队列 queue  应到 due  实到 logged in  班次 shifts
general            1                  night
tax                1                  night`)
	r.zone = time.UTC
	same(t, "in China, from anywhere", r.ok("roster", "show", "--at", "2026-10-10 20:30"), `
2026-10-10 20:30:00 班 work 国庆节
队列 queue  应到 due  实到 logged in  班次 shifts
general            1                  night
tax                1                  night`)
	var found dutyRoster
	if err := json.Unmarshal([]byte(r.ok("roster", "show", "--json")), &found); err != nil || len(found.Queues) != 2 ||
		found.Queues[0].Due != 2 || *found.Queues[0].LoggedIn != 1 || found.Day != "plain" || !found.At.Equal(noon) {
		t.Errorf("%v: %+v", err, found)
	}
	if code, _, err := r.run("roster", "show", "--at", "noon"); code != exitUsage || !strings.Contains(err, "--at") {
		t.Errorf("exit %d: %s", code, err)
	}
}

func TestARosterFileIsImported(t *testing.T) {
	r := newRig(t).serve()
	file := r.file("十月.csv", "\ufeff日期,班次,队列,人数\r\nmon-fri,早,general,3\r\nsat-sun,早,general,2\r\ndaily,夜,general,1\r\n2026-10-01,早,tax,2\r\n")
	const changes = `
- rosters.day.agents.general: 2
+ rosters.day mon-fri: {days: mon-fri, from: "08:00", to: "20:00", agents: {general: 3}}
+ rosters.day sat-sun: {days: sat-sun, from: "08:00", to: "20:00", agents: {general: 2}}
+ rosters.day 2026-10-01: {days: "2026-10-01", from: "08:00", to: "20:00", agents: {tax: 2}}
`
	same(t, "dry", r.ok("roster", "import", file, "--dry-run"), changes+"试算无误,未生效 / checked by the server, not applied")
	same(t, "import", r.ok("roster", "import", file), changes+"已生效: 版本 2 / in force: revision 2")
	if made := r.revisions[1]; made.Reason != "roster import "+file {
		t.Errorf("made %+v", made)
	}
	same(t, "again", r.ok("roster", "import", file), "没有变化,仍是版本 2 / nothing changes: revision 2 stays")
	r.stdin = "daily,早,general,0\n"
	code, _, err := r.run("roster", "import", "-")
	if code != exitFailed || !strings.Contains(err, "numbers.12345: nobody can take it daily 00:00–24:00: queue general has no roster people then, no duty tier") || len(r.revisions) != 2 {
		t.Errorf("a hole: exit %d: %s", code, err)
	}
}

func TestABadLineOfARosterFileChangesNothing(t *testing.T) {
	r := newRig(t).serve()
	var lines []string
	for i := range 10_000 {
		lines = append(lines, fmt.Sprintf("2026-%02d-%02d..2026-%02d-%02d,%02d:%02d-24:00,general,1", 1+i%12, 1+i/12%28, 1+i%12, 1+i/12%28, i/336%24, i/8064))
	}
	lines[7776] = strings.Replace(lines[7776], "general", "generel", 1)
	code, _, err := r.run("roster", "import", r.file("bad.csv", strings.Join(lines, "\n")))
	same(t, "an unknown queue", err, `
hotline: 文件有误,计划未动 / the file has faults, the plan is as it was: 1
  line 7777: column 3: unknown queue "generel": the plan's queues are general, tax`)
	if code != exitFailed || len(r.revisions) != 1 {
		t.Errorf("exit %d, %d revisions", code, len(r.revisions))
	}
	lines[7776] = strings.Replace(lines[7776], "generel", "general", 1)
	lines[99], lines[100] = "mon,早,nobody,1", "tomorrow,早,general,1"
	code, _, err = r.run("roster", "import", r.file("bad.csv", strings.Join(lines, "\n")))
	if code != exitFailed || !strings.Contains(err, "was: 2\n  line 100: column 3: unknown queue \"nobody\": the plan's queues are general, tax\n  line 101: column 1: ") {
		t.Errorf("exit %d: %s", code, err)
	}
	lines[99], lines[100], lines[7776] = "mon,早,tax,1", "tue,早,tax,1", "tomorrow,早,general,1"
	code, _, err = r.run("roster", "import", r.file("bad.csv", strings.Join(lines, "\n")), "--json")
	var problem api.Problem
	if e := json.Unmarshal([]byte(err), &problem); e != nil || code != exitFailed || len(problem.Errors) != 1 || problem.Errors[0].Line != 7777 ||
		problem.Errors[0].Location != "column 1" {
		t.Errorf("exit %d, %v: %+v", code, e, problem)
	}
	code, _, err = r.run("roster", "import", r.file("bad.csv", strings.Repeat("x\n", 1000)))
	if code != exitFailed || strings.Count(err, "\n") != 22 || !strings.Contains(err, "980 more lines are not told") {
		t.Errorf("exit %d: %s", code, err)
	}
}
