package plan

import (
	"slices"
	"time"

	"github.com/hotline12345/hotline/schedule"
)

// moment is a span of a day in which no hours, shift or bound of the plan
// begins or ends: what holds at its first second holds at each.
type moment struct {
	unix     int64
	day      schedule.Day
	from, to int  // minutes
	plain    bool // of the week without holidays
}

// proofYears is how far beyond the table of holidays dates of the plan are
// looked at.
const proofYears = 10

// moments are all that differ: a plain week, every day of the years that the
// calendar knows, and the days around each date of the plan in later years.
// Between two such dates every week is the same, so that nothing is left out.
func (c *Compiled) moments() []moment {
	cuts := []int{0, schedule.EndOfDay}
	var dates []schedule.Day
	span := func(h *schedule.Hours) {
		at := h.Cuts()
		cuts, dates = append(cuts, at[:]...), append(dates, h.Days().Dates()...)
	}
	for i := range c.Source.Hours {
		span(c.hours[c.Source.Hours[i].Name])
	}
	for i := range c.Source.Queues {
		for _, shift := range c.rosters[c.Source.Queues[i].Name] {
			span(shift.Hours)
		}
	}
	dates = append(dates, c.bounds()...)
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	var out []moment
	for i, d := range c.proofDays(dates) {
		for j := range len(cuts) - 1 {
			out = append(out, moment{unix: d.Unix(cuts[j]), day: d, from: cuts[j], to: cuts[j+1], plain: i < 7})
		}
	}
	return out
}

// bounds are the days at which steps of numbers begin or cease to be taken.
func (c *Compiled) bounds() (out []schedule.Day) {
	for i := range c.Source.Numbers {
		n := c.numbers[c.Source.Numbers[i].Name]
		if n == nil {
			continue
		}
		for _, f := range c.flowsOf(n) {
			for j := range f.Steps {
				for _, at := range []int64{f.Steps[j].When.From, f.Steps[j].When.Until} {
					if at != 0 {
						d, _ := schedule.At(at)
						out = append(out, d)
					}
				}
			}
		}
	}
	return out
}

// proofDays are the days that a proof looks at, the plain week first.
func (c *Compiled) proofDays(dates []schedule.Day) (out []schedule.Day) {
	years := c.calendar.Years()
	if len(years) == 0 {
		years = []int{2026}
	}
	first, last := schedule.Date(years[0], 1, 1), schedule.Date(years[len(years)-1]+1, 1, 1)-1
	monday := last + 4
	for monday.Weekday() != time.Monday {
		monday++
	}
	for d := monday; d < monday+7; d++ {
		out = append(out, d)
	}
	var others []schedule.Day
	for d := first; d <= last+2; d++ { // a night may reach from the last day into the next year
		others = append(others, d)
	}
	slices.Sort(dates)
	for _, at := range slices.Compact(dates) {
		for d := max(at-1, last); d < min(at+9, last+366*proofYears); d++ {
			others = append(others, d)
		}
	}
	slices.Sort(others)
	for _, d := range slices.Compact(others) {
		if d < monday || d >= monday+7 {
			out = append(out, d)
		}
	}
	return out
}
