package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/api"
)

func (p *program) statusCommand() *cobra.Command {
	return &cobra.Command{
		Use: "status", Short: "服务概况 / the server at a glance", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := p.client().Status(cmd.Context())
			if err != nil {
				return err
			}
			if p.json {
				return p.writeJSON(s)
			}
			return p.writePairs(p.overview(&s))
		},
	}
}

func (p *program) overview(s *api.Status) [][2]string {
	intake := "正常 yes"
	switch {
	case s.Draining:
		intake = "排空中 draining"
	case !s.Ready:
		intake = "否 no: " + s.NotReady
	}
	var agents []string
	for _, a := range s.Agents {
		if a.N > 0 {
			agents = append(agents, fmt.Sprintf("%s %d", both(states, a.State), a.N))
		}
	}
	if len(agents) == 0 {
		agents = []string{"无 none"}
	}
	journal := fmt.Sprintf("%d 段 segments, %.1f MB, 位置 position %d", s.Journal.Segments, float64(s.Journal.Bytes)/1e6, s.Journal.Position)
	if unsynced := s.Journal.Position - min(s.Journal.Synced, s.Journal.Position); unsynced > 0 {
		journal += fmt.Sprintf(", 未落盘 unsynced %d", unsynced)
	}
	if !s.Journal.Room {
		journal += ", 空间不足 no room for new calls"
	}
	store := "同步 up to date"
	if s.Store.Lag > 0 {
		store = fmt.Sprintf("落后 lags by %d", s.Store.Lag)
	}
	if s.Store.Error != "" {
		store += ", 出错 error: " + s.Store.Error
	}
	out := [][2]string{
		{"运行 running", fmt.Sprintf("%s (自 since %s)", p.since(s.Started), p.at(s.Started))},
		{"版本 version", s.Version},
		{"接新来电 takes calls", intake},
		{"计划 plan", fmt.Sprintf("版本 revision %d", s.Revision)},
		{"通话 calls", fmt.Sprintf("%d, 排队 waiting %d", s.Calls, s.Waiting)},
		{"坐席 agents", strings.Join(agents, ", ")},
		{"日志 journal", journal},
		{"库 store", store},
	}
	if s.NoHolidays > 0 {
		out = append(out, [2]string{"节假日 holidays", noHolidays(s.NoHolidays)})
	}
	for _, q := range s.Short {
		out = append(out, [2]string{"缺岗 short of agents", fmt.Sprintf("%s: 应到 due %d, 实到 logged in %d", q.Queue, q.Due, q.LoggedIn)})
	}
	for _, what := range s.Lacking {
		out = append(out, [2]string{"缺失,已跳过 lacking, passed over", what})
	}
	for _, l := range s.Listening {
		out = append(out, [2]string{"监听 listening", fmt.Sprintf("%s %s (%s)", l.Transport, l.Address, l.Interface)})
	}
	return out
}
