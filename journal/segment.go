package journal

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"
	"sync"

	"github.com/hotline12345/hotline/turn"
)

// A segment is one file: a header, frames, zeros. Its header is written in one
// go with its first frames, when the segment before it is synced and full.
//
//	 0  magic
//	 8  crc32c of everything after it
//	12  format
//	16  number, as in the file's name
//	24  end of the segment before: up to there each of its frames must be good
//	32  the first segment that still holds a key's last value
//	40  position of the first fact that comes
//	48  sequence of the last frame before
//	56  at, 64 civil, 72 epoch: as of the last frame before
//	76  the file's length: less means that a part of it was lost
const (
	segmentHeader = 84
	segmentMagic  = "hotline\x01"
	segmentFormat = 2 // 1 had no durable, gap and size
	segmentSuffix = ".journal"
)

// header is a segment's header.
type header struct {
	number   uint64
	priorEnd int64
	state    uint64
	position uint64
	seq      uint64
	at       turn.Instant
	civil    int64
	epoch    uint32
	size     int64
}

// put encodes the header into the first bytes of b.
func (h *header) put(b []byte) {
	le := binary.LittleEndian
	copy(b, segmentMagic)
	le.PutUint32(b[12:], segmentFormat)
	le.PutUint64(b[16:], h.number)
	le.PutUint64(b[24:], uint64(h.priorEnd))
	le.PutUint64(b[32:], h.state)
	le.PutUint64(b[40:], h.position)
	le.PutUint64(b[48:], h.seq)
	le.PutUint64(b[56:], uint64(h.at))
	le.PutUint64(b[64:], uint64(h.civil))
	le.PutUint32(b[72:], h.epoch)
	le.PutUint64(b[76:], uint64(h.size))
	le.PutUint32(b[8:], crc32.Checksum(b[12:segmentHeader], castagnoli))
}

// parseHeader reads a header. One that is not there, or torn, is not ok. One of
// another format is an error, also if its length and checksum are not ours to
// know: a segment of a newer version must not be taken for room.
func parseHeader(b []byte) (h header, ok bool, err error) {
	le := binary.LittleEndian
	if len(b) < segmentHeader || string(b[:8]) != segmentMagic {
		return h, false, nil
	}
	if format := le.Uint32(b[12:]); format != segmentFormat && format != 0 {
		return h, false, fmt.Errorf("the journal has format %d, this version reads %d; start the version that wrote it", format, segmentFormat)
	}
	if crc32.Checksum(b[12:segmentHeader], castagnoli) != le.Uint32(b[8:]) {
		return h, false, nil
	}
	return header{
		number: le.Uint64(b[16:]), priorEnd: int64(le.Uint64(b[24:])), state: le.Uint64(b[32:]), position: le.Uint64(b[40:]),
		seq: le.Uint64(b[48:]), at: turn.Instant(le.Uint64(b[56:])), civil: int64(le.Uint64(b[64:])), epoch: le.Uint32(b[72:]),
		size: int64(le.Uint64(b[76:])),
	}, true, nil
}

// segment is one file that is open.
type segment struct {
	number uint64
	file   File
	size   int64  // preallocated bytes
	first  uint64 // position of its first fact, or of the next one
	end    int64  // of its last good frame
	refs   int    // readers at work, under Log.mu
	gone   bool   // removed: the last reader closes it
	freed  uint64 // sequence up to which must be synced before it may go

	flushing sync.Mutex
	flushed  int64 // synced up to here
	doubt    bool  // a sync failed: what was written since may not be on the disk

	keeping  sync.Mutex
	unsynced []byte // what stands at flushed and behind
}

func segmentName(number uint64) string { return fmt.Sprintf("%012d%s", number, segmentSuffix) }

// segmentNumber reads a file's name; other files in the folder are not ours.
func segmentNumber(name string) (uint64, bool) {
	digits, ok := strings.CutSuffix(name, segmentSuffix)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, 10, 64)
	return n, err == nil && n > 0 && segmentName(n) == name
}

// keep remembers what was written, until it is synced.
func (s *segment) keep(written []byte) {
	s.keeping.Lock()
	defer s.keeping.Unlock()
	s.unsynced = append(s.unsynced, written...)
}

// pending is what was written and not yet synced, up to end. Only flush may
// shorten it.
func (s *segment) pending(end int64) []byte {
	s.keeping.Lock()
	defer s.keeping.Unlock()
	return s.unsynced[:end-s.flushed]
}

// settle forgets what has been synced.
func (s *segment) settle(n int) {
	s.keeping.Lock()
	defer s.keeping.Unlock()
	if rest := s.unsynced[n:]; cap(s.unsynced) > keepBuffer {
		s.unsynced = append([]byte(nil), rest...)
	} else {
		s.unsynced = append(s.unsynced[:0], rest...)
	}
}

// release gives back the memory of a segment that is full and synced.
func (s *segment) release() {
	s.keeping.Lock()
	defer s.keeping.Unlock()
	s.unsynced = nil
}

// flush makes everything below end outlive a power cut. The system tells of a
// failed sync once, and may forget the bytes, for reading too: they are written
// again from memory before the next one.
func (s *segment) flush(end int64) error {
	s.flushing.Lock()
	defer s.flushing.Unlock()
	if s.flushed >= end {
		return nil
	}
	pending := s.pending(end)
	if s.doubt {
		if _, err := s.file.WriteAt(pending, s.flushed); err != nil {
			return fmt.Errorf("sync %s: %w", segmentName(s.number), err)
		}
	}
	if err := s.file.Sync(); err != nil {
		s.doubt = true
		return fmt.Errorf("sync %s: %w", segmentName(s.number), err)
	}
	s.flushed, s.doubt = end, false
	s.settle(len(pending))
	return nil
}
