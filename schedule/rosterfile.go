package schedule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Row is a line of a roster file: so many people of a queue in a shift.
type Row struct {
	Line     int
	Days     Days
	From, To int // minutes; To that is not after From is of the next day
	Queue    string
	People   int // 0: nobody
}

// MostPeople is how many people a shift may have at a queue.
const MostPeople = 10_000

// Shifts are from when to when, in minutes, the shifts are that a file names:
// day, middle, night.
type Shifts [3][2]int

// ThreeShifts are those of a hotline that says nothing else.
var ThreeShifts = Shifts{{8 * 60, 16 * 60}, {16 * 60, EndOfDay}, {0, 8 * 60}}

// shiftNames are the names by which a file may call the shifts.
var shiftNames = [3][]string{{"day", "早", "早班", "白班"}, {"middle", "中", "中班"}, {"night", "夜", "夜班", "晚班"}}

// ShiftNames are the names of the shifts of Shifts.
func ShiftNames() [3][]string { return shiftNames }

// ParseRoster reads a roster, a line each: days or a date, a shift (早, 中, 夜)
// or times, queue, people: "mon-fri,早,general,12" or
// "2026-10-01,08:00-16:00,general,20". Its error, LineFaults, names every bad
// line; the good ones come back with it.
func ParseRoster(data []byte, shifts Shifts) ([]Row, error) {
	lines, faults := cells(data)
	var out []Row
	for _, l := range lines {
		row, column, err := rosterRow(l.cells, &shifts)
		if err != nil {
			faults = append(faults, LineFault{l.n, column, err.Error()})
			continue
		}
		row.Line = l.n
		out = append(out, row)
	}
	if len(out) == 0 && len(faults) == 0 {
		faults.add(0, "the file has no line")
	}
	faults = append(faults, clashes(out)...)
	if len(faults) > 0 {
		return out, faults.InOrder()
	}
	return out, nil
}

// The columns of a roster file.
const (
	daysColumn = 1 + iota
	shiftColumn
	QueueColumn
	peopleColumn
)

// rosterRow reads a line, or says which column is wrong; 0: all of it.
func rosterRow(row []string, shifts *Shifts) (out Row, column int, err error) {
	if len(row) != peopleColumn {
		return out, 0, fmt.Errorf("has %d fields: write days,shift,queue,people", len(row))
	}
	if out.Days, err = ParseDays(row[0]); err != nil {
		return out, daysColumn, err
	}
	if out.From, out.To, err = shift(row[1], shifts); err != nil {
		return out, shiftColumn, err
	}
	if out.Queue = row[2]; out.Queue == "" {
		return out, QueueColumn, fmt.Errorf("the queue is missing")
	}
	if out.People, err = strconv.Atoi(row[3]); err != nil || out.People < 0 || out.People > MostPeople {
		return out, peopleColumn, fmt.Errorf("%q is no number of people between 0 and %d", row[3], MostPeople)
	}
	return out, 0, nil
}

// shift reads a shift's name or its times.
func shift(text string, shifts *Shifts) (from, to int, err error) {
	for i, names := range shiftNames {
		for _, n := range names {
			if strings.EqualFold(n, text) {
				return shifts[i][0], shifts[i][1], nil
			}
		}
	}
	start, end, ok := strings.Cut(text, "-")
	if !ok {
		return 0, 0, fmt.Errorf("%q is no shift: write 早, 中, 夜 or 08:00-16:00", text)
	}
	if from, err = ParseClock(strings.TrimSpace(start)); err == nil {
		to, err = ParseClock(strings.TrimSpace(end))
	}
	if err == nil && from == EndOfDay {
		err = fmt.Errorf("a shift does not begin at 24:00 but at 00:00")
	}
	return from, to, err
}

// clashes are lines that say of a shift and queue what another says already of
// the same day.
func clashes(rows []Row) (faults LineFaults) {
	type key struct {
		from, to int
		queue    string
	}
	type dated struct {
		span
		line int
	}
	keys, weeks, written := []key{}, map[key]*[7]int{}, map[key][]dated{} // weeks: lines by weekday
	clash := func(line, other int) {
		faults = append(faults, LineFault{max(line, other), daysColumn, fmt.Sprintf("line %d has the same shift and queue on a day of these", min(line, other))})
	}
	for i := range rows {
		r := &rows[i]
		k := key{r.From, r.To, r.Queue}
		if weeks[k] == nil {
			weeks[k], keys = &[7]int{}, append(keys, k)
		}
		week, told := weeks[k], false
		for d := range week {
			switch has := r.Days.week&(1<<d) != 0; {
			case has && week[d] == 0:
				week[d] = r.Line
			case has && !told:
				told = true
				clash(r.Line, week[d])
			}
		}
		for _, s := range r.Days.dates {
			written[k] = append(written[k], dated{s, r.Line})
		}
	}
	for _, k := range keys {
		all := written[k]
		slices.SortStableFunc(all, func(a, b dated) int { return int(a.first) - int(b.first) })
		for i, far := 1, 0; i < len(all); i++ {
			if all[i].first <= all[far].last && all[i].line != all[far].line {
				clash(all[i].line, all[far].line)
			}
			if all[i].last > all[far].last {
				far = i
			}
		}
	}
	return faults
}
