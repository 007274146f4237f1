package schedule

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// LineFault is what is wrong with a line of a file.
type LineFault struct {
	Line   int // from 1; 0: the file
	Column int // from 1; 0: the line
	Text   string
}

func (f LineFault) Error() string {
	switch {
	case f.Line == 0:
		return f.Text
	case f.Column == 0:
		return fmt.Sprintf("line %d: %s", f.Line, f.Text)
	}
	return fmt.Sprintf("line %d, column %d: %s", f.Line, f.Column, f.Text)
}

// LineFaults are all that is wrong with a file.
type LineFaults []LineFault

func (f LineFaults) Error() string {
	var out strings.Builder
	for i, one := range f {
		if i > 0 {
			out.WriteByte('\n')
		}
		out.WriteString(one.Error())
	}
	return out.String()
}

func (f *LineFaults) add(line int, format string, args ...any) {
	*f = append(*f, LineFault{Line: line, Text: fmt.Sprintf(format, args...)})
}

// InOrder is the faults in the order of their lines.
func (f LineFaults) InOrder() LineFaults {
	out := slices.Clone(f)
	slices.SortStableFunc(out, func(a, b LineFault) int { return a.Line - b.Line })
	return out
}

// line is a line of a CSV file, cut into its cells.
type line struct {
	n     int
	cells []string
}

// cells cuts a CSV file into lines: UTF-8, commas of either script, quotes
// around a cell that has a comma. Empty lines, those that begin with # and a
// heading are left out.
func cells(data []byte) (out []line, faults LineFaults) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		return nil, LineFaults{{Text: "the file is no UTF-8: save it as \"CSV UTF-8\""}}
	}
	n := 0
	for text := range strings.Lines(string(data)) {
		n++
		if n > mostLines {
			return nil, LineFaults{{Line: n, Text: fmt.Sprintf("a file has at most %d lines", mostLines)}}
		}
		text = strings.TrimSpace(text)
		if strings.HasPrefix(text, "#") {
			continue
		}
		if strings.ContainsFunc(text, func(r rune) bool { return r != '\t' && !unicode.IsGraphic(r) }) {
			faults.add(n, "has a character that cannot be seen")
			continue
		}
		row := split(text)
		if len(row) > 0 && (len(out) > 0 || !slices.Contains(headings, strings.ToLower(row[0]))) {
			out = append(out, line{n, row})
		}
	}
	return out, faults
}

// headings are how the first cell of a heading reads.
var headings = []string{"date", "day", "days", "日期"}

// split cuts a line into cells, without the empty ones at its end: a sheet
// writes them.
func split(text string) (out []string) {
	quoted, from := false, 0
	cell := func(to int) { out = append(out, strings.TrimSpace(strings.ReplaceAll(text[from:to], `"`, ""))) }
	for i, r := range text {
		switch {
		case r == '"':
			quoted = !quoted
		case (r == ',' || r == wideComma) && !quoted:
			cell(i)
			from = i + utf8.RuneLen(r)
		}
	}
	cell(len(text))
	for len(out) > 0 && out[len(out)-1] == "" {
		out = out[:len(out)-1]
	}
	return out
}

// wideComma is the comma of Chinese text.
const wideComma = '\uff0c'
