package store

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/hotline12345/hotline/journal"
)

// The environment by which the test binary becomes the process to be killed.
const (
	childFolder = "STORE_TEST_FOLDER"
	childFile   = "STORE_TEST_FILE"
	childCalls  = "STORE_TEST_CALLS" // how many there shall be
	childLife   = "STORE_TEST_LIFE"  // in ns; for ever if zero
)

func TestMain(m *testing.M) {
	if os.Getenv(childFolder) != "" {
		if err := child(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child goes on with the journal and the store where the process before it
// was killed, until all its calls are there or, if it has a time, that has
// come.
func child() error {
	life, err := strconv.ParseInt(os.Getenv(childLife), 10, 64)
	if err != nil {
		return err
	}
	calls, err := strconv.Atoi(os.Getenv(childCalls))
	if err != nil {
		return err
	}
	folder, err := journal.OpenFolder(os.Getenv(childFolder))
	if err != nil {
		return err
	}
	log, state, err := journal.Open(folder, journal.Options{SegmentSize: 1 << 20, Projections: []string{Projection}})
	if err != nil {
		return err
	}
	p := NewProjector(New(os.Getenv(childFile), slog.Default()), log, slog.Default())
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); p.Run(ctx) }()
	defer func() { cancel(); <-done }()
	if life > 0 {
		time.AfterFunc(time.Duration(life), func() { _ = syscall.Kill(os.Getpid(), syscall.SIGKILL) })
	}
	for n := int(state.Position) / storyFacts; n < calls; n += 20 {
		if err := log.Append(stories(n, min(n+20, calls))); err != nil {
			return err
		}
		if err := log.Sync(); err != nil {
			return err
		}
		p.Bell()
	}
	if err := p.Wait(ctx, uint64(calls*storyFacts)); err != nil || life == 0 {
		return err
	}
	select {} // the kill comes
}

func TestKilledAgainAndAgainItAppliesEachFactOnce(t *testing.T) {
	kills, calls := 20, 200 // to each
	if testing.Short() {
		kills = 6 // a process under the race detector begins slowly
	}
	folder, path, random := t.TempDir(), newPath(t), rand.New(rand.NewPCG(3, 4))
	for n := 1; n <= kills+1; n++ {
		life := time.Duration(0) // the last one ends
		if n <= kills {
			life = 1 + time.Duration(random.Int64N(int64(60*time.Millisecond)))
		}
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), childFolder+"="+folder, childFile+"="+path,
			fmt.Sprintf("%s=%d", childCalls, n*calls), fmt.Sprintf("%s=%d", childLife, life))
		out, err := cmd.CombinedOutput()
		status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
		if killed := ok && status.Signaled() && status.Signal() == syscall.SIGKILL; killed != (n <= kills) || (err != nil && !killed) {
			t.Fatalf("process %d: %v: %s", n, err, out)
		}
	}
	hasOnce(t, path, 0, (kills+1)*calls)
}
