package journal_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/turn"
)

// TestReadFromAnywhere reads from each position with each limit, over ends of
// segments and through turns of many facts.
func TestReadFromAnywhere(t *testing.T) {
	r := newRig(t, 20, 2<<10)
	for r.log.Stats().Segments < 5 {
		turn := r.turn(10, 200)
		for range r.rand.Below(6) {
			turn.Facts = append(turn.Facts, r.fact(60))
		}
		r.must(r.append(turn, r.turn(10, 200)))
		r.must(r.sync())
	}
	for from := range r.log.Position() + 3 {
		for limit := range 12 {
			r.readFrom(from, limit)
		}
		r.readFrom(from, 1<<30)
	}
	r.readFrom(1<<63, 10)
}

// TestReadersGoOn: many readers, each with its own pace and limit, each sees
// every fact once, also over starts.
func TestReadersGoOn(t *testing.T) {
	r := newRig(t, 21, 4<<10)
	next := make([]uint64, 12) // more than there are hints
	for round := range 400 {
		r.must(r.append(r.turn(10, 100), r.turn(10, 100)))
		if round%3 == 0 {
			r.must(r.sync())
		}
		if round%50 == 49 {
			r.kill()
		}
		i := round % len(next)
		facts := r.model.now().facts
		got, err := r.log.Read(next[i], 1+i*2)
		r.must(err)
		r.must(sameFacts(facts[next[i]:], got))
		next[i] += uint64(len(got))
	}
	for i, from := range next {
		if from == 0 {
			t.Errorf("reader %d has read nothing", i)
		}
	}
}

func TestReadGivesOnlyWhatIsSynced(t *testing.T) {
	r := newRig(t, 22, smallSegment)
	one := func() { r.must(r.append(journal.Turn{At: 1, Facts: []journal.Fact{fact(1, 2, 3, "x")}})) }
	counts := func(position, synced, read uint64) {
		t.Helper()
		got, err := r.log.Read(0, 100)
		r.must(err)
		if r.log.Position() != position || r.log.Synced() != synced || uint64(len(got)) != read {
			t.Fatalf("position %d, synced %d, read %d; must be %d, %d, %d", r.log.Position(), r.log.Synced(), len(got), position, synced, read)
		}
	}
	counts(0, 0, 0)
	one()
	counts(1, 0, 0)
	r.must(r.sync())
	counts(1, 1, 1)
	one()
	one()
	counts(3, 1, 1)
	r.kill() // what a kill leaves is made durable by the start
	counts(3, 3, 3)
	for segments := r.log.Stats().Segments; r.log.Stats().Segments == segments; {
		r.must(r.append(journal.Turn{At: 1, Records: []journal.Record{{Key: key(1), Value: make([]byte, 999)}}, Facts: []journal.Fact{fact(1, 2, 3, "x")}}))
	}
	// The segment that was full was synced when the next one was begun.
	counts(r.log.Position(), r.log.Position()-1, r.log.Position()-1)
}

func TestReadValuesAreTheCallers(t *testing.T) {
	r := newRig(t, 23, smallSegment)
	r.must(r.append(journal.Turn{At: 1, Facts: []journal.Fact{fact(1, 2, 3, "one"), fact(1, 2, 3, "two")}}))
	r.must(r.sync())
	for range 2 {
		got, err := r.log.Read(0, 10)
		r.must(err)
		if len(got) != 2 || !bytes.Equal(got[0].Value, []byte("one")) || !bytes.Equal(got[1].Value, []byte("two")) {
			t.Fatalf("read %v", got)
		}
		for i := range got {
			clear(got[i].Value)
			got[i].Value = append(got[i].Value, "more"...)
		}
	}
}

func TestReadGoneFacts(t *testing.T) {
	r := newRig(t, 24, 2<<10)
	for r.log.Stats().Segments < 4 {
		r.must(r.append(journal.Turn{At: 1, Facts: []journal.Fact{fact(1, 2, 3, "fact of some length")}}))
	}
	r.must(r.sync())
	r.must(r.log.Retire(100))
	oldest := r.oldest()
	if oldest == 0 {
		t.Fatal("no segment was removed, though nobody reads facts")
	}
	for _, from := range []uint64{0, oldest - 1} {
		_, err := r.log.Read(from, 1)
		var gone *journal.GoneError
		if !errors.As(err, &gone) || gone.Asked != from || gone.Oldest != oldest || err.Error() == "" {
			t.Errorf("facts from %d on: %v", from, err)
		}
	}
	r.readFrom(oldest, 1000)
	r.kill()
	if again := r.oldest(); again != oldest {
		t.Errorf("the oldest fact was %d, after a start it is %d", oldest, again)
	}
}

// TestReadHostileHeaders: a journal that contradicts itself with good checksums
// ends in an error, not in a reader that never comes back.
func TestReadHostileHeaders(t *testing.T) {
	r := aged(t)
	bad := imageOf(t, r.disk)
	addTo(bad[1].data, atPosition)
	log, _, err := journal.Open(bad.disk(t), r.options)
	if err != nil {
		return // seen at once is as well
	}
	if _, err := log.Read(0, 1<<20); err == nil {
		t.Error("no error")
	}
}

// TestCivilAndInstantOfFacts: they are kept as they are, however far from the
// turn's.
func TestCivilAndInstantOfFacts(t *testing.T) {
	r := newRig(t, 25, smallSegment)
	extremes := []int64{0, 1, -1, 1<<63 - 1, -1 << 63}
	turn0 := journal.Turn{At: 1 << 62}
	for _, at := range extremes {
		for _, civil := range extremes {
			turn0.Facts = append(turn0.Facts, fact(turn.Instant(at), civil, 0xffff, ""))
		}
	}
	r.must(r.append(turn0))
	r.must(r.sync())
	r.kill() // which compares
}
