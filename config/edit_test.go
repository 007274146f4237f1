package config

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

func parsed(t *testing.T, text string) *Plan {
	t.Helper()
	p, faults := Parse([]byte(text))
	if faults != nil {
		t.Fatal(faults)
	}
	return p
}

const small = `
skills: [general, tax]
phones: {"8001": {name: 王敏}}
trunks: {telecom: {channels: 30}}
agents: {"8001": {queues: [general], skills: {general: 5}}}
queues: {general: {ring: 15s, tiers: [{after: 0s, agents: own}]}}
numbers: {"12345": {}}
`

func TestSetTakesEachFormOfAValue(t *testing.T) {
	for _, c := range []struct {
		kind, name, field, value string
		want                     string // the entry's line of Diff, "" for none
	}{
		{"queue", "general", "wrap_up", "20s", "+ queues.general.wrap_up: 20s"},
		{"queue", "general", "ring", "1m", "~ queues.general.ring: 15s → 1m"},
		{"queue", "general", "ring", "15s", ""},
		{"queue", "general", "limit", "300", "+ queues.general.limit: 300"},
		{"queue", "general", "announce_agent", "true", "+ queues.general.announce_agent: true"},
		{"queue", "general", "tiers", "[{after: 0s, agents: own}, {after: 30s, lower: 4}]", "+ queues.general.tiers[1]: {after: 30s, lower: 4}"},
		{"queue", "general", "tiers", "[]", "- queues.general.tiers[0]: {after: 0s, agents: own}"},
		{"agent", "8001", "name", "王 敏: 工号 #1", "+ agents.8001.name: '王 敏: 工号 #1'"},
		{"agent", "8001", "name", "true", `+ agents.8001.name: "true"`},
		{"agent", "8001", "queues", "general,market", "~ agents.8001.queues: [general] → [general, market]"},
		{"agent", "8001", "queues", "[general, market]", "~ agents.8001.queues: [general] → [general, market]"},
		{"agent", "8001", "queues", "", "- agents.8001.queues: [general]"},
		{"agent", "8001", "skills", "general=5, tax=3", "+ agents.8001.skills.tax: 3"},
		{"agent", "8001", "skills", "{tax: 3}", "- agents.8001.skills.general: 5\n+ agents.8001.skills.tax: 3"},
		{"number", "12345", "transition", "{from: 2026-01-01, after: connect}", `+ numbers.12345.transition: {from: "2026-01-01", after: connect}`},
		{"trunk", "telecom", "area", "0551", `+ trunks.telecom.area: "0551"`},
		{"trunk", "telecom", "peers", `[{address: "10.0.0.1:5060"}]`, `+ trunks.telecom.peers[0]: {address: '10.0.0.1:5060'}`},
		{"phone", "8001", "tester", "true", "+ phones.8001.tester: true"},
	} {
		before := parsed(t, small)
		after := before.Clone()
		if err := Set(after, c.kind, c.name, c.field, c.value); err != nil {
			t.Errorf("%s %s %s=%q: %v", c.kind, c.name, c.field, c.value, err)
			continue
		}
		if got := lines(Diff(before, after)); got != c.want {
			t.Errorf("%s %s %s=%q\ngot  %s\nwant %s", c.kind, c.name, c.field, c.value, got, c.want)
		}
	}
}

func lines(changes []Change) string {
	var out []string
	for _, c := range changes {
		out = append(out, c.String())
	}
	return strings.Join(out, "\n")
}

func TestSetNamesTheFieldAndTheMend(t *testing.T) {
	for _, c := range []struct{ kind, name, field, value, want string }{
		{"queue", "general", "wrap_up", "20", `queues.general.wrap_up: bad duration "20": write it like 15s, 1m30s or 200ms, at most 24h`},
		{"queue", "general", "wrap_up", "", "queues.general.wrap_up: is empty"},
		{"queue", "general", "colour", "red", "queues.general.colour: unknown field; known are: kind, destination, strategy, ring, wrap_up, limit, max_wait, service_time, announce_agent, whisper_number, tiers, full, late"},
		{"queue", "general", "limit", "many", `queues.general.limit: must be a whole number, not "many"`},
		{"queue", "general", "announce_agent", "maybe", `queues.general.announce_agent: must be true or false, not "maybe"`},
		{"queue", "general", "tiers", "[{afer: 3s}, {after: 3}]", "queues.general.tiers[0].afer: unknown key; known are: after, agents, queue, lower, duty, destination, trunk\n" +
			`queues.general.tiers[1].after: bad duration "3": write it like 15s, 1m30s or 200ms, at most 24h`},
		{"queue", "general", "tiers", "[", "queues.general.tiers: is no YAML: line 1: did not find expected node content"},
		{"agent", "8001", "skills", "general", `agents.8001.skills: "general" is no pair: write it like general=5,tax=3`},
		{"agent", "8001", "skills", "general=much", `agents.8001.skills.general: must be a whole number, not "much"`},
		{"agent", "8001", "name", "a\x00b", `agents.8001.name: "a\x00b" has a character that cannot be seen`},
		{"agent", "8001", "name", "a\xffb", `agents.8001.name: "a\xffb" is no UTF-8`},
		{"phone", "8001", "password", "x", "phones.8001.password: is a secret and no part of the plan: set it with `hotline phone password`"},
	} {
		p := parsed(t, small)
		err := Set(p, c.kind, c.name, c.field, c.value)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s %s %s=%q\ngot  %v\nwant %s", c.kind, c.name, c.field, c.value, err, c.want)
		}
		if changed := Diff(parsed(t, small), p); len(changed) > 0 {
			t.Errorf("%s %s %s=%q was refused and changed %v", c.kind, c.name, c.field, c.value, changed)
		}
	}
}

