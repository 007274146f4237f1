package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/config"
)

func (p *program) numberCommand() *cobra.Command {
	group := &cobra.Command{Use: "number", Short: "号码 / public numbers of the ledger"}
	group.AddCommand(&cobra.Command{Use: "list", Short: "号码 / the ledger of numbers", Args: cobra.NoArgs, RunE: p.listNumbers})
	group.AddCommand(p.numberCheckCommand())
	p.addEntryCommands(group, "number")
	return group
}

// listNumbers lists the plan's numbers: they have no state of their own.
func (p *program) listNumbers(cmd *cobra.Command, _ []string) error {
	_, plan, err := p.inForce(cmd.Context(), p.client())
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
			out = append(out, entry)
		}
		return p.writeJSON(out)
	}
	head := []string{"号码 number", "方式 mode", "部门 department", "流程 flow", "队列 queue", "技能 skills", "备注 note"}
	return list(p, plan.Numbers, "没有号码 / no numbers", head, func(row *config.Row[config.Number]) []string {
		n := &row.Value
		mode := n.Mode
		if n.Seats != "" {
			mode += " " + n.Seats
		}
		return []string{row.Name, mode, n.Department, n.Flow, n.Queue, levels(n.Skills), n.Note}
	})
}

func levels(skills config.Table[int]) string {
	var out []string
	for _, s := range skills {
		out = append(out, fmt.Sprintf("%s=%d", s.Name, s.Value))
	}
	return strings.Join(out, ",")
}
