package journal_test

import (
	"bytes"
	"fmt"
	"maps"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/turn"
)

// model is what a journal must hold: a map and a list. It knows of each turn
// whether it is durable, appended, or was refused with an error.
type model struct {
	live  map[journal.Key][]byte // after the last durable turn
	facts []journal.Fact         // at their positions, of all turns that are in live
	at    turn.Instant
	civil int64

	tail    []entry   // appended since, oldest first
	refused []attempt // what a failed write may have left on the disk
}

// entry is one turn, with the civil time at which it was appended.
type entry struct {
	turn  journal.Turn
	civil int64
}

// attempt is an Append that failed when the tail had so many turns.
type attempt struct {
	base    int
	entries []entry
}

func newModel() model { return model{live: map[journal.Key][]byte{}} }

// entries copies the turns that are not empty.
func entries(turns []journal.Turn, civil int64) (out []entry) {
	for _, t := range turns {
		if len(t.Records)+len(t.Facts) > 0 {
			t.Records = append([]journal.Record(nil), t.Records...)
			t.Facts = append([]journal.Fact(nil), t.Facts...)
			out = append(out, entry{t, civil})
		}
	}
	return out
}

// appended is an Append that ended well.
func (m *model) appended(turns []journal.Turn, civil int64) {
	m.tail = append(m.tail, entries(turns, civil)...)
}

// failed is an Append that ended with an error.
func (m *model) failed(turns []journal.Turn, civil int64) {
	m.refused = append(m.refused, attempt{len(m.tail), entries(turns, civil)})
}

// synced is a Sync that ended well.
func (m *model) synced() {
	m.apply(m.tail)
	kept := m.refused[:0]
	for _, a := range m.refused {
		if a.base -= len(m.tail); a.base >= 0 {
			kept = append(kept, a)
		}
	}
	m.refused, m.tail = kept, nil
}

func (m *model) apply(list []entry) {
	for _, e := range list {
		m.at, m.civil = e.turn.At, e.civil
		for _, r := range e.turn.Records {
			if r.End {
				delete(m.live, r.Key)
			} else {
				m.live[r.Key] = r.Value
			}
		}
		for _, f := range e.turn.Facts {
			f.Position = uint64(len(m.facts))
			m.facts = append(m.facts, f)
		}
	}
}

// now is the model after everything that was appended, durable or not.
func (m *model) now() model {
	out := model{live: maps.Clone(m.live), facts: append([]journal.Fact(nil), m.facts...), at: m.at, civil: m.civil}
	out.apply(m.tail)
	return out
}

// position is that of the next fact.
func (m *model) position() uint64 {
	n := len(m.facts)
	for _, e := range m.tail {
		n += len(e.turn.Facts)
	}
	return uint64(n)
}

// reopened says whether the journal holds what it may hold after its process
// ended, and takes that for the truth from now on: every durable turn, then
// the first of those appended since, then the first of those refused there.
// Only a power cut may have taken an appended turn.
func (m *model) reopened(s *journal.State, powerCut bool) error {
	paths := []attempt{{base: len(m.tail)}}
	paths = append(paths, m.refused...)
	for _, p := range paths {
		if !powerCut && p.base < len(m.tail) {
			continue // overwritten by what was appended after it
		}
		path := append(append([]entry(nil), m.tail[:p.base]...), p.entries...)
		least := 0
		if !powerCut {
			least = len(m.tail)
		}
		for n := least; n <= len(path); n++ {
			if m.fits(path[:n], s) {
				m.apply(path[:n])
				m.tail, m.refused = nil, nil
				return nil
			}
		}
	}
	return fmt.Errorf("the journal came back with %d keys, position %d, at %d, civil %d: no prefix of what was appended (%d durable facts, %d turns since, %d refused; power cut: %v)",
		len(s.Records), s.Position, s.At, s.Civil, len(m.facts), len(m.tail), len(m.refused), powerCut)
}

// fits says whether the state is the durable one and those turns.
func (m *model) fits(list []entry, s *journal.State) bool {
	position, at, civil := len(m.facts), m.at, m.civil
	for _, e := range list {
		position += len(e.turn.Facts)
		at, civil = e.turn.At, e.civil
	}
	if uint64(position) != s.Position || at != s.At || civil != s.Civil {
		return false
	}
	next := model{live: maps.Clone(m.live)}
	next.apply(list)
	return sameRecords(next.live, s.Records) == nil
}

// sameRecords compares a journal's live keys with a map.
func sameRecords(want map[journal.Key][]byte, got []journal.Record) error {
	if len(got) != len(want) {
		return fmt.Errorf("%d live keys, must be %d", len(got), len(want))
	}
	seen := map[journal.Key]bool{}
	for _, r := range got {
		value, ok := want[r.Key]
		switch {
		case !ok || r.End:
			return fmt.Errorf("%s %s lives, and must not", r.Key.Kind, r.Key.ID)
		case seen[r.Key]:
			return fmt.Errorf("%s %s is there twice", r.Key.Kind, r.Key.ID)
		case !bytes.Equal(value, r.Value):
			return fmt.Errorf("%s %s has %d bytes that are not its last %d", r.Key.Kind, r.Key.ID, len(r.Value), len(value))
		}
		seen[r.Key] = true
	}
	return nil
}

// sameFacts compares facts with those of the model from a position on.
func sameFacts(want []journal.Fact, got []journal.Fact) error {
	for i, f := range got {
		if i >= len(want) {
			return fmt.Errorf("fact %d was never appended", f.Position)
		}
		w := want[i]
		if f.Position != w.Position || f.At != w.At || f.Civil != w.Civil || f.Type != w.Type || !bytes.Equal(f.Value, w.Value) {
			return fmt.Errorf("fact %d is %v, must be fact %d %v", f.Position, f, w.Position, w)
		}
	}
	return nil
}
