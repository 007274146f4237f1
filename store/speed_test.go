package store

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/hotline12345/hotline/journal"
)

// memory is a journal whose reading costs nothing.
type memory struct {
	facts  []journal.Fact
	synced atomic.Uint64
}

func (m *memory) Read(from uint64, limit int) ([]journal.Fact, error) {
	return m.facts[from:min(from+uint64(limit), m.synced.Load())], nil
}
func (m *memory) Synced() uint64        { return m.synced.Load() }
func (m *memory) Position() uint64      { return m.synced.Load() }
func (m *memory) Cursor(string, uint64) {}

// cpu is the process's time on processors.
func cpu(b testing.TB) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// BenchmarkCalls projects calls of 13 facts each, one CDR among them: behind,
// as after an outage, in full batches; and as they come, so many to each sync
// of the journal (300 calls a second are 30, 30 are 3).
func BenchmarkCalls(b *testing.B) {
	for name, each := range map[string]int{"behind": 0, "30 a sync": 30, "3 a sync": 3} {
		b.Run(name, func(b *testing.B) {
			source := &memory{}
			for n := range b.N {
				for _, f := range story(n).Facts {
					f.Position = uint64(len(source.facts))
					source.facts = append(source.facts, f)
				}
			}
			all := uint64(len(source.facts))
			p := NewProjector(New(newPath(b), slog.New(slog.DiscardHandler)), source, slog.New(slog.DiscardHandler))
			ctx, cancel := context.WithCancel(b.Context())
			done := make(chan struct{})
			go func() { defer close(done); p.Run(ctx) }()
			defer func() { cancel(); <-done }()
			source.synced.Store(storyFacts)
			if err := p.Wait(ctx, storyFacts); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.ResetTimer()
			begun := cpu(b)
			for at := source.synced.Load(); at < all; {
				at = min(at+uint64(each*storyFacts), all)
				if each == 0 {
					at = all
				}
				source.synced.Store(at)
				p.Bell()
				if err := p.Wait(ctx, at); err != nil {
					b.Fatal(err)
				}
			}
			b.StopTimer()
			b.ReportMetric(float64(cpu(b)-begun)/float64(time.Microsecond)/float64(b.N), "cpu-µs/call")
			b.ReportMetric(float64(all)/b.Elapsed().Seconds(), "facts/s")
		})
	}
}

// BenchmarkRead reads a page of 100 out of 20,000 CDRs.
func BenchmarkRead(b *testing.B) {
	log := newLog(b)
	write(b, log, stories(0, 20_000)...)
	p := startProjector(b, newPath(b), log)
	p.reaches(b, log.Position())
	for name, f := range map[string]Filter{
		"newest": {}, "agent": {Agent: "8003"}, "caller and outcome": {Caller: fmt.Sprint(13800000003), Outcome: "answered"},
		"deep": {Before: 10_000 * storyFacts},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if got, err := p.Store().CDRs(b.Context(), f); err != nil || len(got) != 100 {
					b.Fatalf("%d CDRs, %v", len(got), err)
				}
			}
		})
	}
}
