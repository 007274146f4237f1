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
	childLife   = "STORE_TEST_LIFE_NS"
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

// killedCalls is what the processes write and project, all together.
const killedCalls = 1500

// child goes on with the journal and the store where the process before it
// was killed, until all is done or its own time has come.
func child() error {
	life, err := strconv.ParseInt(os.Getenv(childLife), 10, 64)
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
	time.AfterFunc(time.Duration(life), func() { _ = syscall.Kill(os.Getpid(), syscall.SIGKILL) })
	for n := int(state.Position) / storyFacts; n < killedCalls; n += 20 {
		if err := log.Append(stories(n, min(n+20, killedCalls))); err != nil {
			return err
		}
		if err := log.Sync(); err != nil {
			return err
		}
		p.Bell()
	}
	return p.Wait(ctx, killedCalls*storyFacts)
}

func TestKilledAnywhereItAppliesEachFactOnce(t *testing.T) {
	folder, path, random := t.TempDir(), newPath(t), rand.New(rand.NewPCG(3, 4))
	kills, lasting := 0, 60*time.Millisecond
	for {
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		life := time.Duration(random.Int64N(int64(lasting)))
		cmd.Env = append(os.Environ(), childFolder+"="+folder, childFile+"="+path, fmt.Sprintf("%s=%d", childLife, life))
		out, err := cmd.CombinedOutput()
		if err == nil {
			break
		}
		status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
		if !ok || status.Signal() != syscall.SIGKILL {
			t.Fatalf("after %d kills: %v: %s", kills, err, out)
		}
		kills++
		lasting += lasting / 10 // however slow the machine, it ends
	}
	if kills < 5 {
		t.Errorf("only %d kills", kills)
	}
	t.Logf("%d kills", kills)
	hasOnce(t, path, 0, killedCalls)
}
