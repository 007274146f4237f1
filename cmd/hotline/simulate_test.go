package main

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/plan"
)

func rehearsed(t *testing.T, r *rig, args ...string) simulated {
	t.Helper()
	var day simulated
	decoder := json.NewDecoder(strings.NewReader(r.ok(append([]string{"simulate", "--json"}, args...)...)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&day); err != nil {
		t.Fatal(err)
	}
	return day
}

func TestASimulatedDayAddsUpAndIsItsSeeds(t *testing.T) {
	r := newRig(t)
	day := rehearsed(t, r, "--seed", "3")
	if again := rehearsed(t, r, "--seed", "3"); again.Hash != day.Hash || again.Total.ASA != day.Total.ASA {
		t.Error("a seed gives two days")
	}
	if other := rehearsed(t, r, "--seed", "4"); other.Hash == day.Hash {
		t.Error("two seeds give one day")
	}
	sum := simulatedRow{}
	for i, h := range day.Hours {
		if *h.Hour != i || h.Occupancy < 0 || h.Occupancy > 1 || h.Offered > 0 && (*h.Invite > *h.Heard || *h.Heard > *h.Rate) {
			t.Errorf("hour %d: %+v", i, h)
		}
		sum.Offered += h.Offered
		sum.Answered += h.Answered
		sum.Abandoned += h.Abandoned
		sum.TurnedAway += h.TurnedAway
		sum.Longest = max(sum.Longest, h.Longest)
	}
	x := &day.Total
	if len(day.Hours) != 24 || sum.Offered != x.Offered || sum.Answered != x.Answered || sum.Abandoned != x.Abandoned || sum.TurnedAway != x.TurnedAway ||
		sum.Longest != x.Longest || x.Offered != day.Calls || x.Answered+x.Abandoned+x.TurnedAway != x.Offered {
		t.Errorf("%d hours make %+v, the total is %+v of %d calls", len(day.Hours), sum, x, day.Calls)
	}
	if day.Agents != 20 || day.Calls < 1000 || day.Hours[10].Offered < 5*day.Hours[3].Offered || day.Hours[10].Offered < day.Hours[12].Offered || *x.Rate < 0.9 {
		t.Errorf("no working day: %+v", day)
	}
}

func TestMoreAgentsServeTheSameDayBetter(t *testing.T) {
	r := newRig(t)
	few, many := rehearsed(t, r, "--calls", "3000", "--agents", "15"), rehearsed(t, r, "--calls", "3000", "--agents", "30")
	if few.Agents != 15 || many.Agents != 30 || few.Calls != 3000 || few.Hours[9].Offered != many.Hours[9].Offered {
		t.Fatalf("%d and %d agents, %d and %d calls at nine", few.Agents, many.Agents, few.Hours[9].Offered, many.Hours[9].Offered)
	}
	if *few.Total.Invite+0.1 > *many.Total.Invite || few.Hours[10].Occupancy < many.Hours[10].Occupancy || few.Total.Abandoned < 2*many.Total.Abandoned {
		t.Errorf("15 agents: %+v\n30 agents: %+v", few.Total, many.Total)
	}
	patient := rehearsed(t, r, "--calls", "3000", "--agents", "15", "--patience", "0s", "--talk", "90s")
	if patient.Total.Abandoned != 0 || patient.Talk != 90 || patient.Total.Occupancy >= few.Total.Occupancy {
		t.Errorf("callers who never give up: %+v", patient.Total)
	}
	flat := rehearsed(t, r, "--profile", "flat", "--calls", "24000")
	for i, h := range flat.Hours {
		if math.Abs(float64(h.Offered)-1000) > 5*math.Sqrt(1000) {
			t.Errorf("hour %d of a flat day has %d calls of 24000", i, h.Offered)
		}
	}
}

func TestTheSimulatedDayIsATableForPeople(t *testing.T) {
	r := newRig(t)
	r.stdin = rigPlan
	lines := strings.Split(r.ok("simulate", "--plan", "-", "--calls", "40", "--profile", "flat"), "\n")
	if want := "计划 plan: -  来电 calls: 40  坐席 agents: 1  通话 talk: 3m  耐心 patience: 2m  种子 seed: 1"; lines[0] != want {
		t.Errorf("got %q", lines[0])
	}
	for i, want := range map[int]string{2: "时段 来电 接通 放弃", 3: "hour offered answered abandoned", 4: "00–01 ", 27: "23–24 ", 28: "合计 total 40 "} {
		if got := strings.Join(strings.Fields(lines[i]), " "); !strings.HasPrefix(got, want) {
			t.Errorf("line %d is %q, want %q", i, got, want)
		}
	}
	width := cells.StringWidth(lines[3])
	for i, line := range lines[2:29] {
		if cells.StringWidth(line) != width {
			t.Errorf("row %d is not aligned: %q", i, line)
		}
	}
	if !strings.HasPrefix(lines[30], "及时率:在队列的服务时间(general 15s, tax 15s)内") || !strings.HasPrefix(lines[31], "SL: calls answered within") {
		t.Errorf("the footer does not say what the figures are: %q", lines[30:])
	}
}

func TestCallsAskForWhatTheirNumbersAndFlowsSay(t *testing.T) {
	source, faults := config.Parse([]byte(`
skills: [general, tax, law]
queues: {general: {}, tax: {}, experts: {}}
flows:
  hotline: [answer, {queue: {name: general, skills: {general: 2}, priority: 1}}, {play: {clip: greeting, must_hear: true}}, {play: {clip: greeting}}, music]
  menu: [answer, {menu: {clip: greeting, choices: {"1": hotline, "2": law}}}]
  law: [answer, {play: {clip: greeting, must_hear: true}}, {queue: {name: experts, skills: {law: 5}}}, music]
  none: [{hangup: {status: 404}}]
numbers:
  "12345": {flow: hotline}
  "12366": {flow: hotline, queue: tax, skills: {tax: 3, general: 4}, priority: 2}
  "12348": {flow: menu, skills: {law: 3}}
  "12300": {flow: none}
`))
	if faults != nil {
		t.Fatal(faults)
	}
	compiled, faults := plan.Standing(source, plan.Surroundings{}, 1)
	if faults != nil {
		t.Fatal(faults)
	}
	greeting := clipLength("greeting")
	if greeting < time.Second || greeting > time.Minute || clipLength("no such") != foreignClip {
		t.Fatalf("the greeting lasts %v", greeting)
	}
	type asked struct {
		queue            string
		priority, weight int
		before, hear     time.Duration
		needs            string
	}
	want := []asked{
		{"general", 1, 18000, 0, greeting, "general 2"},
		{"tax", 2, 4000, 0, clipLength("greeting-12366"), "tax 3 general 4"},
		{"general", 1, 2000, greeting, greeting, "law 3 general 2"},
		{"experts", 0, 2000, 2 * greeting, 0, "law 5"},
	}
	kinds := kindsOf(compiled, 0)
	if len(kinds) != len(want) {
		t.Fatalf("%+v", kinds)
	}
	for i, k := range kinds {
		got := asked{k.Queue, k.Priority, k.Weight, k.Before, k.Hear, ""}
		for _, n := range k.Needs {
			got.needs = strings.TrimSpace(got.needs + " " + n.Name + " " + string('0'+rune(n.Level)))
		}
		if got != want[i] {
			t.Errorf("kind %d is %+v, want %+v", i, got, want[i])
		}
	}
}

func TestWhatCannotBeSimulatedIsSaid(t *testing.T) {
	r := newRig(t)
	file := func(text string) string {
		path := filepath.Join(t.TempDir(), "plan.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"--profile", "week"}, exitUsage, "没有这种分布 / --profile is day or flat, not \"week\""},
		{[]string{"--talk", "long"}, exitUsage, "时长写法有误 / --talk: bad duration"},
		{[]string{"--calls", "-1"}, exitUsage, "来电数有误"},
		{[]string{"--agents", "-1"}, exitUsage, "坐席数有误"},
		{[]string{"--plan", file("queues: {a: {ring: soon}}")}, exitFailed, "计划有误 / the plan has faults"},
		{[]string{"--plan", file("queues: {a: {strategy: none}}")}, exitFailed, "unknown strategy"},
		{[]string{"--plan", file("queues: {a: {}}")}, exitFailed, "计划中没有进队列的号码 / no number of the plan leads to a queue"},
		{[]string{"--plan", file("queues: {a: {}}\nflows: {f: [{queue: a}, music]}\nnumbers: {\"12345\": {flow: f}}")}, exitFailed, "计划中没有坐席"},
		{[]string{"--plan", file("") + "?"}, exitFailed, "no such file"},
	} {
		code, out, err := r.run(append([]string{"simulate"}, c.args...)...)
		if code != c.code || out != "" || !strings.Contains(err, c.says) {
			t.Errorf("%q: exit %d, %q, %q", c.args, code, out, err)
		}
	}
}
