package plan

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/schedule"
)

// imported is a plan with a roster file's lines put in.
func imported(t testing.TB, p *config.Plan, file string) {
	t.Helper()
	rows, err := schedule.ParseRoster([]byte(file), ShiftsOf(p))
	if err != nil {
		t.Fatal(err)
	}
	if faults := ImportRoster(p, rows); faults != nil {
		t.Fatal(faults)
	}
}

// rosterLines are a plan's rosters, one a line.
func rosterLines(p *config.Plan) string {
	var out strings.Builder
	for _, row := range p.Rosters {
		fmt.Fprintf(&out, "%s | %s %s-%s%s |", row.Name, row.Value.Days, row.Value.From, row.Value.To, row.Value.Holidays)
		for _, q := range row.Value.Agents {
			fmt.Fprintf(&out, " %s=%d", q.Name, q.Value)
		}
		out.WriteString("\n")
	}
	return out.String()
}

func TestARosterFileTakesThePlaceOfWhatItSpeaksOf(t *testing.T) {
	const before = "day |  08:00-16:00 | general=12 market=3\nmiddle |  16:00-24:00 | general=8\nnight |  00:00-08:00 | general=3\n"
	for _, c := range []struct{ what, file, want string }{
		{
			"a number", "daily,早,general,14\ndaily,中,general,8\ndaily,夜,general,3\n",
			strings.Replace(before, "general=12", "general=14", 1),
		},
		{
			"weekdays and weekends", "mon-fri,早,general,12\nsat-sun,早,general,6\ndaily,中,general,8\ndaily,夜,general,3\n",
			"day |  08:00-16:00 | market=3\nmiddle |  16:00-24:00 | general=8\nnight |  00:00-08:00 | general=3\n" +
				"day mon-fri | mon-fri 08:00-16:00 | general=12\nday sat-sun | sat-sun 08:00-16:00 | general=6\n",
		},
		{
			"lines of the same put together", "mon-wed,早,general,12\nthu-sun,早,general,12\ndaily,16:00-24:00,general,8\ndaily,夜,general,3\n", before,
		},
		{
			"dates", "2026-10-01,早,general,20\n2026-10-02,早,general,20\n2026-10-03,早,general,20\n2026-10-03,夜,market,1\n",
			before + "day 2026-10-01..2026-10-03 | 2026-10-01..2026-10-03 08:00-16:00 | general=20\nnight 2026-10-03 | 2026-10-03 00:00-08:00 | market=1\n",
		},
		{
			"times of its own", "daily,20:00-08:30,market,2\n",
			strings.Replace(before, " market=3", "", 1) + "20:00-08:30 |  20:00-08:30 | market=2\n",
		},
		{
			"days of both kinds", "\"mon-sun,2026-10-01\",早,market,3\n", before + "day 2026-10-01 | 2026-10-01 08:00-16:00 | market=3\n",
		},
	} {
		p := edited(t, func(*config.Plan) {})
		imported(t, p, c.file)
		if got := rosterLines(p); got != c.want {
			t.Errorf("%s\ngot\n%s\nwant\n%s", c.what, got, c.want)
		}
		imported(t, p, c.file)
		if got := rosterLines(p); got != c.want {
			t.Errorf("%s, once more\ngot\n%s\nwant\n%s", c.what, got, c.want)
		}
	}
}

func TestARosterFilesDatesTakeThePlaceOfThoseBetween(t *testing.T) {
	p := edited(t, func(*config.Plan) {})
	imported(t, p, "2026-09-28..2026-10-08,早,general,20\n2026-09-28..2026-10-08,早,market,5\n\"sun,2026-10-05\",夜,general,1\n")
	imported(t, p, "2026-10-01,早,general,25\n2026-10-07,中,general,9\n")
	want := `day |  08:00-16:00 | market=3
middle |  16:00-24:00 |
night |  00:00-08:00 |
day 2026-09-28..2026-10-08 | 2026-09-28..2026-10-08 08:00-16:00 | market=5
night sun | sun 00:00-08:00 | general=1
day 2026-09-28..2026-09-30,2026-10-08 | 2026-09-28..2026-09-30,2026-10-08 08:00-16:00 | general=20
day 2026-10-01 | 2026-10-01 08:00-16:00 | general=25
middle 2026-10-07 | 2026-10-07 16:00-24:00 | general=9
`
	if got := rosterLines(p); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	imported(t, p, "daily,夜,general,3\n")
	if got := rosterLines(p); got != strings.Replace(strings.Replace(want, "00:00-08:00 |\n", "00:00-08:00 | general=3\n", 1), "night sun | sun 00:00-08:00 | general=1\n", "", 1) {
		t.Errorf("then\n%s", got)
	}
}

