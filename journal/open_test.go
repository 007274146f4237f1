package journal_test

import (
	"encoding/binary"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/journal/faultdisk"
	"github.com/hotline12345/hotline/turn"
)

func record(n int, value string) journal.Record {
	return journal.Record{Key: key(n), Value: []byte(value)}
}

func ended(n int) journal.Record { return journal.Record{Key: key(n), End: true} }

func fact(at turn.Instant, civil int64, kind journal.FactType, value string) journal.Fact {
	return journal.Fact{At: at, Civil: civil, Type: kind, Value: []byte(value)}
}

func TestReopenFindsWhatWasAppended(t *testing.T) {
	long := strings.Repeat("v", 3*smallSegment)
	tests := []struct {
		name  string
		turns []journal.Turn
		keys  []string // ID=value, in order
		at    turn.Instant
	}{
		{"nothing", nil, nil, 0},
		{"a turn without anything does not count", []journal.Turn{{At: 9}}, nil, 0},
		{"one record", []journal.Turn{{At: 5, Records: []journal.Record{record(1, "a")}}}, []string{"k1=a"}, 5},
		{"an empty value is a value", []journal.Turn{{At: 5, Records: []journal.Record{record(1, "")}}}, []string{"k1="}, 5},
		{"the last value counts", []journal.Turn{
			{At: 5, Records: []journal.Record{record(1, "a"), record(2, "b"), record(1, "c")}},
			{At: 6, Records: []journal.Record{record(1, "d")}},
		}, []string{"k1=d", "k2=b"}, 6},
		{"an end, and an end of nothing", []journal.Turn{
			{At: 5, Records: []journal.Record{record(1, "a"), record(2, "b")}}, {At: 7, Records: []journal.Record{ended(1), ended(9)}},
		}, []string{"k2=b"}, 7},
		{"ended and begun again, which is a new key", []journal.Turn{
			{At: 5, Records: []journal.Record{record(1, "a"), record(2, "b"), ended(1), record(1, "c")}},
		}, []string{"k2=b", "k1=c"}, 5},
		{"facts alone", []journal.Turn{{At: -3, Facts: []journal.Fact{fact(-9, 4, 1, "x"), fact(1<<62, -1<<62, 65535, "")}}}, nil, -3},
		{"time may stand still or go back", []journal.Turn{
			{At: 5, Records: []journal.Record{record(1, "a")}}, {At: 5, Records: []journal.Record{record(2, "b")}}, {At: 4, Records: []journal.Record{record(3, "c")}},
		}, []string{"k1=a", "k2=b", "k3=c"}, 4},
		{"a value longer than a segment", []journal.Turn{
			{At: 5, Records: []journal.Record{record(1, "a")}}, {At: 6, Records: []journal.Record{record(2, long)}}, {At: 7, Records: []journal.Record{record(3, "c")}},
		}, []string{"k1=a", "k2=" + long, "k3=c"}, 7},
	}
	for _, test := range tests {
		for _, one := range []bool{false, true} { // all with one write, or each with its own
			t.Run(fmt.Sprint(test.name, one), func(t *testing.T) {
				r := newRig(t, 1, smallSegment)
				if one {
					r.must(r.append(test.turns...))
				} else {
					for _, turn := range test.turns {
						r.must(r.append(turn))
					}
				}
				for range 3 {
					r.kill()
					var keys []string
					for _, rec := range r.state.Records {
						keys = append(keys, rec.Key.ID+"="+string(rec.Value))
					}
					if !reflect.DeepEqual(keys, test.keys) || r.state.At != test.at || r.state.Torn {
						t.Fatalf("%.200q at %d, torn: %v; must be %.200q at %d", keys, r.state.At, r.state.Torn, test.keys, test.at)
					}
				}
			})
		}
	}
}

// TestEachStartHasItsEpoch: also one that is killed at once, which leaves the
// clock as it was, so that the time since the last turn is not swallowed.
func TestEachStartHasItsEpoch(t *testing.T) {
	r := newRig(t, 1, smallSegment)
	if r.state.Epoch != 1 || r.state.At != 0 || r.state.Civil != 0 || r.state.Position != 0 || r.state.Torn {
		t.Fatalf("a new journal begins with %+v", r.state)
	}
	r.must(r.append(journal.Turn{At: 77, Records: []journal.Record{record(1, "a")}, Facts: []journal.Fact{fact(70, 2, 3, "f")}}))
	written := r.civil
	for epoch := uint32(2); epoch < 300; epoch++ { // 300 epochs fill two segments
		r.civil += 1e9
		if epoch%2 == 0 {
			r.kill()
		} else {
			r.powerCut()
		}
		if epoch == 2 {
			r.must(r.sync())
		}
		if r.state.Epoch != epoch || r.state.At != 77 || r.state.Civil != written || r.state.Position != 1 {
			t.Fatalf("start %d found epoch %d, at %d, civil %d, position %d", epoch, r.state.Epoch, r.state.At, r.state.Civil, r.state.Position)
		}
	}
	if n := r.log.Stats().Segments; n < 2 {
		t.Fatalf("%d segments: the epochs went over no end of a segment", n)
	}
}

// filled is a journal of several segments, two turns to a sync.
func filled(t testing.TB, n, segments int) *rig {
	r := newRig(t, n, smallSegment)
	for r.log.Stats().Segments < segments {
		r.must(r.append(r.turn(30, 500), r.turn(30, 500)))
		r.must(r.sync())
	}
	for range 8 { // and some way into the last one
		r.must(r.append(r.turn(30, 200), r.turn(30, 200)))
		r.must(r.sync())
	}
	return r
}

