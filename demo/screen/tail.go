package screen

import (
	"bytes"
	"slices"
	"sync"
)

// Tail keeps the last lines that were written to it: a log for the screen to
// show, which would be torn by one beside it. It may be written by many
// goroutines at once.
type Tail struct {
	mu    sync.Mutex
	lines []string
}

// tail is how many lines are kept.
const tail = 5

// Write takes whole lines, as slog's handlers write them.
func (t *Tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for line := range bytes.Lines(p) {
		t.lines = append(t.lines, string(bytes.TrimRight(line, "\r\n")))
	}
	t.lines = slices.Delete(t.lines, 0, max(0, len(t.lines)-tail))
	return len(p), nil
}

// Lines are the last ones, the newest at the end.
func (t *Tail) Lines() []string {
	if t == nil {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.lines)
}
