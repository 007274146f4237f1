package screen

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/hotline12345/hotline/api"
)

// follow is the screen without a terminal: a line for each change, and a
// summary now and then.
func follow(ctx context.Context, out io.Writer, state func() *State) error {
	now := state()
	lines := append(append([]string{}, now.Notes...), Summary(now))
	next := now.Status.Now.Add(summaries)
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		if len(lines) > 0 {
			if _, err := io.WriteString(out, strings.Join(lines, "\n")+"\n"); err != nil {
				return err
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
		before := now
		now = state()
		lines = Changes(before, now)
		if !now.Status.Now.Before(next) {
			lines, next = append(lines, Summary(now)), now.Status.Now.Add(summaries)
		}
	}
}

// answering is who has the call: an agent, or somebody outside.
func answering(c *api.Call) string {
	if c.Agent == "" && c.Destination != "" {
		return "应答点 destination " + clean(c.Destination)
	}
	return "坐席 agent " + clean(c.Agent)
}

// Changes are the calls that were answered or ended from one state to the
// next, a line each.
func Changes(before, now *State) []string {
	var out []string
	add := func(format string, args ...any) {
		out = append(out, now.Status.Now.Format("15:04:05 ")+fmt.Sprintf(format, args...))
	}
	was, is := byID(before.Calls), byID(now.Calls)
	for i := range now.Calls {
		c := &now.Calls[i]
		if old := was[c.ID]; c.Bridged != nil && (old == nil || old.Bridged == nil) {
			add("接通 answered %s, %s, 等待 after %s", who(c), answering(c), span(c.Bridged.Sub(c.Began)))
		}
	}
	for i := range before.Calls {
		c := &before.Calls[i]
		switch {
		case is[c.ID] != nil:
		case c.Bridged != nil:
			add("结束 ended %s, %s, 时长 after %s", who(c), answering(c), age(now, c.Began))
		default:
			add("未接通即结束 ended unanswered %s, 时长 after %s", who(c), age(now, c.Began))
		}
	}
	return out
}

func byID(calls []api.Call) map[string]*api.Call {
	out := map[string]*api.Call{}
	for i := range calls {
		out[calls[i].ID] = &calls[i]
	}
	return out
}

func who(c *api.Call) string {
	return fmt.Sprintf("%s: %s → %s", clean(c.ID), clean(mask(c.Caller)), clean(c.Number))
}

// Summary is how things stand, in one line.
func Summary(s *State) string {
	var entered, answered, abandoned uint64
	for _, q := range s.Queues {
		entered, answered, abandoned = entered+q.Offered, answered+q.Answered, abandoned+q.Abandoned
	}
	return fmt.Sprintf("%s 小结 summary: 通话 calls %d, 排队 waiting %d; 进入 entered %d, 接通 answered %d, 放弃 abandoned %d; 坐席 agents %s",
		s.Status.Now.Format("15:04:05"), s.Status.Calls, s.Status.Waiting, entered, answered, abandoned, counts(s.Status.Agents))
}
