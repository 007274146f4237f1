package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/api"
)

func cdrs() []api.CDR {
	return []api.CDR{
		{
			Position: 92, Call: "k2", From: "telecom", Caller: "13800000001", Dialled: "055112345", Number: "12345", Began: ago(65 * time.Second),
			Answered: maybe(ago(65 * time.Second)), Enlisted: maybe(ago(65 * time.Second)), Offered: maybe(ago(64500 * time.Millisecond)),
			Accepted: maybe(ago(60 * time.Second)), Bridged: maybe(ago(59500 * time.Millisecond)), Ended: ago(0),
			Queue: "general", Agent: "8001", Phone: "8017", Offers: 1, Outcome: "answered", EndedBy: "caller", Revision: 3,
			City: "合肥", AnsweredBy: "takeover", Destination: "tax", TakenOver: "busy",
		},
		{
			Position: 41, Call: "k1", From: "telecom", Caller: "0551\x1b[31m1", Number: "12366", Began: ago(time.Hour), Enlisted: maybe(ago(time.Hour)),
			Ended: ago(time.Hour - 1500*time.Millisecond), Queue: "tax", Outcome: "abandoned-queue", EndedBy: "caller", Q850: 16, Revision: 3,
		},
	}
}

func filled(t *testing.T) *rig {
	r := newRig(t)
	r.answers["GET /v1/agents"] = []api.Agent{
		{Agent: "8001", Name: "王敏", State: "Talking", Since: ago(time.Minute), Phone: "8017", Queues: []string{"general", "tax"}, Misses: 1, Calls: 12},
		{Agent: "8002", Name: "欧阳静", State: "LoggedOut", Queues: []string{}},
	}
	r.answers["GET /v1/calls"] = []api.Call{{ID: "k3", State: "talking", From: "telecom", Caller: "13800000001", Number: "12345", Queue: "general", Agent: "8001", Phone: "8017", Began: ago(90 * time.Second), Bridged: maybe(ago(time.Minute))}}
	r.answers["GET /v1/queues"] = []api.Queue{{Queue: "general", Waiting: 3, Offered: 8, Answered: 6, Abandoned: 2, InInvite: 5, InHeard: 6}, {Queue: "tax"}}
	r.answers["GET /v1/phones"] = []api.Phone{{Phone: "8017", Name: "王敏", Registered: true, Reachable: true, Contact: "sip:8017@10.0.0.9", Expires: maybe(noon), Agent: "8001"}, {Phone: "8018"}}
	r.answers["GET /v1/trunks"] = []api.Trunk{{Trunk: "telecom", Busy: 7, Channels: 300}, {Trunk: "tax"}}
	r.answers["GET /v1/cdrs"] = cdrs()
	r.answers["GET /v1/report"] = []api.ReportRow{
		{Key: "12345", Calls: 200, Reached: 190, Connected: 190, Abandoned: 8, Failed: 2, InInvite: 150, InHeard: 171, Waited: 190, Wait: 1900, Talk: 19000, ByAgent: 180, ByTakeover: 10},
		{Key: "12366", Calls: 4, Reported: 3, Reached: 4, Connected: 4, InInvite: 4, InHeard: 4, BySubcenter: 4},
	}
	r.answers["GET /v1/status"] = api.Status{
		Version: "v1", Started: ago(26 * time.Hour), Now: noon, Ready: true, Revision: 3, Calls: 14, Waiting: 3,
		Short:   []api.Short{{Queue: "general", Due: 12, LoggedIn: 10, Short: 2}},
		Agents:  []api.StateCount{{State: "Idle", N: 5}, {State: "Talking", N: 9}, {State: "Paused"}},
		Journal: api.Journal{Position: 100, Synced: 98, Segments: 2, Bytes: 64e6, Room: true}, Store: api.Store{Position: 93, Lag: 7},
		Listening: []api.Listener{{Interface: "main", Transport: "udp", Address: "127.0.0.1:5060"}},
	}
	return r.serve()
}

