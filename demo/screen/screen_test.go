package screen

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/api"
)

var update = flag.Bool("update", false, "write the golden files anew")

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func ago(seconds int) time.Time { return noon.Add(-time.Duration(seconds) * time.Second) }

// busy is a day with something of everything.
func busy() *State {
	bridged := ago(30)
	s := &State{
		Status: api.Status{
			Now: noon, Ready: true, Revision: 3, Calls: 4, Waiting: 1,
			Agents: []api.StateCount{{State: "LoggedOut", N: 1}, {State: "Idle", N: 2}, {State: "Reserved"}, {State: "Talking", N: 1}, {State: "WrapUp", N: 3}},
		},
		Queues: []api.Queue{
			{Queue: "general", Waiting: 1, Offered: 120, Answered: 110, Abandoned: 5, InHeard: 104},
			{Queue: "market", Offered: 7, Answered: 7, InHeard: 7},
		},
		Calls: []api.Call{
			{ID: "a1", State: "talking", Caller: "13812341234", Number: "12345", Queue: "general", Agent: "8003", Began: ago(42), Bridged: &bridged},
			{ID: "a2", State: "walking", Caller: "+8613900005678", Number: "12366", Queue: "general", Began: ago(4)},
			{ID: "a3", State: "bridging", Caller: "05515512345", Number: "12315", Queue: "market", Agent: "8004", Began: ago(3725)},
			{ID: "a4", State: "walking", Caller: "\x1b[2J\x07", Number: "12345", Began: noon},
		},
		Notes: []string{"话机 phone 8001: 服务器 server 127.0.0.1:5060, 密码 password k7w2m9"},
		Log:   []string{"level=INFO msg=started", "level=WARN msg=\"disk slow\x1b[31m\""},
	}
	for i, state := range []string{"LoggedOut", "Idle", "Talking", "WrapUp", "WrapUp", "WrapUp", "Idle"} {
		s.Agents = append(s.Agents, api.Agent{Agent: fmt.Sprint(8001 + i), Name: []string{"王敏", "李静", "欧阳长江"}[i%3], State: state, Since: ago(7 * i * i)})
	}
	return s
}

