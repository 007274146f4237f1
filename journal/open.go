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
	Records  []Record     // every key's last value, in the order in which the keys appear in what was read
	Position uint64       // of the next fact
	Torn     bool         // a write had been cut short or had failed: its turn is gone
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
// start that is killed at once must not swallow the time before it. What was
// found is synced first, so that the epoch's frame can say that it is durable.
func (l *Log) begin() error {
	if l.active() != nil {
		if err := l.Sync(); err != nil {
			return err
		}
	}
	l.epoch++
	_, full := l.reserve.get(l.fs, l.o.SegmentSize)
	if err := l.write([]Turn{{At: l.at}}, l.civil, true); err != nil {
		return errors.Join(err, full)
	}
	return l.Sync()
}

// load opens the segments and reads those that hold state.
func (l *Log) load() (torn bool, err error) {
	headers, blank, err := l.openSegments()
	if err != nil {
		return false, err
	}
	for i := range headers {
		if err := l.check(headers, i); err != nil {
			return false, err
		}
	}
	if s := l.active(); s != nil {
		l.state = max(headers[len(headers)-1].state, headers[0].number)
		for i := range headers {
			if err := l.readState(headers, i); err != nil {
				return false, err
			}
		}
		if torn, err = l.cut(s); err != nil {
			return false, err
		}
	}
	used, err := l.adopt(blank)
	return torn || used, err
}

// check compares a header with its file and with the segment before, and takes
// from it what is known of both.
func (l *Log) check(headers []header, i int) error {
	h, s := &headers[i], l.segments[i]
	if h.state > h.number || s.size < h.size {
		return damaged(h.number, min(h.size, s.size))
	}
	s.first = h.position
	if i == 0 {
		return nil
	}
	before, prior := &headers[i-1], l.segments[i-1]
	if h.priorEnd < segmentHeader || h.priorEnd > prior.size {
		return damaged(prior.number, prior.size)
	}
	if h.position < before.position || h.seq < before.seq {
		return damaged(h.number, 0)
	}
	prior.end, prior.flushed = h.priorEnd, h.priorEnd
	return nil
}

// openSegments opens every segment that has a header. What comes behind them
// is the reserve.
func (l *Log) openSegments() (headers []header, blank []uint64, err error) {
	numbers, err := l.numbers()
	if err != nil {
		return nil, nil, err
	}
	l.reserve.number = 1
	for _, number := range numbers {
		file, err := l.fs.Open(segmentName(number))
		if err != nil {
			return nil, nil, err
		}
		h, ok, err := readHeader(file, number)
		if err == nil && ok && len(blank) > 0 {
			err = damaged(blank[0], 0)
		}
		if err != nil || !ok {
			if err = errors.Join(err, file.Close()); err != nil {
				return nil, nil, err
			}
			blank = append(blank, number)
			continue
		}
		size, err := file.Size()
		l.segments = append(l.segments, &segment{number: number, file: file, size: size})
		if err != nil {
			return nil, nil, err
		}
		headers = append(headers, h)
		l.reserve.number = number + 1
	}
	return headers, blank, nil
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
// its room and nothing else, and removes the others. It says whether a write
// had begun there.
func (l *Log) adopt(blank []uint64) (wrote bool, err error) {
	for i, number := range blank {
		file, err := l.fs.Open(segmentName(number))
		if err != nil {
			return wrote, err
		}
		size, err := file.Size()
		used := false
		if err == nil {
			used, err = l.behind(&segment{number: number, file: file, size: size})
		}
		if err == nil && i == 0 && number == l.reserve.number && !used && size >= int64(l.o.SegmentSize) {
			l.reserve.ready = &segment{number: number, file: file, size: size}
			continue
		}
		wrote = wrote || used
		if err = errors.Join(err, file.Close()); err != nil {
			return wrote, err
		}
		if err := l.fs.Remove(segmentName(number)); err != nil {
			return wrote, err
		}
	}
	if len(blank) == 0 {
		return wrote, nil
	}
	return wrote, l.fs.Sync()
}

// readState replays a segment's records, if it has any that count. In the last
// segment the first bytes that are no frame are where the next frame goes; any
// other must be good up to its end, and end where the next one begins.
func (l *Log) readState(headers []header, i int) error {
	h, s := &headers[i], l.segments[i]
	if s.number < l.state {
		return nil
	}
	last, limit := i == len(headers)-1, s.end
	if last {
		limit = s.size
	}
	sc := newScanner(s.file, segmentHeader, limit, frame{seq: h.seq, position: h.position, epoch: h.epoch, at: h.at, civil: h.civil})
	var seq uint64 // of a frame, and where it ends
	var end int64
	for {
		f, ok, err := sc.next()
		if err != nil {
			return fmt.Errorf("read %s: %w", segmentName(s.number), err)
		}
		if !ok {
			break
		}
		if err := f.walk(l.replay(s.number), nil); err != nil {
			return fmt.Errorf("read %s at byte %d: %w", segmentName(s.number), sc.off-sc.length, err)
		}
		l.synced.seq = max(l.synced.seq, f.durable)
		if last && seq <= f.durable { // one at a time: this may lag a sync behind
			s.flushed = end
			seq, end = f.seq, sc.off
		}
	}
	if !last && (sc.off != s.end || sc.last.seq != headers[i+1].seq || sc.last.next() != headers[i+1].position) {
		return damaged(s.number, sc.off)
	}
	s.end = sc.off
	l.seq, l.last, l.position, l.epoch = sc.last.seq, sc.last.seq, sc.last.next(), sc.last.epoch
	l.at, l.civil = sc.last.at, sc.last.civil
	return nil
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
