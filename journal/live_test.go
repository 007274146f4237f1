package journal

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/hotline12345/hotline/turn"
)

// naive is what live must be, without care for speed: rows in the order in
// which they were written, and when each key appeared.
type naive struct {
	rows []naiveRow
	born uint64
}

type naiveRow struct {
	record        Record
	segment, born uint64
}

func (n *naive) drop(key Key) (born uint64) {
	for i, r := range n.rows {
		if r.record.Key == key {
			n.rows = slices.Delete(n.rows, i, i+1)
			return r.born
		}
	}
	return 0
}

func (n *naive) set(key Key, value []byte, segment uint64) {
	born := n.drop(key)
	if born == 0 {
		n.born++
		born = n.born
	}
	n.rows = append(n.rows, naiveRow{Record{Key: key, Value: value}, segment, born})
}

func (n *naive) oldest(segment uint64, limit int) (out []Record) {
	for _, r := range n.rows {
		if r.segment <= segment && len(out) < limit {
			out = append(out, r.record)
		}
	}
	return out
}

func (n *naive) records() []Record {
	rows := slices.Clone(n.rows)
	slices.SortFunc(rows, func(a, b naiveRow) int { return int(a.born) - int(b.born) })
	out := make([]Record, len(rows))
	for i, r := range rows {
		out[i] = r.record
	}
	return out
}

func TestLiveAgainstNaive(t *testing.T) {
	rand := turn.NewRand([32]byte{1})
	l, n, segment := newLive(), naive{}, uint64(1)
	for step := range 6000 {
		key := Key{Kind(1 + rand.Below(3)), fmt.Sprint(rand.Below(30))}
		switch rand.Below(8) {
		case 0, 1, 2:
			l.drop(key)
			n.drop(key)
		case 3:
			segment++
		default:
			value := []byte{byte(step)}
			l.set(key, value, segment)
			n.set(key, value, segment)
		}
		at, limit := segment-min(segment, uint64(rand.Below(12))), int(rand.Below(9))
		if got, want := l.oldest(at, limit), n.oldest(at, limit); !reflect.DeepEqual(got, want) {
			t.Fatalf("step %d: the oldest up to segment %d are %v, must be %v", step, at, got, want)
		}
		if got, want := l.holds(at), len(n.oldest(at, 1)) > 0; got != want {
			t.Fatalf("step %d: segment %d holds: %v", step, at, got)
		}
		if step%16 == 0 && !reflect.DeepEqual(l.records(), n.records()) {
			t.Fatalf("step %d: %v, must be %v", step, l.records(), n.records())
		}
		if len(l.place) != len(n.rows) || len(l.rows) != len(l.place)+len(l.free)+1 || len(l.rows) > 92 {
			t.Fatalf("step %d: %d keys in %d rows, %d of them free; must be %d keys", step, len(l.place), len(l.rows), len(l.free), len(n.rows))
		}
	}
}
