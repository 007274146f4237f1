package journal_test

import (
	"encoding/binary"
	"hash/crc32"
	"io"
	"testing"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/journal/faultdisk"
	"github.com/hotline12345/hotline/turn"
)

// The format as the comments of frame.go and segment.go have it, written down
// a second time: a change of it shows here.
const (
	headerSize  = 84
	frameSize   = 64
	atCRC       = 8  // in a header
	atFormat    = 12 // in a header
	atState     = 32 // in a header
	atPriorEnd  = 24 // in a header
	atPosition  = 40 // in a header
	atSequence0 = 48 // in a header
	atLength    = 4  // in a frame
	atSequence  = 8  // in a frame
	atFirstFact = 16 // in a frame
	atDurable   = 40 // in a frame
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// image is what a disk's files hold, in order of their names.
type image []imageFile

type imageFile struct {
	name string
	data []byte
}

// imageOf copies a disk.
func imageOf(t testing.TB, fs journal.FS) (out image) {
	t.Helper()
	names, err := fs.List()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		file, err := fs.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		size, err := file.Size()
		if err != nil {
			t.Fatal(err)
		}
		data := make([]byte, size)
		if _, err := file.ReadAt(data, 0); err != nil && err != io.EOF {
			t.Fatal(err)
		}
		out = append(out, imageFile{name, data})
	}
	return out
}

// clone copies an image, so that one of the two can be damaged.
func (m image) clone() image {
	out := make(image, len(m))
	for i, f := range m {
		out[i] = imageFile{f.name, append([]byte(nil), f.data...)}
	}
	return out
}

// disk makes a disk of an image, all of it durable.
func (m image) disk(t testing.TB) *faultdisk.Disk {
	t.Helper()
	d := faultdisk.New(turn.NewRand(seed(1)), faultdisk.Faults{})
	for _, f := range m {
		file, err := d.Create(f.name)
		if err == nil && len(f.data) > 0 {
			_, err = file.WriteAt(f.data, 0)
		}
		if err == nil {
			err = file.Sync()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Sync(); err != nil {
		t.Fatal(err)
	}
	return d
}

// span is a frame's place in its file.
type span struct{ off, length int }

// frames finds the frames of a segment.
func frames(data []byte) (out []span) {
	for off := headerSize; off+frameSize <= len(data); {
		length := frameSize + int(binary.LittleEndian.Uint32(data[off+atLength:]))
		if off+length > len(data) || !sealed(data[off:off+length]) {
			return out
		}
		out = append(out, span{off, length})
		off += length
	}
	return out
}

func sealed(frame []byte) bool {
	return crc32.Checksum(frame[4:], castagnoli) == binary.LittleEndian.Uint32(frame)
}

// seal makes a frame good that was changed.
func seal(frame []byte) { binary.LittleEndian.PutUint32(frame, crc32.Checksum(frame[4:], castagnoli)) }

// sealHeader makes a segment's header good that was changed.
func sealHeader(data []byte) {
	binary.LittleEndian.PutUint32(data[atCRC:], crc32.Checksum(data[atCRC+4:headerSize], castagnoli))
}

// end is where a segment's last frame ends.
func end(data []byte) int {
	list := frames(data)
	if len(list) == 0 {
		return headerSize
	}
	last := list[len(list)-1]
	return last.off + last.length
}

// segments are the image's files that have been begun.
func (m image) segments() (out image) {
	for _, f := range m {
		if len(f.data) >= headerSize && string(f.data[:7]) == "hotline" {
			out = append(out, f)
		}
	}
	return out
}
