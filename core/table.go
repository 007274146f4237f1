package core

// table holds things by key, and in an order of its own that one seed always
// repeats, so that all of them can be walked without ranging over a map.
type table[K comparable, T any] struct {
	place map[K]int
	rows  []T
	keys  []K
}

func newTable[K comparable, T any]() table[K, T] { return table[K, T]{place: map[K]int{}} }

// get returns the row, or T's zero value.
func (t *table[K, T]) get(key K) (row T) {
	if i, ok := t.place[key]; ok {
		row = t.rows[i]
	}
	return row
}

func (t *table[K, T]) put(key K, row T) {
	if i, ok := t.place[key]; ok {
		t.rows[i] = row
		return
	}
	t.place[key] = len(t.rows)
	t.rows, t.keys = append(t.rows, row), append(t.keys, key)
}

// drop takes the row out and says whether it was there.
func (t *table[K, T]) drop(key K) bool {
	i, ok := t.place[key]
	if !ok {
		return false
	}
	var none T
	last := len(t.rows) - 1
	t.rows[i], t.keys[i] = t.rows[last], t.keys[last]
	t.place[t.keys[i]] = i
	t.rows[last] = none
	t.rows, t.keys = t.rows[:last], t.keys[:last]
	delete(t.place, key)
	return true
}

func (t *table[K, T]) len() int { return len(t.rows) }
