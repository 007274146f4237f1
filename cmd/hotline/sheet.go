package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hotline12345/hotline/config"
)

// column is a column of a file that is imported, by its English and its Chinese
// name.
type column struct {
	name, chinese string
	needed        bool
}

// sheetRow is a line of such a file.
type sheetRow struct {
	line   int
	cells  []string
	places map[string]int
}

// get is the row's cell, "" where the file has no such column.
func (r *sheetRow) get(name string) string {
	place, ok := r.places[name]
	if !ok {
		return ""
	}
	return strings.TrimSpace(r.cells[place])
}

// mostFaults is how many faults of a file are told: nobody mends ten thousand by
// hand.
const mostFaults = 20

// readSheet reads a CSV file with a line of names, as a spreadsheet writes it: a
// byte order mark may stand first, lines may be empty. A row that is not whole,
// or lacks what is needed, is a fault; the others are returned.
func readSheet(data []byte, columns []column) (rows []sheetRow, faults config.Faults) {
	if !utf8.Valid(data) {
		faults.Add("", 0, "the file is not UTF-8 (perhaps GBK): save it as CSV UTF-8")
		return nil, faults
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	r.FieldsPerRecord = -1
	head, err := r.Read()
	if err != nil {
		faults.Add("", 1, "there is no line with the names of the columns: %s", titles(columns))
		return nil, faults
	}
	places := map[string]int{}
	for i, name := range head {
		name = strings.ToLower(strings.TrimSpace(name))
		at := slices.IndexFunc(columns, func(c column) bool { return c.name == name || c.chinese == name })
		switch {
		case name == "":
		case at < 0:
			faults.Add("", 1, "unknown column %q; known are: %s", name, titles(columns))
		case has(places, columns[at].name):
			faults.Add("", 1, "column %q is there twice", name)
		default:
			places[columns[at].name] = i
		}
	}
	for _, c := range columns {
		if c.needed && !has(places, c.name) {
			faults.Add("", 1, "column %s (%s) is missing", c.name, c.chinese)
		}
	}
	if len(faults) > 0 {
		return nil, faults
	}
	for len(faults) < mostFaults {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
			faults.Add("", wrong.Line, "%s", wrong.Err)
			break // what follows cannot be told apart
		}
		line, _ := r.FieldPos(0)
		row := sheetRow{line: line, cells: cells, places: places}
		switch {
		case len(cells) != len(head):
			faults.Add("", line, "it has %d columns, the first line %d", len(cells), len(head))
			continue
		case !slices.ContainsFunc(cells, func(cell string) bool { return strings.TrimSpace(cell) != "" }):
			continue
		}
		whole := true
		for _, c := range columns {
			if c.needed && row.get(c.name) == "" {
				faults.Add(c.name, line, "it is empty")
				whole = false
			}
		}
		if whole {
			rows = append(rows, row)
		}
	}
	return rows, faults
}

func has(places map[string]int, name string) bool {
	_, ok := places[name]
	return ok
}

func titles(columns []column) string {
	var out []string
	for _, c := range columns {
		out = append(out, c.name+" "+c.chinese)
	}
	return strings.Join(out, ", ")
}
