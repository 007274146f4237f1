package node

import (
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// LogWriter takes log lines without ever making their writer wait: what the
// terminal or pipe behind it is too slow for is dropped and counted.
type LogWriter struct {
	out   io.Writer
	lines chan []byte
	lost  atomic.Uint64
	close sync.Once
	stop  chan struct{}
	done  chan struct{}
}

// logLines is how many lines may wait.
const logLines = 4096

// NewLogWriter begins to write to w.
func NewLogWriter(w io.Writer) *LogWriter {
	l := &LogWriter{out: w, lines: make(chan []byte, logLines), stop: make(chan struct{}), done: make(chan struct{})}
	go l.run()
	return l
}

func (l *LogWriter) run() {
	defer close(l.done)
	for {
		select {
		case line := <-l.lines:
			_, _ = l.out.Write(line) // there is nobody left to tell
		case <-l.stop:
			for range len(l.lines) {
				_, _ = l.out.Write(<-l.lines)
			}
			return
		}
	}
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

// Close writes what waits; what comes later is dropped. Something behind it that
// takes nothing is waited for a second: a stopped terminal must not keep the
// process.
func (l *LogWriter) Close() {
	l.close.Do(func() { close(l.stop) })
	select {
	case <-l.done:
	case <-time.After(time.Second):
	}
}
