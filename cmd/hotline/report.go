package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/api"
)

func (p *program) reportCommand() *cobra.Command {
	var f api.ReportFilter
	var since, until string
	cmd := &cobra.Command{
		Use: "report", Short: "统计:接通率、15秒接起、等待、通话 / calls counted: connected, picked up in 15 s, waits, talks", Args: cobra.NoArgs,
		Long: `统计一段时间内的来电(按结束时间归属;不含 *11 至 *14)。分中心的来电与12345一并统计,外报的话单去重后计入。
接通率为接通数占全部来电;15秒接起分两个口径:自来电起、自必听提示播完起(GB/T 33358-2016)。

Counts the calls that ended in a time, but for agents' own (*11 to *14). A sub-centre's calls count with 12345's, and so do reported ones, each
once. Picked up within 15 s is told by two clocks: from the INVITE, and from the end of what must be heard (GB/T 33358-2016).`,
		Example: "  hotline report --since 2026-11-01 --until 2026-12-01 --by number\n  hotline report --since 08:00 --by hour",
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if f.By != "" && !slices.Contains(api.Groupings(), f.By) {
				return usage("分组有误", "--by is one of %q, not %q", api.Groupings(), f.By)
			}
			if f.Since, err = p.parseTime("since", since); err != nil {
				return err
			}
			if f.Until, err = p.parseTime("until", until); err != nil {
				return err
			}
			return p.report(cmd, f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&since, "since", "", "结束不早于 / ended at or after: 2026-01-31, \"2026-01-31 08:30\", 08:30, 2h")
	flags.StringVar(&until, "until", "", "结束早于 / ended before")
	flags.StringVar(&f.By, "by", "", "分组 / groups: number, city, department, answered, hour, day")
	_ = cmd.RegisterFlagCompletionFunc("by", cobra.FixedCompletions(api.Groupings(), cobra.ShellCompDirectiveNoFileComp)) // fails only for an unknown flag
	return cmd
}

func (p *program) report(cmd *cobra.Command, f api.ReportFilter) error {
	rows, err := p.client().Report(cmd.Context(), f)
	if err != nil {
		return err
	}
	head := []string{
		"分组 " + f.By, ">来电 calls", ">外报 reported", ">接通 connected", ">接通率 %", ">15秒接起 in 15 s %", ">(提示后 from prompt) %", ">放弃 abandoned", ">未接 failed",
		">平均等待 wait s", ">平均通话 talk s", ">坐席 agent", ">专家 expert", ">分中心 subcenter", ">兜底 takeover", ">值班 duty", ">其他 other",
	}
	return list(p, rows, "没有来电 / no calls", head, func(r *api.ReportRow) []string {
		key := r.Key
		switch {
		case f.By == "":
			key = "全部 all"
		case f.By == "answered" && key == "":
			key = "未接通 nobody"
		case f.By == "answered":
			key = both(answerers, key)
		}
		out := []string{key}
		for _, n := range []int64{r.Calls, r.Reported, r.Connected} {
			out = append(out, fmt.Sprint(n))
		}
		out = append(out, rate(r.Connected, r.Calls), rate(r.InInvite, r.Calls), rate(r.InHeard, r.Reached), fmt.Sprint(r.Abandoned), fmt.Sprint(r.Failed),
			mean(r.Wait, r.Waited), mean(r.Talk, r.Connected))
		for _, n := range []int64{r.ByAgent, r.ByExpert, r.BySubcenter, r.ByTakeover, r.ByDuty, r.ByDestination} {
			out = append(out, fmt.Sprint(n))
		}
		return out
	})
}

// rate is a part in per cent, mean a sum's part; "" of nothing.
func rate(part, whole int64) string {
	if whole == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f", 100*float64(part)/float64(whole))
}

func mean(sum float64, n int64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f", sum/float64(n))
}
