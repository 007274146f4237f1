package node

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/plan"
	"github.com/hotline12345/hotline/schedule"
)

// HolidaysFile is the file in the data folder whose years of holidays go
// before the built-in ones. It is read at the start and for each change of the
// plan.
const HolidaysFile = "holidays.csv"

// largestHolidays is how many bytes of it are taken.
const largestHolidays = 1 << 20

// holidays is the data folder's table. One that cannot be read costs a line in
// the log, never a start: the built-in table stands.
func (n *Node) holidays() string {
	path := filepath.Join(n.o.Data, HolidaysFile)
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	if err == nil && info.Size() > largestHolidays {
		err = errors.New("the file is too large")
	}
	var data []byte
	if err == nil {
		data, err = os.ReadFile(path)
	}
	if err == nil {
		_, err = schedule.ParseCalendar(data)
	}
	if err != nil {
		n.o.Log.Error("the table of holidays is of no use: the built-in one stands", "file", path, "err", err)
		return ""
	}
	return string(data)
}

// holidayYear is the year of which it was said that its holidays are not known;
// 0: of none.
type holidayYear int

// tell says it once of a year, at a civil time.
func (y *holidayYear) tell(c *plan.Compiled, now time.Time, log *slog.Logger) {
	year := c.NoHolidays(now.Unix())
	if year > 0 && year != int(*y) {
		log.Warn(api.NoHolidays, "year", year)
	}
	*y = holidayYear(year)
}
