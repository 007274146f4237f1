package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/config"
)

// last is the revision in force, as a diff against the rig's first plan.
func (r *rig) last() (api.Revision, string) {
	r.t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.revisions[len(r.revisions)-1]
	before, faults := config.Parse([]byte(rigPlan))
	if faults != nil {
		r.t.Fatal(faults)
	}
	after, faults := config.Parse([]byte(now.Document))
	if faults != nil {
		r.t.Fatal(faults)
	}
	var lines []string
	for _, c := range config.Diff(before, after) {
		lines = append(lines, c.String())
	}
	return now, strings.Join(lines, "\n")
}

func TestSingleChangesMakeRevisions(t *testing.T) {
	t.Setenv("HOTLINE_AUTHOR", "carl")
	for _, c := range []struct {
		args         []string
		diff, reason string
		after        string // what is said behind the diff
	}{
		{[]string{"queue", "set", "general", "--wrap-up", "30s"}, "~ queues.general.wrap_up: 20s → 30s", "queue set general --wrap-up 30s", ""},
		{[]string{"queue", "set", "general", "--unset", "wrap-up"}, "- queues.general.wrap_up: 20s", "queue set general --unset wrap-up", ""},
		{
			[]string{"queue", "add", "law", "--tiers", "[{after: 0s, agents: own}, {after: 9s, queue: tax}]", "--announce-agent", "true"},
			"+ queues.law: {announce_agent: true, tiers: [{after: 0s, agents: own}, {after: 9s, queue: tax}]}",
			"queue add law --announce-agent true --tiers [{after: 0s, agents: own}, {after: 9s, queue: tax}]", "",
		},
		{
			[]string{"agent", "add", "8002", "--name", "李静", "--queues", "general,tax", "--skills", "general=5,tax=3"},
			"+ agents.8002: {name: 李静, queues: [general, tax], skills: {general: 5, tax: 3}}",
			"agent add 8002 --name 李静 --queues general,tax --skills general=5,tax=3", "接着设PIN / now his PIN: hotline agent pin 8002\n",
		},
		{[]string{"phone", "add", "8002"}, "+ phones.8002: {}", "phone add 8002", "接着设密码 / now its password: hotline phone password 8002\n"},
		{[]string{"number", "remove", "12366"}, "- numbers.12366: {mode: dual, department: 省税务局, seats: unified, queue: tax, skills: {tax: 3}}", "number remove 12366", ""},
		{[]string{"trunk", "set", "telecom", "--match", "10.10.0.0/24", "--match", "10.11.0.0/24"}, "~ trunks.telecom.match: [10.10.0.0/24] → [10.10.0.0/24, 10.11.0.0/24]", "trunk set telecom --match 10.10.0.0/24,10.11.0.0/24", ""},
		{[]string{"number", "set", "12366", "--note", strings.Repeat("长", 300)}, "+ numbers.12366.note: " + strings.Repeat("长", 300), "number set 12366 --note " + strings.Repeat("长", 176) + "…", ""},
	} {
		r := newRig(t).serve()
		same(t, strings.Join(c.args, " "), r.ok(c.args...), c.diff+"\n已生效: 版本 2 / in force: revision 2\n"+c.after)
		now, diff := r.last()
		same(t, "the revision", diff, c.diff)
		if now.Author != "carl" || now.Reason != c.reason || now.Base != 1 {
			t.Errorf("%v made %+v", c.args, now)
		}
	}
}

func TestWhoAndWhy(t *testing.T) {
	r := newRig(t).serve()
	for _, name := range []string{"HOTLINE_AUTHOR", "SUDO_USER"} {
		t.Setenv(name, "")
	}
	t.Setenv("USER", "dora")
	r.ok("queue", "set", "general", "--ring", "16s")
	t.Setenv("SUDO_USER", "emil")
	r.ok("queue", "set", "general", "--ring", "17s", "--reason", "more calls", "--base", "2")
	r.ok("queue", "set", "general", "--ring", "18s", "--author", "fay")
	for i, want := range [][2]string{{"dora", "queue set general --ring 16s"}, {"emil", "more calls"}, {"fay", "queue set general --ring 18s"}} {
		if made := r.revisions[i+1]; made.Author != want[0] || made.Reason != want[1] {
			t.Errorf("revision %d is by %q for %q", i+2, made.Author, made.Reason)
		}
	}
}