func TestAShiftHasThePlansTimes(t *testing.T) {
	p := edited(t, func(p *config.Plan) {
		p.Rosters.Get("night").To = "07:30"
		p.Rosters.Set("中班", config.Roster{From: "15:00", To: "23:30", Holidays: "closed", Agents: config.Table[int]{{Name: "market", Value: 1}}})
		p.Rosters.Remove("middle")
	})
	imported(t, p, "sat,中,general,1\nsat,夜,general,2\nmon,夜,market,4\n")
	want := `day |  08:00-16:00 | market=3
night |  00:00-07:30 |
中班 |  15:00-23:30closed |
middle sat | sat 15:00-23:30 | general=1
night sat | sat 00:00-07:30 | general=2
night mon | mon 00:00-07:30 | market=4
`
	want = strings.Replace(want, "| market=3", "|", 1)
	if got := rosterLines(p); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestAQueueThatThePlanHasNotIsNamed(t *testing.T) {
	p := edited(t, func(*config.Plan) {})
	before := rosterLines(p)
	rows, err := schedule.ParseRoster([]byte("daily,早,general,14\n\ndaily,早,tax,1\n"), schedule.ThreeShifts)
	if err != nil {
		t.Fatal(err)
	}
	want := `line 3, column 3: unknown queue "tax": the plan's queues are general, market, alone`
	if faults := ImportRoster(p, rows); faults.Error() != want || rosterLines(p) != before {
		t.Errorf("got %v\n%s", faults, rosterLines(p))
	}
}

// FuzzImportRoster: what was imported is due exactly as the lines say, a second
// import changes nothing, and the plan stays one that compiles.
func FuzzImportRoster(f *testing.F) {
	f.Add([]byte("mon-fri,早,general,12\n2026-10-01,08:00-16:00,general,20\n2026-10-01..2026-10-09,夜,market,2\n"), []byte("2026-10-03,夜,market,0\n"))
	f.Add([]byte("daily,20:00-08:00,market,1\n"), []byte("\"sat,sun,2026-10-01\",中,market,7\n"))
	f.Fuzz(func(t *testing.T, first, second []byte) {
		p := edited(t, func(p *config.Plan) { p.Rosters = nil })
		for i, file := range [][]byte{first, second} {
			rows, err := schedule.ParseRoster(file, ShiftsOf(p))
			if err != nil || len(rows) > 200 || ImportRoster(p, rows) != nil {
				return
			}
			got := rosterLines(p)
			if ImportRoster(p, rows) != nil || rosterLines(p) != got {
				t.Fatalf("once more\n%s\nfirst\n%s", rosterLines(p), got)
			}
			c, faults := Standing(p, Surroundings{}, 1)
			if faults != nil {
				t.Fatalf("%v\n%s", faults, got)
			}
			for _, queue := range []string{"general", "market"} {
				var want schedule.Roster
				for _, r := range rows {
					if r.Queue == queue {
						want = append(want, schedule.Shift{Hours: schedule.NewHours(r.Days, r.From, r.To, nil), People: r.People})
					}
				}
				for d := schedule.Date(2026, 9, 25); i == 0 && d < schedule.Date(2026, 10, 15); d++ {
					for minute := 0; minute < schedule.EndOfDay; minute += 37 {
						if due := c.Due(queue, d.Unix(minute)); due != want.Due(d.Unix(minute)) {
							t.Fatalf("%s on %s at %s: %d are due, want %d\n%s", queue, d, schedule.Clock(minute), due, want.Due(d.Unix(minute)), got)
						}
					}
				}
			}
		}
	})
}
