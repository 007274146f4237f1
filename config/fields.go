package config

import (
	"reflect"
	"slices"
)

// Field is a field of a kind of entry, for whoever edits it.
type Field struct {
	Name string // as in the plan: wrap_up
	Form string // how a value is written: 20s
	Doc  string // Chinese / English
	List bool   // takes several values, with commas between them
}

// secret are the fields that the plan only shows; their values live outside.
var secret = map[string]string{"phone": "password"}

// docs say what each field is for.
var docs = map[string][][2]string{
	"queue": {
		{"kind", "种类 / kind: agents, experts, subcenter"},
		{"destination", "分中心的应答点 / the destination of a subcenter"},
		{"strategy", "选人策略 / strategy: longest-idle, most-skilled, least-calls, round-robin"},
		{"ring", "振铃时限 / how long an agent's phone rings"},
		{"wrap_up", "话后整理时间 / wrap-up after a call"},
		{"limit", "排队人数上限,0 不限 / calls that may wait; 0: no limit"},
		{"max_wait", "最长等待,0 不限 / longest wait; 0: no limit"},
		{"service_time", "服务水平的时限 / the service level's time"},
		{"announce_agent", "向来电人报工号 / the caller hears the agent's number"},
		{"whisper_number", "向坐席报所拨号码 / the agent hears the number dialled"},
		{"tiers", "逐级扩大的寻人范围 / tiers of the search, by waiting time"},
		{"full", "排队已满时播放的提示,空则不播 / clip heard before the hang-up where the queue is full; empty: none"},
		{"late", "等待超限时播放的提示,空则不播 / clip heard before the hang-up after max_wait; empty: none"},
	},
	"agent": {
		{"name", "姓名 / name"},
		{"queues", "所在队列 / queues"},
		{"skills", "技能与等级 1–10 / skills and levels"},
		{"auto_answer", "自动应答 / the phone answers by itself"},
	},
	"phone": {
		{"name", "名称 / name"},
		{"tester", "测试主叫:可冒任意外线号码 / may ring any number as a chosen outside caller"},
	},
	"number": {
		{"name", "名称 / title"},
		{"status", "状态 / status: live, not_set_up, cancelled, reassigned"},
		{"flow", "来电流程 / flow"},
		{"mode", "归并方式 / mode: merged, dual, subcenter"},
		{"department", "部门 / department"},
		{"city", "所属城市 / city"},
		{"greeting", "问候语 / greeting: a clip"},
		{"authority", "依据文号 / the document that allows it"},
		{"seats", "坐席 / seats: unified, retained"},
		{"queue", "队列 / queue"},
		{"destination", "部门应答点 / destination"},
		{"takeover", "无人应答时接手的队列 / the queue that takes over"},
		{"skills", "所需技能与等级 / skills and levels needed"},
		{"priority", "优先级,大者先 / priority; higher goes first"},
		{"transition", "过渡期提示 / transition prompt"},
		{"note", "备注 / note"},
	},
	"destination": {
		{"kind", "种类 / kind: department, subcenter, emergency, crisis, utility, hub, city, neighbour"},
		{"name", "名称 / as people say it"},
		{"trunk", "经由的中继 / trunk by which it is rung"},
		{"number", "外呼号码 / number that is rung there"},
		{"channels", "并发上限,0 随中继 / calls at once; 0: as many as its trunk takes"},
		{"ring", "振铃时限,0 为 10 秒 / how long it rings; 0: 10 s"},
		{"hours", "开放时间,空为全天 / hours in which it is rung; empty: always"},
		{"next", "不接时续拨的应答点 / the destination that is rung after it"},
	},
	"trunk": {
		{"interface", "网络接口,空为第一个 / interface; empty: the first"},
		{"match", "对端地址 / addresses it comes from"},
		{"peers", "外呼地址 / addresses at which it is rung"},
		{"dialled", "被叫号码取自哪些头域,依次 / where the dialled number is found, in order"},
		{"area", "区号 / area code"},
		{"media", "媒体 / media: sdp"},
		{"channels", "并发上限,0 不限 / channels; 0: no limit"},
		{"reserved", "其中为110等紧急转接预留 / channels kept for emergency destinations"},
		{"untrusted", "不采信其改号与主叫信息 / its diversions and callers are not believed"},
		{"dids", "运营商直拨号 / numbers that the carrier assigned to ours"},
		{"city", "来话所属城市 / whose its calls are"},
		{"early_media", "应答前可否放音 / early media: none"},
		{"format", "外呼号码格式 / numbers rung there: national, e164, local"},
		{"priority", "来话优先级,大者先 / priority of its calls; higher goes first"},
		{"origin", "来话来源,如110 / origin shown to agents"},
		{"context", "对端也是Hotline:通话情境随行 / another Hotline: context travels"},
		{"busy", "忙时的拒绝码,默认 486 / status for callers where channels or queue are full: 480, 486, 600, 603; 0: 486"},
	},
}

// Fields are the fields of a kind that can be edited, in the plan's order; none
// for an unknown kind.
func Fields(kind string) []Field {
	var out []Field
	t, ok := entryType(kind)
	if !ok {
		return nil
	}
	v := reflect.New(t).Elem()
	for i := range v.NumField() {
		name := keyOf(v, i)
		if name == secret[kind] {
			continue
		}
		t := v.Field(i).Type()
		list := t == reflect.TypeFor[[]string]() || t == reflect.TypeFor[Table[int]]()
		out = append(out, Field{Name: name, Form: form(t), Doc: doc(kind, name), List: list})
	}
	return out
}

func doc(kind, name string) string {
	for _, d := range docs[kind] {
		if d[0] == name {
			return d[1]
		}
	}
	return ""
}

func fieldNames(kind string) []string {
	var out []string
	for _, f := range Fields(kind) {
		out = append(out, f.Name)
	}
	return out
}

// entryType is the struct behind a kind.
func entryType(kind string) (reflect.Type, bool) {
	i := slices.IndexFunc(tables, func(t [2]string) bool { return t[0] == kind })
	if i < 0 {
		return nil, false
	}
	table, _ := fieldOf(reflect.ValueOf(Plan{}), tables[i][1], nil)
	row := table.Type().Elem()
	value, _ := row.FieldByName("Value")
	return value.Type, true
}

// form says how a value of the type is written.
func form(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[Duration]():
		return "20s"
	case reflect.TypeFor[[]string]():
		return "a,b"
	case reflect.TypeFor[Table[int]]():
		return "general=5,tax=3"
	case reflect.TypeFor[[]Tier]():
		return "[{after: 0s, agents: own}, {after: 30s, lower: 4}]"
	case reflect.TypeFor[[]Peer]():
		return `[{address: "10.10.0.5:5060", priority: 1}]`
	case reflect.TypeFor[Table[DID]]():
		return `{"055112340001": {number: "12315"}}`
	case reflect.TypeFor[*Transition]():
		return "{from: 2026-01-01, until: 2027-12-31}"
	}
	switch t.Kind() {
	case reflect.Bool:
		return "true|false"
	case reflect.Int:
		return "N"
	}
	return "TEXT"
}
