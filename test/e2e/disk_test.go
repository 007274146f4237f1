package e2e

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	_ "modernc.org/sqlite"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/demo"
	"github.com/hotline12345/hotline/demo/live"
	"github.com/hotline12345/hotline/test/e2e/rig"
)

// lock takes the server's database for itself; the function returned gives it
// back.
func lock(t *testing.T, s *rig.Server) (unlock func()) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(s.Data, "hotline.db")+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(t.Context(), "BEGIN EXCLUSIVE"); err != nil {
		t.Fatal(err)
	}
	return func() {
		if _, err := conn.ExecContext(t.Context(), "ROLLBACK"); err != nil {
			t.Fatal(err)
		}
	}
}

// TestALockedDatabaseCostsNoCallAndNoCDR: for a minute nothing can be written to it,
// while calls come and go and the server is killed; reading does not hang
// meanwhile.
func TestALockedDatabaseCostsNoCallAndNoCDR(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{Plan: terse})
	l := newLoad(t, s, 4, answering)
	l.begin(3)
	rig.Until(t, "calls", func() bool { return l.rung() >= 3 })
	unlock := lock(t, s)
	until := time.Now().Add(time.Minute)
	for killed := false; time.Now().Before(until); {
		rung := l.rung()
		rig.Until(t, "more calls", func() bool { return l.rung() >= rung+10 })
		asked := time.Now()
		_, err := s.Client.CDRs(t.Context(), api.CDRFilter{})
		var problem *api.Problem
		if took := time.Since(asked); took > 6*time.Second || (err != nil && !(errors.As(err, &problem) && problem.Status == http.StatusServiceUnavailable)) {
			t.Errorf("the CDRs, while the database is locked: %v after %v", err, took)
		}
		if status, err := s.Client.Status(t.Context()); err != nil || !status.Ready || status.Store.Lag == 0 {
			t.Errorf("the status, while the database is locked: %+v, %v", status, err)
		}
		if !killed {
			killed = true
			s.Kill()
			s.Restart()
		}
	}
	unlock()
	l.end()
	l.accounted()
	rig.Until(t, "the store has caught up", func() bool {
		status, err := s.Client.Status(t.Context())
		return err == nil && status.Store.Lag == 0 && status.Store.Error == ""
	})
	s.AtZero(t)
}

// fill has every write of the server to a file fail as on a full disk; empty
// ends that. The limit is the process's own.
func fill(t *testing.T, s *rig.Server)  { limit(t, s, 0) }
func empty(t *testing.T, s *rig.Server) { limit(t, s, unix.RLIM_INFINITY) }

func limit(t *testing.T, s *rig.Server, bytes uint64) {
	t.Helper()
	if err := unix.Prlimit(s.PID(), unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: bytes, Max: unix.RLIM_INFINITY}, nil); err != nil {
		t.Fatal(err)
	}
}

// TestAFullDiskCostsNoCallInProgress: new calls are refused with 503 while
// nothing can be written; those there talk, wait and end. When there is room
// again, the journal is made whole: a kill just then loses nothing.
func TestAFullDiskCostsNoCallInProgress(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{Plan: terse})
	o := live.Options{Sound: chirp(2)}
	o.Manner = answering
	phone := s.Phone(t, "8001", 2, o)
	carrier := s.Trunk(t, rig.Carrier, live.Options{Sound: chirp(1)})
	s.Login(t, "8001", "8001")
	var callers []*live.Call
	dial := func() *live.Call {
		callers = append(callers, carrier.Dial(demo.Journey{Number: "12345", Caller: number(len(callers))}))
		return callers[len(callers)-1]
	}
	first := dial()
	agent := next(t, phone)
	rig.Hears(t, "the caller", first.Heard, said(2))
	waits, waitsLonger := dial(), dial()
	rig.Until(t, "two wait", func() bool { return len(s.Calls(t)) == 3 })

	fill(t, s)
	// Some are let in until the server knows.
	rig.Within(t, 3*time.Second, "a new call is refused with 503", func() bool {
		state, err := dial().Wait(t.Context(), func(c live.State) bool { return c.Over() || c.Talking() })
		if err != nil {
			t.Fatal(err)
		}
		return state.Status == http.StatusServiceUnavailable
	})
	notReady(t, s)
	rig.Hears(t, "the caller on a full disk", rig.Since(first.Heard), said(2))
	rig.Hears(t, "the agent on a full disk", rig.Since(agent.Heard), said(1))
	first.HangUp()
	agent = next(t, phone)
	rig.Hears(t, "the agent hears the one who waited", agent.Heard, said(1))
	if !strings.Contains(s.Log(), "level=ERROR") {
		t.Error("the log says nothing of the full disk")
	}

	empty(t, s)
	rig.Until(t, "there is room again", func() bool {
		status, err := s.Client.Status(t.Context())
		return err == nil && status.Ready
	})
	s.Kill()
	since := rig.Since(waits.Heard)
	s.Restart()
	rig.Hears(t, "the caller after the kill", since, said(2))
	waits.HangUp()
	rig.Hears(t, "the agent hears the last one", next(t, phone).Heard, said(1))
	waitsLonger.HangUp()
	for _, c := range callers {
		c.HangUp()
	}
	cdrs := map[string]int{}
	rig.Until(t, "no calls", func() bool { return len(s.Calls(t)) == 0 })
	for _, c := range s.CDRs(t) {
		cdrs[c.Caller]++
	}
	for i, c := range callers {
		if want := min(1, 1-c.State().Status/300); cdrs[number(i)] != want {
			t.Errorf("the CDRs of %s: %d, must be %d", number(i), cdrs[number(i)], want)
		}
	}
	s.AtZero(t)
}