func TestRender(t *testing.T) {
	quiet := &State{Status: api.Status{Now: noon, Draining: true, NotReady: "draining"}}
	for _, test := range []struct {
		name          string
		state         *State
		width, height int
	}{
		{"busy-120x40", busy(), 120, 40},
		{"busy-80x24", busy(), 80, 24},
		{"busy-60x14", busy(), 60, 14},
		{"busy-9x3", busy(), 9, 3},
		{"quiet-80x24", quiet, 80, 24},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := Render(test.state, test.width, test.height)
			file := filepath.Join("testdata", test.name+".txt")
			if *update {
				if err := os.WriteFile(file, []byte(got+"\n"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got+"\n" != string(want) {
				t.Errorf("not as in %s:\n%s", file, got)
			}
		})
	}
}

// TestRenderKeepsWithinTheScreen at any size.
func TestRenderKeepsWithinTheScreen(t *testing.T) {
	for width := 0; width < 130; width += 3 {
		for height := range 30 {
			text := Render(busy(), width, height)
			lines := strings.Split(text, "\n")
			if len(lines) > max(1, height) {
				t.Fatalf("%d×%d: %d lines", width, height, len(lines))
			}
			for _, line := range lines {
				if n := cells.StringWidth(line); n > width || strings.ContainsAny(line, "\x1b\x07") {
					t.Fatalf("%d×%d: %q takes %d columns", width, height, line, n)
				}
			}
		}
	}
}

func TestCallersNumbersAreMasked(t *testing.T) {
	for number, want := range map[string]string{
		"13812341234": "138****1234", "+8613812341234": "+86138****1234", "05515512345": "055****2345", "65512345": "65****45",
		"5512345": "5****45", "8001": "8001", "12345": "12345", "138****1234": "138****1234", "": "",
	} {
		if got := mask(number); got != want {
			t.Errorf("%s became %s, want %s", number, got, want)
		}
	}
}

func TestChangesAreALineEach(t *testing.T) {
	before, now := busy(), busy()
	if got := Changes(before, now); got != nil {
		t.Errorf("nothing has changed: %q", got)
	}
	bridged := ago(0)
	now.Calls = slices.Delete(now.Calls, 0, 2)
	now.Calls[0].Bridged = &bridged
	want := []string{
		"12:00:00 接通 answered a3: 055****2345 → 12315, 坐席 agent 8004, 等待 after 1:02:05",
		"12:00:00 结束 ended a1: 138****1234 → 12345, 坐席 agent 8003, 时长 after 0:42",
		"12:00:00 未接通即结束 ended unanswered a2: +86139****5678 → 12366, 时长 after 0:04",
	}
	if got := Changes(before, now); !slices.Equal(got, want) {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
	summary := "12:00:00 小结 summary: 通话 calls 4, 排队 waiting 1; 进入 entered 127, 接通 answered 117, 放弃 abandoned 5; " +
		"坐席 agents 未登录 LoggedOut 1 · 空闲 Idle 2 · 通话 Talking 1 · 整理 WrapUp 3"
	if got := Summary(now); got != summary {
		t.Error(got)
	}
}

// TestWithoutATerminalLinesAreWritten: into a pipe, through Run.
func TestWithoutATerminalLinesAreWritten(t *testing.T) {
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	looks := 0
	err = Run(ctx, Options{Out: writer, Notes: []string{"note"}, Feed: func() (api.Status, []api.Queue, []api.Agent, []api.Call) {
		s := busy()
		switch looks++; looks {
		case 2:
			s.Calls, s.Status.Now = s.Calls[1:], noon.Add(summaries)
		case 3:
			cancel()
		}
		return s.Status, s.Queues, s.Agents, s.Calls
	}})
	_ = writer.Close()
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(out), "\n")
	if len(lines) < 4 || lines[0] != "note" || !strings.Contains(lines[1], "小结 summary") ||
		!strings.Contains(lines[2], "结束 ended a1") || !strings.Contains(lines[3], "小结 summary") || strings.Contains(string(out), "\x1b") {
		t.Errorf("%s", out)
	}
}

func TestTheTerminalIsLeftAsItWas(t *testing.T) {
	var out bytes.Buffer
	ctx, cancel := context.WithCancel(t.Context())
	looks := 0
	err := draw(ctx, &out, func() (int, int) { return 80, 24 }, func() *State {
		if looks++; looks == 2 {
			cancel()
		}
		return busy()
	})
	text := out.String()
	if err != nil || !strings.HasPrefix(text, enter+home) || !strings.HasSuffix(text, leave) || strings.Count(text, home) != 2 {
		t.Errorf("%v: %q", err, text)
	}
	if err := draw(ctx, failing{}, func() (int, int) { return 80, 24 }, busy); err == nil {
		t.Error("a terminal that is gone is no error")
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestAFrameClearsWhatWasThere(t *testing.T) {
	if got, want := frame("a\nb", 3), home+blank+"a\r\n"+blank+"b\r\n"+below; got != want {
		t.Errorf("%q", got)
	}
	if got, want := frame("a\nb", 2), home+blank+"a\r\n"+blank+"b"; got != want {
		t.Errorf("full: %q", got)
	}
}

func TestTheTailOfTheLogIsKept(t *testing.T) {
	var log Tail
	for i := range 9 {
		fmt.Fprintf(&log, "line %d\nand %d\n", i, i)
	}
	if got, want := log.Lines(), []string{"and 6", "line 7", "and 7", "line 8", "and 8"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if (*Tail)(nil).Lines() != nil {
		t.Error("no log has lines")
	}
}
