package turn

// Timers holds one deadline for each key that has one. Equal deadlines come
// out in the order in which they were set. It is the core's only timer
// structure; machines tell their next deadline and the core sets it here.
type Timers[K comparable] struct {
	heap  []timer[K]
	place map[K]int // index into heap; only looked up, never ranged over
	armed uint64
}

type timer[K comparable] struct {
	at    Instant
	order uint64
	key   K
}

// NewTimers returns an empty set.
func NewTimers[K comparable]() *Timers[K] { return &Timers[K]{place: map[K]int{}} }

// Len returns how many keys have a deadline.
func (t *Timers[K]) Len() int { return len(t.heap) }

// Set gives key the deadline at, in place of any it had; a zero Instant
// clears it. Setting the deadline that it already has changes nothing, also
// not its order.
func (t *Timers[K]) Set(key K, at Instant) {
	i, had := t.place[key]
	switch {
	case at == 0:
		if had {
			t.remove(i)
		}
	case !had:
		t.armed++
		t.heap = append(t.heap, timer[K]{at: at, order: t.armed, key: key})
		t.place[key] = len(t.heap) - 1
		t.up(len(t.heap) - 1)
	case t.heap[i].at != at:
		t.armed++
		t.heap[i].at, t.heap[i].order = at, t.armed
		t.fix(i)
	}
}

// Next returns the earliest deadline.
func (t *Timers[K]) Next() (Instant, bool) {
	if len(t.heap) == 0 {
		return 0, false
	}
	return t.heap[0].at, true
}

// Pop takes out the earliest key whose deadline is not after now.
func (t *Timers[K]) Pop(now Instant) (key K, ok bool) {
	if len(t.heap) == 0 || t.heap[0].at > now {
		return key, false
	}
	key = t.heap[0].key
	t.remove(0)
	return key, true
}

func (t *Timers[K]) remove(i int) {
	last := len(t.heap) - 1
	delete(t.place, t.heap[i].key)
	if i != last {
		t.heap[i] = t.heap[last]
		t.place[t.heap[i].key] = i
	}
	t.heap[last] = timer[K]{}
	t.heap = t.heap[:last]
	if i < last {
		t.fix(i)
	}
}

func (t *Timers[K]) fix(i int) {
	if !t.down(i) {
		t.up(i)
	}
}

func (t *Timers[K]) less(i, j int) bool {
	a, b := &t.heap[i], &t.heap[j]
	return a.at < b.at || (a.at == b.at && a.order < b.order)
}

func (t *Timers[K]) swap(i, j int) {
	t.heap[i], t.heap[j] = t.heap[j], t.heap[i]
	t.place[t.heap[i].key] = i
	t.place[t.heap[j].key] = j
}

func (t *Timers[K]) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if !t.less(i, parent) {
			return
		}
		t.swap(i, parent)
		i = parent
	}
}

func (t *Timers[K]) down(i int) (moved bool) {
	for {
		child := 2*i + 1
		if child >= len(t.heap) {
			return moved
		}
		if r := child + 1; r < len(t.heap) && t.less(r, child) {
			child = r
		}
		if !t.less(child, i) {
			return moved
		}
		t.swap(i, child)
		i, moved = child, true
	}
}
