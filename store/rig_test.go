package store

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/journal/faultdisk"
	"github.com/hotline12345/hotline/turn"
)

// noon is when the tests' calls begin, in Unix ns.
const noon = int64(1795521600e9)

// storyFacts is how many facts a story has.
const storyFacts = 13

// storyID is the nth call's.
func storyID(n int) turn.ID { return turn.ID(1<<40 + n + 1) }

// storyCDR is what remains of the nth call: each field depends on n in another
// way, so that a mix-up shows.
func storyCDR(n int) journal.CDR {
	ended := turn.Instant(1e12) + turn.Instant(n)*1e9
	outcomes := []journal.Outcome{journal.Answered, journal.AbandonedQueue, journal.WaitLimit}
	return journal.CDR{
		Call: storyID(n), From: "telecom", Caller: fmt.Sprint(13800000000 + n%17), Dialled: "055112345", Number: []string{"12345", "12315"}[n%2],
		Began: ended - 9e9, Answered: ended - 8e9, Enlisted: ended - 7e9, Heard: ended - 6e9, Offered: ended - 5e9, Accepted: ended - 4e9, Bridged: ended - 3e9,
		Ended: ended, Civil: noon + int64(n)*1e9, Queue: "general", Agent: fmt.Sprint(8001 + n%20), Phone: fmt.Sprint(8101 + n%7),
		Offers: 1 + n%3, Outcome: outcomes[n%3], EndedBy: "caller", Status: 200 + n%2, Q850: 16, Service: n%11 == 0, Revision: uint64(1 + n%4), Resumed: n%13 == 0,
		City: []string{"合肥", "芜湖", ""}[n%3], Mode: []string{"", "dual"}[n%2], Department: []string{"", "省市场监管局"}[n%2],
		AnsweredBy: []string{"agent", "", "subcenter", "takeover"}[n%4], Destination: []string{"", "tax", "market"}[n%3], TakenOver: []string{"", "busy"}[n%5/4],
		Returned: n%7 == 0, Transfers: n % 3, Origin: []string{"", "110"}[n%10/9], Before: int64(n%6) * 1e9,
	}
}

// story is a whole call as the core tells it.
func story(n int) journal.Turn {
	cdr := storyCDR(n)
	t := journal.Turn{At: cdr.Ended}
	add := func(kind journal.FactType, at turn.Instant, v any) {
		value, err := journal.Marshal(v)
		if err != nil {
			panic(err)
		}
		t.Facts = append(t.Facts, journal.Fact{At: at, Civil: cdr.Civil - int64(cdr.Ended-at), Type: kind, Value: value})
	}
	agent := func(at turn.Instant, state string) {
		add(journal.FactAgentState, at, journal.AgentChanged{Agent: cdr.Agent, Phone: cdr.Phone, State: state, Why: "call"})
	}
	add(journal.FactCallBegan, cdr.Began, journal.CallBegan{Call: cdr.Call, From: cdr.From, Caller: cdr.Caller, Dialled: cdr.Dialled, Number: cdr.Number})
	add(journal.FactEnlisted, cdr.Enlisted, journal.Enlisted{Call: cdr.Call, Queue: cdr.Queue})
	add(journal.FactPromptHeard, cdr.Heard, journal.PromptHeard{Call: cdr.Call, Step: "greeting"})
	agent(cdr.Offered, "Reserved")
	add(journal.FactOffered, cdr.Offered, journal.Offered{
		Call: cdr.Call, Agent: cdr.Agent, Phone: cdr.Phone, Queue: cdr.Queue,
		Tier: n % 3, Strategy: "longest-idle", SortKey: int64(n), Eligible: 1 + n%9,
	})
	agent(cdr.Offered, "Ringing")
	add(journal.FactBridged, cdr.Bridged, journal.Bridged{Call: cdr.Call, Agent: cdr.Agent})
	agent(cdr.Bridged, "Talking")
	add(journal.FactMediaCounted, cdr.Ended, journal.MediaCounted{Call: cdr.Call, Leg: cdr.Call + 1, Caller: true, Received: 400, Sent: 401, Lost: 1, Late: 2})
	add(journal.FactMediaCounted, cdr.Ended, journal.MediaCounted{Call: cdr.Call, Leg: cdr.Call + 2, Received: 300, Sent: 301})
	agent(cdr.Ended, "WrapUp")
	agent(cdr.Ended, "Idle")
	add(journal.FactCallEnded, cdr.Ended, cdr)
	return t
}

// stories are the calls from the first one up to but without the last.
func stories(first, last int) (out []journal.Turn) {
	for n := first; n < last; n++ {
		out = append(out, story(n))
	}
	return out
}

