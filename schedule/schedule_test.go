package schedule

import (
	"strings"
	"testing"
	"time"
)

func mustDays(t testing.TB, text string) Days {
	t.Helper()
	days, err := ParseDays(text)
	if err != nil {
		t.Fatal(err)
	}
	return days
}

func hours(t testing.TB, text string, c *Calendar) *Hours {
	t.Helper()
	part := strings.Fields(text)
	from, err := ParseClock(part[1])
	if err != nil {
		t.Fatal(err)
	}
	to, err := ParseClock(part[2])
	if err != nil {
		t.Fatal(err)
	}
	return NewHours(mustDays(t, part[0]), from, to, c)
}

func at(t testing.TB, text string) int64 {
	t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04:05", text, Zone)
	if err != nil {
		t.Fatal(err)
	}
	return when.Unix()
}

func TestHoursAreOpen(t *testing.T) {
	closed := Lawful()
	for _, c := range []struct {
		hours    string
		calendar *Calendar
		when     string
		open     bool
	}{
		{"mon-fri 08:30 17:30", nil, "2026-11-25 08:29:59", false},
		{"mon-fri 08:30 17:30", nil, "2026-11-25 08:30:00", true},
		{"mon-fri 08:30 17:30", nil, "2026-11-25 17:29:59", true},
		{"mon-fri 08:30 17:30", nil, "2026-11-25 17:30:00", false},
		{"mon-fri 08:30 17:30", nil, "2026-11-28 12:00:00", false},
		{"mon-fri 22:00 06:00", nil, "2026-11-27 23:00:00", true}, // Friday's night
		{"mon-fri 22:00 06:00", nil, "2026-11-28 05:59:59", true},
		{"mon-fri 22:00 06:00", nil, "2026-11-28 06:00:00", false},
		{"mon-fri 22:00 06:00", nil, "2026-11-23 03:00:00", false}, // Sunday has no night
		{"daily 00:00 24:00", nil, "2026-11-28 23:59:59", true},
		{"daily 16:00 24:00", nil, "2026-11-28 23:59:59", true},
		{"daily 16:00 24:00", nil, "2026-11-28 00:00:00", false},
		{"daily 00:00 00:00", nil, "2026-11-28 12:00:00", true},
		{"mon 08:00 08:00", nil, "2026-11-24 07:59:59", true},
		{"mon 08:00 08:00", nil, "2026-11-24 08:00:00", false},
		{"mon,wed 08:00 16:00", nil, "2026-11-25 09:00:00", true},
		{"fri-mon 08:00 16:00", nil, "2026-11-22 09:00:00", true},
		{"fri-mon 08:00 16:00", nil, "2026-11-25 09:00:00", false},
		{"2026-10-01..2026-10-07 08:00 16:00", nil, "2026-10-07 08:00:00", true},
		{"2026-10-01..2026-10-07 08:00 16:00", nil, "2026-10-08 08:00:00", false},

		{"mon-fri 08:30 17:30", nil, "2026-10-01 12:00:00", true}, // plain weeks
		{"mon-fri 08:30 17:30", closed, "2026-10-01 12:00:00", false},
		{"daily 08:30 17:30", closed, "2026-10-04 12:00:00", false},
		{"mon-fri 08:30 17:30", nil, "2026-10-10 12:00:00", false},
		{"mon-fri 08:30 17:30", closed, "2026-10-10 12:00:00", true}, // a Saturday that is worked
		{"sun 08:30 17:30", closed, "2026-10-10 12:00:00", false},
		{"sat 08:30 17:30", closed, "2026-10-10 12:00:00", true},
		{"mon-fri 22:00 06:00", closed, "2026-10-01 05:00:00", true}, // the night began on the day before
		{"mon-fri 22:00 06:00", closed, "2026-10-08 05:00:00", false},
		{"2026-10-01 08:30 17:30", closed, "2026-10-01 12:00:00", true}, // a date goes before the calendar
		{"mon-fri 08:30 17:30", closed, "2027-10-01 12:00:00", true},    // no table: a plain Friday
		{"mon-fri 08:30 17:30", closed, "2025-01-26 12:00:00", true},
		{"mon-fri 08:30 17:30", closed, "2025-10-08 12:00:00", false},
	} {
		h := hours(t, c.hours, c.calendar)
		if h.Open(at(t, c.when)) != c.open {
			t.Errorf("%s (holidays: %v) at %s: open is %v", c.hours, c.calendar != nil, c.when, !c.open)
		}
	}
}

// TestOpenIsWhatTheClockSays compares each minute of a year with package time.
func TestOpenIsWhatTheClockSays(t *testing.T) {
	day, night := hours(t, "mon-fri 08:30 17:30", nil), hours(t, "sat-sun 22:00 06:15", nil)
	for when := at(t, "2027-12-31 00:00:00"); when < at(t, "2029-01-02 00:00:00"); when += 60 {
		local := time.Unix(when, 0).In(Zone)
		minute := 60*local.Hour() + local.Minute()
		weekend := func(d time.Weekday) bool { return d == time.Saturday || d == time.Sunday }
		if want := !weekend(local.Weekday()) && minute >= 510 && minute < 1050; day.Open(when) != want {
			t.Fatalf("%s: open is %v", local, !want)
		}
		want := weekend(local.Weekday()) && minute >= 1320 || weekend(local.AddDate(0, 0, -1).Weekday()) && minute < 375
		if night.Open(when) != want {
			t.Fatalf("%s: open at night is %v", local, !want)
		}
	}
}

