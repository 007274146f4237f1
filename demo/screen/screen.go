// Package screen shows a running hotline in the terminal: queues, agents and
// calls as they are now, or log lines of what changes where there is no
// terminal.
package screen

import (
	"context"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/hotline12345/hotline/api"
)

// State is what is shown.
type State struct {
	Status api.Status
	Queues []api.Queue
	Agents []api.Agent
	Calls  []api.Call
	Notes  []string // lines that always stand at the top
	Log    []string // the last lines of the log, at the bottom
}

// Options are a screen's.
type Options struct {
	Out   *os.File
	Feed  func() (api.Status, []api.Queue, []api.Agent, []api.Call) // asked twice a second
	Notes []string
	Log   *Tail // nil: no log is shown
}

// Times between two looks, and between two summaries where there is no
// terminal.
const (
	look      = 500 * time.Millisecond
	summaries = 10 * time.Second
)

// Run shows what Feed says until the context ends, and leaves the terminal as
// it was. The error is that of writing.
func Run(ctx context.Context, o Options) error {
	if _, _, terminal := size(o.Out); terminal && os.Getenv("TERM") != "dumb" {
		return draw(ctx, o.Out, func() (int, int) {
			width, height, _ := size(o.Out)
			return width, height
		}, o.state)
	}
	return follow(ctx, o.Out, o.state)
}

func (o *Options) state() *State {
	s := &State{Notes: o.Notes, Log: o.Log.Lines()}
	s.Status, s.Queues, s.Agents, s.Calls = o.Feed()
	s.Status.Now = s.Status.Now.Local()
	return s
}

// size is a terminal's; not ok: it is none.
func size(f *os.File) (width, height int, ok bool) {
	w, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0, 0, false
	}
	if w.Col == 0 || w.Row == 0 { // a serial line does not say
		return 80, 24, true
	}
	return int(w.Col), int(w.Row), true
}

// What terminals since the VT100 and xterm understand (ECMA-48).
const (
	enter = "\x1b[?1049h\x1b[?25l\x1b[2J" // the other screen, without a cursor
	leave = "\x1b[?25h\x1b[?1049l"
	home  = "\x1b[H"
	blank = "\x1b[K" // clears the line from here on
	below = "\x1b[J" // and all lines below
)

func draw(ctx context.Context, out io.Writer, size func() (width, height int), state func() *State) (err error) {
	if _, err := io.WriteString(out, enter); err != nil {
		return err
	}
	defer func() {
		if _, restored := io.WriteString(out, leave); err == nil {
			err = restored
		}
	}()
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		width, height := size()
		if _, err := io.WriteString(out, frame(Render(state(), width, height), height)); err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// frame draws over what was there, so that nothing flickers. Lines are cleared
// before they are written: after one that is full, the cursor still stands on
// its last column.
func frame(text string, height int) string {
	lines := strings.Split(text, "\n")
	out := home + blank + strings.Join(lines, "\r\n"+blank)
	if len(lines) < height {
		out += "\r\n" + below
	}
	return out
}
