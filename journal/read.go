package journal

import (
	"bytes"
	"fmt"
)

// GoneError says that facts were asked for which every projection had passed.
type GoneError struct {
	Asked, Oldest uint64 // positions: asked for, and the first that is still there
}

func (e *GoneError) Error() string {
	return fmt.Sprintf("facts from position %d were removed; the journal begins at %d", e.Asked, e.Oldest)
}

// Read returns at most limit facts from the position on, in order; none if
// there is nothing newer. It gives only what is synced, so that no projection
// knows what a power cut could take back. The values are the caller's.
func (l *Log) Read(from uint64, limit int) (out []Fact, err error) {
	for len(out) < limit {
		part, err := l.borrow(from)
		if err != nil || part.segment == nil {
			return out, err
		}
		n := len(out)
		out, part.off, err = part.read(out, from, limit)
		from += uint64(len(out) - n)
		l.giveBack(part, from)
		if err != nil {
			return out, err
		}
	}
	return out, nil
}

// part is the piece of a segment that one reader reads.
type part struct {
	segment    *segment
	off, limit int64
	position   uint64 // of the first fact at or behind off
}

// borrow finds the synced part that has the fact at the position; a part
// without a segment: it is not there yet.
func (l *Log) borrow(from uint64) (part, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return part{}, errClosed
	}
	if oldest := l.segments[0].first; from < oldest {
		return part{}, &GoneError{from, oldest}
	}
	if from >= l.synced.position {
		return part{}, nil
	}
	i := len(l.segments) - 1
	for l.segments[i].first > from {
		i--
	}
	s := l.segments[i]
	p := part{segment: s, off: segmentHeader, limit: s.end, position: s.first}
	if s.number == l.synced.segment {
		p.limit = l.synced.end
	}
	if h, ok := l.hints.find(from, s.number); ok {
		p.off, p.position = h.off, h.position
	}
	s.refs++
	return p, nil
}

// giveBack ends a borrow and remembers where the next read will begin.
func (l *Log) giveBack(p part, next uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hints.keep(hint{next: next, segment: p.segment.number, off: p.off, position: p.position})
	p.segment.refs--
	if p.segment.gone && p.segment.refs == 0 {
		_ = p.segment.file.Close() // it was only read from, and is removed
	}
}

// read appends the part's facts from the position on. It returns the offset of
// the frame that holds the next one.
func (p *part) read(out []Fact, from uint64, limit int) ([]Fact, int64, error) {
	sc := newScanner(p.segment.file, p.off, p.limit, frame{position: p.position})
	had := len(out)
	for sc.off < p.limit {
		begin := sc.off
		f, ok, err := sc.next()
		if err != nil {
			return out, begin, fmt.Errorf("read %s: %w", segmentName(p.segment.number), err)
		}
		if !ok {
			return out, begin, damaged(p.segment.number, begin)
		}
		after := f.next()
		if after <= from {
			p.position = after
			continue
		}
		p.position = f.position
		err = f.walk(nil, func(fact Fact) error {
			if fact.Position >= from && len(out) < limit {
				fact.Value = bytes.Clone(fact.Value)
				out = append(out, fact)
			}
			return nil
		})
		if err != nil {
			return out, begin, err
		}
		if len(out) == limit && out[limit-1].Position+1 < after {
			return out, begin, nil // the rest of this frame is the next read's
		}
		p.position = after
		if len(out) == limit {
			break
		}
	}
	if len(out) == had { // the segments' headers say that it is in this one
		return out, sc.off, damaged(p.segment.number, sc.off)
	}
	return out, sc.off, nil
}

// hint is where a reader that goes on at a position will find it.
type hint struct {
	next     uint64
	segment  uint64
	off      int64
	position uint64
}

// hints are those of the last few readers: each goes on where it was.
type hints struct {
	list [8]hint
	turn int
}

func (h *hints) find(from, segment uint64) (hint, bool) {
	for _, x := range h.list {
		if x.next == from && x.segment == segment {
			return x, true
		}
	}
	return hint{}, false
}

func (h *hints) keep(x hint) {
	h.list[h.turn%len(h.list)] = x
	h.turn++
}
