package rig

import (
	"bufio"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/api"
)

// Metrics are /metrics' values by name with labels, as they stand there:
// `hotline_rtp_port_pairs{state="in_use"}`.
type Metrics map[string]float64

// Metrics scrapes the server.
func (s *Server) Metrics(t testing.TB) Metrics {
	t.Helper()
	m, err := s.scrape()
	if err != nil {
		t.Fatalf("/metrics: %v", err)
	}
	return m
}

func (s *Server) scrape() (Metrics, error) {
	client := http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	r, err := client.Get(s.HTTP + "/metrics")
	if err != nil {
		return nil, err
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d", r.StatusCode)
	}
	m := Metrics{}
	lines := bufio.NewScanner(r.Body)
	for lines.Scan() {
		line := lines.Text()
		i := strings.LastIndexByte(line, ' ')
		if i < 0 || line[0] == '#' {
			continue
		}
		if m[line[:i]], err = strconv.ParseFloat(line[i+1:], 64); err != nil {
			return nil, fmt.Errorf("%q: %w", line, err)
		}
	}
	return m, lines.Err()
}

// Sum adds the values of all label sets of a metric.
func (m Metrics) Sum(name string) (sum float64) {
	for key, v := range m {
		if family, _, _ := strings.Cut(key, "{"); family == name {
			sum += v
		}
	}
	return sum
}

// busy are the states of an agent who has a call.
var busy = []string{"Reserved", "Ringing", "Talking"}

// standing lists what is not at zero, given what must be.
func (m Metrics) standing(names ...string) (out []string) {
	for _, name := range names {
		family, _, _ := strings.Cut(name, "{")
		found := false
		for key, v := range m {
			if key == name || strings.HasPrefix(key, name+"{") {
				found = true
				if v != 0 {
					out = append(out, fmt.Sprintf("%s %v", key, v))
				}
			}
		}
		if !found {
			out = append(out, family+" is missing")
		}
	}
	slices.Sort(out)
	return out
}

// overdue is how much later than after 64·T1 the last transaction may be gone:
// the view is 250 ms old, the machine busy.
const overdue = 2 * time.Second

// AtZero waits until calls, ports, players, offers and engine entries are at
// zero, and then, for 64·T1 and a little, legs and transactions; no invariant may
// have been broken on the way. Call it when the last call has ended.
func (s *Server) AtZero(t testing.TB) {
	t.Helper()
	at := []string{
		"hotline_calls", "hotline_queue_waiting_calls", "hotline_media_legs", "hotline_media_players",
		"hotline_queue_engine_calls", "hotline_invariants_broken_total", `hotline_rtp_port_pairs{state="in_use"}`,
	}
	for _, state := range busy {
		at = append(at, `hotline_agents{state="`+state+`"}`)
	}
	s.zero(t, 10*time.Second, at)
	s.zero(t, 64*s.o.T1+overdue, []string{"hotline_sip_legs", "hotline_sip_transactions"})
}

func (s *Server) zero(t testing.TB, patience time.Duration, names []string) {
	t.Helper()
	var left lines
	Within(t, patience, "everything at zero", func() bool {
		m, err := s.scrape()
		if err != nil {
			left = lines{err.Error()}
			return false
		}
		left = m.standing(names...)
		return len(left) == 0
	}, &left)
}

// lines are shown when a wait has failed.
type lines []string

// String is the list as it stands then.
func (l *lines) String() string { return "still there: " + strings.Join(*l, ", ") }

// CDRs returns all calls that have ended, the oldest first.
func (s *Server) CDRs(t testing.TB) []api.CDR {
	t.Helper()
	var all []api.CDR
	f := api.CDRFilter{Limit: 10000}
	for {
		page, err := s.Client.CDRs(t.Context(), f)
		if err != nil {
			t.Fatalf("the CDRs: %v", err)
		}
		all = append(all, page...)
		if len(page) < f.Limit {
			break
		}
		f.Before = page[len(page)-1].Position
	}
	slices.Reverse(all)
	return all
}

// CDR waits until exactly n calls have ended and returns the last one.
func (s *Server) CDR(t testing.TB, n int) api.CDR {
	t.Helper()
	var all []api.CDR
	Until(t, fmt.Sprintf("the CDR no. %d", n), func() bool {
		all = s.CDRs(t)
		return len(all) >= n
	})
	if len(all) > n {
		t.Fatalf("%d CDRs instead of %d: %+v", len(all), n, all)
	}
	return all[n-1]
}

// Calls are the calls in progress.
func (s *Server) Calls(t testing.TB) []api.Call {
	t.Helper()
	calls, err := s.Client.Calls(t.Context())
	if err != nil {
		t.Fatalf("the calls: %v", err)
	}
	return calls
}

// Agent is one agent as he is now.
func (s *Server) Agent(t testing.TB, name string) api.Agent {
	t.Helper()
	agents, err := s.Client.Agents(t.Context())
	if err != nil {
		t.Fatalf("the agents: %v", err)
	}
	for _, a := range agents {
		if a.Agent == name {
			return a
		}
	}
	t.Fatalf("no agent %s", name)
	return api.Agent{}
}
