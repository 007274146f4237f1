package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/config"
)

// names asks the running server for what the shell may complete to, each with
// a word on it behind a tab. Where there is no server, there is nothing.
type names func(context.Context, *api.Client) []string

// completeTime is how long a shell's user waits for it.
const completeTime = time.Second

// any completes at every place.
func (p *program) any(get names) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		ctx, cancel := context.WithTimeout(cmd.Context(), completeTime)
		defer cancel()
		out := get(ctx, p.client())
		for i := range out {
			name, word, _ := strings.Cut(out[i], "\t")
			out[i] = cobra.CompletionWithDesc(clean(name), clean(word))
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
}

// first completes the first argument alone.
func (p *program) first(get names) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, text string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return p.any(get)(cmd, args, text)
	}
}

func (p *program) agents(ctx context.Context, c *api.Client) (out []string) {
	agents, _ := c.Agents(ctx)
	for _, a := range agents {
		out = append(out, a.Agent+"\t"+a.Name+" "+both(states, a.State))
	}
	return out
}

func (p *program) phones(ctx context.Context, c *api.Client) (out []string) {
	phones, _ := c.Phones(ctx)
	for _, x := range phones {
		out = append(out, x.Phone+"\t"+x.Name)
	}
	return out
}

func (p *program) queues(ctx context.Context, c *api.Client) (out []string) {
	queues, _ := c.Queues(ctx)
	for _, q := range queues {
		out = append(out, q.Queue)
	}
	return out
}

func (p *program) trunks(ctx context.Context, c *api.Client) (out []string) {
	trunks, _ := c.Trunks(ctx)
	for _, t := range trunks {
		out = append(out, t.Trunk)
	}
	return out
}

func (p *program) destinations(ctx context.Context, c *api.Client) (out []string) {
	now, err := c.Plan(ctx)
	if err != nil {
		return nil
	}
	plan, _ := config.Parse([]byte(now.Document))
	for _, row := range plan.Destinations {
		out = append(out, row.Name+"\t"+row.Value.Name)
	}
	return out
}

func (p *program) calls(ctx context.Context, c *api.Client) (out []string) {
	calls, _ := c.Calls(ctx)
	for _, x := range calls {
		out = append(out, x.ID+"\t"+x.Caller+" "+x.Number+" "+both(states, x.State))
	}
	return out
}

func (p *program) numbers(ctx context.Context, c *api.Client) (out []string) {
	now, err := c.Plan(ctx)
	if err != nil {
		return nil
	}
	plan, faults := config.Parse([]byte(now.Document))
	if faults != nil {
		return nil
	}
	for _, row := range plan.Numbers {
		out = append(out, row.Name+"\t"+row.Value.Department)
	}
	return out
}
