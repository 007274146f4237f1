package journal_test

import (
	"encoding/binary"
	"testing"

	"github.com/hotline12345/hotline/journal"
)

// FuzzOpen damages a good journal: the data are edits, each of 8 bytes (file,
// what, two offsets, a length). It opens with a clear error or with a beginning
// of what was appended, and reads no fact that never was.
func FuzzOpen(f *testing.F) {
	r := aged(f)
	good, facts := imageOf(f, r.disk), r.model.now().facts
	f.Add([]byte{})
	f.Add([]byte{4, 0, 1, 0, 0, 0, 1, 0}) // a bit
	f.Add([]byte{3, 1, 0, 2, 0, 0, 0, 2}) // a sector of zeros
	f.Add([]byte{4, 2, 0, 1, 0, 4, 0, 1}) // bytes of elsewhere
	f.Add([]byte{4, 3, 0, 3, 0, 0, 0, 0}) // cut short
	f.Add([]byte{4, 4, 0, 0, 0, 0, 0, 0}) // a file is gone
	f.Add([]byte{1, 5, 2, 0, 0, 0, 0, 0}) // a file in place of another
	f.Add([]byte{5, 2, 84, 0, 84, 0, 0, 2, 5, 1, 0, 6, 0, 0, 0, 1})
	f.Fuzz(func(t *testing.T, edits []byte) {
		bad := good.clone()
		for ; len(edits) >= 8 && len(bad) > 0; edits = edits[8:] {
			bad = bad.edit([8]byte(edits))
		}
		log, state, err := journal.Open(bad.disk(t), r.options)
		if err != nil {
			if err.Error() == "" || log != nil {
				t.Fatalf("an error without words: %v", err)
			}
			return
		}
		if state.Position > uint64(len(facts)) {
			t.Fatalf("position %d, only %d facts were appended", state.Position, len(facts))
		}
		from := uint64(0)
		for range 2 {
			read, err := log.Read(from, 1<<20)
			gone, ok := err.(*journal.GoneError)
			if wrong := sameFacts(facts[min(from, uint64(len(facts))):], read); wrong != nil {
				t.Fatal(wrong)
			}
			if !ok {
				break
			}
			from = gone.Oldest
		}
		if err := log.Append([]journal.Turn{{At: 1, Records: []journal.Record{record(1, "after")}}}); err != nil {
			t.Fatal(err)
		}
	})
}

// edit does one thing to an image.
func (m image) edit(e [8]byte) image {
	i := int(e[0]) % len(m)
	data := m[i].data
	if len(data) == 0 {
		return m
	}
	a, b := int(binary.LittleEndian.Uint16(e[2:]))%len(data), int(binary.LittleEndian.Uint16(e[4:]))%len(data)
	n := int(binary.LittleEndian.Uint16(e[6:]))
	switch e[1] % 6 {
	case 0:
		data[a] ^= 1 << (e[6] % 8)
	case 1:
		clear(data[a:min(a+n, len(data))])
	case 2:
		from := m[(i+int(e[6]))%len(m)].data
		if b < len(from) {
			copy(data[a:min(a+n, len(data))], from[b:])
		}
	case 3:
		m[i].data = data[:a]
	case 4:
		return append(m[:i], m[i+1:]...)
	case 5:
		m[i].data = m[int(e[2])%len(m)].data
	}
	return m
}

// FuzzSegments gives a start files of any bytes, whose headers' and frames'
// checksums are made good, so that what is behind them is met: no panic, no
// reader that never comes back, nothing larger set aside than the files.
func FuzzSegments(f *testing.F) {
	for _, segment := range imageOf(f, aged(f).disk) {
		f.Add(segment.data[:min(len(segment.data), 400)], []byte{}, uint16(400))
	}
	one := imageOf(f, filled(f, 3, 2).disk)
	f.Add(one[0].data[:600], one[1].data[:600], uint16(700))
	f.Fuzz(func(t *testing.T, first, second []byte, size uint16) {
		var m image
		for i, data := range [][]byte{first, second} {
			if i > 0 && len(data) == 0 {
				continue
			}
			data = append(append([]byte(nil), data...), make([]byte, max(0, int(size)-len(data)))...)
			m = append(m, imageFile{[]string{"000000000001.journal", "000000000002.journal"}[i], data})
			if len(data) < headerSize {
				continue
			}
			copy(data, "hotline\x01")
			sealHeader(data)
			for off := headerSize; off+frameSize <= len(data); {
				length := frameSize + int(binary.LittleEndian.Uint32(data[off+atLength:]))
				if length > len(data)-off {
					break
				}
				seal(data[off : off+length])
				off += length
			}
		}
		log, state, err := journal.Open(m.disk(t), journal.Options{SegmentSize: 1 << 10})
		if err != nil {
			return
		}
		from := uint64(0)
		if _, err := log.Read(0, 1); err != nil {
			if gone, ok := err.(*journal.GoneError); ok {
				from = gone.Oldest
			}
		}
		read, err := log.Read(from, 1<<12)
		if err == nil && from < state.Position && len(read) == 0 {
			t.Fatalf("no fact from %d on, of %d", from, state.Position)
		}
		if err := log.Retire(10); err != nil {
			t.Fatal(err)
		}
	})
}
