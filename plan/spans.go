package plan

import (
	"fmt"

	"github.com/hotline12345/hotline/schedule"
)

// during is what holds in a moment.
type during[T comparable] struct {
	*moment
	what T
}

// span is a time of the week, or of a date, at which the same holds.
type span[T comparable] struct {
	place[T]
	days string // mon-fri, or a date with its holiday: 2026-10-01 国庆节
	more int    // other dates of which the same is true
}

// place is what makes moments of several days one span.
type place[T comparable] struct {
	from, to int // minutes of the day
	what     T
}

func when(days, from, to string, more int) string {
	text := days + " " + from + "–" + to
	if more > 0 {
		text += fmt.Sprintf(" and on %d more days", more)
	}
	return text
}

// spans puts moments together, in which the plain week comes first: those of
// the plain week by weekdays, and of other days those that are not so each week.
func spans[T comparable](c *Compiled, moments []during[T]) (out []span[T]) {
	var places []place[T]
	weeks, dates := map[place[T]]*schedule.Days{}, map[place[T]]int{} // dates: place in out
	for i := 0; i < len(moments); i++ {
		first, to := moments[i], moments[i].to
		for i+1 < len(moments) && moments[i+1].day == first.day && moments[i+1].from == to && moments[i+1].what == first.what {
			i++
			to = moments[i].to
		}
		at := place[T]{first.from, to, first.what}
		week, found := weeks[at], dates[at]-1
		switch {
		case first.plain && week == nil:
			week = &schedule.Days{}
			weeks[at], places = week, append(places, at)
			fallthrough
		case first.plain:
			week.AddWeekday(first.day.Weekday())
		case week != nil && week.Has(first.day):
		case found >= 0:
			out[found].more++
		default:
			days := first.day.String()
			if _, name := c.calendar.At(first.day); name != "" {
				days += " " + name
			}
			out = append(out, span[T]{place: at, days: days})
			dates[at] = len(out)
		}
	}
	var weekly []span[T]
	for _, at := range places {
		weekly = append(weekly, span[T]{place: at, days: weeks[at].String()})
	}
	return append(weekly, out...)
}
