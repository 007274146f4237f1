package main

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/api"
)

// pageSize is the most that the server gives at once.
const pageSize = 10000

func (p *program) cdrCommand() *cobra.Command {
	group := &cobra.Command{Use: "cdr", Short: "话单 / records of finished calls"}
	var f api.CDRFilter
	var since, until string
	cmd := &cobra.Command{
		Use: "list", Short: "话单,新者在前 / finished calls, the newest first", Args: cobra.NoArgs,
		Example: "  hotline cdr list --since 08:30 --outcome abandoned-queue\n  hotline cdr list --since 2026-01-01 --until 2026-02-01 --limit 100000 --json",
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if f.Limit < 1 {
				return usage("条数有误", "--limit is at least 1")
			}
			if f.Since, err = p.parseTime("since", since); err != nil {
				return err
			}
			if f.Until, err = p.parseTime("until", until); err != nil {
				return err
			}
			return p.listCDRs(cmd, f)
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&f.Limit, "limit", 100, "最多条数 / at most so many")
	flags.StringVar(&since, "since", "", "结束不早于 / ended at or after: 2026-01-31, \"2026-01-31 08:30\", 08:30, 2h")
	flags.StringVar(&until, "until", "", "结束早于 / ended before")
	flags.StringVar(&f.Number, "number", "", "被叫号码 / number dialled")
	flags.StringVar(&f.Caller, "caller", "", "主叫 / caller")
	flags.StringVar(&f.Agent, "agent", "", "坐席 / agent")
	flags.StringVar(&f.Outcome, "outcome", "", "结果 / outcome")
	flags.StringVar(&f.City, "city", "", "城市 / city")
	flags.StringVar(&f.Department, "department", "", "部门 / department")
	flags.StringVar(&f.AnsweredBy, "answered-by", "", "应答方 / who answered: "+strings.Join(slices.Sorted(maps.Keys(answerers)), ", "))
	flags.StringVar(&f.Destination, "destination", "", "最后转往的应答点 / destination that was rung last")
	flags.StringVar(&f.Call, "call", "", "通话 / call")
	flags.Uint64Var(&f.Before, "before", 0, "早于此位置,见 --json 的 position / only older ones than this position")
	for flag, complete := range map[string]names{"agent": p.agents, "number": p.numbers, "outcome": outcomeNames} {
		_ = cmd.RegisterFlagCompletionFunc(flag, p.any(complete)) // fails only for an unknown flag
	}
	group.AddCommand(cmd, p.importCDRs())
	return group
}

func outcomeNames(context.Context, *api.Client) []string {
	var out []string
	for word, zh := range outcomes {
		out = append(out, word+"\t"+zh)
	}
	slices.Sort(out)
	return out
}

// listCDRs reads page after page until the limit is reached.
func (p *program) listCDRs(cmd *cobra.Command, f api.CDRFilter) error {
	client, want := p.client(), f.Limit
	var all []api.CDR
	for len(all) < want {
		f.Limit = min(want-len(all), pageSize)
		page, err := client.CDRs(cmd.Context(), f)
		if err != nil {
			return err
		}
		all = append(all, page...)
		if len(page) < f.Limit {
			break
		}
		f.Before = page[len(page)-1].Position
	}
	head := []string{
		"结束 ended", "主叫 caller", "号码 number", "城市 city", "队列 queue", "坐席@分机 agent@phone", "应答方 answered by", "结果 outcome", ">等待 wait s", ">通话 talk s", "挂机 ended by",
	}
	return list(p, all, "没有话单 / no records", head, func(c *api.CDR) []string {
		return []string{
			p.at(c.Ended), c.Caller, c.Number, c.City, c.Queue, seat(c.Agent, c.Phone), both(answerers, c.AnsweredBy), both(outcomes, c.Outcome),
			waited(c), talked(c), both(sides, c.EndedBy),
		}
	})
}

// waited is how long the caller was in the queue, until an agent answered.
func waited(c *api.CDR) string {
	until := c.Ended
	if c.Accepted != nil {
		until = *c.Accepted
	}
	return between(c.Enlisted, until)
}

func talked(c *api.CDR) string { return between(c.Bridged, c.Ended) }

func (p *program) showCDR(c *api.CDR, history []api.Step) error {
	if p.json {
		return p.writeJSON(struct {
			*api.CDR
			History []api.Step `json:"history"`
		}{c, history})
	}
	err := p.writePairs([][2]string{
		{"通话 call", c.Call},
		{"来自 from", c.From},
		{"主叫 caller", c.Caller},
		{"所拨 dialled", c.Dialled},
		{"号码 number", c.Number},
		{"城市 city", c.City},
		{"部门 department", c.Department},
		{"类型 mode", both(modes, c.Mode)},
		{"转来 sent on by", c.Origin},
		{"曾转出又转回 had come back", stated(c.Returned)},
		{"队列 queue", c.Queue},
		{"最后转往 rung outside", c.Destination},
		{"12345接管原因 taken over for", both(whys, c.TakenOver)},
		{"坐席@分机 agent@phone", seat(c.Agent, c.Phone)},
		{"应答方 answered by", both(answerers, c.AnsweredBy)},
		{"转接次数 transfers", number(c.Transfers)},
		{"派接次数 offers", strconv.Itoa(c.Offers)},
		{"结果 outcome", both(outcomes, c.Outcome)},
		{"挂机 ended by", both(sides, c.EndedBy)},
		{"SIP", number(c.Status)},
		{"Q.850", number(c.Q850)},
		{"等待 wait s", waited(c)},
		{"通话 talk s", talked(c)},
		{"全长 length s", seconds(c.Ended.Sub(c.Began).Round(time.Millisecond))},
		{"计划版本 revision", strconv.FormatUint(c.Revision, 10)},
		{"经历重启 lived through a restart", stated(c.Resumed)},
	})
	if err != nil {
		return err
	}
	return p.writeStory(append(steps(history, c.Resumed), ends(c)...), c.Began)
}

// stated is a yes; a no is left out.
func stated(is bool) string {
	if !is {
		return ""
	}
	return yes(is)
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
