package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/mattn/go-runewidth"
)

// cells measures text as terminals show it, alike on every machine: a Chinese
// character takes two columns, whatever the locale says of doubtful ones.
var cells = runewidth.Condition{}

// clean takes out what a terminal would act on: callers choose some of what is
// shown.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || unicode.IsGraphic(r) {
			return r
		}
		return '?'
	}, s)
}

// writeTable writes rows under a head, columns two apart. A title that begins
// with '>' is of a column of figures, which stand right.
func writeTable(w io.Writer, head []string, rows [][]string) error {
	all := [][]string{make([]string, len(head))}
	right := make([]bool, len(head))
	for i, title := range head {
		all[0][i], right[i] = strings.CutPrefix(title, ">")
	}
	return writeRows(w, append(all, rows...), right)
}

// writeRows aligns rows of as many cells as right has.
func writeRows(w io.Writer, rows [][]string, right []bool) error {
	widths := make([]int, len(right))
	for _, row := range rows {
		for i, cell := range row {
			row[i] = strings.ReplaceAll(clean(cell), "\n", " ")
			widths[i] = max(widths[i], cells.StringWidth(row[i]))
		}
	}
	var out strings.Builder
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-cells.StringWidth(cell))
			if right[i] {
				line.WriteString(pad + cell)
			} else {
				line.WriteString(cell + pad)
			}
			line.WriteString("  ")
		}
		out.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// writePairs writes a name and what it is, a line each.
func (p *program) writePairs(pairs [][2]string) error {
	var rows [][]string
	for _, pair := range pairs {
		if pair[1] != "" {
			rows = append(rows, []string{pair[0], pair[1]})
		}
	}
	return writeRows(p.out, rows, make([]bool, 2))
}

// list shows things in a table, or says that there are none, or gives them as
// JSON.
func list[T any](p *program, things []T, empty string, head []string, row func(*T) []string) error {
	if p.json {
		if things == nil {
			things = []T{}
		}
		return p.writeJSON(things)
	}
	if len(things) == 0 {
		return p.say("%s", empty)
	}
	rows := make([][]string, len(things))
	for i := range things {
		rows[i] = row(&things[i])
	}
	return writeTable(p.out, head, rows)
}

func (p *program) writeJSON(v any) error {
	encoder := json.NewEncoder(p.out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

// say prints a line for people.
func (p *program) say(format string, args ...any) error {
	_, err := fmt.Fprintln(p.out, clean(fmt.Sprintf(format, args...)))
	return err
}
