package screen

import (
	"fmt"
	"strings"

	"github.com/hotline12345/hotline/api"
)

// Render is the whole screen: at most height lines of at most width columns,
// without a newline at the end. What does not fit is counted instead.
func Render(s *State, width, height int) string {
	lines := []string{title(s)}
	lines = append(lines, s.Notes...)
	sections := []section{queues(s), agents(s, width), calls(s), log(s)}
	need, fixed := make([]int, len(sections)), len(lines)
	for i, sec := range sections {
		need[i] = len(sec.rows)
		if sec.title != "" {
			fixed += 2 // an empty line and the title
		}
	}
	room := share(need, height-fixed)
	for i, sec := range sections {
		if sec.title != "" {
			lines = append(append(lines, "", sec.title), sec.fit(room[i])...)
		}
	}
	lines = lines[:max(0, min(len(lines), height))]
	for i := range lines {
		lines[i] = strings.TrimRight(cut(lines[i], width), " ")
	}
	return strings.Join(lines, "\n")
}

// section is a titled part of the screen; one without a title is left out.
type section struct {
	title string
	rows  []string
	count int  // of things
	each  int  // of them in a row
	last  bool // the last rows are those that matter
}

func (s *section) fit(n int) []string {
	switch {
	case n >= len(s.rows):
		return s.rows
	case n <= 0:
		return nil
	case s.last:
		return s.rows[len(s.rows)-n:]
	}
	more := s.count - (n-1)*s.each
	return append(s.rows[:n-1:n-1], fmt.Sprintf("… 还有 %d 个 / %d more", more, more))
}

// share gives rows out one by one, to each in turn that needs one more.
func share(need []int, room int) []int {
	out := make([]int, len(need))
	for given := true; given && room > 0; {
		given = false
		for i := range need {
			if out[i] < need[i] && room > 0 {
				out[i]++
				room--
				given = true
			}
		}
	}
	return out
}

func title(s *State) string {
	parts := []string{
		"12345 热线演示 demo", s.Status.Now.Format("15:04:05"), fmt.Sprintf("计划 plan %d", s.Status.Revision),
		fmt.Sprintf("通话 calls %d", s.Status.Calls), fmt.Sprintf("排队 waiting %d", s.Status.Waiting),
	}
	if s.Status.Draining {
		parts = append(parts, "正在排空 draining")
	}
	if !s.Status.Ready {
		parts = append(parts, "不接新通话 no new calls: "+s.Status.NotReady)
	}
	return strings.Join(parts, " │ ")
}

func queues(s *State) section {
	// In time is of the answered, by the clock that starts when the caller has
	// heard what he must.
	head := []string{"队列 queue", ">排队 waiting", ">进入 in", ">接通 answered", ">放弃 abandoned", ">及时 in time"}
	var rows [][]string
	for _, q := range s.Queues {
		rows = append(rows, []string{
			q.Queue, fmt.Sprint(q.Waiting), fmt.Sprint(q.Offered), fmt.Sprint(q.Answered), fmt.Sprint(q.Abandoned),
			fmt.Sprintf("%d/%d", q.InHeard, q.Answered),
		})
	}
	return table(head, rows)
}

// cell is the width of an agent in the grid.
const cell = 36

func agents(s *State, width int) section {
	out := section{title: "坐席 agents: " + counts(s.Status.Agents), each: max(1, width/cell)}
	var row strings.Builder
	for _, a := range s.Agents {
		if a.State == "LoggedOut" {
			continue
		}
		if out.count > 0 && out.count%out.each == 0 {
			out.rows = append(out.rows, row.String())
			row.Reset()
		}
		out.count++
		row.WriteString(left(cut(fmt.Sprintf("%s %s %s %s", a.Agent, clean(a.Name), both(a.State), age(s, a.Since)), cell-2), cell))
	}
	if out.count > 0 {
		out.rows = append(out.rows, row.String())
	}
	return out
}

func counts(all []api.StateCount) string {
	var parts []string
	for _, c := range all {
		if c.N > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", both(c.State), c.N))
		}
	}
	return strings.Join(parts, " · ")
}

func calls(s *State) section {
	head := []string{"主叫 caller", "拨打 number", "状态 state", "队列 queue", "坐席 agent", ">时长 time"}
	var rows [][]string
	for _, c := range s.Calls {
		rows = append(rows, []string{mask(c.Caller), c.Number, phase(&c), c.Queue, c.Agent, age(s, c.Began)})
	}
	return table(head, rows)
}

func log(s *State) section {
	if len(s.Log) == 0 {
		return section{}
	}
	out := section{title: "日志 log", last: true}
	for _, line := range s.Log {
		out.rows = append(out.rows, clean(line))
	}
	return out
}
