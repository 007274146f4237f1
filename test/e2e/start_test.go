package e2e

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/test/e2e/rig"
)

// TestAServerThatCannotStartSaysWhyInALine, and exits with 1.
func TestAServerThatCannotStartSaysWhyInALine(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	ip := s.IP(2).String()
	taken, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(ip)})
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	web, err := net.Listen("tcp4", ip+":0")
	if err != nil {
		t.Fatal(err)
	}
	defer web.Close()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	free := []string{"--sip", ip + ":0", "--rtp", ip + ":0"}
	for _, c := range []struct {
		what string
		args []string
		says string
	}{
		{"a taken port", []string{"--sip", taken.LocalAddr().String(), "--rtp", ip + ":0"}, taken.LocalAddr().String()},
		{"a taken port of HTTP", append([]string{"--http", web.Addr().String()}, free...), web.Addr().String()},
		{"an address of another machine", []string{"--sip", "192.0.2.1:0", "--rtp", ip + ":0"}, "192.0.2.1"},
		{"an unwritable folder", append([]string{"--data", filepath.Join(file, "data")}, free...), filepath.Join(file, "data")},
		{"a second server on the folder", append([]string{"--data", s.Data}, free...), s.Data},
		{"a bad flag", append([]string{"--colour"}, free...), "unknown flag: --colour"},
		{"a bad value", []string{"--sip", "5060"}, `"5060" is no address to listen on`},
		{"a stray argument", append([]string{"now"}, free...), `"now"`},
		{"a plan that is not there", append([]string{"--plan", file + ".yaml"}, free...), file + ".yaml"},
	} {
		t.Run(c.what, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), rig.Build(t), append([]string{"serve", "--data", filepath.Join(t.TempDir(), "data")}, c.args...)...)
			var out, bad strings.Builder
			cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &out, &bad, time.Second
			_ = cmd.Run() // the exit code says it
			if cmd.ProcessState.ExitCode() != 1 || out.String() != "" {
				t.Errorf("exit %d, it prints %q", cmd.ProcessState.ExitCode(), out.String())
			}
			if line := bad.String(); strings.Count(line, "\n") != 1 || !strings.HasPrefix(line, "hotline: ") || !strings.Contains(line, c.says) {
				t.Errorf("it says %q, must be one line with %q", line, c.says)
			}
		})
	}
}