func TestADryRunShowsAndChangesNothing(t *testing.T) {
	r := newRig(t).serve()
	same(t, "text", r.ok("queue", "set", "general", "--wrap-up", "30s", "--dry-run"), "~ queues.general.wrap_up: 20s → 30s\n试算无误,未生效 / checked by the server, not applied")
	same(t, "JSON", r.ok("phone", "remove", "8001", "--dry-run", "--json"), `{
  "base": 1,
  "changes": [
    {
      "path": "phones.8001",
      "from": "{name: 王敏}"
    }
  ]
}`)
	if len(r.revisions) != 1 {
		t.Errorf("%d revisions", len(r.revisions))
	}
	if sent := r.asked[len(r.asked)-1]; !strings.Contains(sent, `"dry_run":true`) {
		t.Errorf("the server was not asked: %s", sent)
	}
}

func TestNothingToChangeMakesNoRevision(t *testing.T) {
	r := newRig(t).serve()
	same(t, "text", r.ok("queue", "set", "general", "--wrap-up", "20s"), "没有变化,仍是版本 1 / nothing changes: revision 1 stays")
	same(t, "JSON", r.ok("queue", "set", "general", "--wrap-up", "20s", "--json"), "{\n  \"base\": 1,\n  \"changes\": []\n}")
	if len(r.revisions) != 1 {
		t.Errorf("%d revisions", len(r.revisions))
	}
}

func TestAStaleBaseIsRefused(t *testing.T) {
	r := newRig(t).serve()
	r.ok("queue", "set", "general", "--ring", "16s")
	code, out, err := r.run("queue", "set", "general", "--ring", "17s", "--base", "1")
	same(t, "named", err, "hotline: 计划已被改动,请以现行版本重做 / revision 2 is in force, the change is to 1: begin anew")
	if code != exitFailed || out != "" || len(r.revisions) != 2 {
		t.Errorf("exit %d, %d revisions, %q", code, len(r.revisions), out)
	}
	r.race = true
	code, out, err = r.run("queue", "set", "general", "--ring", "17s")
	same(t, "overtaken", err, "hotline: 计划已被改动,请以现行版本重做 / the plan has changed meanwhile: revision 3 is in force, the change is to 2")
	if code != exitFailed || out != "" || len(r.revisions) != 3 {
		t.Errorf("exit %d, %d revisions, %q", code, len(r.revisions), out)
	}
	code, _, err = r.run("queue", "set", "general", "--ring", "17s", "--base", "2", "--json")
	var problem api.Problem
	if json.Unmarshal([]byte(err), &problem) != nil || problem.Status == 0 || problem.Detail == "" || code != exitFailed {
		t.Errorf("exit %d: %s", code, err)
	}
}

