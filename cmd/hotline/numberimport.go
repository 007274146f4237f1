package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/ivr/prompt"
	"github.com/hotline12345/hotline/numbering"
	"github.com/hotline12345/hotline/plan"
)

// ledgerColumns are the columns of a file of numbers.
var ledgerColumns = []column{
	{"number", "号码", true}, {"name", "名称", false}, {"department", "部门", true}, {"city", "城市", false}, {"from", "过渡期起", false}, {"until", "过渡期止", false},
}

// importNumbers makes merged numbers of the ledger's first row: every short, fixed
// and mobile number of a department.
func (p *program) importNumbers() *cobra.Command {
	var w wish
	cmd := &cobra.Command{
		Use: "import FILE", Short: "导入并入的号码(短号、固话、移动电话) / merge local short, fixed and mobile numbers", Args: cobra.ExactArgs(1),
		Long: `读取 CSV(UTF-8,首行为列名):number, department 必有;name, city, from, until 可有,也可用中文列名 号码、部门、名称、城市、过渡期起、过渡期止。
每行成为一个整体并入12345的号码,过渡期内提示"您拨打的某部门电话 某号码 已并入12345"。固话须带区号,或写明城市。有一行错误则一个也不导入;再次导入则更新。

Takes a CSV file (UTF-8, names of columns first): number and department must be there; name, city, from and until may be. Each line becomes a number that
is merged into 12345; while its transition lasts the prompt names the department and spells the number. A fixed number has its area code, or a city.
A bad line keeps all of them out. Imported again, lines are brought up to date.`,
		Example: "  hotline number import 并入号码.csv --reason 第二批并入 --dry-run",
		RunE: func(cmd *cobra.Command, args []string) error {
			data, err := p.readFile(args[0])
			if err != nil {
				return err
			}
			rows, faults := readSheet(data, ledgerColumns)
			return p.change(cmd, &w, func(_ context.Context, _ *api.Client, into *config.Plan) (*edited, error) {
				said := voiced(into)
				for i := range rows {
					merge(into, said, &rows[i], &faults)
				}
				if len(faults) > 0 {
					return nil, faultyFile(args[0], faults)
				}
				return written(into, short(fmt.Sprintf("number import %s: %d", args[0], len(rows))))
			})
		},
	}
	w.flags(cmd, "the command itself if left out")
	return cmd
}

// merge puts a line's number into the plan.
func merge(into *config.Plan, said map[string]bool, row *sheetRow, faults *config.Faults) {
	wrong := func(column, format string, args ...any) { faults.Add(column, row.line, format, args...) }
	city := row.get("city")
	area := into.Cities.Get(cmp.Or(city, into.Home))
	switch {
	case city != "" && area == nil:
		wrong("city", "%q is none of the plan's cities", city)
		return
	case area == nil:
		area = &config.City{}
	case area.Area == "" && area.Parent != "":
		area = cmp.Or(into.Cities.Get(area.Parent), &config.City{})
	}
	number := numbering.National(row.get("number"), area.Area)
	if !numbering.IsNumber(number) {
		wrong("number", "%q is no telephone number", row.get("number"))
		return
	}
	entry := config.Number{
		Name: row.get("name"), Status: "cancelled", Mode: "merged", Department: row.get("department"), City: city,
		Transition: &config.Transition{From: row.get("from"), Until: row.get("until"), Prompt: plan.MovedOf},
	}
	for _, end := range []string{"from", "until"} {
		if day := row.get(end); day != "" && !civil(day) {
			wrong(end, "%q is no day: write it like 2026-01-31", day)
		}
	}
	if old := into.Numbers.Get(number); old != nil {
		if old.Mode != "merged" || old.Transition == nil || old.Transition.Prompt != plan.MovedOf {
			wrong("number", "%s is in the ledger by itself: number set changes it", number)
			return
		}
		entry.Queue, entry.Skills, entry.Priority, entry.Note, entry.Authority = old.Queue, old.Skills, old.Priority, old.Note, old.Authority
	}
	into.Numbers.Set(number, entry)
	if !said[entry.Department] { // passed over until it is recorded; the studio's script has it
		clip := departmentClip + number
		for n := 2; into.Sounds.Get(clip) != nil; n++ {
			clip = fmt.Sprintf("%s%s-%d", departmentClip, number, n)
		}
		into.Sounds.Set(clip, entry.Department)
		said[entry.Department] = true
	}
}

// voiced are the departments whose names a clip says, or is to say.
func voiced(p *config.Plan) map[string]bool {
	out := map[string]bool{}
	for _, text := range prompt.Texts() {
		if strings.HasPrefix(text.Name, departmentClip) {
			out[strings.TrimSuffix(text.Text, "。")] = true
		}
	}
	for _, row := range p.Sounds {
		if strings.HasPrefix(row.Name, departmentClip) {
			out[row.Value] = true
		}
	}
	return out
}

// departmentClip begins the names of clips that say a department's name.
const departmentClip = "department-"

// civil says whether a text is a day.
func civil(day string) bool {
	_, err := time.Parse(time.DateOnly, day)
	return err == nil
}
