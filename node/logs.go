package node

import (
	"io"
	"sync"
	"sync/atomic"
)

// LogWriter takes log lines without ever making their writer wait: what the
// terminal or pipe behind it is too slow for is dropped and counted.
type LogWriter struct {
	lines chan []byte
	lost  atomic.Uint64
	close sync.Once
	done  chan struct{}
}

// logLines is how many lines may wait.
const logLines = 4096

// NewLogWriter begins to write to w.
func NewLogWriter(w io.Writer) *LogWriter {
	l := &LogWriter{lines: make(chan []byte, logLines), done: make(chan struct{})}
	go func() {
		defer close(l.done)
		for line := range l.lines {
			if line == nil {
				return
			}
			_, _ = w.Write(line) // there is nobody left to tell
		}
	}()
	return l
}

// Write takes one line; it never fails.
func (l *LogWriter) Write(line []byte) (int, error) {
	select {
	case l.lines <- append([]byte(nil), line...):
	default:
		l.lost.Add(1)
	}
	return len(line), nil
}

// Lost is how many lines were dropped.
func (l *LogWriter) Lost() uint64 { return l.lost.Load() }

// Close writes what waits; what comes later is dropped.
func (l *LogWriter) Close() {
	l.close.Do(func() { l.lines <- nil })
	<-l.done
}
