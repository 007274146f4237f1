package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/api"
)

// importCDRs tells the server of calls that came past its trunks.
func (p *program) importCDRs() *cobra.Command {
	var r api.Reported
	cmd := &cobra.Command{
		Use: "import FILE", Short: "导入外部话单(市民直拨分中心的来电) / take the calls that another exchange reports", Args: cobra.ExactArgs(1),
		Long: `读取 CSV(UTF-8,首行为列名):number, began, ended 必有;call, caller, answered, outcome, agent, city 可有,也可用中文列名
号码、开始、结束、编号、主叫、接听、结果、坐席、城市。时间写作 2026-11-24 08:30:00(中国时间)。
有一行错误则一条也不导入;重复导入、或本系统已有的来电,不重复计数。

Takes a CSV file (UTF-8, names of columns first): number, began and ended must be there; call, caller, answered, outcome, agent and city may be.
A bad line keeps all of them out. A call that was reported before, or that is ours, too, is counted once.`,
		Example: "  hotline cdr import --source 税务12366 税务话单.csv",
		RunE: func(cmd *cobra.Command, args []string) error {
			if r.Source == "" {
				return usage("缺来源", "--source names whose file it is")
			}
			data, err := p.readFile(args[0])
			if err != nil {
				return err
			}
			calls, faults := readReported(data, p.zone)
			if len(faults) > 0 {
				return faultyFile(args[0], faults)
			}
			return p.reportCalls(cmd, r, calls)
		},
	}
	cmd.Flags().StringVar(&r.Source, "source", "", "来源 / whose file it is (必填 required)")
	cmd.Flags().StringVar(&r.Destination, "destination", "", "应答点,默认按号码 / destination that had the calls; default: the number's own")
	return cmd
}

// reportCalls checks all of the calls before the first is taken: the server takes
// so many at once, and what it has taken stays.
func (p *program) reportCalls(cmd *cobra.Command, r api.Reported, calls []api.ReportedCall) error {
	client, all := p.client(), api.Taken{}
	for _, check := range []bool{true, false} {
		for part := range slices.Chunk(calls, api.MostReported) {
			r.Calls, r.DryRun = part, check
			taken, err := client.ReportCDRs(cmd.Context(), r)
			if err != nil {
				return err
			}
			if !check {
				all.New, all.Known = all.New+taken.New, all.Known+taken.Known
			}
		}
	}
	if p.json {
		return p.writeJSON(all)
	}
	return p.say("%s", fmt.Sprintf("已导入 taken: %d, 已有 known before: %d", all.New, all.Known))
}
