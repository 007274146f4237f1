package main

import (
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/media"
	"github.com/hotline12345/hotline/node"
	"github.com/hotline12345/hotline/plan"
	"github.com/hotline12345/hotline/sip"
	"github.com/hotline12345/hotline/sip/message"
)

func serve() *cobra.Command {
	var data, rtp, advertise, planFile, domain string
	var listen []string
	cmd := &cobra.Command{
		Use: "serve", Short: "启动服务 / run the server", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			o := node.Options{Data: data, Domain: domain, Log: slog.New(slog.NewTextHandler(os.Stderr, nil))}
			if err := options(&o, listen, rtp, advertise, planFile); err != nil {
				return err
			}
			return run(o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&data, "data", "./hotline-data", "data folder")
	flags.StringArrayVar(&listen, "sip", []string{"127.0.0.1:5060"}, "SIP listener, ADDR:PORT or udp:/tcp:ADDR:PORT (repeatable)")
	flags.StringVar(&rtp, "rtp", "127.0.0.1:20000-29999", "RTP ports, ADDR:FIRST-LAST, or ADDR:0")
	flags.StringVar(&advertise, "advertise", "", "address that SIP and SDP name")
	flags.StringVar(&planFile, "plan", "", "routing plan (YAML); the embedded one if empty")
	flags.StringVar(&domain, "domain", "hotline.local", "domain and realm of the phones")
	return cmd
}

// options turns flags into the node's options.
func options(o *node.Options, listen []string, rtp, advertise, planFile string) error {
	for _, s := range listen {
		all, err := config.ParseListen(s)
		if err != nil {
			return fmt.Errorf("--sip: %w", err)
		}
		for _, l := range all {
			transport := message.UDP
			if l.Transport == "tcp" {
				transport = message.TCP
			}
			o.Listen = append(o.Listen, sip.Listen{Interface: node.Interface, Transport: transport, Addr: l.Addr})
		}
	}
	ports, err := config.ParsePorts(rtp)
	if err != nil {
		return fmt.Errorf("--rtp: %w", err)
	}
	o.RTP = media.InterfaceOptions{Addr: ports.Addr, First: ports.First, Last: ports.Last}
	if advertise != "" {
		if o.Advertise, err = netip.ParseAddr(advertise); err != nil {
			return fmt.Errorf("--advertise: %w", err)
		}
		o.RTP.Advertise = o.Advertise
	}
	o.Plan, err = loadPlan(planFile)
	return err
}

func loadPlan(file string) (*plan.Compiled, error) {
	data, name := config.Anhui(), "the embedded plan"
	if file != "" {
		var err error
		if data, err = os.ReadFile(file); err != nil {
			return nil, err
		}
		name = file
	}
	p, faults := config.Parse(data)
	if faults != nil {
		return nil, fmt.Errorf("%s:\n%w", name, faults)
	}
	compiled, faults := plan.Compile(p, plan.Surroundings{Interfaces: []string{node.Interface}, Areas: config.Areas()}, 1)
	if faults != nil {
		return nil, fmt.Errorf("%s:\n%w", name, faults)
	}
	return compiled, nil
}

// run serves until a signal: SIGTERM leaves the calls for the next start,
// SIGINT ends them.
func run(o node.Options) error {
	n, err := node.Start(o)
	if err != nil {
		return err
	}
	for _, l := range n.Listeners() {
		fmt.Printf("监听 / listening: SIP %s %s\n", l.Transport, l.Local)
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	if <-signals == syscall.SIGINT {
		n.Do(core.Command{Kind: core.EndAll})
	}
	return n.Close()
}
