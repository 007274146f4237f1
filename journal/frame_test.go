package journal

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"reflect"
	"testing"

	"github.com/hotline12345/hotline/turn"
)

// frameTurns are turns of every sort.
func frameTurns() []Turn {
	return []Turn{
		{},
		{At: 5, Records: []Record{{Key: Key{Call, "a"}, Value: []byte("value")}}},
		{At: -1 << 63, Records: []Record{{Key: Key{Listener, ""}, Value: nil}, {Key: Key{Tx, string(make([]byte, 300))}, End: true}}},
		{At: 7, Facts: []Fact{{Position: 40, At: 6, Civil: -1, Type: FactCallEnded, Value: make([]byte, 200)}, {Position: 41, At: 1<<63 - 1, Type: 0xffff}}},
		{At: 8, Records: []Record{{Key: Key{Agent, "8001"}, Value: []byte{1}}}, Facts: []Fact{{Position: 40, At: 8, Civil: 9, Type: 1, Value: []byte{2}}}},
	}
}

func frameOf(t *testing.T, turn Turn) (frame, []byte) {
	t.Helper()
	f := frame{seq: 9, position: 40, durable: 3, gap: 2, at: turn.At, civil: 1234, epoch: 4}
	b, err := appendFrame([]byte("before"), f, &turn)
	if err != nil {
		t.Fatal(err)
	}
	if string(b[:6]) != "before" {
		t.Fatalf("what stood before the frame is %q", b[:6])
	}
	return f, b[6:]
}

func TestFrameComesBack(t *testing.T) {
	for i, turn := range frameTurns() {
		want, b := frameOf(t, turn)
		f, ok := parseFrame(b)
		var back Turn
		err := f.walk(func(kind Kind, id, value []byte, end bool) error {
			back.Records = append(back.Records, Record{Key: Key{kind, string(id)}, Value: value, End: end})
			return nil
		}, func(fact Fact) error {
			back.Facts = append(back.Facts, fact)
			return nil
		})
		want.payload, want.records, want.facts = f.payload, uint32(len(turn.Records)), uint32(len(turn.Facts))
		back.At = f.at
		if !ok || err != nil || !reflect.DeepEqual(f, want) || fmt.Sprint(back) != fmt.Sprint(turn) {
			t.Errorf("turn %d: %v came back as %v in %+v, %v", i, turn, back, f, err)
		}
		if f.next() != 40+uint64(len(turn.Facts)) {
			t.Errorf("turn %d: the next fact is %d", i, f.next())
		}
	}
}

// TestFrameBytes pins the layout that is told above appendFrame.
func TestFrameBytes(t *testing.T) {
	_, b := frameOf(t, frameTurns()[4])
	const want = "92aa9684" + "0e000000" + "0900000000000000" + "2800000000000000" + "0800000000000000" + "d204000000000000" +
		"0300000000000000" + "04000000" + "02000000" + "01000000" + "01000000" + "05" + "04" + "38303031" + "01" + "01" + "01" + "00" + "9113" + "01" + "02"
	if got := hex.EncodeToString(b); got != want {
		t.Errorf("the frame is\n%s, must be\n%s", got, want)
	}
}

// TestFrameIsWholeOrNone: no frame is read from a part of it, from more than
// it, or with one bit turned.
func TestFrameIsWholeOrNone(t *testing.T) {
	for i, turn := range frameTurns() {
		_, b := frameOf(t, turn)
		for n := range b {
			if _, ok := parseFrame(b[:n]); ok {
				t.Errorf("turn %d: %d bytes of %d are a frame", i, n, len(b))
			}
			for bit := range 8 {
				b[n] ^= 1 << bit
				if _, ok := parseFrame(b); ok {
					t.Errorf("turn %d: a frame with bit %d of byte %d turned", i, bit, n)
				}
				b[n] ^= 1 << bit
			}
		}
		if _, ok := parseFrame(append(b, 0)); ok {
			t.Errorf("turn %d: a frame and a byte are a frame", i)
		}
	}
}

