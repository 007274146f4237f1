// Package schedule is civil time as a hotline knows it: days of the week and
// of the calendar, Chinese public holidays and the working days swapped for
// them, hours that are open, and shifts that people work. It is pure: the time
// comes with each question. The zone is always China's, UTC+8 without summer
// time (Asia/Shanghai since 1992).
package schedule

import (
	"fmt"
	"time"
)

// Zone is China's time.
var Zone = time.FixedZone("CST", zone)

const (
	zone    = 8 * 3600 // seconds east of UTC
	day     = 24 * 3600
	endless = 1 << 40 // seconds: times beyond are as good as never
)

// EndOfDay is the minute at which a day ends: 24:00.
const EndOfDay = 24 * 60

// Day is a civil day in China, counted from 1 January 1970.
type Day int32

// Date makes a day of a date; months and days beyond their range run on as in
// package time.
func Date(year int, month time.Month, d int) Day {
	return Day(time.Date(year, month, d, 0, 0, 0, 0, time.UTC).Unix() / day)
}

// ParseDate reads 2026-10-01.
func ParseDate(text string) (Day, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < 1970 {
		return 0, fmt.Errorf("%q is no date: write it like 2026-10-01", text)
	}
	return Day(t.Unix() / day), nil
}

// At is the day and the minute of it, 0 to 1439, at a civil time in Unix
// seconds.
func At(unix int64) (Day, int) {
	local := min(max(unix, -endless), endless) + zone
	d := local / day
	if local%day < 0 {
		d--
	}
	return Day(d), int(local-d*day) / 60
}

// Unix is the civil time, in Unix seconds, of a minute of the day; minutes
// under 0 and beyond 1439 are those of the days beside.
func (d Day) Unix(minute int) int64 { return int64(d)*day - zone + int64(minute)*60 }

// Weekday is the day's place in the week.
func (d Day) Weekday() time.Weekday { return time.Weekday(((int(d)+4)%7 + 7) % 7) }

// Year is the day's year.
func (d Day) Year() int { return d.time().Year() }

// String is the day as 2026-10-01.
func (d Day) String() string { return d.time().Format(time.DateOnly) }

func (d Day) time() time.Time { return time.Unix(int64(d)*day, 0).UTC() }
