package journal

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hotline12345/hotline/turn"
)

// State is what a journal held when it was opened.
type State struct {
	Epoch    uint32       // of this start: one more than the last, and durable
	At       turn.Instant // of the last turn; zero in a new journal
	Civil    int64        // Unix ns when that turn was written
	Records  []Record     // every key's last value, in the order of the keys' first appearance
	Position uint64       // of the next fact
	Torn     bool         // the last write had been cut short; its turn is gone
}

// defaultSegment is a segment's length if the options say none.
const defaultSegment = 64 << 20

// Open reads the journal in the folder, or begins one. A torn tail is cut; a
// segment that is missing, damaged before its end, or of a newer version is an
// error.
func Open(fs FS, o Options) (*Log, State, error) {
	if o.SegmentSize <= 0 {
		o.SegmentSize = defaultSegment
	}
	if o.Civil == nil {
		o.Civil = func() int64 { return time.Now().UnixNano() }
	}
	l := &Log{fs: fs, o: o, live: newLive()}
	torn, err := l.load()
	if err == nil {
		err = l.begin()
	}
	if err != nil {
		return nil, State{}, errors.Join(fmt.Errorf("open the journal: %w", err), l.Close())
	}
	return l, State{Epoch: l.epoch, At: l.at, Civil: l.civil, Records: l.live.records(), Position: l.position, Torn: torn}, nil
}

// begin writes the new epoch. The clock of the last turn stands beside it: a
// start that is killed at once must not swallow the time before it.
func (l *Log) begin() error {
	l.epoch++
	_, full := l.reserve.get(l.fs, l.o.SegmentSize)
	if err := l.write([]Turn{{At: l.at}}, l.civil, true); err != nil {
		return errors.Join(err, full)
	}
	return l.Sync()
}

// load opens the segments and reads those that hold state.
func (l *Log) load() (torn bool, err error) {
	headers, err := l.openSegments()
	if err != nil || len(headers) == 0 {
		return false, err
	}
	last := len(headers) - 1
	l.state = headers[last].state
	for i, h := range headers {
		s := l.segments[i]
		s.first = h.position
		if i < last {
			s.end = headers[i+1].priorEnd
			s.flushed = s.end
		}
		if h.number < l.state {
			continue
		}
		if torn, err = l.readState(s, h, i == last); err != nil {
			return false, err
		}
	}
	l.state = max(l.state, headers[0].number)
	return torn, nil
}

// openSegments opens every segment that has a header. What comes behind them
// is the reserve.
func (l *Log) openSegments() (headers []header, err error) {
	numbers, err := l.numbers()
	if err != nil {
		return nil, err
	}
	l.reserve.number = 1
	var blank []uint64
	for _, number := range numbers {
		file, err := l.fs.Open(segmentName(number))
		if err != nil {
			return nil, err
		}
		h, ok, err := readHeader(file, number)
		if err == nil && ok && len(blank) > 0 {
			err = damaged(blank[0], 0)
		}
		if err != nil || !ok {
			if err = errors.Join(err, file.Close()); err != nil {
				return nil, err
			}
			blank = append(blank, number)
			continue
		}
		size, err := file.Size()
		l.segments = append(l.segments, &segment{number: number, file: file, size: size})
		if err != nil {
			return nil, err
		}
		headers = append(headers, h)
		l.reserve.number = number + 1
	}
	return headers, l.adopt(blank)
}

// numbers lists the segments, oldest first.
func (l *Log) numbers() ([]uint64, error) {
	names, err := l.fs.List()
	if err != nil {
		return nil, err
	}
	var numbers []uint64
	for _, name := range names {
		if n, ok := segmentNumber(name); ok {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	for i := 1; i < len(numbers); i++ {
		if numbers[i] != numbers[i-1]+1 {
			return nil, fmt.Errorf("segment %s is missing; restore the folder from a copy", segmentName(numbers[i-1]+1))
		}
	}
	return numbers, nil
}

// readHeader reads a segment's header; not ok if it has none.
func readHeader(file File, number uint64) (header, bool, error) {
	var b [segmentHeader]byte
	n, err := file.ReadAt(b[:], 0)
	if n < len(b) {
		// Shorter than a header: a reserve whose making was cut short. Any
		// other failure to read shows in the size.
		if size, sizeErr := file.Size(); sizeErr != nil || size >= segmentHeader {
			return header{}, false, fmt.Errorf("read %s: %w", segmentName(number), errors.Join(err, sizeErr))
		}
		return header{}, false, nil
	}
	h, ok, err := parseHeader(b[:])
	if ok && h.number != number {
		return h, false, fmt.Errorf("%s is segment %d under another name; name it back", segmentName(number), h.number)
	}
	return h, ok, err
}

// adopt makes the first segment without a header the reserve, if it has all
// its room, and removes the others.
func (l *Log) adopt(blank []uint64) error {
	for i, number := range blank {
		if i == 0 && number == l.reserve.number {
			file, err := l.fs.Open(segmentName(number))
			if err != nil {
				return err
			}
			size, err := file.Size()
			if err == nil && size >= int64(l.o.SegmentSize) {
				l.reserve.ready = &segment{number: number, file: file, size: size}
				continue
			}
			if err = errors.Join(err, file.Close()); err != nil {
				return err
			}
		}
		if err := l.fs.Remove(segmentName(number)); err != nil {
			return err
		}
	}
	if len(blank) == 0 {
		return nil
	}
	return l.fs.Sync()
}

// readState replays a segment's records. In the last segment the first bytes
// that are no frame are where the next frame goes; any other must be good up
// to its end.
func (l *Log) readState(s *segment, h header, last bool) (torn bool, err error) {
	limit := s.end
	if last {
		limit = s.size
	}
	sc := newScanner(s.file, segmentHeader, limit, frame{seq: h.seq, position: h.position, epoch: h.epoch, at: h.at, civil: h.civil})
	for {
		f, ok, bad, err := sc.next()
		if err != nil {
			return false, fmt.Errorf("read %s: %w", segmentName(s.number), err)
		}
		if !ok {
			torn = bad
			break
		}
		if err := f.walk(l.replay(s.number), nil); err != nil {
			return false, fmt.Errorf("read %s at byte %d: %w", segmentName(s.number), sc.off-sc.length, err)
		}
	}
	if !last && sc.off != s.end {
		return false, damaged(s.number, sc.off)
	}
	s.end = sc.off
	l.seq, l.position, l.epoch = sc.last.seq, sc.last.position+uint64(sc.last.facts), sc.last.epoch
	l.at, l.civil = sc.last.at, sc.last.civil
	return torn, nil
}

// replay returns the function that takes a segment's records in.
func (l *Log) replay(segment uint64) func(kind Kind, id, value []byte, end bool) error {
	return func(kind Kind, id, value []byte, end bool) error {
		if kind == 0 || kind >= kindAfter {
			return fmt.Errorf("a record of %v: a newer version of hotline wrote it; start that version", kind)
		}
		key := Key{kind, string(id)}
		if end {
			l.live.drop(key)
			return nil
		}
		l.live.set(key, bytes.Clone(value), segment)
		return nil
	}
}
