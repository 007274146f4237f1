package live

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"
	"time"

	"github.com/hotline12345/hotline/demo"
)

// rtp is a packet of one value.
func rtp(payload uint8, sequence uint16, stamp, ssrc uint32, value byte, n int) []byte {
	p := make([]byte, header, header+n)
	p[0], p[1] = 2<<6, payload
	binary.BigEndian.PutUint16(p[2:], sequence)
	binary.BigEndian.PutUint32(p[4:], stamp)
	binary.BigEndian.PutUint32(p[8:], ssrc)
	return append(p, bytes.Repeat([]byte{value}, n)...)
}

// runs are the values heard and how many samples each lasts.
func runs(heard []byte) (out [][2]int) {
	for i, b := range heard {
		if i == 0 || b != heard[i-1] {
			out = append(out, [2]int{int(b), 0})
		}
		out[len(out)-1][1]++
	}
	return out
}

func TestWhatIsReceivedIsKeptWhereItsTimestampSays(t *testing.T) {
	in := intake{limit: 8000}
	take := func(p []byte) { in.take(p, 101, time.Now()) }
	take(rtp(demo.PCMA, 65534, 0xffffff00, 1, 10, 160))
	take(rtp(demo.PCMA, 65535, 0xffffffa0, 1, 11, 160))
	take(rtp(demo.PCMA, 2, 0x180, 1, 14, 160)) // two are missing
	if in.lost != 2 {
		t.Errorf("%d lost, want 2", in.lost)
	}
	take(rtp(demo.PCMA, 1, 0xe0, 1, 13, 160)) // one was late
	take(rtp(demo.PCMA, 3, 0x220+800, 1, 15, 240))
	take(rtp(demo.PCMU, 100, 5, 2, 0xff, 160)) // another stream, µ-law's silence
	take([]byte{2 << 6, 200, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	want := [][2]int{{10, 160}, {11, 160}, {silence, 160}, {13, 160}, {14, 160}, {silence, 800}, {15, 240}, {silence, 160}}
	if got := runs(in.heard()); !slices.Equal(got, want) || in.lost != 1 || in.received != 6 {
		t.Errorf("%v, want %v; %d lost, %d received", got, want, in.lost, in.received)
	}
}

func TestOnlyTheEndIsKept(t *testing.T) {
	in := intake{limit: 400}
	for i := range 50 {
		in.take(rtp(demo.PCMA, uint16(i), uint32(160*i), 1, byte(i), 160), 0, time.Now())
	}
	if got, want := runs(in.heard()), [][2]int{{47, 80}, {48, 160}, {49, 160}}; !slices.Equal(got, want) || cap(in.sound) > 3*in.limit {
		t.Errorf("%v, want %v; room for %d", got, want, cap(in.sound))
	}
	in = intake{}
	in.take(rtp(demo.PCMA, 1, 1, 1, 1, 160), 0, time.Now())
	if in.heard() != nil || in.received != 1 {
		t.Error("nothing was to be kept")
	}
}

func TestDigitsGoAsRFC4733SaysAndAreRead(t *testing.T) {
	e, in := event{payload: 96}, intake{}
	if err := e.press("5#"); err != nil {
		t.Fatal(err)
	}
	if e.press("x") == nil {
		t.Error("x is no digit")
	}
	var durations []uint16
	for i := range 40 {
		payload, since, ok := e.next(uint32(160 * i))
		if !ok {
			continue
		}
		if first := since == uint32(160*i); first != (len(durations)%8 == 0) || payload[1]>>7 != byte(len(durations)%8/5) {
			t.Errorf("packet %d: since %d, %v", i, since, payload)
		}
		durations = append(durations, binary.BigEndian.Uint16(payload[2:]))
		p := rtp(96, uint16(i), since, 1, 0, 4)
		copy(p[header:], payload[:])
		in.take(p, 96, time.Now())
	}
	one := []uint16{160, 320, 480, 640, 800, 800, 800, 800}
	if !slices.Equal(durations, append(slices.Clone(one), one...)) || string(in.keys) != "5#" {
		t.Errorf("%v, read as %q", durations, in.keys)
	}
}

// TestALawAndMuLaw are each other's, as near as they can be.
func TestALawAndMuLaw(t *testing.T) {
	for i := range 256 {
		a, u := byte(i), byte(i)
		if aLaw(fromA(a)) != a || (uLaw(fromU(u)) != u && u != 0x7f) { // 0x7f is the other zero
			t.Errorf("%#x is not its own value's code", i)
		}
		if off := fromU(aToU[a]) - fromA(a); max(off, -off) > max(16, fromA(a)/8, -fromA(a)/8) {
			t.Errorf("%#x: off by %d", i, off)
		}
	}
}
