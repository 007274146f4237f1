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

	"github.com/hotline12345/hotline/demo/screen"
	"github.com/hotline12345/hotline/node"
)

const serveName = "serve"

func serve() *cobra.Command {
	cmd := &cobra.Command{
		Use: serveName, Short: "启动服务 / run the server", Args: nothing,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := settings(cmd)
			if err != nil {
				return err
			}
			o, err := options(s)
			if err != nil {
				return err
			}
			o.Version = version()
			tail := &screen.Tail{}
			out := io.Writer(os.Stderr)
			if s.Demo && terminal(os.Stdout) {
				out = tail
			}
			lines := node.NewLogWriter(out)
			defer lines.Close()
			o.Log, o.LogsLost = logger(lines, s.Log, s.Demo), lines.Lost
			if !s.Demo {
				return run(o, announce)
			}
			if len(o.Plan) == 0 {
				if o.Plan, err = demoPlan(); err != nil {
					return err
				}
			}
			return runDemo(cmd.Context(), o, tail)
		},
	}
	serveFlags(cmd.Flags())
	return cmd
}

// nothing refuses an argument by its name: a flag's dashes are easily forgotten.
func nothing(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("多余的参数", "serve takes flags alone, not %q", args[0])
	}
	return nil
}

// terminal says whether the demo's screen can be drawn there.
func terminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}

// logger writes at info; the demo, whose screen tells what happens, warnings.
func logger(w io.Writer, format string, demo bool) *slog.Logger {
	o := &slog.HandlerOptions{Level: slog.LevelInfo}
	if demo {
		o.Level = slog.LevelWarn
	}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

// run serves: while works until the node should stop.
func run(o node.Options, while func(*node.Node) error) error {
	n, err := node.Start(o)
	if err != nil {
		return err
	}
	err = while(n)
	if closed := n.Close(); err == nil {
		err = closed
	}
	return err
}

// announce says where the server listens, and serves.
func announce(n *node.Node) error {
	for _, l := range n.Listeners() {
		fmt.Printf("监听 / listening: %s %s %s\n", l.Transport, l.Address, l.Interface)
	}
	fmt.Printf("就绪 / ready: %s\n", version())
	untilStopped(n)
	return nil
}

// untilStopped waits for a signal or the end of a drain: SIGTERM leaves the
// calls for the next start, SIGINT ends them.
func untilStopped(n *node.Node) {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	defer signal.Stop(signals)
	select {
	case s := <-signals:
		if s == syscall.SIGINT {
			endCalls(n, signals)
		}
	case <-n.Over():
	}
}

// endCalls ends the calls and waits for the answers to their BYEs: until another
// signal, whose sender does not want to wait.
func endCalls(n *node.Node, signals <-chan os.Signal) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		select {
		case <-signals:
			cancel()
		case <-ctx.Done():
		}
	}()
	n.End(ctx)
}
