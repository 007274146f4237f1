package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/api"
)

func (p *program) callCommand() *cobra.Command {
	group := &cobra.Command{Use: "call", Short: "通话 / calls"}
	group.AddCommand(
		&cobra.Command{Use: "list", Short: "进行中的通话 / calls in progress", Args: cobra.NoArgs, RunE: p.listCalls},
		&cobra.Command{
			Use: "show CALL", Short: "一个通话,进行中或已结束 / one call, in progress or finished",
			Args: cobra.ExactArgs(1), ValidArgsFunction: p.first(p.calls), RunE: p.showCall,
		},
		&cobra.Command{
			Use: "transfer CALL TO", Short: "转接到应答点、队列或号码 / send the caller on to a destination, a queue or a number",
			Args: cobra.ExactArgs(2), ValidArgsFunction: p.first(p.calls),
			RunE: func(cmd *cobra.Command, args []string) error {
				if err := p.client().Transfer(cmd.Context(), args[0], args[1]); err != nil {
					return err
				}
				return p.done("正在转接 / being sent on: " + args[0] + " → " + args[1])
			},
		},
		&cobra.Command{
			Use: "hangup CALL", Short: "挂断 / end a call", Args: cobra.ExactArgs(1), ValidArgsFunction: p.first(p.calls),
			RunE: func(cmd *cobra.Command, args []string) error {
				if err := p.client().Hangup(cmd.Context(), args[0]); err != nil {
					return err
				}
				return p.done("已挂断 / ended: " + args[0])
			},
		},
	)
	return group
}

func (p *program) listCalls(cmd *cobra.Command, _ []string) error {
	calls, err := p.client().Calls(cmd.Context())
	if err != nil {
		return err
	}
	head := []string{
		"通话 call", "状态 state", "来自 from", "主叫 caller", "号码 number", "队列 queue", "坐席@分机 agent@phone", "应答点 destination", "开始 began", ">时长 length s",
	}
	return list(p, calls, "没有进行中的通话 / no calls in progress", head, func(c *api.Call) []string {
		return []string{
			c.ID, both(states, c.State), c.From, c.Caller, c.Number, c.Queue, seat(c.Agent, c.Phone), c.Destination,
			p.at(c.Began), seconds(p.now().Sub(c.Began)),
		}
	})
}

// seat is an agent at his phone.
func seat(agent, phone string) string {
	if phone == "" {
		return agent
	}
	return agent + "@" + phone
}

func (p *program) showCall(cmd *cobra.Command, args []string) error {
	calls, err := p.client().Calls(cmd.Context())
	if err != nil {
		return err
	}
	history, err := p.client().History(cmd.Context(), strings.ToLower(args[0]))
	if err != nil {
		return err
	}
	for i := range calls {
		if strings.EqualFold(calls[i].ID, args[0]) {
			return p.showLive(&calls[i], history)
		}
	}
	ended, err := p.client().CDRs(cmd.Context(), api.CDRFilter{Call: args[0], Limit: 1})
	if err != nil {
		return err
	}
	if len(ended) == 0 {
		return refuse("没有这个通话", "no such call: %s", args[0])
	}
	return p.showCDR(&ended[0], history)
}

func (p *program) showLive(c *api.Call, history []api.Step) error {
	if p.json {
		return p.writeJSON(struct {
			*api.Call
			History []api.Step `json:"history"`
		}{c, history})
	}
	bridged := ""
	if c.Bridged != nil {
		bridged = p.at(*c.Bridged)
	}
	err := p.writePairs([][2]string{
		{"通话 call", c.ID},
		{"状态 state", both(states, c.State)},
		{"来自 from", c.From},
		{"主叫 caller", c.Caller},
		{"号码 number", c.Number},
		{"队列 queue", c.Queue},
		{"坐席 agent", c.Agent},
		{"分机 phone", c.Phone},
		{"应答点 destination", c.Destination},
		{"开始 began", p.at(c.Began)},
		{"接通 bridged", bridged},
		{"时长 length s", seconds(p.now().Sub(c.Began))},
		{"通话 talk s", between(c.Bridged, p.now())},
	})
	if err != nil {
		return err
	}
	return p.writeStory(steps(history, c.Resumed), c.Began)
}
