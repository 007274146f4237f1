package media

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/turn"
)

// noise is a clip that resembles nothing else.
func noise(seed uint64, samples int) []byte {
	rnd, b := rand.New(rand.NewPCG(seed, 1)), make([]byte, samples)
	level := 0.0
	for i := range b {
		level = 0.9*level + rnd.NormFloat64()*2000
		b[i] = linearToA(int16(max(-32000, min(32000, level))))
	}
	return b
}

// correlation is the normalised cross-correlation of two sounds of one length.
func correlation(a, b []int16) float64 {
	var ab, aa, bb float64
	for i := range a {
		x, y := float64(a[i]), float64(b[i])
		ab, aa, bb = ab+x*y, aa+x*x, bb+y*y
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return ab / math.Sqrt(aa*bb)
}

func linear(b []byte, table func(byte) int16) []int16 {
	out := make([]int16, len(b))
	for i, v := range b {
		out[i] = table(v)
	}
	return out
}

// plays makes the order's peer hear clips from at on.
func plays(o order.Leg, at turn.Instant, loop bool) order.Leg {
	o.Hear = order.Hear{Kind: order.HearClips, Clips: []string{"x"}, At: at, Loop: loop}
	return o
}

// sound joins the packets' samples, checking that they are one stream.
func sound(t *testing.T, packets []packet, step uint32) (out []byte) {
	t.Helper()
	for i, k := range packets {
		if k.sequence != packets[0].sequence+uint16(i) || k.time != packets[0].time+uint32(i)*step || k.marker != (i == 0) || len(k.body) != int(step) {
			t.Fatalf("packet %d does not follow: %d %d %v, %d samples", i, k.sequence, k.time, k.marker, len(k.body))
		}
		out = append(out, k.body...)
	}
	return out
}

func TestClipsArePlayedOneAfterTheOtherAndPaced(t *testing.T) {
	r := newRig(t)
	a, pa := newPeer(t, "127.0.0.1"), r.pair()
	one, two := noise(1, 1000), noise(2, 610)
	r.give(pa, plays(trunk(1, a), r.clock, false), one, nil, two)
	heard := a.all()
	for i := 1; i <= 10; i++ {
		r.run(20 * time.Millisecond)
		k := a.all()
		if heard = append(heard, k...); len(k) != 1 {
			t.Fatalf("%d packets in the 20 ms up to %d", len(k), 20*i)
		}
	}
	r.run(19 * time.Millisecond)
	if got := r.take(order.ClipFinished); len(got) != 0 {
		t.Fatal("finished before the last sample was heard")
	}
	r.run(2 * time.Millisecond)
	if got := r.take(order.ClipFinished); len(got) != 1 || got[0].Number != 1 || got[0].Leg != 1 {
		t.Fatalf("finished %+v", got)
	}
	got := sound(t, heard, 160)
	want := append(append(bytes.Clone(one), two...), bytes.Repeat([]byte{silenceA}, 150)...)
	if !bytes.Equal(got, want) {
		t.Fatalf("%d samples heard, %d wanted; or others", len(got), len(want))
	}
	// Given again with another Expect, the clips neither begin nor end anew.
	o := plays(trunk(1, a), turn.Instant(time.Hour), false)
	o.Expect = true
	r.give(pa, o, one, two)
	r.run(time.Second)
	if got := r.take(order.ClipFinished); len(got) != 0 || len(a.all()) != 0 {
		t.Errorf("played again: %+v", got)
	}
}

func TestClipIsFoundInWhatThePeerHears(t *testing.T) {
	clip := noise(3, 8000)
	for name, test := range map[string]struct {
		codec   order.Codec
		payload uint8
		ptime   uint8
		table   func(byte) int16
	}{
		"PCMA 20 ms": {order.PCMA, 8, 20, aToLinear},
		"PCMU 20 ms": {order.PCMU, 0, 20, uToLinear},
		"PCMA 10 ms": {order.PCMA, 8, 10, aToLinear},
		"PCMU 60 ms": {order.PCMU, 0, 60, uToLinear},
		"no ptime":   {order.PCMA, 8, 0, aToLinear},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			a, pa := newPeer(t, "127.0.0.1"), r.pair()
			o := plays(trunk(1, a), r.clock, false)
			o.Codec, o.Payload, o.Ptime = test.codec, test.payload, test.ptime
			r.give(pa, o, clip)
			r.run(1100 * time.Millisecond)
			step := uint32(8) * uint32(test.ptime)
			if step == 0 {
				step = 160
			}
			got := linear(sound(t, a.all(), step)[:8000], test.table)
			if c := correlation(got, linear(clip, aToLinear)); c < 0.999 {
				t.Errorf("correlation %.4f", c)
			}
			if c := correlation(got, linear(noise(4, 8000), aToLinear)); c > 0.1 {
				t.Errorf("correlation with another clip %.4f", c)
			}
		})
	}
}

