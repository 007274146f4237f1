package e2e

import (
	"bufio"
	"context"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/hotline12345/hotline/demo"
	"github.com/hotline12345/hotline/demo/live"
	"github.com/hotline12345/hotline/test/e2e/rig"
)

// showing is a `hotline serve --demo` that runs and what it has printed.
type showing struct {
	t    *testing.T
	cmd  *exec.Cmd
	bad  strings.Builder
	mu   sync.Mutex
	text string
	done chan struct{} // closed at the end of its output
}

// show starts the demo as a newcomer does, but for its folder and its ports.
func show(t *testing.T, listen ...string) *showing {
	t.Helper()
	folder, err := os.MkdirTemp("", "hl-") // short, for the socket in it
	if err != nil {
		t.Fatal(err)
	}
	d := &showing{t: t, cmd: exec.Command(rig.Build(t), append([]string{"serve", "--demo"}, listen...)...), done: make(chan struct{})}
	d.cmd.Env = append(os.Environ(), "HOTLINE_DATA="+filepath.Join(folder, "demo"))
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	d.cmd.Stderr = &d.bad
	out, err := d.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(d.done)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			d.mu.Lock()
			d.text += lines.Text() + "\n"
			d.mu.Unlock()
		}
	}()
	t.Cleanup(func() {
		_ = d.cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself
		limit := time.AfterFunc(rig.Patience, func() { _ = d.cmd.Process.Kill() })
		<-d.done
		if err := d.cmd.Wait(); err != nil {
			t.Errorf("the end: %v", err)
		}
		limit.Stop()
		if d.bad.Len() > 0 {
			t.Errorf("it complains:\n%s", d.bad.String())
		}
		if t.Failed() {
			t.Logf("it has shown:\n%s", d.shown())
		}
		os.RemoveAll(folder)
	})
	return d
}

func (d *showing) shown() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.text
}

// shows waits for a line and returns what the expression's groups hold.
func (d *showing) shows(within time.Duration, expression string) []string {
	d.t.Helper()
	var found []string
	wanted := regexp.MustCompile("(?m)" + expression)
	rig.Within(d.t, within, "the demo shows "+expression, func() bool {
		found = wanted.FindStringSubmatch(d.shown())
		return found != nil
	})
	return found[1:]
}

// TestTheDemoShowsAnAnsweredCall: accounts are shown, callers ring, agents answer,
// and it stops when it is told to.
func TestTheDemoShowsAnAnsweredCall(t *testing.T) {
	t.Parallel()
	net := rig.NewNet(t)
	ip := net.IP(rig.ServerHost).String()
	d := show(t, "--sip", ip+":0", "--rtp", ip+":0")
	const promised = time.Minute // by the README
	d.shows(promised, `^\d\d:\d\d:\d\d 接通 answered \w+: \S*\*{4}\S* → \d+, 坐席 agent \d+, `)
	for _, want := range []string{"监听 / listening: udp " + ip + ":", "监听 / listening: rtp " + ip + ":", "话机 8001", "用户 user caller  密码 password "} {
		if !strings.Contains(d.shown(), want) {
			t.Errorf("%q is not shown", want)
		}
	}
}

// TestTheDemosNewcomer registers a phone with the account that is shown, on a
// server that listens on all addresses: agent 8001 is logged in by itself and rung
// before all who have been idle longer. Then the test caller rings.
func TestTheDemosNewcomer(t *testing.T) {
	t.Parallel()
	d := show(t, "--sip", "0.0.0.0:0", "--rtp", "0.0.0.0:0")
	d.shows(rig.Patience, `空闲 Idle \d`) // the others are there
	join := func(user string, seed uint64) *live.Peer {
		t.Helper()
		account := d.shows(rig.Patience, `服务器 server (\S+)  用户 user `+user+`  密码 password ([a-z0-9]+)$`)
		server := netip.MustParseAddrPort(account[0])
		o := live.Options{Options: demo.Options{
			Local: netip.AddrPortFrom(server.Addr(), 0), Server: server, Domain: server.Addr().String(), User: user, Password: account[1],
			Manner: func(*demo.Peer, *demo.Call) demo.Manner { return demo.Manner{Status: 200} },
		}, Sound: chirp(seed), Keep: rig.Keep}
		p, err := live.Join(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.Close)
		return p
	}
	phone := join("8001", 2)
	ctx, cancel := context.WithTimeout(t.Context(), rig.Patience)
	defer cancel()
	if _, err := phone.Await(ctx); err != nil {
		t.Fatalf("the newcomer's phone does not ring: %v", err)
	}
	d.shows(time.Minute, `接通 answered \w+: .*, 坐席 agent 8001, `)
	caller := join("caller", 1).Dial(demo.Journey{Number: "12315"})
	rig.Hears(t, "the test caller", caller.Heard, clip(t, "greeting-12315"))
	caller.HangUp()
}
