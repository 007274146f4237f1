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
		if _, err := ParsePorts(s); (err == nil) != ok {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(anhui)
	f.Add([]byte("flows: {a: [answer, {play: {clip: x}}]}"))
	f.Fuzz(func(t *testing.T, data []byte) {
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
