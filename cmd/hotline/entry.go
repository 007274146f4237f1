package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/config"
)

// kinds are the kinds of entries in Chinese.
var kinds = map[string]string{"queue": "队列", "agent": "坐席", "phone": "分机", "number": "号码", "trunk": "中继", "destination": "应答点"}

// one is a kind with its article.
func one(kind string) string {
	if kind == "agent" {
		return "an agent"
	}
	return "a " + kind
}

// known completes the names of a kind's entries.
func (p *program) known(kind string) names {
	return map[string]names{
		"queue": p.queues, "agent": p.agents, "phone": p.phones, "number": p.numbers, "trunk": p.trunks, "destination": p.destinations,
	}[kind]
}

// addEntryCommands adds what is the same for every kind of entry: add, set,
// remove and show.
func (p *program) addEntryCommands(group *cobra.Command, kind string) {
	group.AddCommand(p.addCommand(kind), p.setCommand(kind), p.removeCommand(kind), p.showCommand(kind))
}

func (p *program) addCommand(kind string) *cobra.Command {
	var w wish
	cmd := &cobra.Command{
		Use: "add NAME [--FIELD VALUE]...", Short: fmt.Sprintf("添加%s / add %s", kinds[kind], one(kind)), Args: cobra.ExactArgs(1),
		DisableFlagsInUseLine: true, ValidArgsFunction: cobra.NoFileCompletions,
	}
	given := p.fieldFlags(cmd, kind)
	w.flags(cmd, "the command itself if left out")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		err := p.change(cmd, &w, func(_ context.Context, _ *api.Client, plan *config.Plan) (*edited, error) {
			before := plan.Clone()
			if err := config.Add(plan, kind, args[0]); err != nil {
				return nil, inKind(kind, args[0], err)
			}
			after, err := given.edit(plan, args[0], reason(kind, "add", args[0]))
			if err != nil {
				return nil, err
			}
			return after, authorised(cmd, kind, before, plan, args[0])
		})
		if err != nil || p.json || w.dry {
			return err
		}
		switch kind {
		case "phone":
			return p.say("接着设密码 / now its password: hotline phone password %s", args[0])
		case "agent":
			return p.say("接着设PIN / now his PIN: hotline agent pin %s", args[0])
		}
		return nil
	}
	return cmd
}

func (p *program) setCommand(kind string) *cobra.Command {
	var w wish
	var unset []string
	cmd := &cobra.Command{
		Use: "set NAME [--FIELD VALUE]...", Short: fmt.Sprintf("修改%s / change %s", kinds[kind], one(kind)), Args: cobra.ExactArgs(1),
		DisableFlagsInUseLine: true, ValidArgsFunction: p.first(p.known(kind)),
	}
	given := p.fieldFlags(cmd, kind)
	cmd.Flags().StringSliceVar(&unset, "unset", nil, "恢复默认的字段 / fields that go back to their default: a,b")
	w.flags(cmd, "the command itself if left out")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(unset) == 0 && len(given.fields()) == 0 {
			return usage("没有要改的", "nothing to set: name a field, as in --%s", flagName(config.Fields(kind)[0].Name))
		}
		return p.change(cmd, &w, func(_ context.Context, _ *api.Client, plan *config.Plan) (*edited, error) {
			before, why := plan.Clone(), reason(kind, "set", args[0])
			for _, field := range unset {
				field = strings.ReplaceAll(field, "-", "_")
				if err := config.Unset(plan, kind, args[0], field); err != nil {
					return nil, inKind(kind, args[0], err)
				}
				why += " --unset " + flagName(field)
			}
			after, err := given.edit(plan, args[0], why)
			if err != nil {
				return nil, err
			}
			return after, authorised(cmd, kind, before, plan, args[0])
		})
	}
	return cmd
}

func (p *program) removeCommand(kind string) *cobra.Command {
	var w wish
	cmd := &cobra.Command{
		Use: "remove NAME", Short: fmt.Sprintf("删除%s / remove %s", kinds[kind], one(kind)), Args: cobra.ExactArgs(1),
		ValidArgsFunction: p.first(p.known(kind)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.change(cmd, &w, func(_ context.Context, _ *api.Client, plan *config.Plan) (*edited, error) {
				if err := config.Remove(plan, kind, args[0]); err != nil {
					return nil, inKind(kind, args[0], err)
				}
				return written(plan, reason(kind, "remove", args[0]))
			})
		},
	}
	w.flags(cmd, "the command itself if left out")
	return cmd
}

func (p *program) showCommand(kind string) *cobra.Command {
	return &cobra.Command{
		Use: "show NAME", Short: fmt.Sprintf("%s的设置 / %s as the plan has it", kinds[kind], one(kind)), Args: cobra.ExactArgs(1),
		ValidArgsFunction: p.first(p.known(kind)),
		RunE: func(cmd *cobra.Command, args []string) error {
			_, plan, err := p.inForce(cmd.Context(), p.client())
			if err != nil {
				return err
			}
			if p.json {
				entry, err := entryJSON(plan, kind, args[0])
				if err != nil {
					return inKind(kind, args[0], err)
				}
				return p.writeJSON(entry)
			}
			out, err := config.Entry(plan, kind, args[0])
			if err != nil {
				return inKind(kind, args[0], err)
			}
			_, err = p.out.Write(out)
			return err
		},
	}
}

// entryJSON is an entry with its fields as the plan names them, and its name
// under its kind: {"queue": "general", "ring": "15s"}.
func entryJSON(plan *config.Plan, kind, name string) (map[string]any, error) {
	text, err := config.Entry(plan, kind, name)
	if err != nil {
		return nil, err
	}
	var document map[string]map[string]map[string]any
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	out := map[string]any{}
	for _, table := range document {
		for field, value := range table[name] {
			out[field] = value
		}
	}
	out[kind] = name
	return out, nil
}

// inKind says in Chinese, too, what is wrong with an edit.
func inKind(kind, name string, err error) error {
	var fault config.Fault
	var faults config.Faults
	switch {
	case errors.Is(err, config.ErrNoEntry):
		return refuse("没有这个"+kinds[kind], "no such %s: %s", kind, name)
	case errors.Is(err, config.ErrTaken):
		return refuse("已有这个"+kinds[kind], "there is already %s of that name: %s", one(kind), name)
	case errors.As(err, &faults):
		return faulty(faults)
	case errors.As(err, &fault):
		return faulty(config.Faults{fault})
	}
	return err
}

// reason is what a change is for where nobody says: the change itself.
func reason(kind, what, name string) string { return kind + " " + what + " " + name }

// written is an edited plan, ready to be sent.
func written(plan *config.Plan, reason string) (*edited, error) {
	document, err := plan.Encode()
	if err != nil {
		return nil, err
	}
	return &edited{plan: plan, document: document, reason: reason}, nil
}