func TestOpenTakesAnyTimeAndAllocatesNothing(t *testing.T) {
	h := hours(t, "mon-fri 22:00 06:00", Lawful())
	for _, unix := range []int64{-1 << 63, -1, 0, 1<<63 - 1} {
		h.Open(unix)
	}
	unix := at(t, "2026-10-01 12:00:00")
	if n := testing.AllocsPerRun(100, func() { h.Open(unix); unix += 3601 }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestDaysAreWrittenAsTheyAreRead(t *testing.T) {
	for text, want := range map[string]string{
		"daily": "daily", "mon-sun": "daily", "MON - Fri": "mon-fri", "wed,mon": "mon,wed", "sat-mon": "mon,sat-sun", "周一-周五": "mon-fri", "每天": "daily",
		"sun": "sun", "2026-10-02,mon,2026-10-01": "mon,2026-10-01,2026-10-02", "2026-10-01..2026-10-07": "2026-10-01..2026-10-07",
	} {
		if got := mustDays(t, text).String(); got != want {
			t.Errorf("%q is written %q, want %q", text, got, want)
		}
	}
	for _, text := range []string{"", ",", "mon-", "monday", "mon--fri", "2026-13-01", "2026-10-07..2026-10-01", "2026-01-01..2029-01-01", "2026-10-01..x", "tue mon"} {
		if days, err := ParseDays(text); err == nil {
			t.Errorf("%q is taken for %s", text, days)
		}
	}
}

func TestClocks(t *testing.T) {
	for text, want := range map[string]int{"00:00": 0, "08:30": 510, "23:59": 1439, "24:00": 1440} {
		if got, err := ParseClock(text); err != nil || got != want || Clock(got) != text {
			t.Errorf("%q is %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "8:30", "24:01", "25:00", "08:60", "08.30", "-1:00", "08:3x", "99:99"} {
		if got, err := ParseClock(text); err == nil {
			t.Errorf("%q is taken for %d", text, got)
		}
	}
}

// TestTheNotices counts the days off and the days worked for them, as the
// State Council's notices give them.
func TestTheNotices(t *testing.T) {
	c := Lawful()
	for year, want := range map[int][2]int{2025: {28, 5}, 2026: {33, 6}} {
		var got [2]int
		for d := Date(year, 1, 1); d < Date(year+1, 1, 1); d++ {
			kind, name := c.At(d)
			switch {
			case kind == Plain && name != "":
				t.Errorf("%s is plain and named %s", d, name)
			case kind == Rest:
				got[0]++
			case kind == Work:
				got[1]++
				if w := d.Weekday(); w != time.Saturday && w != time.Sunday {
					t.Errorf("%s is a %s: it is worked anyway", d, w)
				}
			}
		}
		if got != want {
			t.Errorf("%d has %d days off and %d worked for them, want %d", year, got[0], got[1], want)
		}
	}
}

func TestACalendarOfOnesOwnGoesBefore(t *testing.T) {
	own, err := ParseCalendar([]byte("\ufeff日期,类别,名称\r\n# 2027\r\n2027-01-01,rest,元旦\r\n2027-01-02,班,元旦\r\n\r\n2026-10-01,work\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	c := Lawful().With(own)
	for day, want := range map[string]Kind{"2027-01-01": Rest, "2027-01-02": Work, "2026-10-01": Work, "2026-10-02": Plain, "2025-10-02": Rest} {
		d, _ := ParseDate(day)
		if kind, _ := c.At(d); kind != want {
			t.Errorf("%s is %d, want %d", day, kind, want)
		}
	}
	if got := c.Years(); len(got) != 3 || !c.Covers(2027) || c.Covers(2028) {
		t.Errorf("the years are %v", got)
	}
	_, err = ParseCalendar([]byte("2027-01-01,rest\n2027-1-2,rest\n2027-01-03,off,x\n2027-01-01,work\n2027-01-04\n2027-01-05,rest,a,b\n"))
	want := `line 2: "2027-1-2" is no date: write it like 2026-10-01
line 3: "off" is neither rest nor work
line 4: 2027-01-01 is in line 1 already
line 5: has 1 fields: write date,rest|work,name
line 6: has 4 fields: write date,rest|work,name`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestAMissingTableIsNoticedFromDecemberOn(t *testing.T) {
	for when, want := range map[string]int{
		"2026-11-30 23:59:59": 0, "2026-12-01 00:00:00": 2027, "2027-01-01 00:00:00": 2027, "2025-12-31 23:59:59": 0, "2024-06-01 00:00:00": 2024,
	} {
		if got := Lawful().Missing(at(t, when)); got != want {
			t.Errorf("at %s the table of %d is missing, want %d", when, got, want)
		}
	}
}
