package journal

import (
	"fmt"
	"io"
)

// scanner reads frames one after the other from a part of a segment.
type scanner struct {
	file   File
	off    int64 // of the next frame
	limit  int64
	buf    []byte
	start  int64 // the file offset of buf[0]
	last   frame // what the next one must follow
	length int64 // of the last frame
}

// scanChunk is how much is read at once.
const scanChunk = 256 << 10

// newScanner begins at off, behind a frame or header that ended with what last
// says; limit is the offset at which reading stops.
func newScanner(file File, off, limit int64, last frame) *scanner {
	return &scanner{file: file, off: off, limit: limit, start: off, last: last}
}

// window returns the n bytes at the scanner's place, or fewer at the limit.
// They are good until the next call.
func (s *scanner) window(n int64) ([]byte, error) {
	n = min(n, s.limit-s.off)
	have := s.start + int64(len(s.buf)) - s.off
	if have < n {
		keep := s.buf[int64(len(s.buf))-have:]
		want := min(max(n, scanChunk), s.limit-s.off)
		if int64(cap(s.buf)) < want {
			s.buf = append(make([]byte, 0, want), keep...)
		} else {
			s.buf = append(s.buf[:0], keep...)
		}
		s.start = s.off
		got, err := s.file.ReadAt(s.buf[have:want], s.off+have)
		s.buf = s.buf[:have+int64(got)]
		if err != nil && err != io.EOF {
			return nil, err
		}
		n = min(n, int64(len(s.buf)))
	}
	at := s.off - s.start
	return s.buf[at : at+n], nil
}

// next reads the next frame. It is not ok at the limit, and at bytes that are
// no frame following the last one: zeros, a torn frame, or what an earlier
// start or a failed write left behind.
func (s *scanner) next() (f frame, ok bool, err error) {
	head, err := s.window(frameHeader)
	if err != nil || len(head) < frameHeader {
		return f, false, err
	}
	length := frameLength(head)
	if length > frameHeader+maxFrame || length > s.limit-s.off {
		return f, false, nil
	}
	whole, err := s.window(length)
	if err != nil {
		return f, false, err
	}
	if f, ok = parseFrame(whole); !ok || !f.follows(&s.last) {
		return frame{}, false, nil
	}
	s.off += length
	s.length = length
	s.last = f
	s.last.payload = nil
	return f, true, nil
}

// damaged is the error for a segment that cannot be read up to its end.
func damaged(number uint64, off int64) error {
	return fmt.Errorf("journal segment %s is damaged at byte %d: it was whole once, so the disk lost it; restore the folder from a copy", segmentName(number), off)
}
