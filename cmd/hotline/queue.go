package main

import (
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/api"
)

func (p *program) queueCommand() *cobra.Command {
	group := &cobra.Command{Use: "queue", Short: "队列 / queues"}
	group.AddCommand(&cobra.Command{Use: "list", Short: "队列及统计 / queues and their figures", Args: cobra.NoArgs, RunE: p.listQueues})
	p.addEntryCommands(group, "queue")
	return group
}

func (p *program) listQueues(cmd *cobra.Command, _ []string) error {
	queues, err := p.client().Queues(cmd.Context())
	if err != nil {
		return err
	}
	head := []string{
		"队列 queue", ">排队 waiting", ">进入 offered", ">接通 answered", ">放弃 abandoned",
		">及时率(自来电) in time of offered, from INVITE", ">及时率(自提示完) from prompt's end",
	}
	return list(p, queues, "没有队列 / no queues", head, func(q *api.Queue) []string {
		n := func(n uint64) string { return strconv.FormatUint(n, 10) }
		return []string{
			q.Queue, strconv.Itoa(q.Waiting), n(q.Offered), n(q.Answered), n(q.Abandoned),
			share(q.InInvite, q.Offered), share(q.InHeard, q.Offered),
		}
	})
}

// share is a part with its percentage of all.
func share(part, all uint64) string {
	if all == 0 {
		return "0"
	}
	return fmt.Sprintf("%d (%.1f%%)", part, 100*float64(part)/float64(all))
}
