package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/journal"
)

func TestWrongUsageExitsWithTwo(t *testing.T) {
	r := newRig(t).serve()
	for command, want := range map[string]string{
		"":                              "缺少命令 / \"hotline\" wants a command",
		"agent":                         "缺少命令 / \"hotline agent\" wants a command",
		"dance":                         "用法有误 / wrong usage: unknown command \"dance\"",
		"agent dance":                   "没有这个命令 / unknown command \"dance\" for \"hotline agent\"",
		"agent list --colour":           "用法有误 / wrong usage: unknown flag: --colour",
		"agent list 8001":               "用法有误 / wrong usage: unknown command \"8001\"",
		"agent login":                   "用法有误 / wrong usage: accepts 1 arg(s), received 0",
		"agent login 8001":              "缺少分机 / --phone is missing",
		"agent pin 8001 --pin=":         "不能为空 / the PIN given is empty",
		"call hangup":                   "用法有误 / wrong usage: accepts 1 arg(s), received 0",
		"cdr list --limit 0":            "条数有误 / --limit is at least 1",
		"cdr list --limit many":         "用法有误 / wrong usage: invalid argument \"many\"",
		"cdr list --since yesterday":    "时间写法有误 / --since \"yesterday\" is no time",
		"config apply x":                "缺少原因 / --reason is missing",
		"config rollback x":             "版本写法有误 / \"x\" is no revision's number",
		"drain --grace 10":              "时长写法有误 / --grace: bad duration \"10\"",
		"drain --undo --grace 10m":      "选项冲突 / --undo and --grace exclude each other",
		"queue set general":             "没有要改的 / nothing to set",
		"queue set general --colour x":  "用法有误 / wrong usage: unknown flag: --colour",
		"phone set 8001 --password abc": "用法有误 / wrong usage: unknown flag: --password",
	} {
		code, out, err := r.run(strings.Fields(command)...)
		if code != exitUsage || out != "" || !strings.Contains(err, "hotline: "+want) || !strings.Contains(err, "\n  用法 / usage: hotline") {
			t.Errorf("%q: exit %d\n%s%s", command, code, out, err)
		}
	}
	if len(r.asked) > 0 {
		t.Errorf("the server was asked %q", r.asked)
	}
}

func TestNoServerExitsWithThree(t *testing.T) {
	r := newRig(t)
	for _, command := range []string{
		"status", "agent list", "agent login 1 --phone 2", "call show k1", "call hangup k1", "cdr list", "config export", "config history",
		"config rollback 1", "queue set general --ring 9s", "number list", "phone password 8001", "drain", "drain --undo",
	} {
		code, out, err := r.run(strings.Fields(command)...)
		if code != exitUnreachable || out != "" || !strings.HasPrefix(err, "hotline: 连不上服务 / the server cannot be reached: no server runs") {
			t.Errorf("%q: exit %d\n%s%s", command, code, out, err)
		}
	}
	code, _, err := r.run("status", "--json")
	if code != exitUnreachable || !strings.HasPrefix(err, `{"type":"about:blank","title":"Service Unavailable","status":503,`) {
		t.Errorf("exit %d: %s", code, err)
	}
}

func TestRefusalsAreSaidInBothLanguages(t *testing.T) {
	r := newRig(t)
	r.answers["POST /v1/agents/9999/login"] = refused(404, "no such agent in the plan: 9999")
	r.answers["POST /v1/agents/8001/pause"] = refused(409, "the agent is not logged in: 8001")
	r.answers["GET /v1/cdrs"] = refused(503, "the database is away")
	r.answers["PUT /v1/agents/8001/pin"] = &api.Problem{Title: "x", Status: 422, Detail: "the request is not valid", Errors: []api.Fault{{Location: "body.secret", Message: "a PIN has 4 to 16 digits"}}}
	r.serve()
	for command, want := range map[string]string{
		"agent login 9999 --phone 8001": "hotline: 没有这个坐席 / no such agent in the plan: 9999",
		"agent pause 8001":              "hotline: 坐席未登录 / the agent is not logged in: 8001",
		"cdr list":                      "hotline: 暂时不可用 / the database is away",
		"agent pin 8001 --pin ab":       "hotline: 请求有误 / the request is not valid\n  body.secret: a PIN has 4 to 16 digits",
		"call hangup ../../status":      "hotline: 没有找到 / no such route: DELETE /v1/calls/../../status",
	} {
		code, out, err := r.run(strings.Fields(command)...)
		if same(t, command, err, want); code != exitFailed || out != "" {
			t.Errorf("%q: exit %d, %q", command, code, out)
		}
	}
}

// Whatever the server's machines refuse with or say of a state has its Chinese.
func TestEveryWordOfTheServerHasItsChinese(t *testing.T) {
	for _, err := range []error{
		core.ErrNoAgent, core.ErrNoCall, core.ErrNoPhone, core.ErrSecret, core.ErrStale,
		acd.ErrNoAgent, acd.ErrLoggedOut, acd.ErrBusy, acd.ErrPhoneTaken,
	} {
		if !slices.ContainsFunc(refusals, func(r [2]string) bool { return strings.HasPrefix(err.Error(), r[0]) }) {
			t.Errorf("no Chinese for %q", err)
		}
	}
	for state := acd.LoggedOut; state <= acd.Paused; state++ {
		if states[state.String()] == "" {
			t.Errorf("no Chinese for %q", state)
		}
	}
	for _, o := range []journal.Outcome{
		journal.Answered, journal.AbandonedPrompt, journal.AbandonedQueue, journal.AbandonedRing, journal.QueueFull, journal.WaitLimit,
		journal.ForwardFailed, journal.FlowEnded, journal.UnusableSDP, journal.MediaLost, journal.NoACK, journal.Outage, journal.Operator,
		journal.Shutdown, journal.Fault,
	} {
		if outcomes[string(o)] == "" {
			t.Errorf("no Chinese for %q", o)
		}
	}
}

