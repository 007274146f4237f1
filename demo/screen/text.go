package screen

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/mattn/go-runewidth"

	"github.com/hotline12345/hotline/api"
)

// cells measures text as terminals show it, alike on every machine: a Chinese
// character takes two columns, whatever the locale says of doubtful ones.
var cells = runewidth.Condition{}

// clean takes out what a terminal would act on: callers choose some of what is
// shown.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsGraphic(r) {
			return r
		}
		return '?'
	}, s)
}

func cut(s string, width int) string {
	if width <= 0 {
		return ""
	}
	return cells.Truncate(s, width, "…")
}

func left(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-cells.StringWidth(s)))
}

// table sets rows under a head, columns two apart. A title that begins with
// '>' is of figures, which stand right.
func table(head []string, rows [][]string) section {
	widths, right := make([]int, len(head)), make([]bool, len(head))
	for i := range head {
		head[i], right[i] = strings.CutPrefix(head[i], ">")
		widths[i] = cells.StringWidth(head[i])
	}
	for _, row := range rows {
		for i := range row {
			row[i] = clean(row[i])
			widths[i] = max(widths[i], cells.StringWidth(row[i]))
		}
	}
	line := func(row []string) string {
		var out strings.Builder
		for i, text := range row {
			if pad := strings.Repeat(" ", widths[i]-cells.StringWidth(text)); right[i] {
				text = pad + text
			}
			out.WriteString(left(text, widths[i]+2))
		}
		return strings.TrimRight(out.String(), " ")
	}
	s := section{title: line(head), count: len(rows), each: 1}
	for _, row := range rows {
		s.rows = append(s.rows, line(row))
	}
	return s
}

// words are agents' and calls' states in Chinese, as the CLI has them.
var words = map[string]string{
	"LoggedOut": "未登录", "Idle": "空闲", "Reserved": "已派", "Ringing": "振铃", "Talking": "通话", "WrapUp": "整理", "Paused": "小休",
	"walking": "流程中", "queued": "排队中", "bridging": "接通中", "talking": "通话中", "over": "已结束",
}

func both(word string) string {
	if zh, ok := words[word]; ok {
		return zh + " " + word
	}
	return clean(word)
}

// phase is a call's state; one in a queue that has no agent yet is queued,
// whatever he hears meanwhile.
func phase(c *api.Call) string {
	if c.State == "walking" && c.Queue != "" {
		return both("queued")
	}
	return both(c.State)
}

// mask hides the middle of a caller's number: 138****1234. Extensions, of up
// to six digits, are no secret.
func mask(number string) string {
	n := len(number)
	switch {
	case n <= 6:
		return number
	case n < 11:
		return number[:n-6] + "****" + number[n-2:]
	}
	return number[:n-8] + "****" + number[n-4:]
}

// age is how long something has lasted; "" for what has not begun.
func age(s *State, since time.Time) string {
	if since.IsZero() {
		return ""
	}
	return span(s.Status.Now.Sub(since))
}

func span(d time.Duration) string {
	seconds := int(max(0, d) / time.Second)
	if seconds < 3600 {
		return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
}
