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

func TestARosterFile(t *testing.T) {
	rows, err := ParseRoster([]byte("日期,班次,队列,人数\nmon-fri,早,general,12\n\"sat,sun\",Day,general,6\n2026-10-01,08:30-17:30,market,20\n2026-10-01,夜班,general,0,,\n"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range rows {
		got = append(got, strings.Join([]string{r.Days.String(), r.Shift, Clock(r.From), Clock(r.To), r.Queue}, " "))
	}
	want := []string{"mon-fri day 00:00 00:00 general", "sat-sun day 00:00 00:00 general", "2026-10-01  08:30 17:30 market", "2026-10-01 night 00:00 00:00 general"}
	if !slices.Equal(got, want) || rows[0].People != 12 || rows[3].People != 0 || rows[3].Line != 5 {
		t.Errorf("got %q, %+v", got, rows)
	}
}

func TestEachBadLineOfARosterFileIsNamed(t *testing.T) {
	_, err := ParseRoster([]byte("mon-fri,早,general,12\nmonday,早,general,12\nsat,晨,general,1\nsat,08:00-25:00,general,1\nsat,24:00-08:00,general,1\n" +
		"sat,早,,1\nsat,早,general,many\nsat,早,general,-1\nsat,早,general\nwed,早班,general,3\nsat,早\u202e,general,1\n"))
	want := `line 11: has a character that cannot be seen
line 2: "monday" are no days: write them like daily, mon-fri, "mon,wed" or 2026-10-01
line 3: "晨" is no shift: write 早, 中, 夜 or 08:00-16:00
line 4: "25:00" is no time of day: write it like "08:30"
line 5: a shift does not begin at 24:00 but at 00:00
line 6: the queue is missing
line 7: "many" is no number of people between 0 and 10000
line 8: "-1" is no number of people between 0 and 10000
line 9: has 3 fields: write days,shift,queue,people
line 10: line 1 has the same shift and queue on a day of these`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	for _, bad := range []string{"", "# nothing\n", "\xff\xfe", strings.Repeat("\n", mostLines+1)} {
		if _, err := ParseRoster([]byte(bad)); err == nil {
			t.Errorf("%.10q is taken", bad)
		}
	}
}
