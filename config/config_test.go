package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestGoodPlansReadAndComeBackTheSame(t *testing.T) {
	files, err := filepath.Glob("testdata/good/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no good plans", err)
	}
	for _, file := range append(files, "anhui.yaml") {
		p, faults := Parse(read(t, file))
		if faults != nil {
			t.Errorf("%s: %v", file, faults)
			continue
		}
		once, err := p.Encode()
		if err != nil {
			t.Fatal(err)
		}
		again, faults := Parse(once)
		if faults != nil {
			t.Errorf("%s: what was written is not read: %v", file, faults)
			continue
		}
		twice, err := again.Encode()
		if err != nil || string(once) != string(twice) {
			t.Errorf("%s: written twice, it differs: %v", file, err)
		}
	}
}

// Each bad plan ends with a comment for every fault that must be named.
func TestBadPlansNameEveryFaultWithItsPlace(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no bad plans", err)
	}
	for _, file := range files {
		data := read(t, file)
		_, faults := Parse(data)
		var want []string
		for line := range strings.Lines(string(data)) {
			if fault, ok := strings.CutPrefix(line, "#! "); ok {
				want = append(want, strings.TrimSpace(fault))
			}
		}
		if len(want) == 0 {
			t.Errorf("%s says no fault", file)
		}
		if got := faults.Error(); got != strings.Join(want, "\n") {
			t.Errorf("%s\ngot\n%s\nwant\n%s", file, got, strings.Join(want, "\n"))
		}
	}
}

func TestListenersAndPorts(t *testing.T) {
	for s, n := range map[string]int{"0.0.0.0:5060": 2, ":0": 2, "udp:127.0.0.1:0": 1, "tcp:[::1]:5060": 1, "5060": 0, "udp:x:1": 0} {
		if got, err := ParseListen(s); len(got) != n || (err == nil) != (n > 0) {
			t.Errorf("%q gives %v, %v", s, got, err)
		}
	}
	for s, ok := range map[string]bool{"127.0.0.1:0": true, "0.0.0.0:20000-20999": true, ":20000-20999": true, "1.2.3.4": false, "1.2.3.4:5-9": false, "1.2.3.4:20000-20001": false} {
		p, err := ParsePorts(s)
		if (err == nil) != ok {
			t.Errorf("%q: %v", s, err)
		}
		if again, err := ParsePorts(p.String()); ok && (err != nil || again != p) {
			t.Errorf("%q is written %q", s, p)
		}
	}
}

// FuzzParse begins with a document for each part of a plan, since the fuzzer
// makes every find as small as it can and that takes it forever with a whole
// plan: the embedded one is read in the tests above.
func FuzzParse(f *testing.F) {
	for _, part := range []string{
		"hours: {office: {days: mon-fri, from: \"08:30\", to: \"17:30\", holidays: closed}}",
		"rosters: {day: {from: \"08:00\", to: \"16:00\", agents: {a: 3}}}\nskills: [a, b]",
		"trunks:\n  ct:\n    match: [10.0.0.0/8, \"10.1.1.1:5060/udp\"]\n    peers:\n      - {address: \"10.1.1.1:5060\", transport: tcp, priority: 1}\n    channels: 3",
		"phones: {8001: {password: set, name: 窗口, tester: true}}",
		"agents: {8001: {name: 张三, queues: [a], skills: {a: 10}, auto_answer: true}}",
		"queues: {a: {strategy: most-skilled, ring: 15s, tiers: [{agents: own}, {after: 20s, lower: 2, queue: b}, {after: 1m, duty: \"139\", trunk: ct}]}}",
		"destinations: {d: {trunk: ct, number: \"12333\"}}",
		"flows: {a: [answer, {play: {clip: x, must_hear: true}}, {queue: a}, music, {menu: {clip: x, choices: {1: b}}}, {hangup: {status: 480}}]}",
		"numbers: {12331: {mode: merged, flow: a, skills: {a: 1}}}\ncalls: {silence: 30s}",
	} {
		if _, faults := Parse([]byte(part)); faults != nil {
			f.Errorf("%s: %v", part, faults)
		}
		f.Add([]byte(part))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 2048 {
			return
		}
		p, faults := Parse(data)
		if faults != nil {
			return
		}
		once, err := p.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, faults := Parse(once); faults != nil {
			t.Fatalf("what was written is not read: %v\n%s", faults, once)
		}
	})
}
