package rig

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// checkTurns is after how many turns a server checks the core's invariants: often
// enough that a call of a hundred turns has several checks, seldom enough that
// hundreds of calls at once are carried.
const checkTurns = "16"

// process is one run of the binary.
type process struct {
	cmd   *exec.Cmd
	ready chan struct{} // closed at the line that says so
	done  chan struct{} // closed when it has ended
	err   error         // how, valid after done
}

// Restart starts the server on its folder and waits until it takes calls.
func (s *Server) Restart() {
	s.t.Helper()
	if s.Running() {
		s.t.Fatal("the server runs already")
	}
	began := time.Now()
	line := append(append([]string{}, s.Wrap...), s.binary)
	line = append(line, s.args()...)
	p := &process{cmd: exec.Command(line[0], line[1:]...), ready: make(chan struct{}), done: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), "GORACE=halt_on_error=0 log_path="+filepath.Join(filepath.Dir(s.log.Name()), "race"))
	p.cmd.Env = append(p.cmd.Env, "HOTLINE_CHECK_TURNS="+checkTurns)
	p.cmd.Env = append(p.cmd.Env, s.o.Env...)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // a test that panics leaves nothing behind
	p.cmd.Stderr = writerOnly{s.log}                                     // a pipe: limits on the process's files are not on its log
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.process = p
	go p.follow(out, s.log)
	select {
	case <-p.ready:
	case <-p.done:
		s.t.Fatalf("the server has not started: %v\n%s", p.err, tail(s.Log(), 20))
	case <-time.After(Patience):
		s.t.Fatal("the server is not ready")
	}
	s.takeAddresses()
	s.t.Logf("the server is ready after %v", time.Since(began).Round(time.Millisecond))
}

// writerOnly hides that it is a file.
type writerOnly struct{ io.Writer }

// follow reads the standard output to its end and waits for the process.
func (p *process) follow(out io.Reader, log io.Writer) {
	said := false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		_, _ = io.WriteString(log, lines.Text()+"\n") // a temporary file
		if !said && strings.HasPrefix(lines.Text(), "就绪 / ready") {
			said = true
			close(p.ready)
		}
	}
	p.err = p.cmd.Wait()
	close(p.done)
}

func tail(text string, lines int) string {
	all := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

// Running says whether the process is there.
func (s *Server) Running() bool {
	if s.process == nil {
		return false
	}
	select {
	case <-s.process.done:
		return false
	default:
		return true
	}
}

// Done is closed when the process that now runs has ended.
func (s *Server) Done() <-chan struct{} { return s.process.done }

// PID is the process's.
func (s *Server) PID() int { return s.process.cmd.Process.Pid }

// Kill ends the process with SIGKILL and returns when it is gone. It must have
// run until then.
func (s *Server) Kill() {
	s.t.Helper()
	if !s.Running() {
		s.t.Fatalf("the server had ended before it was killed: %v", s.process.err)
	}
	if err := s.process.cmd.Process.Kill(); err != nil {
		s.t.Fatal(err)
	}
	s.gone()
	var exit *exec.ExitError
	if !errors.As(s.process.err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		s.t.Fatalf("the server was not ended by SIGKILL: %v", s.process.err)
	}
}

// Terminate sends SIGTERM, which leaves the calls for the next start, and waits
// for the exit with 0.
func (s *Server) Terminate() { s.signal(syscall.SIGTERM) }

// Interrupt sends SIGINT, which ends the calls, and waits for the exit with 0.
func (s *Server) Interrupt() { s.signal(syscall.SIGINT) }

// Interrupting sends SIGINT and does not wait: whoever is in a call has a BYE to
// answer first. Gone waits.
func (s *Server) Interrupting() { s.send(syscall.SIGINT) }

// Gone waits for the process to end by itself, with 0.
func (s *Server) Gone() {
	s.t.Helper()
	s.gone()
	if s.process.err != nil {
		s.t.Fatalf("the end: %v\n%s", s.process.err, tail(s.Log(), 20))
	}
}

func (s *Server) signal(sig syscall.Signal) {
	s.t.Helper()
	s.send(sig)
	s.Gone()
}

func (s *Server) send(sig syscall.Signal) {
	s.t.Helper()
	if !s.Running() {
		s.t.Fatalf("the server had ended before the %v: %v", sig, s.process.err)
	}
	if err := s.process.cmd.Process.Signal(sig); err != nil {
		s.t.Fatal(err)
	}
}

// gone waits for the end of the process.
func (s *Server) gone() {
	s.t.Helper()
	select {
	case <-s.process.done:
	case <-time.After(Patience):
		_ = s.process.cmd.Process.Kill() // it may end just now
		s.t.Fatal("the server does not end")
	}
	s.Client.Close() // its connections lead nowhere now
}

// stop is the end of the test: a server that is gone by itself or does not end
// on SIGTERM fails it, and so does a race.
func (s *Server) stop() {
	if s.process == nil {
		return
	}
	defer s.races()
	defer s.broken()
	if !s.Running() {
		return
	}
	_ = s.process.cmd.Process.Signal(syscall.SIGTERM) // it may end just now
	select {
	case <-s.process.done:
		if err := s.process.err; err != nil && !(s.o.Race && exitCode(err) == raced) {
			s.t.Errorf("the server's end: %v", err)
		}
	case <-time.After(Patience):
		s.t.Error("the server does not end on SIGTERM")
		_ = s.process.cmd.Process.Kill()
		<-s.process.done
	}
}

// raced is how a binary with the race detector exits if it has found a race;
// races shows it.
const raced = 66

func exitCode(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	return -1
}

// broken fails the test with the invariants that were found broken, in any of the
// server's runs.
func (s *Server) broken() {
	for line := range strings.Lines(s.Log()) {
		if strings.Contains(line, "an invariant is broken") {
			s.t.Error(strings.TrimSpace(line))
		}
	}
}

// races fails the test with what the race detector has written.
func (s *Server) races() {
	files, _ := filepath.Glob(filepath.Join(filepath.Dir(s.log.Name()), "race.*")) // a good pattern
	for _, file := range files {
		report, err := os.ReadFile(file)
		s.t.Errorf("the race detector's report: %v\n%s", err, report)
	}
}

// Said is what a run of the command line gave.
type Said struct {
	Out, Err string
	Code     int
}

// CLI runs `hotline` with these arguments on the server's data folder.
func (s *Server) CLI(args ...string) Said {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), Patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, s.binary, args...)
	cmd.Env = append(os.Environ(), "HOTLINE_DATA="+s.Data, "TZ=Asia/Shanghai")
	var out, bad strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &bad
	err := cmd.Run()
	if err != nil && exitCode(err) < 0 {
		s.t.Fatalf("hotline %s: %v", strings.Join(args, " "), err)
	}
	code := 0
	if err != nil {
		code = exitCode(err)
	}
	return Said{Out: out.String(), Err: bad.String(), Code: code}
}

// MustCLI is CLI for what must succeed; it returns the standard output.
func (s *Server) MustCLI(args ...string) string {
	s.t.Helper()
	said := s.CLI(args...)
	if said.Code != 0 {
		s.t.Fatalf("hotline %s: exit %d\n%s%s", strings.Join(args, " "), said.Code, said.Out, said.Err)
	}
	return said.Out
}
