package journal_test

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/hotline12345/hotline/journal"
)

// aged is a journal of five segments of which the first two hold facts only,
// with no tail that is not synced.
func aged(t testing.TB) *rig {
	r := newRig(t, 40, 2<<10)
	r.options.Projections = []string{"store"}
	r.kill()
	for r.log.Stats().Segments < 5 {
		r.must(r.append(r.turn(4, 200), r.turn(4, 200)))
		r.must(r.sync())
		if r.log.Stats().Segments < 4 {
			r.must(r.log.Retire(10))
		}
	}
	for range 3 {
		r.must(r.append(r.turn(4, 60)))
		r.must(r.sync())
		r.must(r.append(r.turn(4, 60), r.turn(4, 60)))
		r.must(r.sync())
	}
	return r
}

// fate is what must become of a journal with one byte damaged.
type fate struct {
	openFails bool
	readFails bool   // facts of that segment
	position  uint64 // of the next fact, if it opens
}

// fateOf says it from the bytes. In old segments every byte up to the end
// counts. In the last one, which alone may be torn, a frame is known to have
// been whole if one behind it says that it was durable; otherwise the damage
// looks like a torn end, and is cut.
func fateOf(m image, state uint64, file, off int, whole uint64) fate {
	segments, le := m.segments(), binary.LittleEndian
	data := segments[file].data
	if off >= end(data) {
		return fate{position: whole}
	}
	last := file == len(segments)-1
	if off < headerSize && (!last || off >= atFormat && off < atFormat+4) {
		return fate{openFails: true}
	}
	if !last {
		old := uint64(file+1) < state
		return fate{openFails: !old, readFails: old, position: whole}
	}
	list := frames(data)
	for i, f := range list {
		if off >= f.off+f.length {
			continue
		}
		seq := le.Uint64(data[f.off+atSequence:]) // without its header no frame of the segment counts
		for _, later := range list[i+1:] {
			if le.Uint64(data[later.off+atDurable:]) >= seq {
				return fate{openFails: true}
			}
		}
		return fate{position: le.Uint64(data[f.off+atFirstFact:])}
	}
	panic("an offset in no frame")
}

func TestEveryDamagedByte(t *testing.T) {
	r := aged(t)
	good, facts := imageOf(t, r.disk), r.model.now().facts
	segments := good.segments()
	state := binary.LittleEndian.Uint64(segments[len(segments)-1].data[atState:])
	if state < 2 || int(state) >= len(segments) {
		t.Fatalf("the state begins in segment %d of %d: nothing old, or nothing in between", state, len(segments))
	}
	var refused, unread, cut int
	for file := range segments {
		used := end(segments[file].data)
		for off := 0; off < min(used+30, len(good[file].data)); off += 1 + file%2*4 {
			want := fateOf(good, state, file, off, r.log.Position())
			where := fmt.Sprintf("segment %d byte %d", file+1, off)
			bad := good.clone()
			bad[file].data[off] ^= 1 << (off % 8)
			log, s, err := journal.Open(bad.disk(t), r.options)
			if want.openFails {
				refused++
				if err == nil {
					t.Fatalf("%s: opened", where)
				}
				if !strings.Contains(err.Error(), "damaged at byte") && !strings.Contains(err.Error(), "format") {
					t.Fatalf("%s: %v", where, err)
				}
				continue
			}
			if err != nil || s.Position != want.position {
				t.Fatalf("%s: position %d, error %v; must be position %d", where, s.Position, err, want.position)
			}
			read, err := log.Read(0, 1<<20)
			if wrong := sameFacts(facts, read); wrong != nil {
				t.Fatalf("%s: %v", where, wrong)
			}
			if (err != nil) != want.readFails || (err == nil && uint64(len(read)) != want.position) {
				t.Fatalf("%s: read %d facts of %d, error %v", where, len(read), want.position, err)
			}
			if want.readFails {
				unread++
			} else if want.position < r.log.Position() {
				cut++
			}
		}
	}
	t.Logf("%d starts refused, %d segments that could not be read, %d ends cut", refused, unread, cut)
	if refused == 0 || unread == 0 || cut == 0 {
		t.Error("not every fate was met")
	}
}

// TestAStartVouchesForWhatItFound: of turns that were never synced by their
// process the next start says that they are durable now; damage of them is then
// no torn end.
func TestAStartVouchesForWhatItFound(t *testing.T) {
	r := newRig(t, 41, smallSegment)
	for range 5 {
		r.must(r.append(journal.Turn{At: 1, Records: []journal.Record{record(1, "never synced")}}))
	}
	r.kill()
	good := imageOf(t, r.disk)
	list := frames(good[0].data)
	if len(list) != 7 {
		t.Fatalf("%d frames", len(list))
	}
	for i, f := range list {
		bad := good.clone()
		bad[0].data[f.off+f.length-1] ^= 1
		_, _, err := journal.Open(bad.disk(t), r.options)
		if own := i == len(list)-1; (err == nil) != own { // for its own frame it cannot
			t.Errorf("frame %d damaged: %v", i, err)
		}
	}
}

// TestLostSectors: whole sectors that read as zeros, or as another file's
// bytes, are found like single bytes.
func TestLostSectors(t *testing.T) {
	r := aged(t)
	good, facts := imageOf(t, r.disk), r.model.now().facts
	segments := good.segments()
	for file := range segments {
		for off := 0; off < end(segments[file].data); off += 512 {
			for _, with := range []byte{0, 0xff, 'x'} {
				bad := good.clone()
				sector := bad[file].data[off:min(off+512, len(bad[file].data))]
				for i := range sector {
					sector[i] = with
				}
				log, s, err := journal.Open(bad.disk(t), r.options)
				if err != nil {
					continue // which is right, as TestEveryDamagedByte has it
				}
				read, err := log.Read(0, 1<<20)
				if wrong := sameFacts(facts, read); wrong != nil {
					t.Fatalf("segment %d from byte %d: %v", file+1, off, wrong)
				}
				if err == nil && uint64(len(read)) != s.Position {
					t.Fatalf("segment %d from byte %d: read %d facts of %d without an error", file+1, off, len(read), s.Position)
				}
			}
		}
	}
}