func TestFrameFollows(t *testing.T) {
	last := frame{seq: 10, position: 5, facts: 2, epoch: 3}
	tests := []struct {
		name string
		f    frame
		want bool
	}{
		{"the next", frame{seq: 11, gap: 1, position: 7, epoch: 3}, true},
		{"after failed writes", frame{seq: 15, gap: 5, position: 7, epoch: 3}, true},
		{"of the next start", frame{seq: 11, gap: 1, position: 7, epoch: 4}, true},
		{"of an earlier start", frame{seq: 11, gap: 1, position: 7, epoch: 2}, false},
		{"itself", frame{seq: 10, gap: 1, position: 7, epoch: 3}, false},
		{"itself after itself", frame{seq: 10, position: 7, epoch: 3}, false},
		{"one before", frame{seq: 9, gap: 1, position: 7, epoch: 3}, false},
		{"one is missing", frame{seq: 12, gap: 1, position: 7, epoch: 3}, false},
		{"after one that is not there", frame{seq: 12, gap: 3, position: 7, epoch: 3}, false},
		{"it knows itself to be durable", frame{seq: 11, durable: 11, gap: 1, position: 7, epoch: 3}, false},
		{"facts are missing", frame{seq: 11, gap: 1, position: 8, epoch: 3}, false},
		{"facts are there twice", frame{seq: 11, gap: 1, position: 6, epoch: 3}, false},
	}
	for _, test := range tests {
		if got := test.f.follows(&last); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
	if f := (frame{seq: 700, gap: 9, position: 7}); !f.follows(&frame{position: 5, facts: 2}) {
		t.Error("a reader who knows the position alone")
	}
}

// TestWalkRefusesNonsense: a payload that passed its checksum and does not fit
// its header is an error, whatever it claims.
func TestWalkRefusesNonsense(t *testing.T) {
	nothing := func(Kind, []byte, []byte, bool) error { return nil }
	tests := []struct {
		name           string
		records, facts uint32
		payload        string
	}{
		{"records that are not there", 1 << 31, 0, ""},
		{"facts that are not there", 0, 1 << 31, ""},
		{"an ID longer than the rest", 1, 0, "010561"},
		{"an ID of 2^63", 1, 0, "01ffffffffffffffffff01"},
		{"a length that never ends", 1, 0, "01ffffffffffffffffffffff"},
		{"no value", 1, 0, "010161"},
		{"a fact without a value", 0, 1, "0100"},
		{"a value longer than the rest", 0, 1, "0100000261"},
	}
	for _, test := range tests {
		payload, err := hex.DecodeString(test.payload)
		if err != nil {
			t.Fatal(err)
		}
		f := frame{records: test.records, facts: test.facts, payload: payload}
		if err := f.walk(nothing, func(Fact) error { return nil }); err == nil {
			t.Errorf("%s: no error", test.name)
		}
	}
}

func TestHeaderComesBack(t *testing.T) {
	want := header{number: 1, priorEnd: 2, state: 3, position: 4, seq: 5, at: -6, civil: -7, epoch: 8, size: 9}
	b := make([]byte, segmentHeader)
	want.put(b)
	if got, ok, err := parseHeader(b); !ok || err != nil || got != want {
		t.Errorf("%+v came back as %+v, %v, %v", want, got, ok, err)
	}
	for n := range b { // a header torn anywhere is none
		torn := append(bytes.Clone(b[:n]), make([]byte, len(b)-n)...)
		if _, ok, err := parseHeader(torn); ok && !bytes.Equal(torn, b) || err != nil {
			t.Errorf("cut at byte %d: %v, %v", n, ok, err)
		}
	}
}

func TestSegmentNames(t *testing.T) {
	for _, number := range []uint64{1, 42, 999_999_999_999, 1_000_000_000_000, 1<<64 - 1} {
		if got, ok := segmentNumber(segmentName(number)); !ok || got != number {
			t.Errorf("%d is %s, which is %d, %v", number, segmentName(number), got, ok)
		}
	}
	for _, name := range []string{"", ".journal", "000000000000.journal", "1.journal", "0000000000001.journal", "-00000000001.journal", "+00000000001.journal", "000000000001.journal.bak", "000000000001", "99999999999999999999.journal"} {
		if got, ok := segmentNumber(name); ok {
			t.Errorf("%q is segment %d", name, got)
		}
	}
}

// TestScannerOverChunks reads frames that lie over the ends of what is read at
// once, and one that is larger than that.
func TestScannerOverChunks(t *testing.T) {
	var b []byte
	var lengths []int
	last := frame{}
	for n := range 40 {
		size := 30_011
		if n == 20 {
			size = 2*scanChunk + 5
		}
		turn := Turn{Records: []Record{{Key: Key{Call, fmt.Sprint(n)}, Value: bytes.Repeat([]byte{byte(n)}, size)}}}
		before := len(b)
		var err error
		if b, err = appendFrame(b, frame{seq: uint64(n + 1), gap: 1}, &turn); err != nil {
			t.Fatal(err)
		}
		lengths = append(lengths, len(b)-before)
	}
	for _, limit := range []int{len(b), len(b) + 1000, len(b) - 1, lengths[0], lengths[0] - 1, 1} {
		sc := newScanner(memory(b), 0, int64(limit), last)
		n, off := 0, 0
		for {
			f, ok, err := sc.next()
			if err != nil {
				t.Fatal(err)
			}
			if !ok {
				break
			}
			err = f.walk(func(kind Kind, id, value []byte, end bool) error {
				if string(id) != fmt.Sprint(n) || len(value) != lengths[n]-frameHeader-len(id)-5 && n != 20 || value[len(value)-1] != byte(n) {
					return fmt.Errorf("record %q has %d bytes", id, len(value))
				}
				return nil
			}, nil)
			if err != nil {
				t.Fatal(err)
			}
			off += lengths[n]
			n++
		}
		if sc.off != int64(off) || limit < len(b) && off > limit || limit >= len(b) && n != len(lengths) {
			t.Errorf("limit %d: %d frames up to byte %d", limit, n, sc.off)
		}
	}
}

// memory is a file that is only read.
type memory []byte

func (m memory) ReadAt(p []byte, off int64) (int, error) {
	return bytes.NewReader(m).ReadAt(p, off)
}
func (memory) WriteAt([]byte, int64) (int, error) { panic("it is only read") }
func (memory) Preallocate(int64) error            { panic("it is only read") }
func (m memory) Size() (int64, error)             { return int64(len(m)), nil }
func (memory) Sync() error                        { return nil }
func (memory) Close() error                       { return nil }

// FuzzFrame: any payload under any header is walked without a panic, and a
// frame that is parsed is the one that was sealed.
func FuzzFrame(f *testing.F) {
	for _, t := range frameTurns() {
		b, err := appendFrame(nil, frame{seq: 1}, &t)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint32(len(t.Records)), uint32(len(t.Facts)), b[frameHeader:])
	}
	f.Fuzz(func(t *testing.T, records, facts uint32, payload []byte) {
		fr := frame{records: records, facts: facts, payload: payload, at: turn.Instant(records), civil: int64(facts)}
		var back Turn
		err := fr.walk(func(kind Kind, id, value []byte, end bool) error {
			back.Records = append(back.Records, Record{Key: Key{kind, string(id)}, Value: value, End: end})
			return nil
		}, func(fact Fact) error {
			back.Facts = append(back.Facts, fact)
			return nil
		})
		if err != nil {
			return
		}
		if len(back.Records) != int(records) || len(back.Facts) != int(facts) || len(back.Records)+len(back.Facts) > len(payload) {
			t.Fatalf("%d records and %d facts in %d bytes", len(back.Records), len(back.Facts), len(payload))
		}
	})
}