func TestEntriesComeAndGo(t *testing.T) {
	p := parsed(t, small)
	if err := Add(p, "queue", "general"); !errors.Is(err, ErrTaken) {
		t.Errorf("a second general: %v", err)
	}
	for name, want := range map[string]error{"": Fault{Path: "queues", Text: "a name is empty"}, "a\nb": Fault{Path: "queues", Text: `"a\nb" has a character that cannot be seen`}} {
		if err := Add(p, "queue", name); err != want {
			t.Errorf("a queue named %q: %v", name, err)
		}
	}
	if err := Add(p, "queue", "tax"); err != nil {
		t.Fatal(err)
	}
	if err := Remove(p, "agent", "8001"); err != nil {
		t.Fatal(err)
	}
	if got, want := lines(Diff(parsed(t, small), p)), "- agents.8001: {queues: [general], skills: {general: 5}}\n+ queues.tax: {}"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if text, err := Entry(p, "queue", "general"); err != nil || lines(Diff(&Plan{}, parsed(t, string(text)))) != "+ queues.general: {ring: 15s, tiers: [{after: 0s, agents: own}]}" {
		t.Errorf("queue general is shown as %s, %v", text, err)
	}
	_, gone := Entry(p, "agent", "8001")
	for _, err := range []error{gone, Remove(p, "agent", "8001"), Set(p, "agent", "8001", "name", "x"), Unset(p, "agent", "8001", "name")} {
		if !errors.Is(err, ErrNoEntry) {
			t.Errorf("an agent that is gone: %v", err)
		}
	}
	for _, err := range []error{Add(p, "skill", "x"), Remove(p, "skill", "x"), Set(p, "skill", "x", "y", "z"), Unset(p, "skill", "x", "y")} {
		if !errors.Is(err, ErrNoKind) {
			t.Errorf("a kind that there is not: %v", err)
		}
	}
}

func TestUnsetGivesTheDefault(t *testing.T) {
	p := parsed(t, small)
	for _, f := range []string{"ring", "tiers"} {
		if err := Unset(p, "queue", "general", f); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := lines(Diff(parsed(t, small), p)), "- queues.general.ring: 15s\n- queues.general.tiers[0]: {after: 0s, agents: own}"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if err := Unset(p, "queue", "general", "colour"); err == nil || !strings.Contains(err.Error(), "known are: kind,") {
		t.Errorf("an unknown field: %v", err)
	}
}

func TestACloneIsOfItsOwn(t *testing.T) {
	p, _ := Parse(anhui)
	once, _ := p.Encode()
	copied := p.Clone()
	if !reflect.DeepEqual(p, copied) {
		t.Fatal("the clone differs")
	}
	copied.Queues.Get("general").Tiers[1].Lower = 9
	copied.Agents.Get("8001").Skills[0].Value = 1
	copied.Flows.Get("hotline")
	(*copied.Flows.Get("hotline"))[2].Clips[0] = "x"
	copied.Skills[0] = "x"
	if twice, _ := p.Encode(); string(once) != string(twice) {
		t.Error("a change of the clone shows in the plan")
	}
	if p.Queues[0].Line == 0 || p.Unplaced().Queues[0].Line != 0 || p.Unplaced().Agents[0].Value.Skills[0].Line != 0 {
		t.Error("Unplaced keeps lines, or the plan has none")
	}
}

// Every field of every kind is explained, and nothing else is.
func TestEveryFieldHasItsWord(t *testing.T) {
	for _, kind := range Kinds() {
		fields := Fields(kind)
		for _, f := range fields {
			if !strings.Contains(f.Doc, " / ") || f.Form == "" {
				t.Errorf("%s %s is explained by %q, written %q", kind, f.Name, f.Doc, f.Form)
			}
		}
		if len(fields) != len(docs[kind]) {
			t.Errorf("%s has %d fields and %d explanations", kind, len(fields), len(docs[kind]))
		}
	}
	if Fields("skill") != nil {
		t.Error("a kind that there is not has fields")
	}
}

func FuzzEdit(f *testing.F) {
	for k, kind := range Kinds() {
		for i, field := range Fields(kind) {
			for _, value := range []string{field.Form, "", "[{a: b}, 'x', 3]", "{a: 1, b: 2}", "a = 1, b=2", "[]"} {
				f.Add(byte(k), byte(i), "8001", value)
			}
		}
	}
	f.Fuzz(func(t *testing.T, k, i byte, name, value string) {
		kind := Kinds()[int(k)%len(Kinds())]
		field := Fields(kind)[int(i)%len(Fields(kind))].Name
		before, _ := Parse([]byte(small))
		after := before.Clone()
		if Add(after, kind, name) != nil {
			return
		}
		if Set(after, kind, name, field, value) != nil {
			return
		}
		once, err := after.Encode()
		if err != nil {
			t.Fatal(err)
		}
		again, faults := Parse(once)
		if faults != nil {
			t.Fatalf("what was written is not read: %v\n%s", faults, once)
		}
		if !reflect.DeepEqual(after.Unplaced(), again.Unplaced()) {
			t.Fatalf("what was written is read as something else: %s\n%s", lines(Diff(after, again)), once)
		}
		if n := len(Diff(after, again)); n != 0 {
			t.Fatalf("%d differences of a plan with itself", n)
		}
		if n := len(Diff(before, after)); n != 1 {
			t.Fatalf("%d differences for one entry added", n)
		}
		if err := Unset(after, kind, name, field); err != nil {
			t.Fatal(err)
		}
		if err := Remove(after, kind, name); err != nil || len(Diff(before, after)) != 0 {
			t.Fatalf("added and removed, it leaves %s, %v", lines(Diff(before, after)), err)
		}
	})
}
