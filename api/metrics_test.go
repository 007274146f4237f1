package api

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/hotline12345/hotline/core"
)

// get asks a handler without a network.
func get(h http.Handler, path string) (int, string) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	body, _ := io.ReadAll(w.Result().Body)
	return w.Code, string(body)
}

// talking is a world in which 8001 talks, and one call was for nobody.
func talking(t *testing.T) *served {
	t.Helper()
	s := serve(t, newWorld(t))
	password, err := s.SetPassword(t.Context(), "8001", "")
	if err != nil {
		t.Fatal(err)
	}
	s.plug(password)
	if _, err := s.Login(t.Context(), "8001", "8001"); err != nil {
		t.Fatal(err)
	}
	s.dial("12345", "13800000000")
	s.dial("999", "13800000001")
	s.advance(5 * time.Second)
	return s
}

func TestMetricsAreWellNamed(t *testing.T) {
	s := talking(t)
	problems, err := testutil.GatherAndLint(s.server.registry())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
	found, err := testutil.GatherAndCount(s.server.registry())
	if err != nil || found < 80 {
		t.Errorf("%d metrics, %v", found, err)
	}
}

// TestMetricsSayWhatIs: each line stands in the scrape, letter by letter.
func TestMetricsSayWhatIs(t *testing.T) {
	s := talking(t)
	status, text := get(s.server.Public(), "/metrics")
	if status != http.StatusOK {
		t.Fatal(status, text)
	}
	for _, line := range []string{
		`hotline_build_info{version="1.2.3"} 1`,
		`hotline_core_answering 1`, `hotline_ready 1`, `hotline_draining 0`, `hotline_plan_revision 1`,
		`hotline_calls 1`, `hotline_calls_begun_total 1`, `hotline_calls_to_unknown_numbers_total 1`, `hotline_calls_refused_total 0`,
		`hotline_queue_waiting_calls{queue="general"} 0`, `hotline_queue_calls_offered_total{queue="general"} 1`,
		`hotline_queue_calls_answered_total{queue="general"} 1`, `hotline_queue_calls_answered_total{queue="market"} 0`,
		`hotline_queue_calls_answered_in_time_total{clock="invite",queue="general"} 1`,
		`hotline_queue_calls_answered_in_time_total{clock="prompt",queue="general"} 1`,
		`hotline_queue_wait_seconds_count{queue="general"} 1`, `hotline_queue_wait_seconds_bucket{queue="general",le="5"} 1`,
		`hotline_queue_wait_seconds_bucket{queue="general",le="600"} 1`, `hotline_queue_wait_seconds_bucket{queue="market",le="+Inf"} 0`,
		`hotline_roster_agents{queue="general",state="due"} 8`, `hotline_roster_agents{queue="general",state="logged_in"} 1`,
		`hotline_roster_agents{queue="general",state="short"} 7`, `hotline_roster_agents{queue="market",state="due"} 2`,
		`hotline_roster_agents{queue="market",state="short"} 1`,
		`hotline_agents{state="Talking"} 1`, `hotline_agents{state="LoggedOut"} 19`, `hotline_agents{state="Idle"} 0`,
		`hotline_sip_requests_received_total{method="INVITE"} 2`, `hotline_sip_responses_sent_total{method="INVITE",status="404"} 1`,
		`hotline_trunk_busy_channels{trunk="telecom"} 1`, `hotline_trunk_channels{trunk="telecom"} 300`,
		`hotline_phones 21`, `hotline_phones_registered 1`, `hotline_phones_reachable 1`,
		`hotline_turn_duration_seconds_bucket{le="1e-05"} 1`, `hotline_turn_duration_seconds_bucket{le="2.5e-05"} 3`,
		`hotline_turn_duration_seconds_bucket{le="0.1"} 7`, `hotline_turn_duration_seconds_bucket{le="+Inf"} 12`,
		`hotline_turn_duration_seconds_sum 0.003`, `hotline_turn_duration_seconds_count 12`,
		`hotline_inbox_inputs 3`, `hotline_logs_lost_total 2`, `hotline_journal_writes_total 7`, `hotline_turns_unjournaled_total 1`,
		`hotline_wire_datagrams_dropped_total{reason="too_fast"} 13`, `hotline_wire_connections 16`,
		`hotline_rtp_packets_received_total 21`, `hotline_rtp_packets_lost_total 24`, `hotline_rtp_packets_late_total 25`,
		`hotline_prompts_missing_total 29`, `hotline_rtp_port_pairs{state="in_use"} 28`, `hotline_rtp_port_pairs{state="free"} 27`,
		`hotline_journal_room 1`, `hotline_projection_working 1`,
	} {
		if !strings.Contains(text, "\n"+line+"\n") {
			t.Errorf("not there: %s", line)
		}
	}
	for _, name := range []string{"go_goroutines", "process_cpu_seconds_total", "hotline_journal_size_bytes", "hotline_projection_lag_facts", "hotline_queue_wait_seconds_sum"} {
		if !strings.Contains(text, "\n"+name) {
			t.Errorf("not there: %s", name)
		}
	}
	if strings.Contains(text, `hotline_roster_agents{queue="law"`) {
		t.Error("a queue without a roster has people who are due")
	}
	calls, err := s.Calls(t.Context())
	if err != nil || len(calls) != 1 {
		t.Fatal(calls, err)
	}
	if err := s.Hangup(t.Context(), calls[0].ID); err != nil {
		t.Fatal(err)
	}
	if _, text := get(s.server.Public(), "/metrics"); !strings.Contains(text, "\nhotline_calls_ended_total{outcome=\"answered\"} 1\n") {
		t.Error("the call that ended is not counted")
	}
}

