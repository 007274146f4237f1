package journal_test

import (
	"fmt"
	"testing"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/journal/faultdisk"
	"github.com/hotline12345/hotline/turn"
)

// smallSegment is so small that segments roll all the time.
const smallSegment = 8 << 10

// rig is a journal on a disk that fails, and the model of what it must hold.
type rig struct {
	t       testing.TB
	rand    *turn.Rand
	disk    *faultdisk.Disk
	fs      journal.FS // disk, or what a test has put before it
	options journal.Options
	log     *journal.Log
	state   journal.State
	model   model
	civil   int64
	at      turn.Instant
}

func seed(n int) [32]byte { return [32]byte{byte(n), byte(n >> 8), byte(n >> 16), 0x4a} }

// newRig returns a new journal on an empty disk, both determined by the seed.
func newRig(t testing.TB, n int, segment int) *rig {
	t.Helper()
	r := &rig{t: t, rand: turn.NewRand(seed(n)), model: newModel(), civil: 1795521600e9}
	r.disk = faultdisk.New(turn.NewRand(seed(n+1)), faultdisk.Faults{})
	r.fs = r.disk
	r.options = journal.Options{SegmentSize: segment, Civil: func() int64 { return r.civil }}
	r.open(false)
	return r
}

// tryOpen opens the journal; an error is for the caller.
func (r *rig) tryOpen() error {
	log, state, err := journal.Open(r.fs, r.options)
	if err == nil {
		r.log, r.state = log, state
	}
	return err
}

// open opens the journal and compares it with the model.
func (r *rig) open(powerCut bool) {
	r.t.Helper()
	epoch := r.state.Epoch
	if err := r.tryOpen(); err != nil {
		r.t.Fatal(err)
	}
	if r.state.Epoch <= epoch {
		r.t.Fatalf("epoch %d after epoch %d", r.state.Epoch, epoch)
	}
	if err := r.model.reopened(&r.state, powerCut); err != nil {
		r.t.Fatal(err)
	}
	r.compare()
}

// kill ends the process and starts it anew.
func (r *rig) kill() {
	r.t.Helper()
	r.disk.Kill()
	r.open(false)
}

// powerCut ends the machine and starts it anew: what was synced must be there.
func (r *rig) powerCut() {
	r.t.Helper()
	synced := r.log.Synced()
	r.disk.PowerCut()
	r.open(true)
	if r.state.Position < synced {
		r.t.Fatalf("facts up to %d were synced; after the power cut there are %d", synced, r.state.Position)
	}
}

// append appends turns, which the model learns of.
func (r *rig) append(turns ...journal.Turn) error {
	position := r.model.position()
	err := r.log.Append(turns)
	for _, t := range turns {
		for _, f := range t.Facts {
			if f.Position != position {
				r.t.Fatalf("a fact was given position %d, must be %d", f.Position, position)
			}
			position++
		}
	}
	if err != nil {
		r.model.failed(turns, r.civil)
		return err
	}
	r.model.appended(turns, r.civil)
	if got := r.log.Position(); got != position {
		r.t.Fatalf("position %d after the append, must be %d", got, position)
	}
	return nil
}

// must ends the test at an error.
func (r *rig) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// sync makes what was appended durable.
func (r *rig) sync() error {
	err := r.log.Sync()
	if err == nil {
		r.model.synced()
	}
	return err
}

// compare compares live keys and all facts that are still there and synced.
func (r *rig) compare() {
	r.t.Helper()
	now := r.model.now()
	r.must(sameRecords(now.live, r.log.Live()))
	r.readFrom(r.oldest(), 1<<20)
}

// oldest is the first fact that the journal still has.
func (r *rig) oldest() uint64 {
	_, err := r.log.Read(0, 1)
	var gone *journal.GoneError
	switch {
	case err == nil:
		return 0
	case asGone(err, &gone) && gone.Asked == 0 && gone.Oldest > 0:
		return gone.Oldest
	}
	r.t.Fatal(err)
	return 0
}

// readFrom reads facts and compares them: all that are synced, up to limit.
func (r *rig) readFrom(from uint64, limit int) {
	r.t.Helper()
	facts := r.model.now().facts
	synced := r.log.Synced()
	got, err := r.log.Read(from, limit)
	r.must(err)
	want := facts[min(from, synced):synced]
	want = want[:min(len(want), limit)]
	if len(got) != len(want) {
		r.t.Fatalf("read %d facts from position %d, must be %d (synced %d)", len(got), from, len(want), synced)
	}
	r.must(sameFacts(want, got))
}

// kinds are all that records may have.
var kinds = []journal.Kind{
	journal.Call, journal.Leg, journal.Tx, journal.Binding, journal.Agent, journal.Queue, journal.Trunk,
	journal.NonceKey, journal.Ban, journal.Revision, journal.Secret, journal.Listener, journal.Clock,
}

// key is the nth of the tests' keys.
func key(n int) journal.Key {
	return journal.Key{Kind: kinds[n%len(kinds)], ID: fmt.Sprint("k", n)}
}

// blob returns that many bytes.
func blob(rand *turn.Rand, size int) []byte {
	out := make([]byte, size)
	for i := range out {
		out[i] = byte(rand.Uint64())
	}
	return out
}

// turn makes a turn of chance: a few of n keys anew or ended, a few facts.
func (r *rig) turn(keys, most int) journal.Turn {
	r.at += 1 + turn.Instant(r.rand.Below(1e6))
	t := journal.Turn{At: r.at}
	for range r.rand.Below(4) {
		rec := journal.Record{Key: key(int(r.rand.Below(int64(keys))))}
		if rec.End = r.rand.Below(4) == 0; !rec.End {
			rec.Value = blob(r.rand, int(r.rand.Below(int64(most))))
		}
		t.Records = append(t.Records, rec)
	}
	for range r.rand.Below(3) {
		t.Facts = append(t.Facts, r.fact(most))
	}
	return t
}

// fact makes a fact of chance, at or before the turn.
func (r *rig) fact(most int) journal.Fact {
	return journal.Fact{
		At: r.at - turn.Instant(r.rand.Below(1e9)), Civil: r.civil - r.rand.Below(1e9),
		Type: journal.FactType(1 + r.rand.Below(10)), Value: blob(r.rand, int(r.rand.Below(int64(most)))),
	}
}
