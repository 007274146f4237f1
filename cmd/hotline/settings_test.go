package main

import (
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/node"
)

// configured is what `hotline serve` makes of a settings file, an environment and
// flags.
func configured(t *testing.T, file string, env map[string]string, args ...string) (*config.Settings, node.Options, error) {
	t.Helper()
	for _, name := range []string{"DATA", "SIP", "RTP", "ADVERTISE", "HTTP", "PLAN", "DOMAIN", "LOG", "T1", "RATE", "DEMO", "SETTINGS", "CHECK_TURNS"} {
		t.Setenv("HOTLINE_"+name, env[name])
	}
	if file != "" {
		path := filepath.Join(t.TempDir(), "settings.yaml")
		if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append([]string{"--settings", path}, args...)
	}
	var s *config.Settings
	var o node.Options
	root := (&program{}).root()
	serve, _, err := root.Find([]string{serveName})
	if err != nil {
		t.Fatal(err)
	}
	serve.RunE = func(cmd *cobra.Command, _ []string) error {
		if s, err = settings(cmd); err != nil {
			return err
		}
		o, err = options(s)
		return err
	}
	root.SetArgs(append([]string{serveName}, args...))
	err = root.Execute()
	return s, o, err
}

// TestAFlagGoesBeforeTheEnvironmentAndThatBeforeTheFile, for each setting.
func TestAFlagGoesBeforeTheEnvironmentAndThatBeforeTheFile(t *testing.T) {
	main := func(o *node.Options) node.Interface { return o.Interfaces[0] }
	for name, c := range map[string]struct {
		file, env, flag, none string // the value that each gives, and the default
		list                  bool   // in the file
		got                   func(*config.Settings, *node.Options) string
	}{
		"data":   {"/f", "/e", "/l", "./hotline-data", false, func(_ *config.Settings, o *node.Options) string { return o.Data }},
		"http":   {"127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3", "", false, func(_ *config.Settings, o *node.Options) string { return o.HTTP }},
		"domain": {"f", "e", "l", "", false, func(_ *config.Settings, o *node.Options) string { return o.Domain }},
		"log":    {"json", "text", "json", "text", false, func(s *config.Settings, _ *node.Options) string { return s.Log }},
		"t1":     {"1s", "2s", "3s", "0s", false, func(_ *config.Settings, o *node.Options) string { return o.T1.String() }},
		"rate":   {"7", "8", "9", "0", false, func(_ *config.Settings, o *node.Options) string { return strconv.Itoa(o.Rate) }},
		"demo": {"true", "false", "true", "false", false, func(s *config.Settings, _ *node.Options) string {
			return map[bool]string{true: "true", false: "false"}[s.Demo]
		}},
		"sip": {"udp:127.0.0.1:11", "udp:127.0.0.1:12", "udp:127.0.0.1:13", "udp:127.0.0.1:5060", true, func(_ *config.Settings, o *node.Options) string {
			return "udp:" + main(o).SIP[0].Addr.String()
		}},
		"rtp": {"127.0.0.1:20000-20011", "127.0.0.1:20000-20021", "127.0.0.1:20000-20031", "127.0.0.1:20000-29999", false, func(_ *config.Settings, o *node.Options) string {
			p := main(o).RTP
			return netip.AddrPortFrom(p.Addr, p.First).String() + "-" + netip.AddrPortFrom(p.Addr, p.Last).String()[len("127.0.0.1:"):]
		}},
		"advertise": {"192.0.2.1", "192.0.2.2", "192.0.2.3", "invalid IP", false, func(_ *config.Settings, o *node.Options) string { return main(o).Advertise.String() }},
	} {
		t.Run(name, func(t *testing.T) {
			line := name + ": " + c.file
			if c.list {
				line = name + ": [\"" + c.file + "\"]"
			}
			env := map[string]string{strings.ToUpper(name): c.env}
			flag := "--" + name + "=" + c.flag
			for _, x := range []struct {
				what, file string
				env        map[string]string
				args       []string
				want       string
			}{
				{"nothing", "", nil, nil, c.none},
				{"the file", line, nil, nil, c.file},
				{"the environment", line, env, nil, c.env},
				{"the environment alone", "", env, nil, c.env},
				{"the flag", line, env, []string{flag}, c.flag},
			} {
				s, o, err := configured(t, x.file, x.env, x.args...)
				if err != nil {
					t.Fatalf("%s: %v", x.what, err)
				}
				if got := c.got(s, &o); got != x.want {
					t.Errorf("%s: %q, must be %q", x.what, got, x.want)
				}
			}
		})
	}
}

