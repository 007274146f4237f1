package media

import (
	"bytes"
	"testing"
	"time"

	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/turn"
)

// bridge joins two legs, 1 and 2, that hear one another.
func bridge(t testing.TB, change func(a, b *order.Leg)) (r *rig, a, b *peer, pa, pb *bound) {
	r = newRig(t)
	a, b = newPeer(t, "127.0.0.1"), newPeer(t, "127.0.0.1")
	pa, pb = r.pair(), r.pair()
	oa, ob := hears(trunk(1, a), 2), hears(trunk(2, b), 1)
	if change != nil {
		change(&oa, &ob)
	}
	r.give(pa, oa)
	r.give(pb, ob)
	return r, a, b, pa, pb
}

func TestRelayGivesPacketsTheLegsOwnStream(t *testing.T) {
	r, a, b, pa, _ := bridge(t, func(_, b *order.Leg) { b.Payload = 96 })
	for i := range 5 {
		a.talk(pa, 77, i, byte(i))
		r.run(20 * time.Millisecond)
	}
	got := b.all()
	if len(got) != 5 {
		t.Fatalf("%d packets came out of 5", len(got))
	}
	for i, k := range got {
		want := packet{96, i == 0, got[0].sequence + uint16(i), got[0].time + uint32(160*i), 2 * 0x1111, frame(byte(i))}
		if k.payload != want.payload || k.marker != want.marker || k.sequence != want.sequence || k.time != want.time || k.ssrc != want.ssrc || !bytes.Equal(k.body, want.body) {
			t.Errorf("packet %d: %+v, want %+v", i, k, want)
		}
	}
	if got[0].sequence != 200 || got[0].time < 200000 || got[0].time > 200016 {
		t.Errorf("begins at %d and %d, not at the bases", got[0].sequence, got[0].time)
	}
}

func TestStreamOfARestartedProcessGoesOnAheadOfTheOld(t *testing.T) {
	r, a, b, pa, _ := bridge(t, func(_, b *order.Leg) { b.Since -= turn.Instant(10 * time.Second) })
	a.talk(pa, 77, 0, 1)
	r.settle()
	got := b.all()
	if len(got) != 1 || got[0].sequence != 200+500 || got[0].time != 200000+80000 {
		t.Fatalf("ten seconds after the bases: %+v", got)
	}
}

func TestRelayKeepsLossAndOrderButNeverGoesBackAtANewSource(t *testing.T) {
	r, a, b, pa, _ := bridge(t, nil)
	for _, i := range []int{0, 1, 4, 3, 5} {
		a.talk(pa, 77, i, byte(i))
		r.run(20 * time.Millisecond)
	}
	got := b.all()
	var steps []int
	for _, k := range got {
		steps = append(steps, int(k.sequence-got[0].sequence))
	}
	if len(steps) != 5 || steps[2] != 4 || steps[3] != 3 || steps[4] != 5 {
		t.Fatalf("the sequence's steps are %v", steps)
	}
	// The peer changes its SSRC and begins far back.
	a.send(pa, packet{payload: 8, sequence: 9, time: 17, ssrc: 78, body: frame(9)})
	r.settle()
	next := b.all()
	if len(next) != 1 || !next[0].marker || next[0].sequence != got[4].sequence+1 || int32(next[0].time-got[4].time) < 160 {
		t.Fatalf("after %+v came %+v", got[4], next)
	}
	c := r.lp.legs[1].counters
	if c.Received != 6 || c.Lost != 2 || c.Late != 1 {
		t.Errorf("counted %+v", c)
	}
}

func TestTimestampThatJumpsAgainstTheClockIsANewStream(t *testing.T) {
	r, a, b, pa, _ := bridge(t, nil)
	a.talk(pa, 77, 0, 0)
	r.run(20 * time.Millisecond)
	a.send(pa, packet{payload: 8, sequence: 1001, time: 0x80000000, ssrc: 77, body: frame(1)})
	r.settle()
	got := b.all()
	if len(got) != 2 || !got[1].marker || got[1].sequence != got[0].sequence+1 || got[1].time-got[0].time > 400 {
		t.Fatalf("%+v", got)
	}
}

