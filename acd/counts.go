package acd

import "time"

// defaultService is the service level's T where the plan gives none: GB/T
// 33358-2016 asks for an answer within 15 s.
const defaultService = 15 * time.Second

// WaitBounds are the upper bounds, inclusive, of the buckets of Counts.Waits;
// its last bucket has none.
var WaitBounds = [12]time.Duration{
	5 * time.Second, 10 * time.Second, 15 * time.Second, 20 * time.Second, 30 * time.Second, 45 * time.Second,
	60 * time.Second, 90 * time.Second, 120 * time.Second, 180 * time.Second, 300 * time.Second, 600 * time.Second,
}

// Counts are a queue's figures since it began. In*: picked up within the
// service time, by the clock from the INVITE and by that from the end of
// what must be heard, or the enlisting if that is later. Entered is Answered
// plus Abandoned plus TooLong plus the calls that wait or are offered now; Full
// ones never entered.
type Counts struct {
	Entered   uint64                      `cbor:"1,keyasint,omitempty"`
	Answered  uint64                      `cbor:"2,keyasint,omitempty"`
	Abandoned uint64                      `cbor:"3,keyasint,omitempty"`
	Full      uint64                      `cbor:"4,keyasint,omitempty"`
	TooLong   uint64                      `cbor:"5,keyasint,omitempty"`
	InInvite  uint64                      `cbor:"6,keyasint,omitempty"`
	InHeard   uint64                      `cbor:"7,keyasint,omitempty"`
	WaitNs    uint64                      `cbor:"8,keyasint,omitempty"` // sum over answered calls
	Waits     [len(WaitBounds) + 1]uint64 `cbor:"9,keyasint,omitempty"` // answered calls by their wait; each in one bucket
}

// Within says by which clocks a call was picked up in time.
type Within uint8

// The clocks of the service level.
const (
	InInvite Within = 1 << iota // from the INVITE
	InHeard                     // from the end of what must be heard
)

// count adds an answered call, or with times -1 takes it back: its agent hung
// up before the caller was heard. What was in time then stays what it was,
// also if the plan's service time has changed meanwhile.
func (c *Counts) count(r *CallRecord, times int) {
	n := uint64(times) // -1 wraps around, as the sums do
	wait := r.TakenAt.Sub(r.Since)
	c.Answered += n
	c.WaitNs += n * uint64(wait)
	if r.Within&InInvite != 0 {
		c.InInvite += n
	}
	if r.Within&InHeard != 0 {
		c.InHeard += n
	}
	c.Waits[bucket(wait)] += n
}

// bucket is the place of a wait in Counts.Waits.
func bucket(wait time.Duration) int {
	i := 0
	for i < len(WaitBounds) && wait > WaitBounds[i] {
		i++
	}
	return i
}

// within tells by which clocks a call picked up at r.TakenAt is in time.
func within(r *CallRecord, service time.Duration) (in Within) {
	if service == 0 {
		service = defaultService
	}
	if r.TakenAt.Sub(r.Began) <= service {
		in |= InInvite
	}
	if r.Mature == 0 || r.TakenAt.Sub(max(r.Mature, r.Since)) <= service {
		in |= InHeard
	}
	return in
}