// next is the next call at a phone.
func next(t *testing.T, p *live.Peer) *live.Call {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), rig.Patience)
	defer cancel()
	c, err := p.Await(ctx)
	if err != nil {
		t.Fatalf("no call at the phone: %v", err)
	}
	return c
}

// notReady checks that the server tells why it takes no calls.
func notReady(t *testing.T, s *rig.Server) {
	t.Helper()
	status, err := s.Client.Status(t.Context())
	if err != nil || status.Ready || !strings.Contains(status.NotReady, "journal") {
		t.Errorf("the status: %+v, %v", status, err)
	}
	r, err := http.Get(s.HTTP + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("/readyz: %s", r.Status)
	}
}

// TestAStartOnAFullDiskGoesOnWithTheCalls: killed with calls, started where the
// journal has the room that it has taken before, and can take none for its
// reserve: those calls go on, new ones are refused until there is room.
func TestAStartOnAFullDiskGoesOnWithTheCalls(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{Plan: terse})
	o := live.Options{Sound: chirp(2)}
	o.Manner = answering
	phone := s.Phone(t, "8001", 2, o)
	carrier := s.Trunk(t, rig.Carrier, live.Options{Sound: chirp(1)})
	s.Login(t, "8001", "8001")
	caller := carrier.Dial(demo.Journey{Number: "12345", Caller: number(0)})
	agent := next(t, phone)
	rig.Hears(t, "the agent", agent.Heard, said(1))
	s.Kill()
	if err := os.Remove(filepath.Join(s.Data, "journal", "000000000002.journal")); err != nil {
		t.Fatalf("the journal's reserve: %v", err)
	}
	since := rig.Since(caller.Heard)
	s.Wrap = []string{"sh", "-c", `ulimit -S -f 8192; exec "$0" "$@"`} // 4 MiB a file: a segment has 64
	s.Restart()
	rig.Hears(t, "the caller after the kill", since, said(2))
	notReady(t, s)
	state, err := carrier.Dial(demo.Journey{Number: "12345", Caller: number(1)}).Wait(t.Context(), live.State.Over)
	if err != nil || state.Status != http.StatusServiceUnavailable {
		t.Errorf("a new call on a full disk: %+v, %v", state, err)
	}
	s.Kill()
	s.Restart()
	rig.Hears(t, "the agent after another kill", rig.Since(agent.Heard), said(1))
	empty(t, s)
	rig.Until(t, "there is room again", func() bool {
		status, err := s.Client.Status(t.Context())
		return err == nil && status.Ready
	})
	carrier.Dial(demo.Journey{Number: "12345", Caller: number(2)})
	caller.HangUp()
	agent = next(t, phone)
	rig.Hears(t, "the agent hears the new caller", agent.Heard, said(1))
	agent.HangUp()
	s.CDR(t, 2)
	for i, c := range s.CDRs(t) {
		if c.Outcome != "answered" || c.Caller != number(2*i) || c.Resumed != (i == 0) {
			t.Errorf("the CDR: %+v", c)
		}
	}
	s.AtZero(t)
}
