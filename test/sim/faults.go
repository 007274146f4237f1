package sim

import (
	"fmt"
	"time"

	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/demo"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/journal/faultdisk"
	"github.com/hotline12345/hotline/turn"
)

// supervise puts the next plan in force from time to time: one revision every
// 97 s, again where its turn was lost with a kill.
func (w *World) supervise() {
	n := w.node
	w.clock.after(97*time.Second, w.supervise)
	if n.core == nil || w.closed {
		return
	}
	n.ask(core.Command{Kind: core.Look}, func(r core.Reply) {
		if next := int(r.Revision); next < len(n.plans) {
			n.ask(core.Command{Kind: core.Apply, Plan: n.plans[next], Revision: journal.RevisionApplied{
				Revision: r.Revision + 1, Base: r.Revision, Author: "supervisor",
			}}, nil)
		}
	})
}

// crashes switches phones off and on.
func (w *World) crashes(end turn.Instant) {
	at := w.clock.now
	for {
		at = at.Add(w.spread(40 * time.Second))
		if at > end {
			return
		}
		w.clock.at(at, func() {
			p := w.phones[w.rand.Below(int64(len(w.phones)))]
			if !p.down {
				p.crash(time.Second + w.spread(20*time.Second))
			}
		})
	}
}

// weather sets what the disk does all day.
func (w *World) weather() {
	f := faultdisk.Faults{Stalls: w.o.Disk.Stalls, StallFor: 700 * time.Millisecond, WriteFails: w.o.Disk.Fails, SyncFails: w.o.Disk.Fails / 10}
	w.node.disk.fails = w.o.Disk.Fails > 0
	w.node.disk.SetFaults(f)
}

// clear is fair weather.
func (d *disk) clear() {
	d.full, d.fails = false, false
	d.SetFaults(faultdisk.Faults{})
}

// fill is what happened while the disk was full.
type fill struct {
	began, ended       turn.Instant
	refused, talked    int // calls: got 503; were answered before and ended well meanwhile
	closedAt, openedAt turn.Instant
	calls              int // let in while the core knew
}

// fills fills the disk in the middle of the day, for forty seconds. When it is
// emptied, all is written again; then the process is killed.
func (w *World) fills() {
	if !w.o.Disk.Full {
		return
	}
	n, f := w.node, &fill{}
	w.fill = f
	middle := w.opens.Add(w.closes.Sub(w.opens) / 2)
	w.clock.at(middle, func() {
		f.began = w.clock.now
		n.safe, n.disk.full = true, true
		n.disk.KillAtWrite(0)
		n.disk.SetFaults(faultdisk.Faults{Capacity: 1})
		n.onRoom = func(room bool) {
			if room {
				f.openedAt = w.clock.now
				n.onRoom = nil
			} else {
				f.closedAt = w.clock.now
			}
		}
	})
	w.clock.at(middle.Add(40*time.Second), func() {
		f.ended = w.clock.now
		n.disk.full = false
		w.weather()
		w.clock.after(2*time.Second, func() {
			if n.core == nil || n.committer.away {
				w.fail(fmt.Errorf("the disk is back and not all is written again"))
				return
			}
			n.safe = false
			if n.every > 0 {
				n.killIn = 1 + int(n.rand.Below(20))
			}
		})
	})
}

// audit holds what must have happened while the disk was full: new calls got
// 503, calls in progress went on and ended.
func (f *fill) audit(w *World) error {
	for _, c := range w.dialled {
		began, ended := c.Began > f.closedAt.Add(time.Second) && c.Began < f.ended, c.Ended > f.closedAt && c.Ended < f.ended
		switch {
		case began && c.Status == 503:
			f.refused++
		case began && c.Answered != 0 && c.Answered < f.ended:
			f.calls++
		case c.Answered != 0 && c.Answered < f.began && ended && (c.Why == "us" || c.Why == "them"):
			f.talked++
		}
	}
	switch {
	case f.closedAt == 0 || f.openedAt < f.ended:
		return fmt.Errorf("%w: the disk was full from %d to %d, the hotline closed from %d to %d", errNothing, f.began, f.ended, f.closedAt, f.openedAt)
	case f.calls > 0:
		return fmt.Errorf("%d calls were let in while the journal had no room", f.calls)
	case f.refused == 0 || f.talked == 0:
		return fmt.Errorf("%w while the disk was full: %+v", errNothing, *f)
	}
	return nil
}

// powerCut takes note of a cut, and of that what was said before counts no
// more.
func (w *World) powerCut() {
	w.node.tags = tags{}
	w.cuts = append(w.cuts, w.clock.now)
}

// excused is a call whose last turns a power cut may have taken: it may hang
// until somebody gives up.
func (w *World) excused(c *demo.Call) bool {
	for _, cut := range w.cuts {
		for _, at := range []turn.Instant{c.Began, c.Answered, c.Acked, c.Ended} {
			if at > cut.Add(-time.Second) && at < cut.Add(100*time.Millisecond) {
				return true
			}
		}
	}
	return false
}
