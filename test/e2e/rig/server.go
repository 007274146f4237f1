package rig

import (
	"context"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/config"
)

// Options describe a server. The zero value serves the embedded plan with a
// trunk "carrier" of 1,000 channels, whose addresses are Net.IP(Carrier) and
// above, and without wrap-up.
type Options struct {
	Plan func(*config.Plan) // edits that plan before the first start
	T1   time.Duration      // 0: 50 ms
	Args []string           // further ones of `hotline serve`
	Env  []string
	Race bool // with the race detector; what it reports fails the test
	Net  *Net // nil: a fresh one
	Late bool // is started by Restart, not at once
}

// Server is the real binary on a data folder and a network of its own.
type Server struct {
	Net
	Addr   netip.AddrPort // SIP, over UDP and TCP
	HTTP   string         // URL of metrics and health, without a path
	Data   string
	Client *api.Client
	Wrap   []string // a command that the next start has in front, and that must exec the binary

	t       testing.TB
	o       Options
	binary  string
	plan    string
	process *process
	log     *os.File
}

// Domain is the phones' domain and realm.
const Domain = "test"

// Start starts a server, waits until it takes calls and stops it when the test
// ends. If the test has failed, the end of its log is shown.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	s := &Server{t: t, o: o}
	if o.Net == nil {
		n := NewNet(t)
		o.Net = &n
	}
	s.Net = *o.Net
	if o.T1 == 0 {
		s.o.T1 = 50 * time.Millisecond
	}
	if s.binary = Build(t); o.Race {
		s.binary = BuildRace(t)
	}
	folder, err := os.MkdirTemp("", "hl-") // short: a Unix socket's path has at most 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	s.Data, s.plan = filepath.Join(folder, "data"), filepath.Join(folder, "plan.yaml")
	if s.log, err = os.Create(filepath.Join(folder, "log")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.stop()
		s.show()
		s.log.Close()
		os.RemoveAll(folder)
	})
	s.writePlan()
	s.Client = api.NewClient(filepath.Join(s.Data, "hotline.sock"))
	t.Cleanup(s.Client.Close)
	if !o.Late {
		s.Restart()
	}
	return s
}

// Plan is the plan that a server without edits starts with.
func Plan(t testing.TB, n Net) *config.Plan {
	t.Helper()
	p, faults := config.Parse(config.Anhui())
	if faults != nil {
		t.Fatal(faults)
	}
	p.Trunks.Set("carrier", config.Trunk{Match: []string{n.carriers()}, Channels: 1000})
	for i := range p.Queues {
		p.Queues[i].Value.WrapUp = 0
	}
	return p
}

func (s *Server) writePlan() {
	s.t.Helper()
	p := Plan(s.t, s.Net)
	if s.o.Plan != nil {
		s.o.Plan(p)
	}
	document, err := p.Encode()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(s.plan, document, 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func (s *Server) args() []string {
	ip := s.IP(ServerHost).String()
	args := []string{
		"serve", "--data", s.Data, "--sip", ip + ":0", "--rtp", ip + ":0", "--http", ip + ":0",
		"--domain", Domain, "--t1", s.o.T1.String(), "--plan", s.plan,
	}
	return append(args, s.o.Args...)
}

// takeAddresses asks the running server where it listens.
func (s *Server) takeAddresses() {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	status, err := s.Client.Status(ctx)
	if err != nil {
		s.t.Fatalf("the server's status: %v", err)
	}
	for _, l := range status.Listening {
		if l.Interface != "" && l.Interface != config.MainInterface {
			continue // Side tells
		}
		switch strings.ToLower(l.Transport) {
		case "udp":
			addr, err := netip.ParseAddrPort(l.Address)
			if err != nil {
				s.t.Fatal(err)
			}
			if s.Addr.IsValid() && s.Addr != addr {
				s.t.Fatalf("the SIP address was %v before the restart and is %v", s.Addr, addr)
			}
			s.Addr = addr
		case "http":
			if at := "http://" + l.Address; s.HTTP != "" && s.HTTP != at {
				s.t.Fatalf("HTTP was at %s before the restart and is at %s", s.HTTP, at)
			} else {
				s.HTTP = at
			}
		}
	}
	if !s.Addr.IsValid() || s.HTTP == "" {
		s.t.Fatalf("the server listens on %v only", status.Listening)
	}
}

// Side is where another interface takes SIP over UDP.
func (s *Server) Side(t testing.TB, name string) netip.AddrPort {
	t.Helper()
	status, err := s.Client.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range status.Listening {
		if l.Interface == name && l.Transport == "udp" {
			return netip.MustParseAddrPort(l.Address)
		}
	}
	t.Fatalf("no interface %s: %+v", name, status.Listening)
	return netip.AddrPort{}
}

// show shows the end of the log if the test has failed.
func (s *Server) show() {
	if !s.t.Failed() {
		return
	}
	const most = 24 << 10
	data, err := os.ReadFile(s.log.Name())
	if err != nil {
		s.t.Error(err)
	}
	if len(data) > most {
		data = data[len(data)-most:]
	}
	s.t.Logf("the end of the server's log:\n%s", data)
}

// Log is what the server has logged so far, in all its runs.
func (s *Server) Log() string {
	s.t.Helper()
	data, err := os.ReadFile(s.log.Name())
	if err != nil {
		s.t.Fatal(err)
	}
	return string(data)
}
