package plan

import (
	"cmp"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/ivr"
	"github.com/hotline12345/hotline/schedule"
)

// calendar takes the table of holidays: the surroundings' years before the
// built-in ones.
func (c *compiler) calendar() {
	c.out.calendar = schedule.Lawful()
	if c.s.Holidays == "" {
		return
	}
	own, err := schedule.ParseCalendar([]byte(c.s.Holidays))
	if err != nil {
		c.faults.Add("holidays.csv", 0, "%v", err)
		return
	}
	c.out.calendar = c.out.calendar.With(own)
}

func (c *compiler) hours() {
	for i := range c.p.Hours {
		row := &c.p.Hours[i]
		v := &row.Value
		c.out.hours[row.Name] = c.span("hours."+row.Name, row.Line, v.Days, cmp.Or(v.From, "00:00"), cmp.Or(v.To, "24:00"), v.Holidays)
	}
}

// span reads days and times; what is wrong with them is noted, and the hours
// that come back then are of no use.
func (c *compiler) span(path string, line int, days, from, to, holidays string) *schedule.Hours {
	on := schedule.Daily()
	if days != "" {
		var err error
		if on, err = schedule.ParseDays(days); err != nil {
			c.faults.Add(path+".days", line, "%v", err)
		}
	}
	begin, err := schedule.ParseClock(from)
	if err != nil {
		c.faults.Add(path+".from", line, "%v", err)
	} else if begin == schedule.EndOfDay {
		c.faults.Add(path+".from", line, "a day does not begin at 24:00: write 00:00")
	}
	end, err := schedule.ParseClock(to)
	if err != nil {
		c.faults.Add(path+".to", line, "%v", err)
	}
	switch holidays {
	case "", "open":
		return schedule.NewHours(on, begin, end, nil)
	case "closed":
	default:
		c.faults.Add(path+".holidays", line, "must be open or closed, not %q", holidays)
	}
	return schedule.NewHours(on, begin, end, c.out.calendar)
}

// knownHours checks a reference to hours; empty is none.
func (c *compiler) knownHours(path string, line int, name string) {
	c.wants(path, line, name == "" || c.out.hours[name] != nil, "unknown hours %q", name)
}

// when is when a step is taken.
func (c *compiler) when(at string, line int, s *config.Step) (w ivr.When) {
	c.wants(at, line, s.Open == "" || s.Closed == "", "a step is taken while hours are open or while they are closed, not both")
	c.knownHours(at+".open", line, s.Open)
	c.knownHours(at+".closed", line, s.Closed)
	if h := c.out.hours[cmp.Or(s.Open, s.Closed)]; h != nil {
		w.Hours, w.Closed = h, s.Open == ""
	}
	from, bounded := c.date(at+".from", line, s.From)
	if bounded {
		w.From = from.Unix(0)
	}
	if until, ok := c.date(at+".until", line, s.Until); ok {
		w.Until = (until + 1).Unix(0)
		c.wants(at+".until", line, !bounded || from <= until, "%q is before from", s.Until)
	}
	return w
}

// date reads a day; empty is none.
func (c *compiler) date(path string, line int, text string) (d schedule.Day, ok bool) {
	if text == "" {
		return 0, false
	}
	d, err := schedule.ParseDate(text)
	if err != nil {
		c.faults.Add(path, line, "%v", err)
	}
	return d, err == nil
}
