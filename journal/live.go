package journal

import (
	"cmp"
	"slices"
)

// live is every key's last value and the segment that holds it. Rows hang
// together in the order in which they were last written, which is the order of
// the segments: what is left in the oldest one is at the front.
type live struct {
	place map[Key]int32
	rows  []row // row 0 is the ring's anchor
	free  []int32
	born  uint64
}

type row struct {
	key        Key
	value      []byte
	segment    uint64
	born       uint64 // when the key first appeared
	prev, next int32
}

func newLive() live { return live{place: map[Key]int32{}, rows: make([]row, 1)} }

func (l *live) unlink(i int32) {
	r := &l.rows[i]
	l.rows[r.prev].next, l.rows[r.next].prev = r.next, r.prev
}

func (l *live) pushBack(i int32) {
	last := l.rows[0].prev
	l.rows[i].prev, l.rows[i].next = last, 0
	l.rows[last].next, l.rows[0].prev = i, i
}

// set gives the key its new value, held in the segment.
func (l *live) set(key Key, value []byte, segment uint64) {
	i, ok := l.place[key]
	switch {
	case ok:
		l.unlink(i)
	case len(l.free) > 0:
		i = l.free[len(l.free)-1]
		l.free = l.free[:len(l.free)-1]
	default:
		i = int32(len(l.rows))
		l.rows = append(l.rows, row{})
	}
	r := &l.rows[i]
	if !ok {
		l.born++
		l.place[key], r.key, r.born = i, key, l.born
	}
	r.value, r.segment = value, segment
	l.pushBack(i)
}

// drop forgets the key.
func (l *live) drop(key Key) {
	i, ok := l.place[key]
	if !ok {
		return
	}
	l.unlink(i)
	delete(l.place, key)
	l.rows[i] = row{}
	l.free = append(l.free, i)
}

// oldest returns up to limit records whose value is in the segment or before,
// the one written longest ago first.
func (l *live) oldest(segment uint64, limit int) (out []Record) {
	for i := l.rows[0].next; i != 0 && len(out) < limit && l.rows[i].segment <= segment; i = l.rows[i].next {
		out = append(out, Record{Key: l.rows[i].key, Value: l.rows[i].value})
	}
	return out
}

// holds says whether a key's last value is in the segment or before.
func (l *live) holds(segment uint64) bool {
	front := l.rows[0].next
	return front != 0 && l.rows[front].segment <= segment
}

// records returns all, in the order in which their keys first appeared.
func (l *live) records() []Record {
	rows := make([]*row, 0, len(l.place))
	for i := l.rows[0].next; i != 0; i = l.rows[i].next {
		rows = append(rows, &l.rows[i])
	}
	slices.SortFunc(rows, func(a, b *row) int { return cmp.Compare(a.born, b.born) })
	out := make([]Record, len(rows))
	for i, r := range rows {
		out[i] = Record{Key: r.key, Value: r.value}
	}
	return out
}