// The plan's file is read, so it has a row of its own; so have the demo's folder
// and a file with several interfaces.
func TestSettingsThatGoTogether(t *testing.T) {
	plan := filepath.Join(t.TempDir(), "plan.yaml")
	if err := os.WriteFile(plan, []byte("skills: [x]"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, o, err := configured(t, "plan: "+plan, nil); err != nil || string(o.Plan) != "skills: [x]" {
		t.Errorf("the plan: %q, %v", o.Plan, err)
	}
	for _, c := range []struct {
		file string
		env  map[string]string
		args []string
		want string
	}{
		{"", nil, []string{"--demo"}, demoData},
		{"", map[string]string{"DEMO": "1"}, nil, demoData},
		{"", map[string]string{"DATA": "/e"}, []string{"--demo"}, "/e"},
		{"data: /f\ndemo: true", nil, nil, "/f"},
		{"data: /f", nil, []string{"--demo", "--data", "/l"}, "/l"},
		{"demo: true", nil, []string{"--demo=false"}, "./hotline-data"},
	} {
		if _, o, err := configured(t, c.file, c.env, c.args...); err != nil || o.Data != c.want {
			t.Errorf("%q %v %q: data in %q, must be %q; %v", c.file, c.env, c.args, o.Data, c.want, err)
		}
	}
	both := "interfaces: {office: {sip: [\"127.0.0.2:5060\"]}, main: {sip: [\"127.0.0.1:5060\"], rtp: \"127.0.0.1:0\"}}\n"
	_, o, err := configured(t, both+"advertise: 192.0.2.7", map[string]string{"SIP": "127.0.0.1:7,udp:127.0.0.1:8"})
	if err != nil || len(o.Interfaces) != 2 || o.Interfaces[0].Name != "office" {
		t.Fatalf("%+v, %v", o.Interfaces, err)
	}
	if side := o.Interfaces[1]; side.Name != "main" || len(side.SIP) != 3 || side.Advertise.String() != "192.0.2.7" || side.RTP.First != 0 {
		t.Errorf("main is %+v", side)
	}
	if _, o, err := configured(t, both, nil, "--t1", "50ms"); err != nil || len(o.Interfaces) != 2 || o.T1 != 50*time.Millisecond {
		t.Errorf("%+v, %v", o, err)
	}
}

func TestSettingsThatCannotBeAreNamed(t *testing.T) {
	for _, c := range []struct {
		file string
		env  map[string]string
		args []string
		want string
	}{
		{"sip: [\"127.0.0.1:1\"]\ninterfaces: {main: {sip: [\"127.0.0.1:2\"]}}", nil, nil, "sip: stands at interfaces.main.sip too"},
		{"rtp: 1.2.3.4\nhtp: x\nsip: 127.0.0.1:5060", nil, nil, "line 2: htp: unknown key; known are: data, demo, sip, rtp, advertise, interfaces"},
		{"rtp: 1.2.3.4", nil, nil, `interfaces.main.rtp: "1.2.3.4" is no RTP range`},
		{"", map[string]string{"DEMO": "perhaps"}, nil, `HOTLINE_DEMO: must be true or false, not "perhaps"`},
		{"", map[string]string{"SIP": "5060"}, nil, `interfaces.main.sip: "5060" is no address to listen on`},
		{"", map[string]string{"ADVERTISE": "me"}, nil, "interfaces.main.advertise: "},
		{"", map[string]string{"T1": "fast"}, nil, `t1: bad duration "fast"`},
		{"rate: -1", nil, nil, "rate: must not be negative"},
		{"", nil, []string{"--rate", "many"}, `rate: "many" is no number of datagrams a second`},
		{"", map[string]string{"LOG": "xml"}, nil, `log: "xml" is neither text nor json`},
		{"", map[string]string{"CHECK_TURNS": "-1"}, nil, "HOTLINE_CHECK_TURNS"},
		{"", map[string]string{"SETTINGS": "/nowhere/settings.yaml"}, nil, "/nowhere/settings.yaml"},
		{"", nil, []string{"--plan", "/nowhere/plan.yaml"}, "/nowhere/plan.yaml"},
		{"", nil, []string{"now"}, `serve takes flags alone, not "now"`},
		{"", nil, []string{"--colour"}, "unknown flag: --colour"},
	} {
		if _, _, err := configured(t, c.file, c.env, c.args...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q %v %q: %v, must say %s", c.file, c.env, c.args, err, c.want)
		}
	}
}
