package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/node"
)

func serve() *cobra.Command {
	cmd := &cobra.Command{
		Use: "serve", Short: "启动服务 / run the server", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := settings(cmd)
			if err != nil {
				return err
			}
			o, err := options(s)
			if err != nil {
				return err
			}
			lines := node.NewLogWriter(cmd.ErrOrStderr())
			defer lines.Close()
			o.Log, o.LogsLost, o.Version = logger(lines, s.Log), lines.Lost, version()
			return run(cmd, o)
		},
	}
	serveFlags(cmd.Flags())
	return cmd
}

func logger(w io.Writer, format string) *slog.Logger {
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, nil))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}

// run serves until a signal or the end of a drain: SIGTERM leaves the calls for
// the next start, SIGINT ends them.
func run(cmd *cobra.Command, o node.Options) error {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	n, err := node.Start(o)
	if err != nil {
		return err
	}
	for _, l := range n.Listeners() {
		fmt.Fprintf(cmd.OutOrStdout(), "监听 / listening: %s %s %s\n", l.Transport, l.Address, l.Interface)
	}
	fmt.Fprintf(cmd.OutOrStdout(), "就绪 / ready: %s, %s\n", o.Version, o.Data)
	select {
	case s := <-signals:
		if s == syscall.SIGINT {
			n.End(context.Background())
		}
	case <-n.Over():
	}
	return n.Close()
}
