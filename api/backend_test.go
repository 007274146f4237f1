package api

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/plan"
	"github.com/hotline12345/hotline/store"
)

// The Backend's methods of the world.

func (w *world) Do(ctx context.Context, c core.Command) (core.Reply, error) {
	if err := ctx.Err(); err != nil {
		return core.Reply{}, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.reply = core.Reply{}
	w.step(&core.Input{Kind: core.Ask, Command: &c})
	reply := w.reply
	if c.Kind == core.Apply && reply.Err == nil {
		w.plan = c.Plan
	}
	w.deliver()
	return reply, nil
}

func (w *world) View(ctx context.Context) (*core.View, error) {
	reply, err := w.Do(ctx, core.Command{Kind: core.Look})
	return reply.View, err
}

func (w *world) Plan() *plan.Compiled {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.plan
}

func (w *world) Surroundings() plan.Surroundings {
	return plan.Surroundings{Interfaces: []string{"main"}}
}

func (w *world) Drain(ctx context.Context, grace time.Duration) error {
	w.draining = grace
	_, err := w.Do(ctx, core.Command{Kind: core.Drain})
	return err
}

func (w *world) Undrain(ctx context.Context) error {
	_, err := w.Do(ctx, core.Command{Kind: core.Undrain})
	return err
}

// ReloadPrompts fails where the test says so.
func (w *world) ReloadPrompts() (Prompts, error) {
	return Prompts{Clips: 99, Own: 3}, w.prompts.Or()
}

func (w *world) Listeners() []Listener {
	return []Listener{{Interface: "main", Transport: "udp", Address: serverAddr.String()}}
}

func (w *world) Ready() error                { return w.notReady }
func (w *world) Journal() journal.Stats      { return w.log.Stats() }
func (w *world) Projector() *store.Projector { return w.projector }

func (w *world) Figures() Figures {
	return Figures{
		Turns: 12, Stepping: 3 * time.Millisecond, TurnBuckets: []uint64{1, 2, 0, 0, 0, 0, 0, 0, 0, 4, 5}, Commits: 7, Late: 1, Inbox: 3, LogsLost: 2,
		Wire:  WireFigures{Datagrams: 11, NotSIP: 12, TooFast: 13, Dropped: 14, Slow: 15, Conns: 16},
		Media: MediaFigures{Received: 21, Sent: 22, Unsent: 23, Lost: 24, Late: 25, Refused: 26, MissingClips: 29, Legs: 2, Free: 27, InUse: 28},
	}
}

// served is a world behind its real socket.
type served struct {
	*world
	*Client
	server *Server
	path   string
}

// serve puts the world behind a socket. The path is short: a socket's must be.
func serve(t testing.TB, w *world) *served {
	t.Helper()
	s := &served{world: w, server: New(w, Options{Version: "1.2.3", Started: epoch, Log: slog.New(slog.DiscardHandler)})}
	s.path = filepath.Join(shortDir(t), "hotline.sock")
	l, err := ListenSocket(s.path)
	if err != nil {
		t.Fatal(err)
	}
	web := s.server.HTTP(s.server.Socket())
	done := make(chan error, 1)
	go func() { done <- web.Serve(l) }()
	s.Client = NewClient(s.path)
	t.Cleanup(func() {
		s.Client.Close()
		if err := web.Close(); err != nil {
			t.Error(err)
		}
		if err := <-done; err != http.ErrServerClosed {
			t.Error(err)
		}
	})
	return s
}

// shortDir is a temporary folder whose path fits a socket's.
func shortDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "hl")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}
