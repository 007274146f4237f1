package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

	"github.com/hotline12345/hotline/turn"
)

// A frame is one turn: a header and a payload, all numbers little endian.
//
//	 0  crc32c of everything after it
//	 4  length of the payload
//	 8  sequence: rises with each frame, also over those whose write failed
//	16  position of the first fact
//	24  at
//	32  civil
//	40  sequence of the last frame that a sync had made durable
//	48  epoch
//	52  how much the sequence is above that of the frame before
//	56  number of records
//	60  number of facts
//	64  payload
//
// A frame follows the one before only if it names that one: what a failed
// write left on the disk can then not stand in for what was written over it.
//
// A record: kind (bit 7: end), id and, unless it ends, the value, each with
// its length. A fact: type, at and civil as differences from the frame's, and
// the value with its length.
const (
	frameHeader = 64
	// maxFrame bounds a payload. A turn that writes every live key again is
	// the largest there is.
	maxFrame = 1 << 30
	endBit   = 1 << 7
	// The most that stands in a payload beside IDs and values.
	maxRecordHead = 1 + 2*binary.MaxVarintLen64
	maxFactHead   = 4 * binary.MaxVarintLen64
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// frame is a frame's header; the payload is a slice of the buffer it was read
// into.
type frame struct {
	seq, position uint64
	durable       uint64 // sequence of a frame: it and all before it were synced
	gap           uint32 // seq minus that of the frame before
	at            turn.Instant
	civil         int64
	epoch         uint32
	records       uint32
	facts         uint32
	payload       []byte
}

// appendFrame encodes one turn behind buf. The facts get their positions.
func appendFrame(buf []byte, f frame, t *Turn) ([]byte, error) {
	if err := t.check(); err != nil {
		return buf, err
	}
	start := len(buf)
	var header [frameHeader]byte
	buf = append(buf, header[:]...)
	for i := range t.Records {
		buf = appendRecord(buf, &t.Records[i])
	}
	for i := range t.Facts {
		fact := &t.Facts[i]
		fact.Position = f.position + uint64(i)
		buf = binary.AppendUvarint(buf, uint64(fact.Type))
		buf = binary.AppendVarint(buf, int64(fact.At-f.at))
		buf = binary.AppendVarint(buf, fact.Civil-f.civil)
		buf = binary.AppendUvarint(buf, uint64(len(fact.Value)))
		buf = append(buf, fact.Value...)
	}
	length := len(buf) - start - frameHeader
	h := buf[start:]
	le := binary.LittleEndian
	le.PutUint32(h[4:], uint32(length))
	le.PutUint64(h[8:], f.seq)
	le.PutUint64(h[16:], f.position)
	le.PutUint64(h[24:], uint64(f.at))
	le.PutUint64(h[32:], uint64(f.civil))
	le.PutUint64(h[40:], f.durable)
	le.PutUint32(h[48:], f.epoch)
	le.PutUint32(h[52:], f.gap)
	le.PutUint32(h[56:], uint32(len(t.Records)))
	le.PutUint32(h[60:], uint32(len(t.Facts)))
	le.PutUint32(h, crc32.Checksum(h[4:], castagnoli))
	return buf, nil
}

// check refuses a turn that no start could read.
func (t *Turn) check() error {
	size := 0
	for i := range t.Records {
		r := &t.Records[i]
		if r.Key.Kind == 0 || r.Key.Kind >= kindAfter {
			return fmt.Errorf("a record of %v: there is no such kind", r.Key.Kind)
		}
		size += maxRecordHead + len(r.Key.ID) + len(r.Value)
	}
	for i := range t.Facts {
		size += maxFactHead + len(t.Facts[i].Value)
	}
	if size > maxFrame {
		return fmt.Errorf("a turn of %d bytes is larger than the journal's %d; write it in parts", size, maxFrame)
	}
	return nil
}

func appendRecord(buf []byte, r *Record) []byte {
	kind := byte(r.Key.Kind)
	if r.End {
		kind |= endBit
	}
	buf = append(buf, kind)
	buf = binary.AppendUvarint(buf, uint64(len(r.Key.ID)))
	buf = append(buf, r.Key.ID...)
	if r.End {
		return buf
	}
	buf = binary.AppendUvarint(buf, uint64(len(r.Value)))
	return append(buf, r.Value...)
}

// frameLength is the whole length, header included, that a frame's header
// tells; the header may be garbage.
func frameLength(header []byte) int64 {
	return frameHeader + int64(binary.LittleEndian.Uint32(header[4:]))
}

// parseFrame checks and takes apart one whole frame.
func parseFrame(b []byte) (f frame, ok bool) {
	le := binary.LittleEndian
	if len(b) < frameHeader || frameLength(b) != int64(len(b)) || crc32.Checksum(b[4:], castagnoli) != le.Uint32(b) {
		return f, false
	}
	return frame{
		seq: le.Uint64(b[8:]), position: le.Uint64(b[16:]), at: turn.Instant(le.Uint64(b[24:])), civil: int64(le.Uint64(b[32:])),
		durable: le.Uint64(b[40:]), epoch: le.Uint32(b[48:]), gap: le.Uint32(b[52:]),
		records: le.Uint32(b[56:]), facts: le.Uint32(b[60:]), payload: b[frameHeader:],
	}, true
}

// follows says whether f can stand right behind last. A last without a sequence
// is only known by its position.
func (f *frame) follows(last *frame) bool {
	return f.seq > last.seq && f.durable < f.seq && f.epoch >= last.epoch && f.position == last.next() &&
		(last.seq == 0 || f.seq-uint64(f.gap) == last.seq)
}

// next is the position of the fact that comes after the frame's.
func (f *frame) next() uint64 { return f.position + uint64(f.facts) }

// errPayload is a payload that passed its CRC and still makes no sense: not
// torn, but written by something that is not us.
var errPayload = errors.New("a frame's content does not fit its header")

// walk calls record and fact, of which either may be nil, for everything in
// the frame. Values and IDs are only good until the frame's buffer is used
// again.
func (f *frame) walk(record func(kind Kind, id, value []byte, end bool) error, fact func(Fact) error) error {
	p := parser{rest: f.payload}
	for range f.records {
		kind := p.byte()
		id, end := p.bytes(), kind&endBit != 0
		var value []byte
		if !end {
			value = p.bytes()
		}
		if p.bad {
			return errPayload
		}
		if record != nil {
			if err := record(Kind(kind&^endBit), id, value, end); err != nil {
				return err
			}
		}
	}
	if fact == nil {
		return nil
	}
	for i := range uint64(f.facts) {
		out := Fact{Position: f.position + i, Type: FactType(p.uvarint())}
		out.At, out.Civil, out.Value = f.at+turn.Instant(p.varint()), f.civil+p.varint(), p.bytes()
		if p.bad {
			return errPayload
		}
		if err := fact(out); err != nil {
			return err
		}
	}
	return nil
}

// parser takes a payload apart; once bad, it gives zero values.
type parser struct {
	rest []byte
	bad  bool
}

func (p *parser) skip(n int) {
	if n <= 0 {
		p.rest, p.bad = nil, true
		return
	}
	p.rest = p.rest[n:]
}

func (p *parser) byte() (b byte) {
	if len(p.rest) > 0 {
		b = p.rest[0]
	}
	p.skip(min(1, len(p.rest)))
	return b
}

func (p *parser) uvarint() uint64 {
	v, n := binary.Uvarint(p.rest)
	p.skip(n)
	return v
}

func (p *parser) varint() int64 {
	v, n := binary.Varint(p.rest)
	p.skip(n)
	return v
}

func (p *parser) bytes() []byte {
	n := p.uvarint()
	if n > uint64(len(p.rest)) {
		p.rest, p.bad = nil, true
		return nil
	}
	b := p.rest[:n:n]
	p.rest = p.rest[n:]
	return b
}