func TestEveryFaultOfAChangeIsNamedAtOnce(t *testing.T) {
	r := newRig(t).serve()
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"queue", "remove", "tax"}, "计划有误 / the plan has faults: 4\n  rosters.day.agents.tax: unknown queue \"tax\"\n  rosters.night.agents.tax: unknown queue \"tax\"\n  agents.8001.queues[1]: unknown queue \"tax\"\n  numbers.12366.queue: unknown queue \"tax\""},
		{[]string{"queue", "remove", "general"}, "计划有误 / the plan has faults: 4\n  rosters.day.agents.general: unknown queue \"general\"\n  rosters.night.agents.general: unknown queue \"general\"\n  agents.8001.queues[0]: unknown queue \"general\"\n  flows.hotline[1]: unknown queue \"general\""},
		{[]string{"trunk", "remove", "telecom"}, "计划有误 / the plan has faults: 1\n  destinations.tax.trunk: unknown trunk \"telecom\""},
		{
			[]string{"agent", "set", "8001", "--skills", "general=much", "--queues", "nowhere", "--auto-answer", "perhaps"},
			"计划有误 / the plan has faults: 2\n  agents.8001.skills.general: must be a whole number, not \"much\"\n  agents.8001.auto_answer: must be true or false, not \"perhaps\"",
		},
		{
			[]string{"agent", "set", "8001", "--skills", "general=11,law=3", "--queues", "nowhere"},
			"计划有误 / the plan has faults: 3\n  agents.8001.queues[0]: unknown queue \"nowhere\"\n  agents.8001.skills.general: level 11 is not between 1 and 10\n" +
				"  agents.8001.skills.law: unknown skill \"law\": the plan's skills are [\"general\" \"tax\"]",
		},
		{[]string{"trunk", "set", "telecom", "--interface", "side"}, "计划有误 / the plan has faults: 1\n  trunks.telecom.interface: unknown interface \"side\": this node has [\"main\"]"},
		{[]string{"queue", "set", "nowhere", "--ring", "9s"}, "没有这个队列 / no such queue: nowhere"},
		{[]string{"agent", "add", "8001"}, "已有这个坐席 / there is already an agent of that name: 8001"},
		{[]string{"phone", "remove", "9999"}, "没有这个分机 / no such phone: 9999"},
		{[]string{"number", "show", "110"}, "没有这个号码 / no such number: 110"},
		{[]string{"queue", "set", "general", "--unset", "colour"}, "计划有误 / the plan has faults: 1\n  queues.general.colour: unknown field; known are: kind, destination, strategy, ring, wrap_up, limit, max_wait, service_time, announce_agent, whisper_number, tiers, full, late"},
	} {
		code, out, err := r.run(c.args...)
		same(t, strings.Join(c.args, " "), err, "hotline: "+c.want)
		if code != exitFailed || out != "" {
			t.Errorf("%v: exit %d, %q", c.args, code, out)
		}
	}
	if len(r.revisions) != 1 {
		t.Errorf("%d revisions", len(r.revisions))
	}
}

func TestShowPrintsTheEntry(t *testing.T) {
	r := newRig(t).serve()
	same(t, "YAML", r.ok("number", "show", "12366"), `
numbers:
    "12366":
        mode: dual
        department: 省税务局
        seats: unified
        queue: tax
        skills:
            tax: 3`)
	same(t, "JSON", r.ok("queue", "show", "general", "--json"), "{\n  \"queue\": \"general\",\n  \"ring\": \"15s\",\n  \"wrap_up\": \"20s\"\n}")
	same(t, "empty", r.ok("queue", "show", "tax", "--json"), "{\n  \"queue\": \"tax\"\n}")
}

func (r *rig) file(name, text string) string {
	r.t.Helper()
	path := filepath.Join(r.data, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		r.t.Fatal(err)
	}
	return path
}