func TestCommandsReachTheirRoutes(t *testing.T) {
	r := newRig(t)
	agent := api.Agent{Agent: "8001", Name: "王敏", State: "Idle", Since: ago(time.Second), Phone: "8017", Queues: []string{}}
	for _, wish := range []string{"login", "logout", "pause", "resume"} {
		r.answers["POST /v1/agents/8001/"+wish] = agent
	}
	r.answers["PUT /v1/agents/8001/pin"] = api.Secret{Secret: "246810"}
	r.answers["PUT /v1/phones/8001/password"] = api.Secret{Secret: "abcdefgh"}
	r.answers["DELETE /v1/calls/k1"], r.answers["PUT /v1/drain"], r.answers["DELETE /v1/drain"] = nil, nil, nil
	r.stdin = "from-stdin\r\n"
	r.serve()
	for _, c := range []struct{ command, asked, out string }{
		{"agent login 8001 --phone 8017", `POST /v1/agents/8001/login {"phone":"8017"}`, "坐席 agent 8001 王敏: 空闲 Idle, 分机 phone 8017"},
		{"agent logout 8001", "POST /v1/agents/8001/logout", "坐席 agent 8001 王敏: 空闲 Idle, 分机 phone 8017"},
		{"agent pause 8001", "POST /v1/agents/8001/pause", "坐席 agent 8001 王敏: 空闲 Idle, 分机 phone 8017"},
		{"agent resume 8001", "POST /v1/agents/8001/resume", "坐席 agent 8001 王敏: 空闲 Idle, 分机 phone 8017"},
		{"agent pin 8001", `PUT /v1/agents/8001/pin {"secret":""}`, "8001: 新PIN,只显示这一次 / a new PIN, shown this once: 246810"},
		{"agent pin 8001 --pin 1234", `PUT /v1/agents/8001/pin {"secret":"1234"}`, "8001: PIN已设 / the PIN is set"},
		{"phone password 8001", `PUT /v1/phones/8001/password {"secret":""}`, "8001: 新密码,只显示这一次 / a new password, shown this once: abcdefgh"},
		{"phone password 8001 --password -", `PUT /v1/phones/8001/password {"secret":"from-stdin"}`, "8001: 密码已设 / the password is set"},
		{"phone password 8001 --json", `PUT /v1/phones/8001/password {"secret":""}`, "{\n  \"secret\": \"abcdefgh\"\n}"},
		{"call hangup k1", "DELETE /v1/calls/k1", "已挂断 / ended: k1"},
		{"call hangup k1 --json", "DELETE /v1/calls/k1", ""},
		{"drain", `PUT /v1/drain {"grace":"10m"}`, "不再接新来电,现有通话最多再 10m,随后退出 / draining: calls in progress have 10m"},
		{"drain --grace 90s", `PUT /v1/drain {"grace":"1m30s"}`, "不再接新来电,现有通话最多再 1m30s,随后退出 / draining: calls in progress have 1m30s"},
		{"drain --undo", "DELETE /v1/drain", "恢复接听 / new calls are taken again"},
	} {
		same(t, c.command, r.ok(strings.Fields(c.command)...), c.out)
		same(t, c.command, r.asked[len(r.asked)-1], c.asked)
	}
	if out := r.ok("version"); !strings.Contains(out, "Go") {
		t.Errorf("version says %q", out)
	}
	if out := r.ok("version", "--json"); !strings.Contains(out, `"go": "go1.`) {
		t.Errorf("version says %q", out)
	}
}

func TestShellsCompleteWhatTheServerHas(t *testing.T) {
	r := filled(t)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"agent", "login", ""}, "8001\t王敏 通话 Talking\n8002\t欧阳静 未登录 LoggedOut"},
		{[]string{"agent", "login", "8001", "--phone", ""}, "8017\t王敏\n8018"},
		{[]string{"agent", "login", "8001", ""}, ""},
		{[]string{"queue", "set", ""}, "general\ntax"},
		{[]string{"queue", "set", "general", "--strategy", ""}, "longest-idle\nmost-skilled\nleast-calls\nround-robin"},
		{[]string{"agent", "set", "8001", "--queues", ""}, "general\ntax"},
		{[]string{"call", "hangup", ""}, "k3\t13800000001 12345 通话中 talking"},
		{[]string{"trunk", "show", ""}, "telecom\ntax"},
		{[]string{"number", "remove", ""}, "12345\n12366\t省税务局"},
		{[]string{"config", "rollback", ""}, "1\t2026-11-24 03:00:00 anna begin"},
	} {
		_, out, _ := r.run(append([]string{"__complete"}, c.args...)...)
		out, _, _ = strings.Cut(out, ":4\n") // cobra's "no file names"
		same(t, strings.Join(c.args, " "), out, c.want)
	}
	if out := r.ok("completion", "bash"); !strings.Contains(out, "__start_hotline") {
		t.Error("no completion for bash")
	}
}
