package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/hotline12345/hotline/api"
)

// server is the real binary, as an operator runs it: CDRs and metrics on, log
// at info.
type server struct {
	cmd  *exec.Cmd
	dir  string
	addr netip.AddrPort
	api  *api.Client
	log  *os.File
}

// flowOf is the caller's flow, with or without a prompt of 3 s.
func flowOf(prompt bool) string {
	if prompt {
		return "[answer, queue: bench, {play: {clip: bench, must_hear: true}}, music]"
	}
	return "[answer, queue: bench, music]"
}

func planOf(users []string, prompt bool) string {
	var b strings.Builder
	b.WriteString("rosters: {all: {from: \"00:00\", to: \"24:00\", agents: {bench: 1}}}\nskills: [general]\ntrunks:\n  bench: {match: [127.88.0.2], channels: 5000}\nphones:\n")
	for _, u := range users {
		fmt.Fprintf(&b, "  %q: {}\n", u)
	}
	b.WriteString("agents:\n")
	for _, u := range users {
		fmt.Fprintf(&b, "  %q: {queues: [bench]}\n", u)
	}
	b.WriteString("queues:\n  bench: {strategy: longest-idle, wrap_up: 0s, limit: 5000, tiers: [{after: 0s, agents: own}]}\n")
	fmt.Fprintf(&b, "flows:\n  hotline: %s\nnumbers:\n  \"12345\": {flow: hotline}\ncalls: {silence: 1h}\n", flowOf(prompt))
	return b.String()
}

// clip is a WAV of 3 s: A-law, 8 kHz.
func clip() []byte {
	const n = 3 * 8000
	var b bytes.Buffer
	b.WriteString("RIFF")
	for _, v := range []any{uint32(36 + n), []byte("WAVEfmt "), uint32(16), uint16(6), uint16(1), uint32(8000), uint32(8000), uint16(1), uint16(8), []byte("data"), uint32(n)} {
		_ = binary.Write(&b, binary.LittleEndian, v)
	}
	b.Write(bytes.Repeat([]byte{0xd5}, n))
	return b.Bytes()
}

// begin starts the server with a plan.
func begin(ctx context.Context, binary string, users []string, prompt bool) (*server, error) {
	dir, err := os.MkdirTemp("", "hotline-bench")
	if err != nil {
		return nil, err
	}
	plan := filepath.Join(dir, "plan.yaml")
	if err := os.WriteFile(plan, []byte(planOf(users, prompt)), 0o600); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Join(dir, "data", "prompts"), 0o700); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, "data", "prompts", "bench.wav"), clip(), 0o600); err != nil {
		return nil, err
	}
	s := &server{dir: dir, api: api.NewClient(filepath.Join(dir, "data", "hotline.sock"))}
	if s.log, err = os.Create(filepath.Join(dir, "log")); err != nil {
		return nil, err
	}
	s.cmd = exec.CommandContext(ctx, binary, "serve", "--data", filepath.Join(dir, "data"), "--plan", plan,
		"--sip", "udp:127.88.0.1:0", "--rtp", "127.88.0.1:0", "--http", "127.88.0.1:0")
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	var status api.Status
	if err := until(30*time.Second, "the server's start", func() bool {
		status, err = s.api.Status(ctx)
		return err == nil
	}); err != nil {
		return nil, fmt.Errorf("%w (its log: %s)", err, s.log.Name())
	}
	for _, l := range status.Listening {
		if l.Transport == "udp" {
			s.addr = netip.MustParseAddrPort(l.Address)
		}
	}
	return s, nil
}

// end stops the server and removes what it wrote.
func (s *server) end() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
	s.log.Close()
	s.api.Close()
	os.RemoveAll(s.dir)
}

// seat gives each user's phone its password and logs his agent in.
func (s *server) seat(ctx context.Context, p *phones, users []string) error {
	for _, u := range users {
		if _, err := s.api.SetPassword(ctx, u, p.password); err != nil {
			return err
		}
	}
	if err := p.ready(users, 30*time.Second); err != nil {
		return err
	}
	for _, u := range users {
		if _, err := s.api.Login(ctx, u, u); err != nil {
			return err
		}
	}
	return nil
}

// collect has the server collect its garbage.
func (s *server) collect(ctx context.Context) error {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", filepath.Join(s.dir, "data", "hotline.sock"))
	}
	client := http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://hotline/debug/pprof/heap?gc=1", nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("collect: %s", response.Status)
	}
	_, err = io.Copy(io.Discard, response.Body)
	return err
}

// used is the server's CPU time while do ran.
func (s *server) used(do func() error) (time.Duration, error) {
	before, err := cpuTime(s.cmd.Process.Pid)
	if err != nil {
		return 0, err
	}
	if err := do(); err != nil {
		return 0, err
	}
	after, err := cpuTime(s.cmd.Process.Pid)
	return after - before, err
}
