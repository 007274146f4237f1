package schedule

import "testing"

// FuzzParseDays: what is read is written so that it reads the same again, and
// means the same on each day.
func FuzzParseDays(f *testing.F) {
	for _, seed := range []string{"daily", "mon-fri", "sat-mon", "周一-周五, sun", "2026-10-01..2026-10-07,wed", "-", "2026-10-01.."} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		days, err := ParseDays(text)
		if err != nil {
			return
		}
		again, err := ParseDays(days.String())
		if len(days.String()) > 4096 {
			return // it is written longer than it was read
		}
		if err != nil || again.String() != days.String() || days.None() {
			t.Fatalf("%q is written %q and read as %q, %v", text, days, again, err)
		}
		for d := Date(2026, 9, 28); d < Date(2026, 10, 12); d++ {
			if days.Has(d) != again.Has(d) {
				t.Fatalf("%q: %s", text, d)
			}
		}
	})
}

func FuzzParseClock(f *testing.F) {
	for _, seed := range []string{"08:30", "24:00", "24:01", "é8:30", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		minute, err := ParseClock(text)
		if err == nil && (minute < 0 || minute > EndOfDay || Clock(minute) != text) {
			t.Fatalf("%q is %d", text, minute)
		}
	})
}

func FuzzParseCalendar(f *testing.F) {
	f.Add([]byte("2027-01-01,rest,元旦\n2027-01-02,班\n"))
	f.Add([]byte("\ufeffdate,kind\n\"2027-01-01\",\"work\""))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := ParseCalendar(data)
		if err != nil {
			return
		}
		for i, h := range c.days {
			if kind, _ := c.At(h.Day); kind != h.Kind || kind == Plain || i > 0 && c.days[i-1].Day >= h.Day {
				t.Fatalf("day %d: %+v", i, h)
			}
		}
		h := NewHours(Daily(), 0, EndOfDay, Lawful().With(c))
		for d := Date(2024, 12, 31); d < Date(2028, 1, 2); d++ {
			if kind, _ := Lawful().With(c).At(d); h.Open(d.Unix(0)) != (kind != Rest) {
				t.Fatalf("%s", d)
			}
		}
	})
}

func FuzzParseRoster(f *testing.F) {
	f.Add([]byte("mon-fri,早,general,12\n2026-10-01,08:00-16:00,general,20\n"))
	f.Add([]byte("\"mon,wed\",night,q,0\n,,,\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, err := ParseRoster(data, ThreeShifts)
		if err == nil && len(rows) == 0 {
			t.Fatal("neither rows nor an error")
		}
		if faults, ok := err.(LineFaults); err != nil && (!ok || len(faults) == 0) {
			t.Fatalf("an error of %T: %v", err, err)
		}
		for _, r := range rows {
			if r.Days.None() || r.Queue == "" || r.People < 0 || r.People > MostPeople || r.From < 0 || r.From >= EndOfDay || r.To > EndOfDay {
				t.Fatalf("%+v", r)
			}
		}
	})
}
