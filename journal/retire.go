package journal

import (
	"errors"
	"io/fs"
)

// cursor is how far a projection has come.
type cursor struct {
	name     string
	position uint64
}

// Cursor tells that the named projection has every fact below position and
// will not ask for them again. The projection keeps its cursor itself and
// tells it at each start.
func (l *Log) Cursor(name string, position uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.cursors {
		if l.cursors[i].name == name {
			l.cursors[i].position = position
			return
		}
	}
	l.cursors = append(l.cursors, cursor{name, position})
}

// needed is the first position that a projection may still ask for.
func (l *Log) needed() uint64 {
	need := l.position
	for _, c := range l.cursors {
		need = min(need, c.position)
	}
	for _, name := range l.o.Projections {
		known := false
		for _, c := range l.cursors {
			known = known || c.name == name
		}
		if !known {
			return 0
		}
	}
	return need
}

// Retire does a little of the housekeeping: it makes the reserve if there is
// none, copies forward at most limit keys whose last value is in the oldest
// segment, and removes segments that no key, no projection and no power cut
// needs any more. It may run beside Append; call it after a Sync. An error
// harms nothing: the next call goes on.
func (l *Log) Retire(limit int) error {
	l.retiring.Lock()
	defer l.retiring.Unlock()
	if l.isClosed() {
		return errClosed
	}
	_, full := l.reserve.get(l.fs, l.o.SegmentSize)
	// Where a full disk has no room for copies, what an earlier call copied
	// may be what makes room.
	copied := l.copyForward(limit)
	for {
		removed, err := l.removeOldest()
		if err != nil || !removed {
			return errors.Join(full, copied, err)
		}
		if full != nil {
			_, full = l.reserve.get(l.fs, l.o.SegmentSize)
		}
	}
}

func (l *Log) isClosed() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.closed
}

// copyForward writes keys of the oldest segment with state again, and lets the
// state begin later when none is left there.
func (l *Log) copyForward(limit int) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.active()
	if l.state >= s.number {
		return nil
	}
	if records := l.live.oldest(l.state, limit); len(records) > 0 && l.worthCopying() {
		// The copy is no turn: the clock of the last one stands.
		if err := l.write([]Turn{{At: l.at, Records: records}}, l.civil, false); err != nil {
			return err
		}
	}
	for l.state < l.active().number && !l.live.holds(l.state) {
		if i := l.index(l.state); i >= 0 {
			l.segments[i].freed = l.last
		}
		l.state++
	}
	return nil
}

// worthCopying is false if the room that is left is all there is and copying
// would win none back, because projections hold the segments.
func (l *Log) worthCopying() bool {
	return l.Room() || l.needed() >= l.segments[1].first
}

// index is the place of a segment in segments, or -1.
func (l *Log) index(number uint64) int {
	if first := l.segments[0].number; number >= first && number-first < uint64(len(l.segments)) {
		return int(number - first)
	}
	return -1
}

// removeOldest removes the oldest segment if nobody needs it.
func (l *Log) removeOldest() (bool, error) {
	l.mu.Lock()
	s := l.segments[0]
	idle := s.number < l.state && s.freed <= l.synced.seq && l.needed() >= l.segments[1].first
	l.mu.Unlock()
	if !idle {
		return false, nil
	}
	if err := l.fs.Remove(segmentName(s.number)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	// One at a time, each for good: a power cut must not bring an older one
	// back without those after it.
	if err := l.fs.Sync(); err != nil {
		return false, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.segments = append(l.segments[:0], l.segments[1:]...)
	s.gone = true
	if s.refs == 0 {
		return true, s.file.Close()
	}
	return true, nil
}