func TestRelayConvertsBetweenTheCodecs(t *testing.T) {
	r, a, b, pa, pb := bridge(t, func(_, b *order.Leg) { b.Codec, b.Payload = order.PCMU, 0 })
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	a.send(pa, packet{payload: 8, sequence: 1, time: 1, ssrc: 7, body: all})
	b.send(pb, packet{payload: 0, sequence: 1, time: 1, ssrc: 8, body: all})
	r.settle()
	toB, toA := b.all(), a.all()
	if len(toB) != 1 || len(toA) != 1 {
		t.Fatalf("%d and %d packets", len(toB), len(toA))
	}
	for i := range all {
		if toB[0].body[i] != aToU[i] || toA[0].body[i] != uToA[i] {
			t.Fatalf("value %d became %d and %d", i, toB[0].body[i], toA[0].body[i])
		}
	}
	if toB[0].payload != 0 || toA[0].payload != 8 {
		t.Errorf("payload types %d and %d", toB[0].payload, toA[0].payload)
	}
}

func TestTwoEarsWithDifferentCodecsHearTheSame(t *testing.T) {
	r, a, b, pa, _ := bridge(t, func(_, b *order.Leg) { b.Codec, b.Payload = order.PCMU, 0 })
	c, pc := newPeer(t, "127.0.0.1"), r.pair()
	r.give(pc, hears(trunk(3, c), 1))
	a.talk(pa, 77, 0, 33)
	r.settle()
	if got := b.all(); len(got) != 1 || !bytes.Equal(got[0].body, frame(aToU[33])) {
		t.Errorf("the PCMU leg: %+v", got)
	}
	if got := c.all(); len(got) != 1 || !bytes.Equal(got[0].body, frame(33)) {
		t.Errorf("the PCMA leg: %+v", got)
	}
}