// TestOpenRefuses holds that a start says what is wrong, and leaves the folder
// as it is, for the version or the person who can read it.
func TestOpenRefuses(t *testing.T) {
	good := imageOf(t, filled(t, 5, 4).disk)
	last := len(good.segments()) - 1
	le := binary.LittleEndian
	firstRecord := func(m image) []byte { // a frame with a record, of the last segment
		for _, s := range frames(m[last].data) {
			if frame := m[last].data[s.off : s.off+s.length]; le.Uint32(frame[56:]) > 0 {
				return frame
			}
		}
		t.Fatal("no frame has a record")
		return nil
	}
	tests := []struct {
		name string
		edit func(m image) image
		want string
	}{
		{"a segment is missing", func(m image) image { return append(m[:1], m[2:]...) }, "segment 000000000002.journal is missing; restore"},
		{"a segment under another name", func(m image) image { m[1].name = "000000000009.journal"; return m[1:2] }, "is segment 2 under another name"},
		{"a newer format", func(m image) image { le.PutUint32(m[last].data[atFormat:], 3); sealHeader(m[last].data); return m }, "format 3, this version reads 2; start the version"},
		{"a newer format with a longer header", func(m image) image { le.PutUint32(m[last].data[atFormat:], 3); return m }, "format 3, this version reads 2; start the version"},
		{"the format before", func(m image) image { le.PutUint32(m[0].data[atFormat:], 1); return m }, "format 1, this version reads 2"},
		{"a kind of a newer version", func(m image) image { f := firstRecord(m); f[frameSize] = 99; seal(f); return m }, "kind 99: a newer version of hotline wrote it"},
		{"a kind that is none", func(m image) image { f := firstRecord(m); f[frameSize] = 0; seal(f); return m }, "kind 0"},
		{"content that does not fit", func(m image) image { f := firstRecord(m); le.PutUint32(f[56:], 1e9); seal(f); return m }, "content does not fit its header"},
		{"the last segment cut short", func(m image) image { m[last].data = m[last].data[:end(m[last].data)]; return m }, "damaged"},
		{"an old segment cut short", func(m image) image { m[1].data = m[1].data[:1000]; return m }, "damaged"},
		{"an old segment emptied", func(m image) image { m[1].data = nil; return m }, "segment 000000000002.journal is damaged"},
		{"the last segment's header lost", func(m image) image { clear(m[last].data[:512]); return m }, "damaged at byte 0"},
		{"one segment and its header lost", func(m image) image { m[0].data[3] ^= 1; return m[:1] }, "damaged at byte 0"},
		{"a header that points behind the file", func(m image) image { le.PutUint64(m[2].data[atPriorEnd:], 1<<60); sealHeader(m[2].data); return m }, "damaged"},
		{"a header that points before the file", func(m image) image { le.PutUint64(m[2].data[atPriorEnd:], 1<<63); sealHeader(m[2].data); return m }, "damaged"},
		{"state in a segment to come", func(m image) image { le.PutUint64(m[last].data[atState:], 99); sealHeader(m[last].data); return m }, "damaged"},
		{"a header that points into the header", func(m image) image { le.PutUint64(m[2].data[atPriorEnd:], 10); sealHeader(m[2].data); return m }, "damaged"},
		{"positions that go back", func(m image) image { le.PutUint64(m[2].data[atPosition:], 1<<40); sealHeader(m[2].data); return m }, "damaged"},
		{"facts missing between two segments", func(m image) image { addTo(m[last].data, atPosition); return m }, "damaged"},
		{"frames missing between two segments", func(m image) image { addTo(m[last].data, atSequence0); return m }, "damaged"},
		{"a segment without its last frame", func(m image) image {
			list := frames(m[1].data)
			le.PutUint64(m[2].data[atPriorEnd:], uint64(list[len(list)-1].off))
			sealHeader(m[2].data)
			return m
		}, "damaged"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			bad := test.edit(good.clone())
			disk := bad.disk(t)
			before := imageOf(t, disk)
			log, _, err := journal.Open(disk, journal.Options{SegmentSize: smallSegment})
			if err == nil || log != nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("opened with error %v; must say %q", err, test.want)
			}
			if !reflect.DeepEqual(imageOf(t, disk), before) {
				t.Error("the folder was changed")
			}
		})
	}
}

// addTo makes a number of a header one larger.
func addTo(data []byte, at int) {
	binary.LittleEndian.PutUint64(data[at:], binary.LittleEndian.Uint64(data[at:])+1)
	sealHeader(data)
}

func TestOpenLeavesStrangeFilesAlone(t *testing.T) {
	r := filled(t, 6, 2)
	strange := []string{"notes.txt", "000000000001.journal.bak", "1.journal", "00000000000x.journal", "000000000000.journal"}
	for _, name := range strange {
		file, err := r.disk.Create(name)
		r.must(err)
		_, err = file.WriteAt([]byte(name), 0)
		r.must(err)
	}
	r.kill()
	found := 0
	for _, f := range imageOf(t, r.disk) {
		for _, name := range strange {
			if f.name == name && string(f.data) == name {
				found++
			}
		}
	}
	if found != len(strange) {
		t.Errorf("%d of %d files are as they were", found, len(strange))
	}
}

// TestOpenOnADiskThatFails: whatever fails while a journal is opened, the error
// is told, and the next start finds everything.
func TestOpenOnADiskThatFails(t *testing.T) {
	r := filled(t, 7, 3)
	failed := 0
	for range 60 {
		r.disk.Kill()
		r.disk.SetFaults(faultdisk.Faults{WriteFails: 2, SyncFails: 3})
		if err := r.tryOpen(); err != nil {
			failed++
		} else {
			r.model.synced()
		}
		r.disk.SetFaults(faultdisk.Faults{})
		r.restart()
	}
	if failed < 10 {
		t.Fatalf("only %d starts failed", failed)
	}
}
