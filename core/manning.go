package core

import (
	"time"

	"github.com/hotline12345/hotline/acd"
)

// Manning is who ought to be there for a queue, and who is.
type Manning struct {
	Rostered bool // the plan has a roster of the queue
	Due      int  // agents who ought to be logged in now
	LoggedIn int  // agents of the queue who are, whatever they do
	Short    int  // agents who are missing longer than schedule.Grace
}

// man says of each queue how it is manned.
func (c *Core) man(v *View) {
	places := make(map[string]int, len(v.Queues))
	unix := (int64(v.Now) + v.Civil) / int64(time.Second)
	for i := range v.Queues {
		q := &v.Queues[i]
		places[q.Name] = i
		roster := c.plan.Roster(q.Name)
		q.Rostered, q.Due, q.Short = len(roster) > 0, roster.Due(unix), roster.Overdue(unix)
	}
	for i := range v.Agents {
		a := c.plan.Agent(v.Agents[i].ID)
		if a == nil || v.Agents[i].State == acd.LoggedOut {
			continue
		}
		for _, name := range a.Queues {
			if at, known := places[name]; known {
				v.Queues[at].LoggedIn++
			}
		}
	}
	for i := range v.Queues {
		q := &v.Queues[i]
		q.Short = max(q.Short-q.LoggedIn, 0)
	}
}
