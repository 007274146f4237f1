package rig

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Scenario is a run of SIPp.
type Scenario struct {
	File      string            // the scenario's path
	Transport string            // SIPp's -t: u1, t1 …; empty: u1
	Number    string            // dialled: [service] in the scenario
	Calls     int               // 0: 1
	Rate      int               // calls a second; 0: SIPp's 10
	Keys      map[string]string // [name] in the scenario
	Files     map[string][]byte // written into its folder before it starts
	Args      []string
}

// SIPp is a running SIPp.
type SIPp struct {
	folder string
	cmd    *exec.Cmd
	done   chan struct{}
	err    error
	said   bytes.Buffer
}

// SIPp starts SIPp against the server, from port 5060 of the network's address
// with that last octet. It is ended with the test.
func (s *Server) SIPp(t testing.TB, host byte, o Scenario) *SIPp {
	t.Helper()
	binary := Tool(t, "sipp")
	file, err := filepath.Abs(o.File)
	if err != nil {
		t.Fatal(err)
	}
	p := &SIPp{folder: t.TempDir(), done: make(chan struct{})}
	for name, data := range o.Files {
		if err := os.WriteFile(filepath.Join(p.folder, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	transport := o.Transport
	if transport == "" {
		transport = "u1"
	}
	ip := s.IP(host).String()
	args := []string{
		s.Addr.String(), "-sf", file, "-i", ip, "-p", "5060", "-mi", ip, "-t", transport, "-m", fmt.Sprint(max(1, o.Calls)),
		"-bind_local", "-nostdin", "-trace_err", "-error_file", "errors", "-trace_msg", "-message_file", "messages", "-timeout", "120s", "-timeout_error",
	}
	if o.Number != "" {
		args = append(args, "-s", o.Number)
	}
	if o.Rate > 0 {
		args = append(args, "-r", fmt.Sprint(o.Rate))
	}
	for key, value := range o.Keys {
		args = append(args, "-key", key, value)
	}
	p.cmd = exec.Command(binary, append(args, o.Args...)...)
	p.cmd.Dir = p.folder
	p.cmd.Env = append(os.Environ(), "TERM=dumb")
	p.cmd.Stdout, p.cmd.Stderr = &p.said, &p.said
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-p.done
		if t.Failed() {
			p.show(t)
		}
	})
	return p
}

// show shows what SIPp has to say.
func (p *SIPp) show(t testing.TB) {
	t.Logf("SIPp's screen:\n%s", tail(p.said.String(), 40))
	for _, name := range []string{"errors", "messages"} {
		text, _ := os.ReadFile(filepath.Join(p.folder, name))
		t.Logf("SIPp's %s:\n%s", name, tail(string(text), 120))
	}
}

// Wait waits until SIPp has ended; all its calls must have gone as the scenario
// says.
func (p *SIPp) Wait(t testing.TB) {
	t.Helper()
	select {
	case <-p.done:
	case <-time.After(3 * time.Minute):
		t.Fatal("SIPp does not end")
	}
	if p.err != nil {
		t.Fatalf("SIPp: %v\n%s", p.err, tail(p.said.String(), 40))
	}
}

// Messages is the trace of all SIP messages so far.
func (p *SIPp) Messages(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(p.folder, "messages"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}
