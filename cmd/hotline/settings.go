package main

import (
	"cmp"
	"fmt"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/node"
)

// serveFlags declares what `serve` may be told. Each has the same name in the
// environment (HOTLINE_HTTP) and in the settings file; a flag goes before the
// environment, that before the file. sip, rtp and advertise describe the
// interface "main".
func serveFlags(flags *pflag.FlagSet) {
	flags.StringArray("sip", nil, "SIP 监听地址 / SIP listener, ADDR:PORT for UDP and TCP or udp:/tcp:ADDR:PORT, repeatable (default 127.0.0.1:5060)")
	flags.String("rtp", "", "RTP 地址与端口 / RTP ports, ADDR:FIRST-LAST or ADDR:0 (default 20000-29999 on the SIP address)")
	flags.String("advertise", "", "对外公布的地址 / address that SIP and SDP name, behind NAT")
	flags.String("http", "", "指标与健康检查 / address of /metrics, /healthz and /readyz (default none)")
	flags.String("plan", "", "首次启动的路由计划 / routing plan (YAML) of a new data folder (default the embedded one)")
	flags.String("domain", "", "话机注册域 / domain and realm of the phones (default hotline.local)")
	flags.String("log", "", "日志格式 / log format: text or json (default text)")
	flags.String("t1", "", "SIP 定时器 T1 / RFC 3261's T1 (default 500ms)")
	flags.String("rate", "", "单一地址每秒 SIP 报文上限,中继除外 / SIP datagrams a second from one address that is no trunk's (default 2000)")
	flags.Bool("demo", false, "模拟运营商与话机打电话 / with a simulated carrier and desk phones that ring it")
	flags.String("settings", "", "节点设置文件 / settings file (YAML), with several interfaces where needed")
}

// settings reads the settings file, the environment and the flags. The demo
// has a data folder of its own where none is named.
func settings(cmd *cobra.Command) (*config.Settings, error) {
	given := func(name string) string {
		if f := cmd.Flags().Lookup(name); f.Changed {
			return f.Value.String()
		}
		return os.Getenv("HOTLINE_" + strings.ToUpper(name))
	}
	s := &config.Settings{}
	if file := given("settings"); file != "" {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var faults config.Faults
		if s, faults = config.ParseSettings(data); faults != nil {
			return nil, fmt.Errorf("%s:\n%w", file, faults)
		}
	}
	var err error
	if demo := given("demo"); demo != "" {
		if s.Demo, err = strconv.ParseBool(demo); err != nil {
			return nil, fmt.Errorf("HOTLINE_DEMO: must be true or false, not %q", demo)
		}
	}
	folder := "./hotline-data"
	if s.Demo {
		folder = demoData
	}
	s.Data = cmp.Or(given("data"), s.Data, folder)
	s.HTTP, s.Plan, s.Domain = cmp.Or(given("http"), s.HTTP), cmp.Or(given("plan"), s.Plan), cmp.Or(given("domain"), s.Domain)
	s.Log = cmp.Or(given("log"), s.Log, "text")
	if t1 := given("t1"); t1 != "" {
		if s.T1, err = config.ParseDuration(t1); err != nil {
			return nil, fmt.Errorf("t1: %w", err)
		}
	}
	if rate := given("rate"); rate != "" {
		if s.Rate, err = strconv.Atoi(rate); err != nil || s.Rate == 0 {
			return nil, fmt.Errorf("rate: %q is no number of datagrams a second: write one from 1 on", rate)
		}
	}
	if env := os.Getenv("HOTLINE_SIP"); env != "" {
		s.SIP = strings.Split(env, ",")
	}
	if listen, err := cmd.Flags().GetStringArray("sip"); err != nil {
		return nil, err
	} else if len(listen) > 0 {
		s.SIP = listen
	}
	s.RTP, s.Advertise = cmp.Or(given("rtp"), s.RTP), cmp.Or(given("advertise"), s.Advertise)
	describeMain(s)
	return s, nil
}

// describeMain puts what is said of the interface "main" by itself with the
// others. Without any interface there is that one.
func describeMain(s *config.Settings) {
	if len(s.Interfaces) > 0 && len(s.SIP) == 0 && s.RTP == "" && s.Advertise == "" {
		return
	}
	side := config.Interface{}
	if old := s.Interfaces.Get(config.MainInterface); old != nil {
		side = *old
	}
	if len(s.SIP) > 0 {
		side.SIP = s.SIP
	}
	side.RTP, side.Advertise = cmp.Or(s.RTP, side.RTP), cmp.Or(s.Advertise, side.Advertise)
	s.Interfaces.Set(config.MainInterface, side)
}

// options turns settings into the node's options.
func options(s *config.Settings) (node.Options, error) {
	o := node.Options{Data: s.Data, HTTP: s.HTTP, Domain: s.Domain, T1: time.Duration(s.T1), Rate: s.Rate}
	var err error
	if o.CheckTurns, err = checkTurns(); err != nil {
		return o, err
	}
	for _, row := range s.Interfaces {
		side, err := side(row.Name, row.Value)
		if err != nil {
			return o, fmt.Errorf("interfaces.%s.%w", row.Name, err)
		}
		o.Interfaces = append(o.Interfaces, side)
	}
	if s.Rate < 0 {
		return o, fmt.Errorf("rate: must not be negative")
	}
	if s.Log != "text" && s.Log != "json" {
		return o, fmt.Errorf("log: %q is neither text nor json", s.Log)
	}
	if s.Plan != "" {
		if o.Plan, err = os.ReadFile(s.Plan); err != nil {
			return o, err
		}
	}
	return o, nil
}

// checkTurns is a setting of the tests alone, without a flag: after how many
// turns the core's invariants are checked.
func checkTurns() (int, error) {
	text := os.Getenv("HOTLINE_CHECK_TURNS")
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("HOTLINE_CHECK_TURNS: %q is no number of turns: write one from 1 on, or 0 for no checks", text)
	}
	return n, nil
}

func side(name string, c config.Interface) (node.Interface, error) {
	out := node.Interface{Name: name}
	if len(c.SIP) == 0 {
		c.SIP = []string{"127.0.0.1:5060"}
	}
	for _, listen := range c.SIP {
		all, err := config.ParseListen(listen)
		if err != nil {
			return out, fmt.Errorf("sip: %w", err)
		}
		out.SIP = append(out.SIP, all...)
	}
	if c.RTP == "" {
		c.RTP = netip.AddrPortFrom(out.SIP[0].Addr.Addr(), 0).Addr().String() + ":20000-29999"
		if out.SIP[0].Addr.Addr().Is6() {
			c.RTP = "[" + out.SIP[0].Addr.Addr().String() + "]:20000-29999"
		}
	}
	var err error
	if out.RTP, err = config.ParsePorts(c.RTP); err != nil {
		return out, fmt.Errorf("rtp: %w", err)
	}
	if c.Advertise != "" {
		if out.Advertise, err = netip.ParseAddr(c.Advertise); err != nil {
			return out, fmt.Errorf("advertise: %w", err)
		}
	}
	return out, nil
}