func TestRestartedProcessPlaysOnFromWhereTheClipWas(t *testing.T) {
	clip := noise(5, 16000)
	for name, test := range map[string]struct {
		ago   time.Duration
		loop  bool
		first int // sample; -1: finished at once
	}{
		"half a second ago":     {500 * time.Millisecond, false, 4000},
		"just now, a bit late":  {150 * time.Millisecond, false, 0},
		"it is over":            {3 * time.Second, false, -1},
		"in the third round":    {5 * time.Second, true, 8000},
		"not on a packet's end": {509 * time.Millisecond, false, 4000},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			a, pa := newPeer(t, "127.0.0.1"), r.pair()
			r.give(pa, plays(trunk(1, a), r.clock.Add(-test.ago), test.loop), clip)
			r.run(40 * time.Millisecond)
			got := a.all()
			if test.first < 0 {
				if len(got) != 0 || len(r.take(order.ClipFinished)) != 1 {
					t.Fatalf("%d packets", len(got))
				}
				return
			}
			if len(got) < 2 || !bytes.Equal(got[0].body, clip[test.first:test.first+160]) {
				t.Fatalf("%d packets, or other samples", len(got))
			}
		})
	}
}

func TestLoopGoesRoundWithoutASeamAndNeverFinishes(t *testing.T) {
	r := newRig(t)
	a, pa := newPeer(t, "127.0.0.1"), r.pair()
	clip := noise(6, 450)
	r.give(pa, plays(trunk(1, a), r.clock, true), clip[:200], clip[200:])
	r.run(999 * time.Millisecond)
	got := sound(t, a.all(), 160)
	if len(got) != 8000 || !bytes.Equal(got, bytes.Repeat(clip, 20)[:8000]) {
		t.Fatalf("%d samples, or others", len(got))
	}
	r.give(pa, plays(trunk(1, a), r.clock, true)) // a loop of nothing
	r.run(time.Second)
	if got := r.take(order.ClipFinished); len(got) != 0 || len(a.all()) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestClipThenRelayIsOneStream(t *testing.T) {
	r := newRig(t)
	a, b := newPeer(t, "127.0.0.1"), newPeer(t, "127.0.0.1")
	pa, pb := r.pair(), r.pair()
	r.give(pa, trunk(1, a))
	r.give(pb, plays(trunk(2, b), r.clock, true), noise(7, 8000))
	r.run(99 * time.Millisecond)
	r.give(pb, hears(trunk(2, b), 1))
	a.talk(pa, 77, 0, 0)
	r.run(20 * time.Millisecond)
	a.talk(pa, 77, 1, 0)
	r.settle()
	got := b.all()
	if len(got) != 7 {
		t.Fatalf("%d packets", len(got))
	}
	for i, k := range got[1:] {
		if k.sequence != got[i].sequence+1 || int32(k.time-got[i].time) < 160 || k.marker != (i == 4) {
			t.Errorf("packet %d: %+v after %+v", i+1, k.sequence, got[i].sequence)
		}
	}
}

// TestClipsOfNothingFinishAtOnce: a caller whose prompt has no recording is not
// kept waiting for its end.
func TestClipsOfNothingFinishAtOnce(t *testing.T) {
	for name, clips := range map[string][][]byte{"no clip": nil, "an empty one": {nil}} {
		r := newRig(t)
		a, pa := newPeer(t, "127.0.0.1"), r.pair()
		o := plays(trunk(1, a), r.clock, false)
		r.give(pa, o, clips...)
		r.run(2 * time.Millisecond)
		if got := r.take(order.ClipFinished); len(got) != 1 || got[0].Leg != 1 || len(a.all()) != 0 {
			t.Errorf("%s: finished %+v", name, got)
		}
	}
}

func TestMutedClipGoesOnUnheard(t *testing.T) {
	r := newRig(t)
	a, pa := newPeer(t, "127.0.0.1"), r.pair()
	o := plays(trunk(1, a), r.clock, false)
	o.Mute = true
	r.give(pa, o, noise(8, 800))
	r.run(200 * time.Millisecond)
	if len(a.all()) != 0 || len(r.take(order.ClipFinished)) != 1 {
		t.Fatal("a muted clip was heard or did not finish")
	}
}
