package plan

import (
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/ivr"
)

// stepLine writes a flow in one line: what a golden table can be read by.
func stepLine(f *ivr.Flow) string {
	var out []string
	for i := range f.Steps {
		out = append(out, step(&f.Steps[i]))
	}
	return strings.Join(out, " · ")
}

func step(s *ivr.Step) string {
	names := map[ivr.Kind]string{
		ivr.Answer: "answer", ivr.Progress: "progress", ivr.Play: "play", ivr.Music: "music", ivr.Menu: "menu", ivr.Queue: "queue",
		ivr.Forward: "forward", ivr.Hangup: "hangup", ivr.City: "city",
	}
	out := names[s.Kind]
	if s.MustHear {
		out += "!"
	}
	if s.Kind != ivr.Music && len(s.Clips) > 0 {
		out += " " + strings.Join(s.Clips, "+")
	}
	if s.Aged {
		out += " aged"
	}
	for _, word := range []string{s.Queue, s.Target, s.City} {
		if word != "" {
			out += " " + word
		}
	}
	for _, choice := range s.Choices {
		out += fmt.Sprintf(" %c→%s", choice.Digit, choice.Flow)
	}
	if s.Ring != 0 {
		out += " " + s.Ring.String()
	}
	if s.Status != 0 {
		out += fmt.Sprintf(" %d/%d", s.Status, s.Q850)
	}
	if s.When.Hours != nil {
		out += map[bool]string{false: " [open]", true: " [closed]"}[s.When.Closed]
	}
	if s.When.From != 0 || s.When.Until != 0 {
		out += " [" + date(s.When.From) + ".." + date(s.When.Until) + ")"
	}
	return out
}

func date(unix int64) string {
	if unix == 0 {
		return ""
	}
	return time.Unix(unix, 0).In(cst).Format(time.DateOnly)
}

// table is every number of a plan with its flows, a line each.
func table(t *testing.T, c *Compiled) string {
	t.Helper()
	var out strings.Builder
	for _, row := range c.Source.Numbers {
		n := c.Number(row.Name)
		if n == nil || c.Flow(n.Flow) == nil {
			t.Fatalf("%s has no flow", row.Name)
		}
		needs := ""
		for _, need := range n.Needs {
			needs += fmt.Sprintf(" %s=%d", need.Skill, need.Level)
		}
		fmt.Fprintf(&out, "%s %s %s%s: %s\n", n.Number, n.Mode, n.Status, needs, stepLine(c.Flow(n.Flow)))
		for _, city := range append([]string{""}, cities(c)...) {
			for _, area := range c.areas {
				if name := c.FlowOf(n, city, area); name != n.Flow && !strings.Contains(out.String(), name+": ") {
					fmt.Fprintf(&out, "%s: %s\n", name, stepLine(c.Flow(name)))
				}
			}
		}
	}
	return out.String()
}

func cities(c *Compiled) (out []string) {
	for _, row := range c.Source.Cities {
		out = append(out, row.Name)
	}
	return out
}

// golden compares with a file; HOTLINE_GOLDEN=write writes it anew.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if os.Getenv("HOTLINE_GOLDEN") == "write" {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range max(len(gotLines), len(wantLines)) {
		g, w := "", ""
		if i < len(gotLines) {
			g = gotLines[i]
		}
		if i < len(wantLines) {
			w = wantLines[i]
		}
		if g != w {
			t.Errorf("%s:%d\ngot  %s\nwant %s", file, i+1, g, w)
		}
	}
}

func TestEveryNumberOfTheEmbeddedPlanHasItsFlow(t *testing.T) {
	c, faults := compile(t, config.Anhui())
	if faults != nil {
		t.Fatal(faults)
	}
	golden(t, "testdata/anhui.flows", table(t, c))
}

func TestEachModeAndStatusHasItsFlow(t *testing.T) {
	data, err := os.ReadFile("testdata/life.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, faults := compile(t, data)
	if faults != nil {
		t.Fatal(faults)
	}
	golden(t, "testdata/life.flows", table(t, c))
}

// TestTheEmbeddedPlanHasTheWholeLedger compares it with the province's: the
// same numbers in the same order, with their titles, departments, modes and
// statuses.
func TestTheEmbeddedPlanHasTheWholeLedger(t *testing.T) {
	file, err := os.Open("testdata/numbers.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	p, faults := config.Parse(config.Anhui())
	if faults != nil {
		t.Fatal(faults)
	}
	rows = rows[2:] // the head, and the row that stands for imported numbers
	for i, row := range rows {
		if p.Numbers[i+1].Name != row[0] {
			t.Fatalf("number %d is %s, want %s", i, p.Numbers[i+1].Name, row[0])
		}
		n := &p.Numbers[i+1].Value
		for j, got := range []string{n.Name, n.Department, n.Mode, n.Status, n.Note} {
			if want := row[[]int{1, 2, 3, 5, 6}[j]]; got != want {
				t.Errorf("%s: %q, want %q", row[0], got, want)
			}
		}
		if q := p.Queues.Get(n.Queue); (row[4] == "yes") != (q != nil && q.Kind == "experts") {
			t.Errorf("%s: expert seats %q, its queue is %q", row[0], row[4], n.Queue)
		}
		if merged := n.Mode == "merged" && n.Status == "cancelled"; (n.Transition != nil) != merged {
			t.Errorf("%s: its transition is %+v", row[0], n.Transition)
		}
	}
	if len(rows) != 32 {
		t.Errorf("%d numbers", len(rows))
	}
}

func TestACallerInACrisisHearsNothingOfAMerger(t *testing.T) {
	c, faults := compile(t, config.Anhui())
	if faults != nil {
		t.Fatal(faults)
	}
	n := c.Number("12356")
	f := c.Flow(n.Flow)
	for _, step := range f.Steps {
		for _, clip := range step.Clips {
			if strings.HasPrefix(clip, "moved") || strings.HasPrefix(clip, "transition") || strings.HasPrefix(clip, "changed") {
				t.Errorf("12356 plays %s", clip)
			}
		}
	}
	if target, _ := c.Target(f.Steps[0].Target); f.Steps[0].Kind != ivr.Forward || target.Number != "12356" {
		t.Errorf("12356 begins with %+v", f.Steps[0])
	}
	if at := slices.IndexFunc(f.Steps, func(s ivr.Step) bool { return s.Kind == ivr.Queue }); at < 0 || !f.Steps[at].Aged {
		t.Error("12345 does not take over")
	}
}