func TestEventsTakeTheOtherLegsPayloadTypeAndForeignTypesLeaveNoGap(t *testing.T) {
	tone := []byte{5, 10, 0, 160}
	for name, want := range map[string]uint8{"agreed": 97, "not agreed": 0} {
		r, a, b, pa, _ := bridge(t, func(_, b *order.Leg) { b.Event = want })
		a.talk(pa, 77, 0, 0)
		a.send(pa, packet{payload: 101, sequence: 1001, time: 5160, ssrc: 77, body: tone})
		a.send(pa, packet{payload: 13, sequence: 1002, time: 5320, ssrc: 77, body: []byte{30}})
		a.talk(pa, 77, 3, 3)
		r.settle()
		got := b.all()
		if want == 0 {
			if len(got) != 2 || got[1].sequence != got[0].sequence+1 || got[1].time != got[0].time+480 {
				t.Errorf("%s: %+v", name, got)
			}
			continue
		}
		if len(got) != 3 || got[1].payload != want || !bytes.Equal(got[1].body, tone) || got[1].time != got[0].time+160 || got[2].sequence != got[0].sequence+2 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestExtensionContributorsAndPaddingAreTakenOff(t *testing.T) {
	r, a, b, pa, _ := bridge(t, nil)
	raw := packet{payload: 8, sequence: 1, time: 1, ssrc: 7}.bytes()
	raw[0] |= 0x20 | 0x10 | 2
	raw = append(raw, 1, 2, 3, 4, 5, 6, 7, 8)           // contributors
	raw = append(raw, 0xbe, 0xde, 0, 1, 9, 9, 9, 9)     // extension
	raw = append(append(raw, frame(44)...), 0, 0, 0, 4) // payload, padding
	a.raw(a.rtp, pa.pair.Port, raw)
	r.settle()
	if got := b.all(); len(got) != 1 || !bytes.Equal(got[0].body, frame(44)) {
		t.Fatalf("%+v", got)
	}
}

func TestTrunkIsHeardFromItsAddressOnly(t *testing.T) {
	r, a, b, pa, _ := bridge(t, nil)
	a.raw(a.rtcp, pa.pair.Port, packet{payload: 8, sequence: 1, time: 1, ssrc: 7, body: frame(1)}.bytes())
	newPeer(t, "127.0.0.9").talk(pa, 7, 0, 1)
	a.raw(a.rtp, pa.pair.Port, []byte("INVITE sip:12345@example.com SIP/2.0"))
	a.raw(a.rtp, pa.pair.Port, nil)
	r.settle()
	if got := b.all(); len(got) != 0 {
		t.Errorf("passed on: %+v", got)
	}
	if c := r.lp.legs[1].counters; c.Refused != 4 || c.Received != 0 {
		t.Errorf("counted %+v", c)
	}
}

func TestMutedLegIsSentNothingAndThenGoesOnAhead(t *testing.T) {
	r, a, b, pa, pb := bridge(t, nil)
	a.talk(pa, 77, 0, 0)
	r.run(20 * time.Millisecond)
	before := b.all()
	muted := hears(trunk(2, b), 1)
	muted.Mute = true
	r.give(pb, muted)
	for i := range 50 {
		a.talk(pa, 77, 1+i, 0)
		r.run(20 * time.Millisecond)
	}
	if got := b.all(); len(got) != 0 {
		t.Fatalf("%d packets to a muted leg", len(got))
	}
	r.give(pb, hears(trunk(2, b), 1))
	a.talk(pa, 77, 51, 0)
	r.settle()
	after := b.all()
	if len(before) != 1 || len(after) != 1 || !after[0].marker || after[0].sequence != before[0].sequence+1 || after[0].time-before[0].time < 8000 {
		t.Fatalf("%+v, then %+v", before, after)
	}
}

func TestOrdersMayComeInAnySequenceAndOldOnesAreDropped(t *testing.T) {
	r := newRig(t)
	a, b := newPeer(t, "127.0.0.1"), newPeer(t, "127.0.0.1")
	pa, pb := r.pair(), r.pair()
	first := hears(trunk(2, b), 1) // hears a leg that is not there yet
	first.Number = 10
	r.give(pb, first)
	old := trunk(2, b)
	old.Number = 9
	r.give(pb, old)
	r.give(pa, trunk(1, a))
	a.talk(pa, 77, 0, 5)
	r.settle()
	if got := b.all(); len(got) != 1 {
		t.Fatalf("%d packets", len(got))
	}
}

func TestEndReportsTheFiguresFreesThePairAndSaysGoodbye(t *testing.T) {
	r, a, b, pa, pb := bridge(t, nil)
	a.talk(pa, 77, 0, 0)
	r.settle()
	end := trunk(2, b)
	end.End = true
	r.give(pb, end)
	counted, freed := r.take(order.Counted), r.take(order.PairFreed)
	if len(counted) != 1 || !counted[0].Final || counted[0].Leg != 2 || counted[0].Counters.Sent != 1 {
		t.Errorf("counted %+v", counted)
	}
	if len(freed) != 1 || freed[0].Pair != pb.pair || pb.leg != nil {
		t.Errorf("freed %+v", freed)
	}
	if raw := readRaw(t, b.rtcp); !bytes.HasSuffix(raw, []byte{2<<6 | 1, goodbye, 0, 1, 0, 0, 0x22, 0x22}) {
		t.Errorf("no BYE: % x", raw)
	}
	// The same once more must not free the pair under its next leg.
	r.give(pb, trunk(3, b))
	r.give(pb, end)
	if got := r.take(order.PairFreed); len(got) != 0 || r.lp.legs[3] == nil {
		t.Errorf("freed twice: %+v", got)
	}
	if len(r.lp.legs) != 2 || len(r.lp.ears) != 3 {
		t.Errorf("%d legs, %d ears", len(r.lp.legs), len(r.lp.ears))
	}
	for id, pair := range map[turn.ID]*bound{1: pa, 3: pb} {
		r.give(pair, order.Leg{ID: id, Number: 1 << 40, End: true})
	}
	if len(r.lp.legs) != 0 || len(r.lp.ears) != 0 || len(r.lp.timers.heap) != 0 {
		t.Errorf("left behind: %d legs, %d ears, %d timers", len(r.lp.legs), len(r.lp.ears), len(r.lp.timers.heap))
	}
}

func TestPairThatAnotherLegHasIsRefused(t *testing.T) {
	r, _, b, _, pb := bridge(t, nil)
	r.give(pb, trunk(9, b))
	if r.lp.legs[9] != nil || r.fig.refusedOrders.Load() != 1 {
		t.Fatal("two legs have one pair")
	}
}
