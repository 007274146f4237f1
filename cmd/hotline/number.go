package main

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/config"
)

func (p *program) numberCommand() *cobra.Command {
	group := &cobra.Command{Use: "number", Short: "号码 / public numbers of the ledger"}
	group.AddCommand(
		&cobra.Command{Use: "list", Short: "号码、状态、过渡期剩余天数、今日来电 / the ledger: status, days left of the transition, calls today", Args: cobra.NoArgs, RunE: p.listNumbers},
		p.importNumbers(),
		p.numberCheckCommand(),
	)
	p.addEntryCommands(group, "number")
	return group
}

// listNumbers lists the plan's numbers, and how often each was rung today.
func (p *program) listNumbers(cmd *cobra.Command, _ []string) error {
	client := p.client()
	_, plan, err := p.inForce(cmd.Context(), client)
	if err != nil {
		return err
	}
	calls, err := p.callsToday(cmd.Context(), client)
	if err != nil {
		return err
	}
	if p.json {
		out := []any{}
		for _, row := range plan.Numbers {
			entry, err := entryJSON(plan, "number", row.Name)
			if err != nil {
				return err
			}
			entry["calls_today"] = calls[row.Name]
			if days, ok := p.daysLeft(row.Value.Transition); ok {
				entry["days_left"] = days
			}
			out = append(out, entry)
		}
		return p.writeJSON(out)
	}
	head := []string{
		"号码 number", "方式 mode", "座席 seats", "状态 status", ">过渡期剩余天数 days left", ">今日来电 calls today", "部门 department", "城市 city", "流程 flow", "队列 queue",
		"应答点 destination", "技能 skills", "备注 note",
	}
	return list(p, plan.Numbers, "没有号码 / no numbers", head, func(row *config.Row[config.Number]) []string {
		n := &row.Value
		days := ""
		if left, ok := p.daysLeft(n.Transition); ok {
			days = strconv.Itoa(left)
		}
		return []string{
			row.Name, both(modes, n.Mode), both(seatings, seated(n)), both(statuses, cmp.Or(n.Status, "live")), days, strconv.FormatInt(calls[row.Name], 10), n.Department, n.City, n.Flow,
			n.Queue, n.Destination, levels(n.Skills), n.Note,
		}
	})
}

// seated is where a number's seats are; "" where the question does not arise.
func seated(n *config.Number) string {
	switch {
	case n.Seats != "":
		return n.Seats
	case n.Mode == "dual":
		return "unified"
	case n.Mode == "subcenter":
		return "retained"
	}
	return ""
}

// callsToday counts the calls of China's day, those in progress with them, by
// number.
func (p *program) callsToday(ctx context.Context, client *api.Client) (map[string]int64, error) {
	rows, err := client.Report(ctx, api.ReportFilter{Since: p.today(), By: "number"})
	if err != nil {
		return nil, err
	}
	live, err := client.Calls(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]int64{}
	for _, r := range rows {
		out[r.Key] = r.Calls
	}
	for _, c := range live {
		out[c.Number]++
	}
	return out, nil
}

// today is when China's day began.
func (p *program) today() time.Time {
	y, m, d := p.now().In(china).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, china)
}

var china = time.FixedZone("CST", 8*3600)

// daysLeft is how many days of a transition are left, today with them.
func (p *program) daysLeft(t *config.Transition) (days int, ok bool) {
	if t == nil || t.Until == "" {
		return 0, false
	}
	until, err := time.ParseInLocation(time.DateOnly, t.Until, china)
	if err != nil {
		return 0, false
	}
	return max(int(until.Sub(p.today())/(24*time.Hour))+1, 0), true
}

func levels(skills config.Table[int]) string {
	var out []string
	for _, s := range skills {
		out = append(out, fmt.Sprintf("%s=%d", s.Name, s.Value))
	}
	return strings.Join(out, ",")
}
