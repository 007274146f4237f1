package schedule

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Kind is what the calendar makes of a day.
type Kind uint8

// The kinds of days.
const (
	Plain Kind = iota // its weekday says all
	Rest              // a public holiday
	Work              // worked in exchange for one (调休)
)

// Holiday is a day of which the calendar knows.
type Holiday struct {
	Day  Day
	Kind Kind
	Name string
}

// Calendar is the table of public holidays and swapped working days. A year of
// which it has none has plain weeks. The zero value knows no year.
type Calendar struct{ days []Holiday } // in order

// At is what the calendar says of a day; a plain day has no name.
func (c *Calendar) At(d Day) (Kind, string) {
	i, known := slices.BinarySearchFunc(c.days, d, func(h Holiday, d Day) int { return cmp.Compare(h.Day, d) })
	if !known {
		return Plain, ""
	}
	return c.days[i].Kind, c.days[i].Name
}

// Covers says whether the calendar knows the year's holidays.
func (c *Calendar) Covers(year int) bool {
	return slices.ContainsFunc(c.days, func(h Holiday) bool { return h.Day.Year() == year })
}

// Years are those that the calendar knows, in order.
func (c *Calendar) Years() (out []int) {
	for _, h := range c.days {
		if y := h.Day.Year(); len(out) == 0 || out[len(out)-1] != y {
			out = append(out, y)
		}
	}
	return out
}

// With is the calendar with the years of another in the place of its own.
func (c *Calendar) With(other *Calendar) *Calendar {
	out := &Calendar{days: slices.Clone(other.days)}
	for _, h := range c.days {
		if !other.Covers(h.Day.Year()) {
			out.days = append(out.days, h)
		}
	}
	out.sort()
	return out
}

func (c *Calendar) sort() {
	slices.SortFunc(c.days, func(a, b Holiday) int { return cmp.Compare(a.Day, b.Day) })
}

// Missing is the year whose table is wanted at a civil time in Unix seconds
// and not there: this one, or from December on the next; 0 for none.
func (c *Calendar) Missing(unix int64) int {
	d, _ := At(unix)
	year := d.Year()
	switch {
	case !c.Covers(year):
		return year
	case d >= Date(year, 12, 1) && !c.Covers(year+1):
		return year + 1
	}
	return 0
}

// mostLines is how many lines a file may have.
const mostLines = 100_000

// ParseCalendar reads a table of days, a line each: date, rest or work (休 or
// 班), and a name: 2027-01-01,rest,元旦. Empty lines, those that begin with #
// and a heading are passed over. Its error names every bad line.
func ParseCalendar(data []byte) (*Calendar, error) {
	lines, faults := cells(data)
	out := &Calendar{}
	seen := map[Day]int{}
	for _, l := range lines {
		h, err := holiday(l.cells)
		if err != nil {
			faults.add(l.n, "%v", err)
			continue
		}
		if first := seen[h.Day]; first > 0 {
			faults.add(l.n, "%s is in line %d already", h.Day, first)
			continue
		}
		seen[h.Day] = l.n
		out.days = append(out.days, h)
	}
	if len(faults) > 0 {
		return nil, faults
	}
	out.sort()
	return out, nil
}

func holiday(row []string) (h Holiday, err error) {
	if len(row) < 2 || len(row) > 3 {
		return h, fmt.Errorf("has %d fields: write date,rest|work,name", len(row))
	}
	if h.Day, err = ParseDate(row[0]); err != nil {
		return h, err
	}
	switch strings.ToLower(row[1]) {
	case "rest", "休":
		h.Kind = Rest
	case "work", "班":
		h.Kind = Work
	default:
		return h, fmt.Errorf("%q is neither rest nor work", row[1])
	}
	if len(row) == 3 {
		h.Name = row[2]
	}
	return h, nil
}
