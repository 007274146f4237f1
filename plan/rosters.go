package plan

import (
	"fmt"

	"github.com/hotline12345/hotline/schedule"
)

// mostShifts is how many entries all rosters may have together: a year of days,
// shifts and queues.
const mostShifts = 10_000

// rosters gives each queue its shifts.
func (c *compiler) rosters() {
	shifts := 0
	for i := range c.p.Rosters {
		row := &c.p.Rosters[i]
		path, v := "rosters."+row.Name, &row.Value
		hours := c.span(path, row.Line, v.Days, v.From, v.To, v.Holidays)
		if shifts += len(v.Agents); shifts > mostShifts {
			c.faults.Add(path, row.Line, "the rosters have more than %d entries: take past days out", mostShifts)
			return
		}
		for _, q := range v.Agents {
			at := fmt.Sprintf("%s.agents.%s", path, q.Name)
			c.wants(at, q.Line, c.p.Queues.Get(q.Name) != nil, "unknown queue %q", q.Name)
			c.wants(at, q.Line, q.Value >= 0 && q.Value <= schedule.MostPeople, "must be between 0 and %d", schedule.MostPeople)
			c.out.rosters[q.Name] = append(c.out.rosters[q.Name], schedule.Shift{Name: row.Name, Hours: hours, People: q.Value})
		}
	}
}
