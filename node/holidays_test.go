package node

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/plan"
	"github.com/hotline12345/hotline/schedule"
)

// TestAYearWithoutHolidaysIsToldOnce, from December of the year before on, and
// no more when a table of one's own has it.
func TestAYearWithoutHolidaysIsToldOnce(t *testing.T) {
	source, faults := config.Parse(config.Anhui())
	if faults != nil {
		t.Fatal(faults)
	}
	with := func(holidays string) *plan.Compiled {
		c, faults := plan.Compile(source, plan.Surroundings{Holidays: holidays}, 1)
		if faults != nil {
			t.Fatal(faults)
		}
		return c
	}
	const said = "level=WARN msg=\"there is no table of this year's holidays: its weeks are plain until holidays.csv in the data folder has it\" year="
	var out strings.Builder
	log, year := timeless(&out), holidayYear(0)
	for _, c := range []struct{ at, holidays, want string }{
		{"2026-11-30 23:59", "", ""},
		{"2026-12-01 00:00", "", said + "2027\n"},
		{"2026-12-01 00:01", "", ""},
		{"2027-02-01 00:00", "", ""},
		{"2027-03-01 00:00", "2027-01-01,rest,元旦", ""},
		{"2027-12-01 00:00", "2027-01-01,rest,元旦", said + "2028\n"},
		{"2029-01-01 00:00", "2027-01-01,rest,元旦", said + "2029\n"},
	} {
		now, err := time.ParseInLocation("2006-01-02 15:04", c.at, schedule.Zone)
		if err != nil {
			t.Fatal(err)
		}
		year.tell(with(c.holidays), now, log)
		if got := lines(&out); got != c.want {
			t.Errorf("%s: said %q, want %q", c.at, got, c.want)
		}
	}
}

// TestTheDataFoldersHolidaysAreTaken, and a file that is of no use costs a line
// in the log.
func TestTheDataFoldersHolidaysAreTaken(t *testing.T) {
	var out strings.Builder
	n := &Node{o: Options{Data: t.TempDir(), Log: timeless(&out)}}
	if got := n.holidays(); got != "" {
		t.Errorf("without a file: %q", got)
	}
	for _, c := range []struct{ file, want, said string }{
		{"2027-01-01,rest,元旦\n", "2027-01-01,rest,元旦\n", ""},
		{"2027-01-01,off\n", "", "line 1: \\\"off\\\" is neither rest nor work"},
		{strings.Repeat("#", largestHolidays+1), "", "the file is too large"},
	} {
		if err := os.WriteFile(filepath.Join(n.o.Data, HolidaysFile), []byte(c.file), 0o600); err != nil {
			t.Fatal(err)
		}
		got := n.holidays()
		if said := lines(&out); got != c.want || !strings.Contains(said, c.said) || (c.said == "") != (said == "") {
			t.Errorf("%.20q: got %q, said %s", c.file, got, said)
		}
	}
}
