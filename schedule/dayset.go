package schedule

import "slices"

// Week is the days of the week alone.
func (x *Days) Week() Days { return Days{week: x.week} }

// OnDates is the dates alone.
func (x *Days) OnDates() Days { return Days{dates: x.dates} }

// Join is the days of both, with dates that touch in one span of a year at
// most.
func (x *Days) Join(y *Days) Days {
	out := Days{week: x.week | y.week}
	all := slices.Concat(x.dates, y.dates)
	slices.SortFunc(all, func(a, b span) int { return int(a.first) - int(b.first) })
	for _, s := range all {
		n := len(out.dates)
		if n > 0 && s.first <= out.dates[n-1].last+1 && max(s.last, out.dates[n-1].last)-out.dates[n-1].first < mostDays {
			out.dates[n-1].last = max(s.last, out.dates[n-1].last)
			continue
		}
		out.dates = append(out.dates, s)
	}
	return out
}

// Without is the days without the dates from one to another.
func (x *Days) Without(first, last Day) Days {
	out := Days{week: x.week}
	for _, s := range x.dates {
		if before := (span{s.first, min(s.last, first-1)}); before.first <= before.last {
			out.dates = append(out.dates, before)
		}
		if after := (span{max(s.first, last+1), s.last}); after.first <= after.last {
			out.dates = append(out.dates, after)
		}
	}
	return out
}
