package journal

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

// reserve is the segment that is ready when the one in use is full. It has a
// lock of its own, since making it takes the disk's time and Append must not
// wait for that.
type reserve struct {
	mu     sync.Mutex
	number uint64   // of the segment in reserve, or of the one to be made
	ready  *segment // nil: there is none
	none   atomic.Bool
}

// get returns the segment in reserve, made now if there is none. It stays in
// reserve until used is called.
func (r *reserve) get(fs FS, size int) (*segment, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ready != nil {
		return r.ready, nil
	}
	s, err := makeSegment(fs, r.number, int64(size))
	r.none.Store(err != nil)
	r.ready = s
	return s, err
}

// used says that the reserve is in use.
func (r *reserve) used() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ready = nil
	r.number++
}

func (r *reserve) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ready == nil {
		return nil
	}
	err := r.ready.file.Close()
	r.ready = nil
	return err
}

// makeSegment makes a segment's file with all its room, or nothing.
func makeSegment(fs FS, number uint64, size int64) (*segment, error) {
	name := segmentName(number)
	file, err := fs.Create(name)
	if err != nil {
		return nil, fmt.Errorf("make journal segment %s: %w", name, err)
	}
	err = file.Preallocate(size)
	if err == nil {
		err = file.Sync()
	}
	if err == nil {
		err = fs.Sync()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("make journal segment %s of %d bytes: %w", name, size, err), file.Close(), fs.Remove(name))
	}
	return &segment{number: number, file: file, size: size}, nil
}

// Room says whether the journal can take what new calls will write. It is
// false from when the next segment cannot be had, which is when the one in use
// has just been begun and holds what calls already admitted still need.
func (l *Log) Room() bool { return !l.reserve.none.Load() }
