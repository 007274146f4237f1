package schedule

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Days are days of the week, dates, or both. The zero value is no day.
type Days struct {
	week  uint8 // bit 0: Sunday
	dates []span
}

// span is from a date to another, both included.
type span struct{ first, last Day }

const (
	everyDay = 0x7f
	monToFri = 0x3e
	mostDays = 366 // in one span, and spans in one pattern
)

// Daily is every day.
func Daily() Days { return Days{week: everyDay} }

// weekdays are the names of the days, Sunday first, as they are written and
// as else they may be read.
var weekdays = [7][]string{
	{"sun", "周日", "星期日", "周天", "星期天"},
	{"mon", "周一", "星期一"},
	{"tue", "周二", "星期二"},
	{"wed", "周三", "星期三"},
	{"thu", "周四", "星期四"},
	{"fri", "周五", "星期五"},
	{"sat", "周六", "星期六"},
}

// ParseDays reads days: "daily", "mon-fri", "sat-sun", "mon,wed,fri", "周一-周五",
// 2026-10-01, 2026-10-01..2026-10-07, and any of them with commas between.
func ParseDays(text string) (Days, error) {
	var out Days
	if len(text) > 4096 {
		return out, fmt.Errorf("has %d characters: name spans of dates, as in 2026-10-01..2026-10-07", len(text))
	}
	for item := range strings.SplitSeq(text, ",") {
		item = strings.ToLower(strings.TrimSpace(item))
		if err := out.add(item); err != nil {
			return Days{}, err
		}
	}
	slices.SortFunc(out.dates, func(a, b span) int { return int(a.first) - int(b.first) })
	return out, nil
}

func (x *Days) add(item string) error {
	if item == "daily" || item == "每天" || item == "每日" {
		x.week = everyDay
		return nil
	}
	if first, last, ok := dates(item); ok {
		if last < first || last-first >= mostDays {
			return fmt.Errorf("%q does not go from a date to a later one, a year at most", item)
		}
		x.dates = append(x.dates, span{first, last})
		return nil
	}
	from, to, several := strings.Cut(item, "-")
	if !several {
		to = from
	}
	first, last := weekday(strings.TrimSpace(from)), weekday(strings.TrimSpace(to))
	if first < 0 || last < 0 {
		return fmt.Errorf("%q are no days: write them like daily, mon-fri, \"mon,wed\" or 2026-10-01", item)
	}
	for d := first; ; d = (d + 1) % 7 { // fri-mon goes over the weekend
		x.week |= 1 << d
		if d == last {
			return nil
		}
	}
}

func dates(item string) (first, last Day, ok bool) {
	from, to, several := strings.Cut(item, "..")
	if !several {
		to = from
	}
	first, err := ParseDate(from)
	if err != nil {
		return 0, 0, false
	}
	last, err = ParseDate(to)
	return first, last, err == nil
}

func weekday(name string) int {
	return slices.IndexFunc(weekdays[:], func(names []string) bool { return slices.Contains(names, name) })
}

// Has says whether the day is one of them.
func (x *Days) Has(d Day) bool { return x.week&(1<<d.Weekday()) != 0 || x.Dated(d) }

// Dated says whether the day is one of the dates.
func (x *Days) Dated(d Day) bool {
	for _, s := range x.dates {
		if d >= s.first && d <= s.last {
			return true
		}
	}
	return false
}

// Dates are the first and the last day of each span of dates.
func (x *Days) Dates() (out []Day) {
	for _, s := range x.dates {
		out = append(out, s.first, s.last)
	}
	return out
}

// None says that there is no day.
func (x *Days) None() bool { return x.week == 0 && len(x.dates) == 0 }

// AddWeekday adds a day of the week.
func (x *Days) AddWeekday(d time.Weekday) { x.week |= 1 << d }

// String writes them as ParseDays reads them; equal days are written alike.
func (x Days) String() string {
	var out []string
	if x.week == everyDay {
		out = append(out, "daily")
	}
	for i := 1; i <= 7 && x.week != everyDay; i++ { // from Monday
		n := 0
		for i+n <= 7 && x.week&(1<<((i+n)%7)) != 0 {
			n++
		}
		name := func(i int) string { return weekdays[i%7][0] }
		switch {
		case n == 1:
			out = append(out, name(i))
		case n > 1:
			out = append(out, name(i)+"-"+name(i+n-1))
		}
		i += n
	}
	for _, s := range x.dates {
		text := s.first.String()
		if s.last > s.first {
			text += ".." + s.last.String()
		}
		out = append(out, text)
	}
	return strings.Join(out, ",")
}
