package e2e

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hotline12345/hotline/test/e2e/rig"
)

// TestTheDemoShowsAnAnsweredCall: `hotline serve --demo` as a newcomer starts it,
// but for its folder and its ports: accounts are shown, callers ring, agents answer,
// and it stops when it is told to.
func TestTheDemoShowsAnAnsweredCall(t *testing.T) {
	t.Parallel()
	net := rig.NewNet(t)
	folder, err := os.MkdirTemp("", "hl-") // short, for the socket in it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	ip := net.IP(rig.ServerHost).String()
	cmd := exec.Command(rig.Build(t), "serve", "--demo", "--sip", ip+":0", "--rtp", ip+":0")
	cmd.Env = append(os.Environ(), "HOTLINE_DATA="+filepath.Join(folder, "demo"))
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var bad strings.Builder
	cmd.Stderr = &bad
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	shown, lines := make(chan string, 1), bufio.NewScanner(out)
	go func() {
		defer close(shown)
		text, answered := "", regexp.MustCompile(`(?m)^\d\d:\d\d:\d\d 接通 answered \w+: \S*\*{4}\S* → \d+, 坐席 agent \d+, `)
		for said := false; lines.Scan(); {
			text += lines.Text() + "\n"
			if !said && answered.MatchString(text) {
				said = true
				shown <- text
			}
		}
		if !answered.MatchString(text) {
			shown <- text
		}
	}()
	limit := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() }) // a minute is what the README promises
	text := <-shown
	for _, want := range []string{"监听 / listening: udp " + ip + ":", "监听 / listening: rtp " + ip + ":", "话机 8001", "用户 user caller  密码 password ", "接通 answered "} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not shown:\n%s", want, text)
		}
	}
	if limit.Stop() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
	}
	for range shown { // to the end of the output
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("the end: %v", err)
	}
	if bad.Len() > 0 {
		t.Errorf("it complains:\n%s", bad.String())
	}
}