func TestAPlanGoesOutAndComesBack(t *testing.T) {
	r := newRig(t).serve()
	same(t, "export", r.ok("config", "export"), rigPlan)
	next := r.file("next.yaml", "# a word\n"+strings.Replace(rigPlan, "ring: 15s", "ring: 25s", 1))
	const change = "~ queues.general.ring: 15s → 25s"
	same(t, "diff", r.ok("config", "diff", next), change+"\n与版本 1 相比 1 处不同 / differences to revision 1: 1")
	same(t, "dry", r.ok("config", "apply", next, "--dry-run"), change+"\n试算无误,未生效 / checked by the server, not applied")
	same(t, "apply", r.ok("config", "apply", next, "--reason", "long calls"), change+"\n已生效: 版本 2 / in force: revision 2")
	if made := r.revisions[1]; made.Reason != "long calls" || !strings.HasPrefix(made.Document, "# a word\n") {
		t.Errorf("applied %+v", made)
	}
	same(t, "no diff", r.ok("config", "diff", next), "与版本 2 没有差别 / no difference to revision 2")
	same(t, "rollback", r.ok("config", "rollback", "1"), "~ queues.general.ring: 25s → 15s\n已生效: 版本 3 / in force: revision 3")
	if made := r.revisions[2]; made.Reason != "rollback to 1" || made.Base != 2 || made.Document != rigPlan {
		t.Errorf("rolled back to %+v", made)
	}
	r.stdin = "# a word\n" + strings.Replace(rigPlan, "ring: 15s", "ring: 35s", 1)
	var made api.Revision
	if err := json.Unmarshal([]byte(r.ok("config", "apply", "-", "--reason", "x", "--json")), &made); err != nil || made.Revision != 4 {
		t.Errorf("applied from standard input: %+v, %v", made, err)
	}
	same(t, "an older one", r.ok("config", "export", "--revision", "1"), rigPlan)
	for _, args := range [][]string{{"config", "export", "--revision", "9"}, {"config", "rollback", "9"}} {
		code, _, err := r.run(args...)
		if same(t, args[1], err, "hotline: 没有这个版本 / no such revision: 9"); code != exitFailed {
			t.Errorf("exit %d", code)
		}
	}
	bad := r.file("bad.yaml", "queues: {general: {ring: 15}}\ncolour: red\nnumbers: {\"12345\": {flow: lost}}\n")
	for _, args := range [][]string{{"config", "apply", bad, "--reason", "x"}, {"config", "check", bad}} {
		code, _, err := r.run(args...)
		if code != exitFailed || !strings.HasPrefix(err, "hotline: 计划有误 / the plan has faults: 3\n  line 1: queues.general.ring: bad duration") ||
			!strings.Contains(err, "\n  line 2: colour: unknown key") || !strings.Contains(err, "\n  line 3: numbers.12345.flow: unknown flow \"lost\"") {
			t.Errorf("%s: exit %d: %s", args[1], code, err)
		}
	}
}

func TestAPlanIsCheckedWithAndWithoutAServer(t *testing.T) {
	r := newRig(t)
	plan := strings.Replace(rigPlan, "music]", "{play: notice}, {play: welcome}]", 1)
	plan = strings.Replace(plan, "telecom: {match", "telecom: {interface: side, match", 1)
	file := r.file("plan.yaml", plan)
	const sound = "计划无误 / the plan is sound: 号码 numbers 2, 队列 queues 2, 坐席 agents 1, 分机 phones 1, 中继 trunks 1"
	same(t, "alone", r.ok("config", "check", file), `
未查 / not checked: line 9: flows.hotline[2].clip: unknown clip "notice"
未查 / not checked: line 9: flows.hotline[3].clip: unknown clip "welcome"
未查 / not checked: whether the node has the interfaces ["side"]
`+sound)
	r.serve()
	code, out, err := r.run("config", "check", file, "--json")
	var found verdict
	if e := json.Unmarshal([]byte(out), &found); e != nil || found.Valid || len(found.Faults) != 2 || len(found.NotChecked) != 0 || code != exitFailed {
		t.Errorf("exit %d, %+v, %v", code, found, e)
	}
	var problem api.Problem
	if e := json.Unmarshal([]byte(err), &problem); e != nil || len(problem.Errors) != 2 || problem.Errors[1].Location != "flows.hotline[3].clip" {
		t.Errorf("%+v, %v", problem, e)
	}
	same(t, "sound", r.ok("config", "check", r.file("plan.yaml", rigPlan)), sound)
	code, _, err = r.run("config", "check", filepath.Join(r.data, "none"))
	if code != exitFailed || !strings.Contains(err, "no such file") {
		t.Errorf("exit %d: %s", code, err)
	}
}
