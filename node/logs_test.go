package node

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// tap is a terminal or pipe that takes nothing until it is opened.
type tap struct {
	open  chan struct{}
	wrote strings.Builder
}

func (w *tap) Write(line []byte) (int, error) {
	<-w.open
	return w.wrote.Write(line)
}

// TestTheLogWriterMakesNobodyWait: what a pipe that hangs cannot take is dropped
// and counted, the rest comes in its order; and none keeps the process from its end.
func TestTheLogWriterMakesNobodyWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &tap{open: make(chan struct{})}
		l := NewLogWriter(w)
		began := time.Now()
		var want strings.Builder
		line := make([]byte, 0, 32)
		for i := range 3 * logLines {
			line = fmt.Appendf(line[:0], "line %d\n", i) // its bytes are the caller's again at once
			if n, err := l.Write(line); n != len(line) || err != nil {
				t.Fatal(n, err)
			}
			if i == 0 {
				synctest.Wait() // it is in the pipe's hand
			}
			if i <= logLines {
				want.Write(line)
			}
		}
		if waited := time.Since(began); waited > 0 || l.Lost() != 2*logLines-1 {
			t.Errorf("waited %v, %d lines are lost", waited, l.Lost())
		}
		l.Close()
		l.Close()
		if waited := time.Since(began); waited > 2*time.Second {
			t.Errorf("the end waits %v for a pipe that hangs", waited)
		}
		close(w.open)
		synctest.Wait()
		if got := w.wrote.String(); got != want.String() {
			t.Errorf("%d bytes were written, must be %d", len(got), want.Len())
		}
	})
}

// TestTheLogWriterWritesWhatWaitsAtItsEnd.
func TestTheLogWriterWritesWhatWaitsAtItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &tap{open: make(chan struct{})}
		l := NewLogWriter(w)
		for i := range 5 {
			fmt.Fprintf(l, "line %d\n", i)
		}
		close(w.open)
		l.Close()
		if got := w.wrote.String(); strings.Count(got, "\n") != 5 || !strings.HasSuffix(got, "line 4\n") || l.Lost() != 0 {
			t.Errorf("%q, %d lost", got, l.Lost())
		}
	})
}
