package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/plan"
	"github.com/hotline12345/hotline/schedule"
)

func (p *program) rosterImportCommand() *cobra.Command {
	var w wish
	cmd := &cobra.Command{
		Use: "import FILE.csv", Short: "导入排班表,- 为标准输入 / put a roster file in force; - reads standard input", Args: cobra.ExactArgs(1),
		Long: `每行:日期,班次,队列,人数。日期为 daily、mon-fri、周一-周五、2026-10-01 或 2026-10-01..2026-10-07;班次为 早、中、夜(时间取计划中同名班次)或 08:00-16:00。
文件提到的队列:其平日各行取代该队列原有的全部平日班次;其日期各行取代首末日期之间原有的日期班次。日期班次在当日取代同一时间的平日班次。
整个文件为一个新版本,一行有错则全部不动;重复导入没有变化。导入后仍须通过 7×24 证明。

A line each: days, shift, queue, people. Days are daily, mon-fri, 2026-10-01 or 2026-10-01..2026-10-07; a shift is 早, 中, 夜 (day, middle,
night: when they are is what the plan's roster of that name says) or 08:00-16:00.
Of each queue in the file, its lines on weekdays take the place of all of that queue's weekday shifts; its dates, of all dates from its first
to its last. On its day a dated shift goes before a weekday's of the same time.
The file is one revision; one bad line, and nothing changes. A file that is imported again changes nothing. The 7×24 proof must hold.`,
		Example: "  hotline roster import 十月.csv --dry-run\n  printf 'mon-fri,早,general,12\\nsat-sun,早,general,8\\n' | hotline roster import -",
		RunE: func(cmd *cobra.Command, args []string) error {
			data, err := p.readFile(args[0])
			if err != nil {
				return err
			}
			return p.change(cmd, &w, func(_ context.Context, _ *api.Client, parsed *config.Plan) (*edited, error) {
				rows, err := schedule.ParseRoster(data, plan.ShiftsOf(parsed))
				if faults := schedule.LineFaults(nil); errors.As(err, &faults) {
					return nil, faultyLines(append(faults, plan.RosterFaults(parsed, rows)...))
				}
				if faults := plan.ImportRoster(parsed, rows); faults != nil {
					return nil, faultyLines(faults)
				}
				return written(parsed, "roster import "+args[0])
			})
		},
	}
	w.flags(cmd, "the command itself if left out")
	return cmd
}

// mostLineFaults is how many bad lines of a file are told.
const mostLineFaults = 20

// faultyLines is what is wrong with a file of lines.
func faultyLines(faults schedule.LineFaults) error {
	faults = faults.InOrder()
	status := http.StatusUnprocessableEntity
	out := &api.Problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status,
		Detail: fmt.Sprintf("the file has faults, the plan is as it was: %d", len(faults)),
	}
	for i, f := range faults {
		if i == mostLineFaults {
			out.Errors = append(out.Errors, api.Fault{Message: fmt.Sprintf("%d more lines are not told", len(faults)-i)})
			break
		}
		one := api.Fault{Line: f.Line, Message: f.Text}
		if f.Column > 0 {
			one.Location = fmt.Sprintf("column %d", f.Column)
		}
		out.Errors = append(out.Errors, one)
	}
	return out
}
