package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/config"
)

func (p *program) rosterCommand() *cobra.Command {
	group := &cobra.Command{Use: "roster", Short: "班表 / rosters: who ought to be there when"}
	group.AddCommand(
		&cobra.Command{Use: "list", Short: "班表 / the plan's shifts and their people", Args: cobra.NoArgs, ValidArgsFunction: cobra.NoFileCompletions, RunE: p.listRosters},
		p.rosterShowCommand(),
		p.rosterImportCommand(),
	)
	return group
}

// shiftRow is a roster of the plan, for programs.
type shiftRow struct {
	Roster   string         `json:"roster"`
	Days     string         `json:"days"`
	From     string         `json:"from"`
	To       string         `json:"to"`
	Holidays string         `json:"holidays"` // open, closed
	Agents   map[string]int `json:"agents"`   // by queue
}

func (p *program) listRosters(cmd *cobra.Command, _ []string) error {
	client := p.client()
	defer client.Close()
	_, parsed, err := p.inForce(cmd.Context(), client)
	if err != nil {
		return err
	}
	if p.json {
		out := []shiftRow{}
		for i := range parsed.Rosters {
			v := &parsed.Rosters[i].Value
			row := shiftRow{parsed.Rosters[i].Name, cmp.Or(v.Days, "daily"), v.From, v.To, cmp.Or(v.Holidays, "open"), map[string]int{}}
			for _, q := range v.Agents {
				row.Agents[q.Name] = q.Value
			}
			out = append(out, row)
		}
		return p.writeJSON(out)
	}
	head := []string{"班次 roster", "日期 days", "时间 hours", "节假日 holidays", "人数 agents"}
	holidays := map[string]string{"": "照常 open", "open": "照常 open", "closed": "休 closed"}
	return list(p, parsed.Rosters, "没有班表 / no rosters", head, func(row *config.Row[config.Roster]) []string {
		v := &row.Value
		return []string{row.Name, cmp.Or(v.Days, "daily"), v.From + "–" + v.To, holidays[v.Holidays], peopleOf(v.Agents)}
	})
}

// peopleOf are a shift's people by queue: general 12, market 4.
func peopleOf(table config.Table[int]) string {
	var out []string
	for _, q := range table {
		out = append(out, fmt.Sprintf("%s %d", q.Name, q.Value))
	}
	return strings.Join(out, ", ")
}