func TestTablesStandUnderTheirHeads(t *testing.T) {
	r := filled(t)
	for command, want := range map[string]string{
		"agent list": `
工号 agent  姓名 name  状态 state        自 since             分机 phone  队列 queues  未接 misses  通话 calls
8001        王敏       通话 Talking      2026-11-24 11:59:00  8017        general,tax            1          12
8002        欧阳静     未登录 LoggedOut                                                          0           0`,
		"call list": `
通话 call  状态 state      来自 from  主叫 caller  号码 number  队列 queue  坐席@分机 agent@phone  应答点 destination  开始 began           时长 length s
k3         通话中 talking  telecom    13800000001  12345        general     8001@8017                                  2026-11-24 11:58:30           90.0`,
		"cdr list": `
结束 ended           主叫 caller  号码 number  城市 city  队列 queue  坐席@分机 agent@phone  应答方 answered by  结果 outcome                等待 wait s  通话 talk s  挂机 ended by
2026-11-24 12:00:00  13800000001  12345        合肥       general     8001@8017              12345兜底 takeover  接通 answered                       5.0         59.5  主叫 caller
2026-11-24 11:00:01  0551?[31m1   12366                   tax                                                    排队中放弃 abandoned-queue          1.5               主叫 caller`,
		"queue list": `
队列 queue  排队 waiting  进入 offered  接通 answered  放弃 abandoned  及时率(自来电) in time of offered, from INVITE  及时率(自提示完) from prompt's end
general                3             8              6               2                                       5 (62.5%)                           6 (75.0%)
tax                    0             0              0               0                                               0                                   0`,
		"report --by number": `
分组 number  来电 calls  外报 reported  接通 connected  接通率 %  15秒接起 in 15 s %  (提示后 from prompt) %  放弃 abandoned  未接 failed  平均等待 wait s  平均通话 talk s  坐席 agent  专家 expert  分中心 subcenter  兜底 takeover  值班 duty  其他 other
12345               200              0             190      95.0                75.0                    90.0               8            2             10.0            100.0         180            0                 0             10          0           0
12366                 4              3               4     100.0               100.0                   100.0               0            0                               0.0           0            0                 4              0          0           0`,
		"phone list": `
分机 phone  名称 name  注册 registered  可达 reachable  联系地址 contact   到期 expires         坐席 agent
8017        王敏       是 yes           是 yes          sip:8017@10.0.0.9  2026-11-24 12:00:00  8001
8018                   否 no            否 no`,
		"trunk list": `
中继 trunk  占用 busy  并发上限 channels
telecom             7                300
tax                 0          不限 none`,
		"destination list": `
应答点 destination  名称 name  种类 kind  中继 trunk  外呼号码 number  并发上限 channels  振铃时限 ring  开放时间 hours  续拨 next
tax                                       telecom     12366               随中继 trunk's  10s`,
		"number list": `
号码 number  方式 mode      座席 seats         状态 status  过渡期剩余天数 days left  今日来电 calls today  部门 department  城市 city  流程 flow  队列 queue  应答点 destination  技能 skills  备注 note
12345                                          在用 live                                               201                              hotline
12366        双号并行 dual  并入12345 unified  在用 live                                                 4  省税务局                               tax                             tax=3`,
		"config history": `
   版本 revision  基于 base  时间 time            作者 author  原因 reason
*              1             2026-11-24 03:00:00  anna         begin`,
		"status": `
运行 running          1d2h (自 since 2026-11-23 10:00:00)
版本 version          v1
接新来电 takes calls  正常 yes
计划 plan             版本 revision 3
通话 calls            14, 排队 waiting 3
坐席 agents           空闲 Idle 5, 通话 Talking 9
日志 journal          2 段 segments, 64.0 MB, 位置 position 100, 未落盘 unsynced 2
库 store              落后 lags by 7
缺岗 short of agents  general: 应到 due 12, 实到 logged in 10
监听 listening        udp 127.0.0.1:5060 (main)`,
	} {
		same(t, command, r.ok(strings.Fields(command)...), want)
	}
}

func TestEmptyListsSaySo(t *testing.T) {
	r := newRig(t)
	for _, route := range []string{"agents", "calls", "queues", "phones", "trunks", "cdrs"} {
		r.answers["GET /v1/"+route] = []int{}
	}
	r.serve()
	for command, want := range map[string]string{
		"agent list": "没有坐席 / no agents", "call list": "没有进行中的通话 / no calls in progress", "queue list": "没有队列 / no queues",
		"phone list": "没有分机 / no phones", "trunk list": "没有中继 / no trunks", "cdr list": "没有话单 / no records",
	} {
		same(t, command, r.ok(strings.Fields(command)...), want)
		same(t, command+" --json", r.ok(append(strings.Fields(command), "--json")...), "[]")
	}
}

