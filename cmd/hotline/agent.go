package main

import (
	"context"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/api"
)

func (p *program) agentCommand() *cobra.Command {
	group := &cobra.Command{Use: "agent", Short: "坐席 / agents"}
	group.AddCommand(
		p.loginCommand(),
		p.agentWish("logout", "登出 / log out, after his call", (*api.Client).Logout),
		p.agentWish("pause", "小休 / no more offers, after his call", (*api.Client).Pause),
		p.agentWish("resume", "恢复 / end a pause or the wrap-up", (*api.Client).Resume),
		p.secretCommand(&secret{
			use: "pin AGENT", short: "设PIN / give an agent a PIN", flag: "pin", zh: "PIN", en: "PIN", complete: p.agents,
			set: (*api.Client).SetPIN,
		}),
		&cobra.Command{Use: "list", Short: "坐席及状态 / agents and their states", Args: cobra.NoArgs, RunE: p.listAgents},
	)
	p.addEntryCommands(group, "agent")
	return group
}

func (p *program) loginCommand() *cobra.Command {
	var phone string
	cmd := &cobra.Command{
		Use: "login AGENT --phone PHONE", Short: "登录分机 / log an agent in on a phone",
		Args: cobra.ExactArgs(1), ValidArgsFunction: p.first(p.agents),
		RunE: func(cmd *cobra.Command, args []string) error {
			if phone == "" {
				return usage("缺少分机", "--phone is missing: the phone that the agent sits at")
			}
			a, err := p.client().Login(cmd.Context(), args[0], phone)
			return p.showAgent(&a, err)
		},
	}
	cmd.Flags().StringVar(&phone, "phone", "", "分机 / phone")
	_ = cmd.RegisterFlagCompletionFunc("phone", p.any(p.phones)) // fails only for an unknown flag
	return cmd
}

func (p *program) agentWish(wish, short string, do func(*api.Client, context.Context, string) (api.Agent, error)) *cobra.Command {
	return &cobra.Command{
		Use: wish + " AGENT", Short: short, Args: cobra.ExactArgs(1), ValidArgsFunction: p.first(p.agents),
		RunE: func(cmd *cobra.Command, args []string) error {
			a, err := do(p.client(), cmd.Context(), args[0])
			return p.showAgent(&a, err)
		},
	}
}

// showAgent tells how an agent is after what he wished.
func (p *program) showAgent(a *api.Agent, err error) error {
	if err != nil {
		return err
	}
	if p.json {
		return p.writeJSON(a)
	}
	line := "坐席 agent " + a.Agent
	if a.Name != "" {
		line += " " + a.Name
	}
	line += ": " + both(states, a.State)
	if a.Phone != "" {
		line += ", 分机 phone " + a.Phone
	}
	return p.say("%s", line)
}

func (p *program) listAgents(cmd *cobra.Command, _ []string) error {
	agents, err := p.client().Agents(cmd.Context())
	if err != nil {
		return err
	}
	head := []string{"工号 agent", "姓名 name", "状态 state", "自 since", "分机 phone", "队列 queues", ">未接 misses", ">通话 calls"}
	return list(p, agents, "没有坐席 / no agents", head, func(a *api.Agent) []string {
		since := ""
		if a.State != "LoggedOut" {
			since = p.at(a.Since)
		}
		return []string{
			a.Agent, a.Name, both(states, a.State), since, a.Phone, strings.Join(a.Queues, ","),
			strconv.Itoa(a.Misses), strconv.FormatUint(a.Calls, 10),
		}
	})
}