// TestNoMessageChoosesALabel: what strangers send makes no new series.
func TestNoMessageChoosesALabel(t *testing.T) {
	s := serve(t, newWorld(t))
	series := func() int {
		n, err := testutil.GatherAndCount(s.server.registry())
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	s.inject("HACK")
	before := series()
	for _, method := range []string{"HACK1", "HACK2", "HACK3"} {
		s.inject(method)
	}
	if after := series(); after != before {
		t.Fatalf("%d series before, %d after", before, after)
	}
	if _, text := get(s.server.Public(), "/metrics"); !strings.Contains(text, `hotline_sip_requests_received_total{method="other"} 4`) {
		t.Error("the unknown methods are not counted as other")
	}
}

// hung is a backend whose core does not answer.
type hung struct{ *world }

func (h hung) View(ctx context.Context) (*core.View, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func (h hung) Do(ctx context.Context, _ core.Command) (core.Reply, error) {
	<-ctx.Done()
	return core.Reply{}, ctx.Err()
}

// TestACoreThatHangs is said so within seconds, and what does not need it is
// still there.
func TestACoreThatHangs(t *testing.T) {
	w := newWorld(t)
	synctest.Test(t, func(t *testing.T) {
		s := New(hung{w}, Options{})
		for _, c := range []struct {
			method, path string
			within       time.Duration
		}{
			{"GET", "/healthz", time.Second},
			{"GET", "/v1/status", 2 * time.Second},
			{"GET", "/v1/calls", 2 * time.Second},
			{"POST", "/v1/agents/8001/pause", 5 * time.Second},
		} {
			begun, answer := time.Now(), httptest.NewRecorder()
			s.Socket().ServeHTTP(answer, httptest.NewRequest(c.method, c.path, nil))
			if took := time.Since(begun); answer.Code != http.StatusServiceUnavailable || took != c.within {
				t.Errorf("%s %s: %d after %v, not 503 after %v", c.method, c.path, answer.Code, took, c.within)
			}
		}
		status, text := get(s.Public(), "/metrics")
		if status != http.StatusOK || !strings.Contains(text, "\nhotline_core_answering 0\n") || !strings.Contains(text, "\nhotline_rtp_packets_sent_total 22\n") || strings.Contains(text, "\nhotline_calls ") {
			t.Errorf("%d %s", status, text)
		}
	})
}

// TestHealth: alive and ready are two things.
func TestHealth(t *testing.T) {
	s := serve(t, newWorld(t))
	for _, h := range []http.Handler{s.server.Public(), s.server.Socket()} {
		s.notReady = nil
		for path, says := range map[string]string{"/healthz": "ok\n", "/readyz": "ready\n"} {
			if status, text := get(h, path); status != http.StatusOK || text != says {
				t.Errorf("%s: %d %q", path, status, text)
			}
		}
		s.notReady = io.ErrShortWrite
		if status, text := get(h, "/readyz"); status != http.StatusServiceUnavailable || !strings.Contains(text, "short write") {
			t.Errorf("%d %q", status, text)
		}
		if status, _ := get(h, "/healthz"); status != http.StatusOK {
			t.Errorf("a node that is not ready is alive: %d", status)
		}
	}
	for _, path := range []string{"/v1/status", "/v1/plan", "/debug/pprof/cmdline", "/v1/openapi.json", "/", "/debug/pprof/"} {
		if status, _ := get(s.server.Public(), path); status != http.StatusNotFound {
			t.Errorf("%s over TCP: %d", path, status)
		}
	}
}