// What programs get is what the API gave, whole.
func TestJSONIsTheAPIs(t *testing.T) {
	r := filled(t)
	for _, name := range []string{"agent", "call", "queue", "phone", "trunk", "cdr"} {
		want, err := json.MarshalIndent(r.answers["GET /v1/"+name+"s"], "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		same(t, name, r.ok("--json", name, "list"), string(want))
	}
	want, err := json.MarshalIndent(r.answers["GET /v1/status"], "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	same(t, "status", r.ok("status", "--json"), string(want))
	same(t, "number", r.ok("number", "list", "--json"), `[
  {
    "calls_today": 201,
    "flow": "hotline",
    "number": "12345"
  },
  {
    "calls_today": 4,
    "department": "省税务局",
    "mode": "dual",
    "number": "12366",
    "queue": "tax",
    "seats": "unified",
    "skills": {
      "tax": 3
    }
  }
]`)
}

func TestCallShowFindsLiveAndFinishedCalls(t *testing.T) {
	r := filled(t)
	r.answers["GET /v1/calls/k3/history"] = []api.Step{{At: ago(90 * time.Second), Kind: "began", From: "telecom"}}
	same(t, "live", r.ok("call", "show", "K3"), `
通话 call      k3
状态 state     通话中 talking
来自 from      telecom
主叫 caller    13800000001
号码 number    12345
队列 queue     general
坐席 agent     8001
分机 phone     8017
开始 began     2026-11-24 11:58:30
接通 bridged   2026-11-24 11:59:00
时长 length s  90.0
通话 talk s    60.0

经过 history
2026-11-24 11:58:30.000  0.0  来电 the INVITE from telecom`)
	r.answers["GET /v1/cdrs"] = cdrs()[:1]
	one := cdrs()[0]
	r.answers["GET /v1/calls/k2/history"] = []api.Step{
		{At: one.Began, Kind: "began", From: "telecom"},
		{At: *one.Enlisted, Kind: "enlisted", Queue: "general"},
		{At: *one.Offered, Kind: "offered", Agent: "8002", Phone: "8018", Queue: "general", Strategy: "longest-idle", Eligible: 4, Next: "8001 8003 8004"},
		{At: *one.Offered, Kind: "offer-ended", Agent: "8002", Why: "rejected", Status: 603},
		{At: *one.Offered, Kind: "forwarded", Destination: "tax", Number: "12366", Trunk: "tax-bureau"},
		{At: *one.Offered, Kind: "forward-ended", Destination: "tax", Why: "busy", Status: 486, Q850: 17},
		{At: *one.Bridged, Kind: "bridged"},
		{At: *one.Bridged, Kind: "transferred", By: "agent", From: "8001", To: "law", ToKind: "queue"},
		{At: *one.Bridged, Kind: "transfer-done", To: "law", Why: "full"},
		{At: one.Ended, Kind: "media-counted", Side: "caller", Received: 3000, Sent: 2990, Lost: 1},
	}
	same(t, "finished", r.ok("call", "show", "k2"), `
通话 call                     k2
来自 from                     telecom
主叫 caller                   13800000001
所拨 dialled                  055112345
号码 number                   12345
城市 city                     合肥
队列 queue                    general
最后转往 rung outside         tax
12345接管原因 taken over for  忙 busy
坐席@分机 agent@phone         8001@8017
应答方 answered by            12345兜底 takeover
派接次数 offers               1
结果 outcome                  接通 answered
挂机 ended by                 主叫 caller
等待 wait s                   5.0
通话 talk s                   59.5
全长 length s                 65.0
计划版本 revision             3

经过 history
2026-11-24 11:58:55.000   0.0  来电 the INVITE from telecom
2026-11-24 11:58:55.000   0.0  入队 enlisted in general
2026-11-24 11:58:55.000   0.0  应答 answered for the prompts
2026-11-24 11:58:55.500   0.5  派给 offered to 8002@8018 (general, longest-idle, 层 tier 0, 可选 eligible 4, 其后 then 8001 8003 8004)
2026-11-24 11:58:55.500   0.5  未接 not taken by 8002: rejected 603
2026-11-24 11:58:55.500   0.5  转出 rung outside: tax, 12366 经 by trunk tax-bureau
2026-11-24 11:58:55.500   0.5  应答点未接 not taken by tax: 忙 busy 486 Q.850 17
2026-11-24 11:59:00.000   5.0  坐席接听 accepted by 8001@8017
2026-11-24 11:59:00.500   5.5  双方通话 they hear each other
2026-11-24 11:59:00.500   5.5  转接 sent on by 坐席 agent 8001 → 队列 queue law
2026-11-24 11:59:00.500   5.5  转接未成 the transfer failed: law: 占满 full
2026-11-24 12:00:00.000  65.0  语音包 RTP of the caller side: 收 received 3000, 发 sent 2990, 丢 lost 1, 迟 late 0
2026-11-24 12:00:00.000  65.0  结束 ended by 主叫 caller`)
	lived := one
	lived.Resumed = true
	r.answers["GET /v1/cdrs"] = []api.CDR{lived}
	if out := r.ok("call", "show", "k2"); !strings.Contains(out, "收 received ≥3000, 发 sent ≥2990, 丢 lost ≥1, 迟 late ≥0") {
		t.Errorf("a call that lived through a restart counts exactly:\n%s", out)
	}
	r.answers["GET /v1/cdrs"], r.answers["GET /v1/calls/zz/history"] = []api.CDR{}, []api.Step{}
	code, _, err := r.run("call", "show", "zz")
	if same(t, "unknown", err, "hotline: 没有这个通话 / no such call: zz"); code != exitFailed {
		t.Errorf("exit %d", code)
	}
}

func TestCDRListAsksPageAfterPage(t *testing.T) {
	r := newRig(t)
	page := make([]api.CDR, pageSize)
	for i := range page {
		page[i].Position = uint64(50000 - i)
	}
	r.answers["GET /v1/cdrs"] = page
	r.serve()
	out := r.ok("cdr", "list", "--json", "--limit", "20001", "--since", "08:30", "--until", "2h", "--number", "12345", "--caller", "138", "--agent", "8001", "--outcome", "answered", "--call", "k1")
	var got []api.CDR
	if err := json.Unmarshal([]byte(out), &got); err != nil || len(got) != 3*pageSize {
		t.Errorf("%d records, %v", len(got), err)
	}
	const filter = "agent=8001&%scall=k1&caller=138&limit=%s&number=12345&outcome=answered&since=2026-11-24T08%%3A30%%3A00%%2B08%%3A00&until=2026-11-24T10%%3A00%%3A00%%2B08%%3A00"
	for i, want := range [][2]string{{"", "10000"}, {"before=40001&", "10000"}, {"before=40001&", "1"}} {
		query := "GET /v1/cdrs?" + strings.NewReplacer("%s", "", "%%", "%").Replace(strings.Replace(strings.Replace(filter, "%s", want[0], 1), "%s", want[1], 1))
		same(t, "page", r.asked[i], query)
	}
}

func TestTimesAreReadAsPeopleWriteThem(t *testing.T) {
	p := &program{zone: zone, now: func() time.Time { return noon }}
	for text, want := range map[string]string{
		"": "0001-01-01T00:00:00Z", "2026-01-31": "2026-01-31T00:00:00+08:00", "2026-01-31 08:30": "2026-01-31T08:30:00+08:00",
		"2026-01-31T08:30:01": "2026-01-31T08:30:01+08:00", "2026-01-31T08:30:01Z": "2026-01-31T08:30:01Z", "08:30": "2026-11-24T08:30:00+08:00",
		"08:30:15": "2026-11-24T08:30:15+08:00", "90m": "2026-11-24T10:30:00+08:00",
	} {
		got, err := p.parseTime("since", text)
		if err != nil || got.Format(time.RFC3339) != want {
			t.Errorf("%q is %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"yesterday", "-2h", "25:00", "2026-13-01"} {
		if got, err := p.parseTime("since", text); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
}
