package main

import (
	"strings"
	"time"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/config"
)

// reportedColumns are the columns of a file of reported calls, and what they are
// called in Chinese.
var reportedColumns = []column{
	{"number", "号码", true},
	{"began", "开始", true},
	{"ended", "结束", true},
	{"call", "编号", false},
	{"caller", "主叫", false},
	{"answered", "接听", false},
	{"outcome", "结果", false},
	{"agent", "坐席", false},
	{"city", "城市", false},
}

// endsElsewhere are the outcomes as a file may say them.
var endsElsewhere = map[string]string{"接通": "answered", "放弃": "abandoned", "忙": "busy", "无人接听": "no-answer", "失败": "failed"}

// readReported reads a file of reported calls. Times without a zone are zone's.
func readReported(data []byte, zone *time.Location) (calls []api.ReportedCall, faults config.Faults) {
	rows, faults := readSheet(data, reportedColumns)
	for _, row := range rows {
		at := func(name string) time.Time {
			text := row.get(name)
			if text == "" {
				return time.Time{}
			}
			for _, form := range []string{time.RFC3339, stamp, "2006/1/2 15:04:05", "2006-1-2 15:04:05", "2006/1/2 15:04", "2006-1-2 15:04"} {
				if t, err := time.ParseInLocation(form, text, zone); err == nil {
					return t
				}
			}
			faults.Add(name, row.line, "%q is no time: write it like 2026-11-24 08:30:00", text)
			return time.Time{}
		}
		c := api.ReportedCall{
			Number: row.get("number"), Call: row.get("call"), Caller: row.get("caller"), Agent: row.get("agent"), City: row.get("city"),
			Outcome: strings.ToLower(row.get("outcome")), Began: at("began"), Ended: at("ended"),
		}
		if answered := at("answered"); !answered.IsZero() {
			c.Answered = &answered
		}
		if word, ok := endsElsewhere[c.Outcome]; ok {
			c.Outcome = word
		}
		c.Line = row.line
		calls = append(calls, c)
	}
	return calls, faults
}
