package main

import (
	"cmp"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/config"
)

func (p *program) destinationCommand() *cobra.Command {
	group := &cobra.Command{Use: "destination", Short: "外部应答点:部门、分中心、紧急、邻省 / answering points outside"}
	group.AddCommand(&cobra.Command{Use: "list", Short: "外部应答点 / answering points outside", Args: cobra.NoArgs, RunE: p.listDestinations})
	p.addEntryCommands(group, "destination")
	return group
}

// listDestinations lists the plan's destinations: what they have in hand is their
// trunks' matter.
func (p *program) listDestinations(cmd *cobra.Command, _ []string) error {
	_, plan, err := p.inForce(cmd.Context(), p.client())
	if err != nil {
		return err
	}
	if p.json {
		out := []any{}
		for _, row := range plan.Destinations {
			entry, err := entryJSON(plan, "destination", row.Name)
			if err != nil {
				return err
			}
			out = append(out, entry)
		}
		return p.writeJSON(out)
	}
	head := []string{"应答点 destination", "名称 name", "种类 kind", "中继 trunk", "外呼号码 number", ">并发上限 channels", "振铃时限 ring", "开放时间 hours", "续拨 next"}
	return list(p, plan.Destinations, "没有应答点 / no destinations", head, func(row *config.Row[config.Destination]) []string {
		d := &row.Value
		channels, ring := "随中继 trunk's", ""
		if d.Channels > 0 {
			channels = strconv.Itoa(d.Channels)
		}
		if d.Ring != 0 {
			ring = d.Ring.String()
		}
		return []string{row.Name, d.Name, d.Kind, d.Trunk, d.Number, channels, cmp.Or(ring, "10s"), d.Hours, d.Next}
	})
}
