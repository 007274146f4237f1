package main

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/config"
)

func (p *program) drainCommand() *cobra.Command {
	var grace string
	var undo bool
	cmd := &cobra.Command{
		Use: "drain", Short: "停接新来电,通话结束后退出 / take no new calls, stop when none is left", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if undo {
				if cmd.Flags().Changed("grace") {
					return usage("选项冲突", "--undo and --grace exclude each other")
				}
				if err := p.client().Undrain(cmd.Context()); err != nil {
					return err
				}
				return p.done("恢复接听 / new calls are taken again")
			}
			span, err := config.ParseDuration(grace)
			if err != nil {
				return usage("时长写法有误", "--grace: %v", err)
			}
			if err := p.client().Drain(cmd.Context(), time.Duration(span)); err != nil {
				return err
			}
			return p.done("不再接新来电,现有通话最多再 " + span.String() + ",随后退出 / draining: calls in progress have " + span.String())
		},
	}
	cmd.Flags().StringVar(&grace, "grace", "10m", "现有通话的时限 / how long calls in progress may last, at most 24h")
	cmd.Flags().BoolVar(&undo, "undo", false, "恢复接听 / take new calls again")
	return cmd
}

// done tells people that it is done; to programs the exit code says so.
func (p *program) done(text string) error {
	if p.json {
		return nil
	}
	return p.say("%s", text)
}
