package node

import (
	"context"
	"log/slog"
	"time"

	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/schedule"
)

// lookAround is how often the rosters are compared with who is logged in.
const lookAround = 15 * time.Second

// watchRosters says it where fewer agents are logged in than the roster says,
// from the grace after a start on: until then nobody had time to log in. And it
// says where holidays are not known; year is the one of which that was said.
func (n *Node) watchRosters(year holidayYear) {
	tick := time.NewTicker(lookAround)
	defer tick.Stop()
	told := manning{}
	for {
		select {
		case <-n.stop:
			return
		case now := <-tick.C:
			year.tell(n.Plan(), now, n.o.Log)
			if now.Sub(n.started) < schedule.Grace*time.Second {
				continue
			}
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		v, err := n.View(ctx)
		cancel()
		if err == nil { // else there are worse things to tell
			told.tell(v, n.o.Log)
		}
	}
}

// manning is by how many agents queues were said to be short.
type manning map[string]int

// tell says each change once.
func (m manning) tell(v *core.View, log *slog.Logger) {
	there := map[string]bool{}
	for i := range v.Queues {
		q := &v.Queues[i]
		there[q.Name] = true
		if q.Short == m[q.Name] {
			continue
		}
		if m[q.Name] = q.Short; q.Short > 0 {
			log.Warn("fewer agents are logged in than the roster says", "queue", q.Name, "due", q.Due, "logged_in", q.LoggedIn)
		} else {
			log.Info("as many agents are logged in as the roster says", "queue", q.Name, "due", q.Due, "logged_in", q.LoggedIn)
		}
	}
	for queue := range m {
		if !there[queue] { // the plan has it no more
			delete(m, queue)
		}
	}
}
