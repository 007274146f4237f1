package journal

import (
	"encoding/binary"
	"fmt"
)

// cut ends the last segment behind its last frame. What stands there was torn
// by the end of the process and is wiped, so that the next start does not find
// it again; bytes that no sync is known to have reached are kept to be written
// again, since the process before this one may have failed to sync them.
func (l *Log) cut(s *segment) (torn bool, err error) {
	torn, err = l.behind(s)
	if err == nil && torn {
		err = s.wipe()
	}
	if err != nil {
		return torn, err
	}
	if s.flushed < s.end {
		s.unsynced, s.doubt = make([]byte, s.end-s.flushed), true
		if _, err := s.file.ReadAt(s.unsynced, s.flushed); err != nil {
			return torn, fmt.Errorf("read %s: %w", segmentName(s.number), err)
		}
	}
	return torn, nil
}

// behind says whether anything stands behind a segment's end. A frame there
// that knows frames after our last one to be durable is the proof that the disk
// lost what was once good, and an error.
func (l *Log) behind(s *segment) (used bool, err error) {
	err = s.eachUsed(func(b []byte, off int64) error {
		used = true
		for i := 0; i+frameHeader <= len(b); i++ {
			durable, seq := binary.LittleEndian.Uint64(b[i+40:]), binary.LittleEndian.Uint64(b[i+8:])
			if durable <= l.last || durable >= seq {
				continue
			}
			ok, err := s.whole(off+int64(i), frameLength(b[i:]))
			if err == nil && ok {
				err = damaged(s.number, s.end)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	return used, err
}

// eachUsed calls do for the pieces behind a segment's end that are not only
// zeros, with their offsets. A piece reaches so far into the next one that
// every frame's header is whole in one of them.
func (s *segment) eachUsed(do func(b []byte, off int64) error) error {
	buf := make([]byte, min(scanChunk+frameHeader, s.size-s.end))
	for off := s.end; off < s.size; off += scanChunk {
		b := buf[:min(int64(len(buf)), s.size-off)]
		if _, err := s.file.ReadAt(b, off); err != nil {
			return fmt.Errorf("read %s: %w", segmentName(s.number), err)
		}
		if zeros(b) {
			continue
		}
		if err := do(b, off); err != nil {
			return err
		}
	}
	return nil
}

func zeros(b []byte) bool {
	for ; len(b) >= 8; b = b[8:] {
		if binary.LittleEndian.Uint64(b) != 0 {
			return false
		}
	}
	for _, x := range b {
		if x != 0 {
			return false
		}
	}
	return true
}

// whole says whether a good frame of that length stands at off.
func (s *segment) whole(off, length int64) (bool, error) {
	if length > frameHeader+maxFrame || length > s.size-off {
		return false, nil
	}
	b := make([]byte, length)
	if _, err := s.file.ReadAt(b, off); err != nil {
		return false, fmt.Errorf("read %s: %w", segmentName(s.number), err)
	}
	_, ok := parseFrame(b)
	return ok, nil
}

// wipe writes zeros over what stands behind a segment's end.
func (s *segment) wipe() error {
	return s.eachUsed(func(b []byte, off int64) error {
		clear(b)
		if _, err := s.file.WriteAt(b, off); err != nil {
			return fmt.Errorf("wipe the torn end of %s: %w", segmentName(s.number), err)
		}
		return nil
	})
}
