// Package journal is the core's only durable output: records, of which each
// key's last is its state, and facts, which are what happened. Both of a turn
// are one frame in a file of preallocated segments, written before the turn's
// bytes leave. Its I/O goes through a small File interface, so that a
// simulated disk tears, stalls and fills the real code.
package journal

import (
	"errors"
	"fmt"
	"sync"

	"github.com/hotline12345/hotline/turn"
)

// Options are a journal's settings.
type Options struct {
	// SegmentSize is a segment file's length in bytes; 64 MiB if zero.
	SegmentSize int
	// Projections name the cursors that must have been told before any
	// segment is removed: a database that cannot be opened at the start must
	// not lose what it has not read.
	Projections []string
	// Civil is the civil clock, in Unix ns; the system's if nil.
	Civil func() int64
}

// Log is an open journal. Append, Sync, Read and Retire may run at the same
// time; an Append waits for no sync but that of a segment it has just filled.
type Log struct {
	fs FS
	o  Options

	mu       sync.Mutex
	closed   bool
	segments []*segment // oldest first; the last one is written to
	rolling  bool       // a write into a new segment failed: go on with that segment
	state    uint64     // the first segment that holds a key's last value
	live     live
	epoch    uint32
	seq      uint64 // the last one given, also if its write failed
	last     uint64 // sequence of the last frame
	position uint64 // of the next fact
	at       turn.Instant
	civil    int64
	synced   mark
	cursors  []cursor
	hints    hints
	buf      []byte

	syncing  sync.Mutex // one Sync at a time
	retiring sync.Mutex // one Retire at a time
	reserve  reserve
}

// mark is a place in the log.
type mark struct {
	segment  uint64
	end      int64
	seq      uint64 // of the last frame before it
	position uint64
}

// errClosed is what a closed log answers.
var errClosed = errors.New("the journal is closed")

// keepBuffer is the largest encoding buffer that is kept for the next Append.
const keepBuffer = 4 << 20

// Append writes the turns, each whole, with one write. Facts get their
// positions. After an error none of the turns is in the journal, and a later
// Append with the same facts gives them the same positions; should the process
// die before that, some of the first turns may be found at the next start.
// Records' values must not be changed afterwards. Turns without records and
// facts are left out.
func (l *Log) Append(turns []Turn) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return errClosed
	}
	return l.write(turns, l.o.Civil(), false)
}

// write appends under mu; empty turns too if asked, for a start's epoch.
func (l *Log) write(turns []Turn, civil int64, empty bool) error {
	var room [segmentHeader]byte // a new segment's header goes with its first frames
	buf := append(l.buf[:0], room[:]...)
	seq, last, position, at := l.seq, l.last, l.position, l.at
	for i := range turns {
		t := &turns[i]
		if len(t.Records)+len(t.Facts) == 0 && !empty {
			continue
		}
		seq++
		at = t.At
		f := frame{seq: seq, gap: uint32(seq - last), position: position, durable: l.synced.seq, epoch: l.epoch, at: at, civil: civil}
		last = seq
		var err error
		if buf, err = appendFrame(buf, f, t); err != nil {
			return err
		}
		position += uint64(len(t.Facts))
	}
	if l.buf = buf[:0]; cap(buf) > keepBuffer {
		l.buf = nil
	}
	if seq == l.seq {
		return nil
	}
	s, err := l.put(buf)
	// A failed write uses its sequences up: what it may have left on the disk
	// can then not be taken for the frames after the next one.
	l.seq = seq
	if err != nil {
		return fmt.Errorf("append to the journal: %w", err)
	}
	l.last, l.position, l.at, l.civil = last, position, at, civil
	for i := range turns {
		for j := range turns[i].Records {
			if r := &turns[i].Records[j]; r.End {
				l.live.drop(r.Key)
			} else {
				l.live.set(r.Key, r.Value, s.number)
			}
		}
	}
	return nil
}

// put writes the frames that stand in buf behind room for a segment's header,
// and returns the segment they are in.
func (l *Log) put(buf []byte) (*segment, error) {
	frames := buf[segmentHeader:]
	s := l.active()
	if s == nil || l.rolling || (s.end+int64(len(frames)) > s.size && s.end > segmentHeader) {
		return l.roll(buf)
	}
	if _, err := s.file.WriteAt(frames, s.end); err != nil {
		return nil, err
	}
	s.keep(frames)
	s.end += int64(len(frames))
	return s, nil
}

// active is the segment that is written to; nil in a journal just born.
func (l *Log) active() *segment {
	if len(l.segments) == 0 {
		return nil
	}
	return l.segments[len(l.segments)-1]
}

// roll writes buf as the beginning of the next segment. The one before is
// synced first: only a journal's last segment may end in a torn frame.
func (l *Log) roll(buf []byte) (*segment, error) {
	h := header{state: l.state, position: l.position, seq: l.last, at: l.at, civil: l.civil, epoch: l.epoch}
	prior := l.active()
	if prior != nil {
		if err := prior.flush(prior.end); err != nil {
			return nil, err
		}
		h.priorEnd = prior.end
		l.synced = mark{prior.number, prior.end, l.last, l.position}
	}
	s, err := l.reserve.get(l.fs, l.o.SegmentSize)
	if err != nil {
		return nil, err
	}
	h.number, h.size = s.number, s.size
	if l.state == 0 {
		l.state, h.state = s.number, s.number
	}
	h.put(buf)
	l.rolling = true
	if _, err := s.file.WriteAt(buf, 0); err != nil {
		return nil, err
	}
	l.rolling = false
	l.reserve.used()
	if prior != nil {
		prior.release()
	}
	s.keep(buf)
	s.first, s.end = l.position, int64(len(buf))
	l.segments = append(l.segments, s)
	return s, nil
}

// Sync makes everything appended before the call outlive a power cut. After an
// error the next Sync tries all of it again.
func (l *Log) Sync() error {
	l.syncing.Lock()
	defer l.syncing.Unlock()
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return errClosed
	}
	s := l.active()
	to := mark{s.number, s.end, l.last, l.position}
	l.mu.Unlock()
	if err := s.flush(to.end); err != nil {
		return err
	}
	l.mu.Lock()
	if to.seq > l.synced.seq {
		l.synced = to
	}
	l.mu.Unlock()
	return nil
}

// Close ends the log without a sync; Sync first. The FS stays open.
func (l *Log) Close() error {
	l.retiring.Lock()
	defer l.retiring.Unlock()
	l.syncing.Lock()
	defer l.syncing.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	err := l.reserve.close()
	for _, s := range l.segments {
		s.gone = true
		if s.refs == 0 {
			err = errors.Join(err, s.file.Close())
		}
	}
	return err
}
