package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/api"
)

// program is one run of the command line.
type program struct {
	in       io.Reader
	out, err io.Writer
	zone     *time.Location
	now      func() time.Time

	data    string // the folder of the server that is talked to
	json    bool
	started bool // a command's own work has begun: no fault of usage any more
}

// run carries out one command line and returns the exit code.
func (p *program) run(ctx context.Context, args []string) int {
	root := p.root()
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	return p.conclude(cmd, err)
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use: "hotline", Short: "12345 政务服务便民热线 / the 12345 hotline's SIP server",
		SilenceUsage: true, SilenceErrors: true,
	}
	root.SetIn(p.in)
	root.SetOut(p.out)
	root.SetErr(p.err)
	flags := root.PersistentFlags()
	flags.StringVar(&p.data, "data", fromEnv("HOTLINE_DATA", "./hotline-data"), "数据目录 / data folder of the server (HOTLINE_DATA)")
	flags.BoolVar(&p.json, "json", false, "输出 JSON / print JSON")
	root.AddCommand(serve(), p.statusCommand(), p.versionCommand(), p.drainCommand())
	root.AddCommand(p.agentCommand(), p.phoneCommand(), p.queueCommand(), p.numberCommand(), p.trunkCommand(), p.destinationCommand(), p.rosterCommand())
	root.AddCommand(p.callCommand(), p.cdrCommand(), p.reportCommand(), p.configCommand(), p.promptCommand(), p.simulateCommand())
	root.SetUsageTemplate(strings.NewReplacer(
		"{{if .Runnable}}", "{{if and .Runnable (not .HasAvailableSubCommands)}}",
		"Usage:", "用法 / Usage:", "Available Commands:", "命令 / Commands:", "Global Flags:", "全局选项 / Global flags:",
		"Flags:", "选项 / Flags:", "Examples:", "例 / Examples:",
	).Replace(root.UsageTemplate()))
	root.InitDefaultCompletionCmd()
	root.InitDefaultHelpCmd()
	for _, cmd := range root.Commands() {
		if zh, ok := map[string]string{"completion": "生成命令补全脚本 / ", "help": "帮助 / "}[cmd.Name()]; ok {
			cmd.Short = zh + strings.ToLower(cmd.Short[:1]) + cmd.Short[1:]
		}
	}
	p.begin(root)
	return root
}

// begin notes for each command that its work has begun: an error before that
// is one of usage. A command that only has others wants one of them.
func (p *program) begin(cmd *cobra.Command) {
	if run := cmd.RunE; run != nil {
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			p.started = true
			return run(cmd, args)
		}
	}
	if !cmd.Runnable() {
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("没有这个命令", "unknown command %q for %q", args[0], cmd.CommandPath())
			}
			if !p.json {
				cmd.SetOut(p.err)
				if err := cmd.Help(); err != nil {
					return err
				}
			}
			return usage("缺少命令", "%q wants a command", cmd.CommandPath())
		}
	}
	for _, sub := range cmd.Commands() {
		p.begin(sub)
	}
}

func (p *program) client() *api.Client { return api.NewClient(filepath.Join(p.data, "hotline.sock")) }

func fromEnv(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}
