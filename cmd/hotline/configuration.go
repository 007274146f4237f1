package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/config"
)

func (p *program) configCommand() *cobra.Command {
	group := &cobra.Command{Use: "config", Short: "路由计划 / the routing plan and its revisions"}
	group.AddCommand(
		&cobra.Command{
			Use: "check FILE", Short: "检查计划,- 为标准输入 / check a plan; - reads standard input", Args: cobra.ExactArgs(1), RunE: p.check,
		},
		p.exportCommand(),
		&cobra.Command{
			Use: "diff FILE", Short: "与现行计划的差别 / what FILE would change in the plan in force", Args: cobra.ExactArgs(1), RunE: p.diff,
		},
		p.applyCommand(),
		&cobra.Command{Use: "history", Short: "历次版本 / the plan's revisions", Args: cobra.NoArgs, RunE: p.history},
		p.rollbackCommand(),
	)
	return group
}

// readFile is a file's content, or standard input's for "-".
func (p *program) readFile(name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(p.in)
	}
	return os.ReadFile(name)
}

func (p *program) exportCommand() *cobra.Command {
	var n uint64
	cmd := &cobra.Command{
		Use: "export", Short: "导出计划 / print the plan in force, or an older one", Args: cobra.NoArgs, ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			revision, err := p.revision(cmd.Context(), p.client(), n, cmd.Flags().Changed("revision"))
			if err != nil {
				return err
			}
			if p.json {
				return p.writeJSON(revision)
			}
			_, err = io.WriteString(p.out, revision.Document)
			return err
		},
	}
	cmd.Flags().Uint64Var(&n, "revision", 0, "版本 / revision; the one in force if left out")
	_ = cmd.RegisterFlagCompletionFunc("revision", p.any(p.revisions)) // fails only for an unknown flag
	return cmd
}

// revision is one that was named, or the one in force.
func (p *program) revision(ctx context.Context, client *api.Client, n uint64, named bool) (api.Revision, error) {
	if !named {
		return client.Plan(ctx)
	}
	out, err := client.Revision(ctx, n)
	if problem, ok := errors.AsType[*api.Problem](err); ok && (problem.Status == http.StatusNotFound || n == 0) {
		return out, refuse("没有这个版本", "no such revision: %d", n)
	}
	return out, err
}

func (p *program) diff(cmd *cobra.Command, args []string) error {
	data, err := p.readFile(args[0])
	if err != nil {
		return err
	}
	now, before, err := p.inForce(cmd.Context(), p.client())
	if err != nil {
		return err
	}
	after, faults := read(data)
	if faults != nil {
		return faulty(faults)
	}
	changes := config.Diff(before, after)
	word := fmt.Sprintf("与版本 %d 相比 %d 处不同 / differences to revision %d: %d", now.Revision, len(changes), now.Revision, len(changes))
	if len(changes) == 0 {
		word = fmt.Sprintf("与版本 %d 没有差别 / no difference to revision %d", now.Revision, now.Revision)
	}
	return p.showChanges(now.Revision, changes, word)
}

func (p *program) applyCommand() *cobra.Command {
	var w wish
	cmd := &cobra.Command{
		Use: "apply FILE --reason REASON", Short: "使计划生效,- 为标准输入 / put a plan in force; - reads standard input", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if w.reason == "" && !w.dry {
				return usage("缺少原因", "--reason is missing: why the plan changes")
			}
			return p.change(cmd, &w, func(context.Context, *api.Client, *config.Plan) (*edited, error) {
				data, err := p.readFile(args[0])
				if err != nil {
					return nil, err
				}
				plan, faults := read(data)
				return &edited{plan: plan, faults: faults, document: data, reason: "dry run"}, nil
			})
		},
	}
	w.flags(cmd, "must be given")
	return cmd
}

func (p *program) history(cmd *cobra.Command, _ []string) error {
	client := p.client()
	revisions, err := client.Revisions(cmd.Context())
	if err != nil {
		return err
	}
	now, err := client.Plan(cmd.Context())
	if err != nil {
		return err
	}
	head := []string{"", ">版本 revision", ">基于 base", "时间 time", "作者 author", "原因 reason"}
	return list(p, revisions, "没有版本 / no revisions", head, func(r *api.Revision) []string {
		mark := ""
		if r.Revision == now.Revision {
			mark = "*"
		}
		base := ""
		if r.Base > 0 {
			base = strconv.FormatUint(r.Base, 10)
		}
		return []string{mark, strconv.FormatUint(r.Revision, 10), base, p.at(r.At), r.Author, r.Reason}
	})
}

func (p *program) rollbackCommand() *cobra.Command {
	var w wish
	cmd := &cobra.Command{
		Use: "rollback REVISION", Short: "回到旧版本,记为新版本 / make an older revision's plan a new revision", Args: cobra.ExactArgs(1),
		ValidArgsFunction: p.first(p.revisions),
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := strconv.ParseUint(args[0], 10, 64)
			if err != nil {
				return usage("版本写法有误", "%q is no revision's number", args[0])
			}
			return p.change(cmd, &w, func(ctx context.Context, client *api.Client, _ *config.Plan) (*edited, error) {
				old, err := p.revision(ctx, client, n, true)
				if err != nil {
					return nil, err
				}
				plan, faults := read([]byte(old.Document))
				return &edited{plan: plan, faults: faults, document: []byte(old.Document), reason: fmt.Sprintf("rollback to %d", n)}, nil
			})
		},
	}
	w.flags(cmd, "\"rollback to N\" if left out")
	return cmd
}

func (p *program) revisions(ctx context.Context, c *api.Client) (out []string) {
	revisions, _ := c.Revisions(ctx)
	for _, r := range slices.Backward(revisions) {
		out = append(out, strconv.FormatUint(r.Revision, 10)+"\t"+p.at(r.At)+" "+r.Author+" "+r.Reason)
	}
	return out
}
