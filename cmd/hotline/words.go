package main

import (
	"net/http"
	"strings"
)

// states are agents' and calls' states in Chinese.
var states = map[string]string{
	"LoggedOut": "未登录", "Idle": "空闲", "Reserved": "已派", "Ringing": "振铃", "Talking": "通话", "WrapUp": "整理", "Paused": "小休",
	"walking": "流程中", "bridging": "接通中", "talking": "通话中", "over": "已结束",
}

// outcomes are the ends of calls in Chinese.
var outcomes = map[string]string{
	"answered": "接通", "abandoned-prompt": "提示中放弃", "abandoned-queue": "排队中放弃", "abandoned-ring": "振铃中放弃",
	"queue-full": "队列已满", "wait-limit": "等待超时", "forward-failed": "转接失败", "flow-ended": "流程结束", "unusable-sdp": "媒体不可用",
	"media-lost": "媒体中断", "no-ack": "无ACK", "outage": "服务中断", "operator": "管理员挂断", "shutdown": "停机", "fault": "内部错误",
}

// sides are who ended a call, in Chinese.
var sides = map[string]string{"caller": "主叫", "agent": "坐席", "system": "系统", "operator": "管理员"}

// modes are how numbers stand to 12345, in Chinese.
var modes = map[string]string{"merged": "整体并入", "dual": "双号并行", "subcenter": "设分中心"}

// seatings are where a number's seats are, statuses what has become of it, in
// Chinese.
var (
	seatings = map[string]string{"unified": "并入12345", "retained": "保留在部门"}
	statuses = map[string]string{"live": "在用", "not_set_up": "未设立", "cancelled": "已取消", "reassigned": "另有用途"}
)

// whys are why a leg did not become a talk, in Chinese.
var whys = map[string]string{
	"rejected": "被拒", "busy": "忙", "no-answer": "无人接听", "unreachable": "不可达", "bad-sdp": "媒体不可用", "hung-up": "接后即挂", "no-ports": "无端口",
	"no-number": "空号", "full": "占满", "closed": "非工作时间", "returned": "由该处转回", "circle": "循环转接",
}

// senders are who sent a caller on, targets where to, answerers who answered, in
// Chinese.
var (
	senders   = map[string]string{"agent": "坐席", "subcenter": "分中心", "destination": "应答点", "operator": "管理员"}
	targets   = map[string]string{"destination": "应答点", "queue": "队列", "agent": "坐席"}
	answerers = map[string]string{"agent": "坐席", "expert": "专家", "subcenter": "分中心", "destination": "应答点", "takeover": "12345兜底", "duty": "值班"}
)

// both is a word in Chinese with the server's beside it.
func both(words map[string]string, word string) string {
	if zh, ok := words[word]; ok {
		return zh + " " + word
	}
	return word
}

// refusals are how the server's refusals begin, and the Chinese for them.
var refusals = [][2]string{
	{"no such agent", "没有这个坐席"},
	{"no such phone", "没有这部分机"},
	{"no such call", "没有这个通话"},
	{"no destination, queue or number of that name", "没有这个应答点、队列或号码"},
	{"the caller cannot be sent on", "现在不能转接"},
	{"the agent is not logged in", "坐席未登录"},
	{"the agent is in a call", "坐席正在通话"},
	{"another agent is logged in on that phone", "该分机上已有别的坐席登录"},
	{"a password has", "密码为 4 至 128 个字符"},
	{"the plan has changed meanwhile", "计划已被改动,请以现行版本重做"},
	{"nothing changed", "计划没有变化"},
	{"the plan has", "计划有误"},
	{"the file has faults", "文件有误,计划未动"},
}

// inChinese is the server's refusal in Chinese, at least of what sort it is.
func inChinese(detail string, status int) string {
	for _, r := range refusals {
		if strings.HasPrefix(detail, r[0]) {
			return r[1]
		}
	}
	switch status {
	case http.StatusNotFound:
		return "没有找到"
	case http.StatusConflict:
		return "被拒绝"
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		return "请求有误"
	case http.StatusServiceUnavailable:
		return "暂时不可用"
	}
	return "服务出错"
}
