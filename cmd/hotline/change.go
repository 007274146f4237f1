package main

import (
	"context"
	"fmt"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/plan"
)

// wish is how a change of the plan is made: what every such command can be
// told.
type wish struct {
	dry            bool
	reason, author string
	base           uint64
	based          bool // base was given
}

func (w *wish) flags(cmd *cobra.Command, reason string) {
	flags := cmd.Flags()
	flags.BoolVar(&w.dry, "dry-run", false, "只显示差别,不生效 / show the difference, change nothing")
	flags.StringVar(&w.reason, "reason", "", "原因 / why; "+reason)
	flags.StringVar(&w.author, "author", "", "作者 / who; HOTLINE_AUTHOR or the user if left out")
	flags.Uint64Var(&w.base, "base", 0, "所依据的版本,已非现行则拒绝 / the revision changed; refused if it is no longer in force")
}

// who is the author where none is named.
func who() string {
	for _, name := range []string{"HOTLINE_AUTHOR", "SUDO_USER", "USER"} {
		if value := os.Getenv(name); value != "" {
			return value
		}
	}
	return "uid " + strconv.Itoa(os.Getuid())
}

// edited is a plan made of the one in force. Document is what is sent, so that
// lines are those that its author sees.
type edited struct {
	plan     *config.Plan
	faults   config.Faults // of its form
	document []byte
	reason   string // unless another is given
}

// change reads the plan in force, has another made of it, checks that here and
// puts it in force.
func (p *program) change(cmd *cobra.Command, w *wish, edit func(context.Context, *api.Client, *config.Plan) (*edited, error)) error {
	w.based = cmd.Flags().Changed("base")
	ctx, client := cmd.Context(), p.client()
	defer client.Close()
	now, before, err := p.inForce(ctx, client)
	if err != nil {
		return err
	}
	if w.based && w.base != now.Revision {
		return refuse("计划已被改动,请以现行版本重做", "revision %d is in force, the change is to %d: begin anew", now.Revision, w.base)
	}
	after, err := edit(ctx, client, before.Unplaced())
	if err != nil {
		return err
	}
	surroundings, err := client.Surroundings(ctx)
	if err != nil {
		return err
	}
	compiled, faults := plan.Check(after.plan, after.faults, surroundings.Plan(), now.Revision+1)
	if err := faulty(faults); err != nil {
		return err
	}
	changes := config.Diff(before, after.plan)
	if len(changes) == 0 {
		return p.showChanges(now.Revision, nil, fmt.Sprintf("没有变化,仍是版本 %d / nothing changes: revision %d stays", now.Revision, now.Revision))
	}
	if !p.json {
		if err := p.noteHolidays(compiled); err != nil {
			return err
		}
	}
	made, err := client.Apply(ctx, w.signed(now.Revision, after))
	switch {
	case err != nil:
		return err
	case w.dry:
		return p.showChanges(now.Revision, changes, "试算无误,未生效 / checked by the server, not applied")
	case p.json:
		return p.writeJSON(made)
	}
	return p.showChanges(now.Revision, changes, fmt.Sprintf("已生效: 版本 %d / in force: revision %d", made.Revision, made.Revision))
}

func (w *wish) signed(base uint64, e *edited) api.Change {
	c := api.Change{Base: base, Author: w.author, Reason: w.reason, Document: string(e.document), DryRun: w.dry}
	if c.Author == "" {
		c.Author = who()
	}
	if c.Reason == "" {
		c.Reason = e.reason
	}
	return c
}

// showChanges prints differences and a word at the end; to programs the
// differences and what they are to.
func (p *program) showChanges(base uint64, changes []config.Change, word string) error {
	if p.json {
		return p.writeJSON(struct {
			Base    uint64          `json:"base"`
			Changes []config.Change `json:"changes"`
		}{base, append([]config.Change{}, changes...)})
	}
	for _, c := range changes {
		if err := p.say("%s", c); err != nil {
			return err
		}
	}
	return p.say("%s", word)
}

// inForce reads the plan in force.
func (p *program) inForce(ctx context.Context, client *api.Client) (api.Revision, *config.Plan, error) {
	now, err := client.Plan(ctx)
	if err != nil {
		return now, nil, err
	}
	plan, faults := read([]byte(now.Document))
	if faults != nil {
		return now, nil, fmt.Errorf("the server's plan is not of this binary's version: %w", faulty(faults))
	}
	return now, plan, nil
}

// read parses a plan, as far as it can. "set", which an export of another version
// may show for a password, says nothing.
func read(document []byte) (*config.Plan, config.Faults) {
	plan, faults := config.Parse(document)
	for i := range plan.Phones {
		if plan.Phones[i].Value.Password == "set" {
			plan.Phones[i].Value.Password = ""
		}
	}
	return plan, faults
}
