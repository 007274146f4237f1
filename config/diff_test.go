package config

import (
	"encoding/json"
	"testing"
)

func TestDiffNamesEachPlace(t *testing.T) {
	for _, c := range []struct{ name, a, b, want string }{
		{"nothing", small, small, ""},
		{"a scalar", "calls: {silence: 20s}", "calls: {silence: 30s, misses: 2}", "~ calls.silence: 20s → 30s\n+ calls.misses: 2"},
		{"an order", "queues: {a: {}, b: {}}", "queues: {b: {}, a: {}}", "~ queues: 顺序不同 / in another order"},
		{"one at the front", "queues: {a: {}, b: {}}", "queues: {x: {}, a: {}, b: {}}", "+ queues.x: {}"},
		{"gone and come", "queues: {a: {ring: 1s}}", "queues: {b: {}}", "- queues.a: {ring: 1s}\n+ queues.b: {}"},
		{
			"a step put in", "flows: {f: [answer, music]}", "flows: {f: [answer, {play: {clip: x, must_hear: true}}, music]}",
			"+ flows.f[1]: {play: {clip: x, must_hear: true}}",
		},
		{"a step changed", "flows: {f: [answer, {queue: a}, music]}", "flows: {f: [answer, {queue: b}, music]}", "~ flows.f[1]: {queue: a} → {queue: b}"},
		{"steps taken out", "flows: {f: [answer, {queue: a}, {queue: b}, music]}", "flows: {f: [answer, music]}", "- flows.f[1]: {queue: a}\n- flows.f[2]: {queue: b}"},
		{
			"a tier", "queues: {a: {tiers: [{after: 0s}, {after: 9s, lower: 2}]}}", "queues: {a: {tiers: [{after: 0s}, {after: 8s, queue: b}]}}",
			"~ queues.a.tiers[1].after: 9s → 8s\n+ queues.a.tiers[1].queue: b\n- queues.a.tiers[1].lower: 2",
		},
		{"the skills", "skills: [a, b]", "skills: [a]", "~ skills: [a, b] → [a]"},
		{"a level", "agents: {\"1\": {skills: {a: 1}}}", "agents: {\"1\": {skills: {a: 2}}}", "~ agents.1.skills.a: 1 → 2"},
		{
			"a transition", "numbers: {\"1\": {transition: {from: x}}}", "numbers: {\"1\": {transition: {from: y}}, \"2\": {transition: {from: z}}}",
			"~ numbers.1.transition.from: x → \"y\"\n+ numbers.2: {transition: {from: z}}",
		},
		{"two lines", "numbers: {\"1\": {note: a}}", "numbers: {\"1\": {note: \"a\\nb\"}}", `~ numbers.1.note: a → "a\nb"`},
		{"two spaces", "numbers: {\"1\": {note: a b}}", "numbers: {\"1\": {note: a  b}}", `~ numbers.1.note: a b → a  b`},
	} {
		if got := lines(Diff(parsed(t, c.a), parsed(t, c.b))); got != c.want {
			t.Errorf("%s\ngot\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

func TestAChangeAsJSON(t *testing.T) {
	got, err := json.Marshal(Diff(parsed(t, "skills: [a]"), parsed(t, "skills: [a, b]")))
	if want := `[{"path":"skills","from":"[a]","to":"[a, b]"}]`; err != nil || string(got) != want {
		t.Errorf("got %s, %v", got, err)
	}
}

// Whatever two plans are, they differ exactly where they are written
// differently.
func FuzzDiff(f *testing.F) {
	f.Add([]byte(small), []byte("flows: {f: [answer, {play: {clip: x, must_hear: true}}, music]}"))
	f.Add([]byte("queues: {a: {tiers: []}}"), []byte("queues: {a: {}}"))
	f.Add([]byte("numbers: {a: {transition: {}}}"), []byte("numbers: {a: {}}"))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		pa, faults := Parse(a)
		if faults != nil {
			return
		}
		pb, faults := Parse(b)
		if faults != nil {
			return
		}
		wa, err := pa.Encode()
		if err != nil {
			t.Fatal(err)
		}
		wb, err := pb.Encode()
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			from, to *Plan
			same     bool
		}{{pa, pa, true}, {pa, pb, string(wa) == string(wb)}, {pb, pa, string(wa) == string(wb)}} {
			if got := Diff(c.from, c.to); (len(got) == 0) != c.same {
				t.Fatalf("%d differences, the same: %v\n%s", len(got), c.same, lines(got))
			}
		}
	})
}
