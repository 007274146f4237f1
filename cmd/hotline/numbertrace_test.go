package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const tracePlan = `
home: 合肥
cities: {合肥: {area: "0551"}, 芜湖: {area: "0553"}}
hours: {office: {days: mon-fri, from: "08:30", to: "17:30", holidays: closed}}
rosters: {all: {from: "00:00", to: "24:00", agents: {general: 2}}}
skills: [general, tax]
trunks: {telecom: {match: [10.10.0.0/24], peers: [{address: "10.10.0.5:5060"}], dialled: [to, request-uri], area: "0551", channels: 300}}
agents: {"8001": {name: 王敏, queues: [general], skills: {general: 5}}}
queues: {general: {tiers: [{after: 0s, agents: own}, {after: 20s, lower: 2}, {after: 90s, duty: "13900000000", trunk: telecom}]}}
destinations: {tax: {trunk: telecom, number: "12366", channels: 4, hours: office}}
flows: {hotline: [answer, {queue: general}, {play: {clip: greeting, must_hear: true}}, music]}
numbers:
  "12345": {flow: hotline}
  "12366": {mode: subcenter, department: 省税务局, destination: tax, takeover: general, skills: {tax: 3}}
  "12331": {mode: merged, status: cancelled, department: 省市场监管局, transition: {from: 2026-01-01, until: 2026-12-31}}
`

// TestACallIsTracedWithoutBeingMade: whose it is, which steps are taken at that
// time, and why.
func TestACallIsTracedWithoutBeingMade(t *testing.T) {
	r := newRig(t)
	if err := os.WriteFile(filepath.Join(r.data, "prefixes.csv"), []byte("1385530,芜湖\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	trace := func(args ...string) string {
		t.Helper()
		r.stdin = tracePlan
		return r.ok(append([]string{"number", "trace", "--plan", "-"}, args...)...)
	}
	for _, c := range []struct {
		args       []string
		has, hasNo []string
	}{
		{
			[]string{"055312366", "--from", "013855112345", "--at", "2026-10-09 10:00"},
			[]string{"12366", "设分中心 subcenter", "芜湖 (所拨区号 the area code dialled)", "13855112345", "转出 rings tax: 12366 经 by trunk telecom, 至多振铃 for 10s, 并发上限 channels 4", "此刻开放 open now", "plays takeover “", "略过 passed over  播放 plays takeover-closed", "tax=3"},
			nil,
		},
		{
			[]string{"12366", "--from", "013855300000", "--at", "2026-10-01 10:00"}, // a holiday
			[]string{"芜湖 (手机号段 the mobile's prefix)", "takeover-closed"},
			[]string{"→                 转出 rings tax"},
		},
		{
			[]string{"12331", "--at", "2026-12-31 23:59"},
			[]string{"moved-1+@dialled+moved-2", "您拨打的12331已并入", "在期内 within its days", "合肥 (无他据", "1m30s: 值班 duty 13900000000", "20s: general (应到 due 2), 技能放宽 levels lower by 2"},
			nil,
		},
		{[]string{"12331", "--at", "2027-01-01 00:00"}, []string{"至 until 2026-12-31 止,已过 no more"}, nil},
		{[]string{"99999"}, []string{"99999 不在名录 / is not in the ledger: 404"}, nil},
	} {
		out := trace(c.args...)
		for _, want := range c.has {
			if !strings.Contains(out, want) {
				t.Errorf("%v lacks %q:\n%s", c.args, want, out)
			}
		}
		for _, unwanted := range c.hasNo {
			if strings.Contains(out, unwanted) {
				t.Errorf("%v has %q:\n%s", c.args, unwanted, out)
			}
		}
	}
	var one struct {
		Number, City string
		Steps        []struct{ Taken bool }
	}
	if err := json.Unmarshal([]byte(trace("12366", "--at", "2026-10-09 10:00", "--json")), &one); err != nil || one.Number != "12366" || len(one.Steps) == 0 {
		t.Errorf("%+v, %v", one, err)
	}
	r.stdin = tracePlan
	if code, _, err := r.run("number", "trace", "--plan", "-", "--trunk", "moon", "12366"); code != exitFailed || !strings.Contains(err, "no such trunk: moon") {
		t.Errorf("%d %s", code, err)
	}
}
