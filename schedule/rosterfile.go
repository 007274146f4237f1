package schedule

import (
	"fmt"
	"strconv"
	"strings"
)

// Row is a line of a roster file: so many people of a queue in a shift.
type Row struct {
	Line     int
	Days     Days
	Shift    string // day, middle or night; "": From and To say when
	From, To int    // minutes
	Queue    string
	People   int // 0: nobody
}

// MostPeople is how many people a shift may have at a queue.
const MostPeople = 10_000

// shifts are the names by which a file may call the shifts.
var shifts = [][]string{{"day", "早", "早班", "白班"}, {"middle", "中", "中班"}, {"night", "夜", "夜班", "晚班"}}

// ParseRoster reads a roster, a line each: days or a date, a shift (早, 中, 夜)
// or times, queue, people: "mon-fri,早,general,12" or
// "2026-10-01,08:00-16:00,general,20". Its error, LineFaults, names every bad
// line.
func ParseRoster(data []byte) ([]Row, error) {
	lines, faults := cells(data)
	var out []Row
	type key struct {
		shift    string
		from, to int
		queue    string
	}
	same := map[key][]int{} // rows, by place
	for _, l := range lines {
		row, err := rosterRow(l.cells)
		if err != nil {
			faults.add(l.n, "%v", err)
			continue
		}
		row.Line = l.n
		k := key{row.Shift, row.From, row.To, row.Queue}
		for _, i := range same[k] {
			if out[i].Days.Meets(&row.Days) {
				faults.add(l.n, "line %d has the same shift and queue on a day of these", out[i].Line)
				break
			}
		}
		same[k] = append(same[k], len(out))
		out = append(out, row)
	}
	if len(out) == 0 && len(faults) == 0 {
		faults.add(0, "the file has no line")
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return out, nil
}

func rosterRow(row []string) (out Row, err error) {
	if len(row) != 4 {
		return out, fmt.Errorf("has %d fields: write days,shift,queue,people", len(row))
	}
	if out.Days, err = ParseDays(row[0]); err != nil {
		return out, err
	}
	if out.Shift, out.From, out.To, err = shift(row[1]); err != nil {
		return out, err
	}
	if out.Queue = row[2]; out.Queue == "" {
		return out, fmt.Errorf("the queue is missing")
	}
	if out.People, err = strconv.Atoi(row[3]); err != nil || out.People < 0 || out.People > MostPeople {
		return out, fmt.Errorf("%q is no number of people between 0 and %d", row[3], MostPeople)
	}
	return out, nil
}

// shift reads a shift's name or its times.
func shift(text string) (name string, from, to int, err error) {
	for _, names := range shifts {
		for _, n := range names {
			if strings.EqualFold(n, text) {
				return names[0], 0, 0, nil
			}
		}
	}
	start, end, ok := strings.Cut(text, "-")
	if !ok {
		return "", 0, 0, fmt.Errorf("%q is no shift: write 早, 中, 夜 or 08:00-16:00", text)
	}
	if from, err = ParseClock(strings.TrimSpace(start)); err == nil {
		to, err = ParseClock(strings.TrimSpace(end))
	}
	if err == nil && from == EndOfDay {
		err = fmt.Errorf("a shift does not begin at 24:00 but at 00:00")
	}
	return "", from, to, err
}
