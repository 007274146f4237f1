package schedule

import (
	"slices"
	"strings"
	"testing"
)

func TestADateTakesThePlaceOfAWeekdaysShift(t *testing.T) {
	r := Roster{
		{"day", hours(t, "daily 08:00 16:00", nil), 12},
		{"extra", hours(t, "mon 08:00 12:00", nil), 3},
		{"night", hours(t, "daily 22:00 06:00", nil), 2},
		{"feast", hours(t, "2026-10-01 08:00 16:00", nil), 20},
		{"nobody", hours(t, "2026-10-01 22:00 06:00", nil), 0},
	}
	for when, want := range map[string]int{
		"2026-11-23 09:00:00": 15, "2026-11-23 13:00:00": 12, "2026-11-23 18:00:00": 0, "2026-11-23 23:00:00": 2, "2026-11-24 05:00:00": 2,
		"2026-10-01 09:00:00": 20, "2026-10-01 05:00:00": 2, "2026-10-01 23:00:00": 0, "2026-10-02 05:00:00": 0, "2026-10-02 09:00:00": 12,
	} {
		if got := r.Due(at(t, when)); got != want {
			t.Errorf("at %s %d are due, want %d", when, got, want)
		}
	}
	if got := r.On(at(t, "2026-11-23 09:00:00")); !slices.Equal(got, []string{"day", "extra"}) {
		t.Errorf("on Monday morning: %v", got)
	}
}

func TestWhoHasJustBecomeDueIsNotYetOverdue(t *testing.T) {
	r := Roster{{"day", hours(t, "daily 08:00 16:00", nil), 12}, {"night", hours(t, "daily 22:00 08:00", nil), 3}}
	for when, want := range map[string]int{
		"2026-11-23 07:59:59": 3, "2026-11-23 08:00:00": 3, "2026-11-23 08:04:59": 3, "2026-11-23 08:05:00": 12, "2026-11-23 15:59:59": 12,
		"2026-11-23 16:00:00": 0, "2026-11-23 22:04:59": 0, "2026-11-23 22:05:00": 3,
	} {
		if got := r.Overdue(at(t, when)); got != want {
			t.Errorf("at %s %d are overdue, want %d", when, got, want)
		}
	}
}

func TestARosterFile(t *testing.T) {
	shifts := ThreeShifts
	shifts[0] = [2]int{7*60 + 30, 15 * 60}
	rows, err := ParseRoster([]byte("\ufeff日期,班次,队列,人数\r\nmon-fri,早,general,12\r\n\"sat,sun\",Day,general,6\n2026-10-01,08:30-17:30,market,20\n2026-10-01,夜班,general,0,,\n"), shifts)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range rows {
		got = append(got, strings.Join([]string{r.Days.String(), Clock(r.From), Clock(r.To), r.Queue}, " "))
	}
	want := []string{"mon-fri 07:30 15:00 general", "sat-sun 07:30 15:00 general", "2026-10-01 08:30 17:30 market", "2026-10-01 00:00 08:00 general"}
	if !slices.Equal(got, want) || rows[0].People != 12 || rows[3].People != 0 || rows[3].Line != 5 {
		t.Errorf("got %q, %+v", got, rows)
	}
}

func TestEachBadLineOfARosterFileIsNamed(t *testing.T) {
	_, err := ParseRoster([]byte("mon-fri,早,general,12\nmonday,早,general,12\nsat,晨,general,1\nsat,08:00-25:00,general,1\nsat,24:00-08:00,general,1\n"+
		"sat,早,,1\nsat,早,general,many\nsat,早,general,-1\nsat,早,general\nwed,08:00-16:00,general,3\nsat,早\u202e,general,1\n"+
		"2026-10-01..2026-10-07,夜,general,1\nwed,夜,general,1\n2026-10-07..2026-10-09,00:00-08:00,general,1\n"), ThreeShifts)
	want := `line 2, column 1: "monday" are no days: write them like daily, mon-fri, "mon,wed" or 2026-10-01
line 3, column 2: "晨" is no shift: write 早, 中, 夜 or 08:00-16:00
line 4, column 2: "25:00" is no time of day: write it like "08:30"
line 5, column 2: a shift does not begin at 24:00 but at 00:00
line 6, column 3: the queue is missing
line 7, column 4: "many" is no number of people between 0 and 10000
line 8, column 4: "-1" is no number of people between 0 and 10000
line 9: has 3 fields: write days,shift,queue,people
line 10, column 1: line 1 has the same shift and queue on a day of these
line 11: has a character that cannot be seen
line 14, column 1: line 12 has the same shift and queue on a day of these`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	for _, bad := range []string{"", "# nothing\n", "\xff\xfe", strings.Repeat("\n", mostLines+1)} {
		if _, err := ParseRoster([]byte(bad), ThreeShifts); err == nil {
			t.Errorf("%.10q is taken", bad)
		}
	}
}

// TestOneBadLineAmongTenThousand is named alone, also where all lines are of
// one queue and shift.
func TestOneBadLineAmongTenThousand(t *testing.T) {
	var file strings.Builder
	for i := range 10_000 {
		file.WriteString((Date(2026, 1, 1) + Day(i)).String() + ",早,general,12\n")
	}
	text := file.String()
	if rows, err := ParseRoster([]byte(text), ThreeShifts); err != nil || len(rows) != 10_000 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	day := (Date(2026, 1, 1) + 6789).String()
	_, err := ParseRoster([]byte(strings.Replace(text, day+",早,general,12", day+",早,general,1O", 1)), ThreeShifts)
	if want := `line 6790, column 4: "1O" is no number of people between 0 and 10000`; err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
	_, err = ParseRoster([]byte(text+day+"..2099-12-31,早,general,3\n"), ThreeShifts)
	if err == nil || !strings.HasPrefix(err.Error(), "line 10001, column 1: ") {
		t.Errorf("got %v", err)
	}
	_, err = ParseRoster([]byte(text+day+",08:00-16:00,general,3\n"), ThreeShifts)
	if want := "line 10001, column 1: line 6790 has the same shift and queue on a day of these"; err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

func TestSetsOfDays(t *testing.T) {
	for _, c := range []struct{ a, b, joined, without string }{
		{"mon-fri,2026-10-01", "sat,2026-10-02..2026-10-03", "mon-sat,2026-10-01..2026-10-03", "mon-fri,2026-10-01"},
		{"2026-10-01..2026-10-09", "2026-10-03..2026-10-04", "2026-10-01..2026-10-09", "2026-10-01..2026-10-02,2026-10-05..2026-10-09"},
		{"2026-10-01", "2026-10-01", "2026-10-01", ""},
		{"daily", "2026-10-05", "daily,2026-10-05", "daily"},
		{"2026-01-01..2026-12-31", "2027-01-01..2027-12-31", "2026-01-01..2026-12-31,2027-01-01..2027-12-31", "2026-01-01..2026-12-31"},
	} {
		a, b := mustDays(t, c.a), mustDays(t, c.b)
		if got := a.Join(&b).String(); got != c.joined {
			t.Errorf("%s and %s are %s", c.a, c.b, got)
		}
		dates := b.Dates()
		if got := a.Without(dates[0], dates[len(dates)-1]).String(); got != c.without {
			t.Errorf("%s without %s is %s", c.a, c.b, got)
		}
		week, on := a.Week(), a.OnDates()
		if got := week.Join(&on); got.String() != a.String() {
			t.Errorf("%s is halved into %s and %s", c.a, week, on)
		}
	}
}
