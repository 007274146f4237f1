package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/plan"
	"github.com/hotline12345/hotline/schedule"
)

// dutyRoster is who ought to be there at a time, for programs.
type dutyRoster struct {
	At      time.Time  `json:"at"`
	Day     string     `json:"day"` // plain, rest, work
	Holiday string     `json:"holiday,omitempty"`
	Queues  []dueQueue `json:"queues"` // those with a roster
}

// dueQueue is how many ought to be there for a queue.
type dueQueue struct {
	Queue    string   `json:"queue"`
	Due      int      `json:"due"`
	LoggedIn *int     `json:"logged_in,omitempty"` // now; absent for another time
	Shifts   []string `json:"shifts"`
}

func (p *program) rosterShowCommand() *cobra.Command {
	var at, file string
	cmd := &cobra.Command{
		Use: "show", Short: "某时刻应到几人,缺省为此刻并与实到对照 / who ought to be there at a time; now, beside who is, if none is given", Args: cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		Example:           "  hotline roster show\n  hotline roster show --at \"2026-10-01 03:00\"",
		RunE: func(cmd *cobra.Command, _ []string) error {
			china := *p // rosters go by China's time, wherever the terminal is
			china.zone = schedule.Zone
			when, err := china.parseTime("at", at)
			if err != nil {
				return err
			}
			now := when.IsZero() && file == ""
			if when.IsZero() {
				when = p.now()
			}
			compiled, err := p.planToProve(cmd.Context(), file)
			if err != nil {
				return err
			}
			out := dueAt(compiled, when)
			if now {
				if err := p.countLoggedIn(cmd.Context(), out); err != nil {
					return err
				}
			}
			return china.writeDue(out)
		},
	}
	cmd.Flags().StringVar(&at, "at", "", "时刻,缺省为此刻 / a time; now if left out")
	cmd.Flags().StringVar(&file, "plan", "", "计划文件,- 为标准输入;缺省为现行计划 / plan file, - for standard input; the plan in force if empty")
	return cmd
}

// The kinds of days, in the words of programs and of people.
var (
	dayWords = map[schedule.Kind]string{schedule.Plain: "plain", schedule.Rest: "rest", schedule.Work: "work"}
	dayKinds = map[string]string{"plain": "平日", "rest": "休", "work": "班"}
)

func dueAt(c *plan.Compiled, when time.Time) *dutyRoster {
	day, _ := schedule.At(when.Unix())
	kind, holiday := c.Calendar().At(day)
	out := &dutyRoster{At: when, Day: dayWords[kind], Holiday: holiday, Queues: []dueQueue{}}
	for i := range c.Source.Queues {
		name := c.Source.Queues[i].Name
		if len(c.Roster(name)) == 0 {
			continue
		}
		shifts := append([]string{}, c.Roster(name).On(when.Unix())...)
		out.Queues = append(out.Queues, dueQueue{Queue: name, Due: c.Due(name, when.Unix()), Shifts: shifts})
	}
	return out
}

// countLoggedIn counts those who are there now.
func (p *program) countLoggedIn(ctx context.Context, r *dutyRoster) error {
	client := p.client()
	defer client.Close()
	agents, err := client.Agents(ctx)
	if err != nil {
		return err
	}
	for i := range r.Queues {
		n := 0
		for _, a := range agents {
			if a.State != "LoggedOut" && slices.Contains(a.Queues, r.Queues[i].Queue) {
				n++
			}
		}
		r.Queues[i].LoggedIn = &n
	}
	return nil
}

func (p *program) writeDue(r *dutyRoster) error {
	if p.json {
		return p.writeJSON(r)
	}
	if err := p.say("%s %s", p.at(r.At), strings.TrimSpace(both(dayKinds, r.Day)+" "+r.Holiday)); err != nil {
		return err
	}
	head := []string{"队列 queue", ">应到 due", ">实到 logged in", "班次 shifts", ""}
	return list(p, r.Queues, "没有班表 / no rosters", head, func(q *dueQueue) []string {
		there, short := "", ""
		if q.LoggedIn != nil {
			there = strconv.Itoa(*q.LoggedIn)
			if missing := q.Due - *q.LoggedIn; missing > 0 {
				short = fmt.Sprintf("缺 %d 人 short by %d", missing, missing)
			}
		}
		return []string{q.Queue, strconv.Itoa(q.Due), there, strings.Join(q.Shifts, ", "), short}
	})
}
