package media

import (
	"testing"
	"time"

	"github.com/hotline12345/hotline/media/order"
)

// press is one event packet: which of the stream, which event, its beginning,
// its length so far, and whether it is over.
type press struct {
	sequence uint16
	code     byte
	time     uint32
	length   uint16
	end      byte
}

func TestDigitsAreReportedOnceAtTheirEnd(t *testing.T) {
	for name, test := range map[string]struct {
		packets []press
		want    string
		longest time.Duration
	}{
		"plain, with the end three times": {[]press{{1, 5, 800, 160, 0}, {2, 5, 800, 320, 0}, {3, 5, 800, 800, 0x80}, {4, 5, 800, 800, 0x80}, {5, 5, 800, 800, 0x80}}, "5", 100 * time.Millisecond},
		"only an end came":                {[]press{{5, 11, 800, 400, 0x80}}, "#", 50 * time.Millisecond},
		"every end lost, the next comes":  {[]press{{1, 1, 800, 160, 0}, {7, 2, 4000, 160, 0x80}}, "12", 20 * time.Millisecond},
		"every end lost, silence comes":   {[]press{{1, 3, 800, 240, 0}}, "3", 30 * time.Millisecond},
		"the same digit twice":            {[]press{{1, 7, 800, 160, 0x80}, {2, 7, 2400, 160, 0x80}}, "77", 20 * time.Millisecond},
		"an old packet comes late":        {[]press{{1, 7, 800, 160, 0x80}, {3, 8, 2400, 160, 0x80}, {2, 7, 800, 160, 0x80}}, "78", 20 * time.Millisecond},
		"a long one in two segments":      {[]press{{1, 10, 800, 65535, 0}, {2, 10, 800 + 65535, 800, 0x80}}, "*", (65535 + 800) * sample},
		"no digit":                        {[]press{{1, 16, 800, 160, 0x80}, {2, 200, 2400, 160, 0x80}}, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			a, pa := newPeer(t, "127.0.0.1"), r.pair()
			r.give(pa, trunk(1, a))
			for _, k := range test.packets {
				a.send(pa, packet{payload: 101, sequence: k.sequence, time: k.time, ssrc: 7, body: []byte{k.code, k.end | 10, byte(k.length >> 8), byte(k.length)}})
				r.run(20 * time.Millisecond)
			}
			a.send(pa, packet{payload: 101, sequence: 99, time: 1 << 20, ssrc: 7, body: []byte{1, 2}})
			r.run(time.Second)
			got, longest := "", time.Duration(0)
			for _, e := range r.take(order.Digit) {
				got += string(e.Digit)
				longest = max(longest, e.Duration)
			}
			if got != test.want || longest != test.longest {
				t.Errorf("%q, the longest %v; want %q, %v", got, longest, test.want, test.longest)
			}
		})
	}
}
