package main

import (
	"strconv"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/api"
)

func (p *program) trunkCommand() *cobra.Command {
	group := &cobra.Command{Use: "trunk", Short: "中继 / trunks"}
	group.AddCommand(&cobra.Command{Use: "list", Short: "中继及占用 / trunks and their channels", Args: cobra.NoArgs, RunE: p.listTrunks})
	p.addEntryCommands(group, "trunk")
	return group
}

func (p *program) listTrunks(cmd *cobra.Command, _ []string) error {
	trunks, err := p.client().Trunks(cmd.Context())
	if err != nil {
		return err
	}
	head := []string{"中继 trunk", ">占用 busy", ">并发上限 channels"}
	return list(p, trunks, "没有中继 / no trunks", head, func(t *api.Trunk) []string {
		limit := "不限 none"
		if t.Channels > 0 {
			limit = strconv.Itoa(t.Channels)
		}
		return []string{t.Trunk, strconv.Itoa(t.Busy), limit}
	})
}