// openLog opens a journal that tells the time of its frames by the stories.
func openLog(t testing.TB, fs journal.FS, segment int) *journal.Log {
	t.Helper()
	log, _, err := journal.Open(fs, journal.Options{SegmentSize: segment, Projections: []string{Projection}, Civil: func() int64 { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	return log
}

// newLog opens a new journal in memory.
func newLog(t testing.TB) *journal.Log {
	return openLog(t, faultdisk.New(turn.NewRand([32]byte{1}), faultdisk.Faults{}), 1<<20)
}

// write appends turns and syncs them.
func write(t testing.TB, log *journal.Log, turns ...journal.Turn) {
	t.Helper()
	if err := log.Append(turns); err != nil {
		t.Fatal(err)
	}
	if err := log.Sync(); err != nil {
		t.Fatal(err)
	}
}

// words is a slog.Handler that keeps what was said.
type words struct {
	mu   sync.Mutex
	said []string
}

func (w *words) Enabled(context.Context, slog.Level) bool { return true }
func (w *words) WithAttrs([]slog.Attr) slog.Handler       { return w }
func (w *words) WithGroup(string) slog.Handler            { return w }

func (w *words) Handle(_ context.Context, r slog.Record) error {
	text := r.Level.String() + " " + r.Message
	r.Attrs(func(a slog.Attr) bool { text += " " + a.String(); return true })
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said = append(w.said, text)
	return nil
}

func (w *words) heard(part string) bool { return w.times(part) > 0 }

func (w *words) times(part string) (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, text := range w.said {
		if strings.Contains(text, part) {
			n++
		}
	}
	return n
}

// running is a projector at work.
type running struct {
	*Projector
	words *words
	stop  func()
}

// startProjector starts a projector on the file; it stops with the test, or earlier.
func startProjector(t testing.TB, path string, source Source, pragmas ...string) *running {
	t.Helper()
	w := &words{}
	s := New(path, slog.New(w))
	s.pragmas = pragmas
	p := NewProjector(s, source, slog.New(w))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); p.Run(ctx) }()
	stop := func() { cancel(); <-done }
	t.Cleanup(stop)
	return &running{Projector: p, words: w, stop: stop}
}

// reaches waits until the store has every fact below position.
func (r *running) reaches(t testing.TB, position uint64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := r.Wait(ctx, position); err != nil {
		t.Fatalf("the store is at %d of %d: %v; %v; it said %q", r.Position(), position, err, r.Err(), r.words.said)
	}
}

// until waits for what must come within 20 s.
func until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("did not come: %s", what)
		}
	}
}

func newPath(t testing.TB) string { return filepath.Join(t.TempDir(), "hotline 1%.db") }

// second is another process's connection to the file.
func second(t testing.TB, path string, pragmas ...string) *sql.Conn {
	t.Helper()
	name, err := dsn(path, "rwc", append(pragmas, "busy_timeout(5000)")...)
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", name)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxIdleConns(-1) // who closes the connection gives its locks up
	t.Cleanup(func() { db.Close() })
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func do(t testing.TB, conn *sql.Conn, query string, args ...any) {
	t.Helper()
	if _, err := conn.ExecContext(context.Background(), query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func number(t testing.TB, conn *sql.Conn, query string, args ...any) (n int64) {
	t.Helper()
	if err := conn.QueryRowContext(context.Background(), query, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

// hasOnce checks that the file holds the stories from the first up to but
// without the last, each fact of them once.
func hasOnce(t testing.TB, path string, first, last int) {
	t.Helper()
	conn, calls := second(t, path), int64(last-first)
	for query, want := range map[string]int64{
		"SELECT count(*) FROM cdr":                                                    calls,
		"SELECT count(DISTINCT call) FROM cdr":                                        calls,
		"SELECT count(*) FROM call_facts":                                             7 * calls,
		"SELECT count(DISTINCT call) FROM call_facts":                                 calls,
		"SELECT count(*) FROM agent_states":                                           5 * calls,
		"SELECT count(*) FROM skipped":                                                0,
		"SELECT repeated FROM cursor":                                                 0,
		"SELECT count(*) FROM cdr WHERE ended < " + fmt.Sprint(noon+int64(first)*1e9): 0,
	} {
		if got := number(t, conn, query); got != want {
			t.Errorf("%s: %d, not %d", query, got, want)
		}
	}
	var ok string
	if err := conn.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&ok); err != nil || ok != "ok" {
		t.Errorf("integrity check: %s %v", ok, err)
	}
}
