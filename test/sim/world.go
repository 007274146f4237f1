// Package sim runs the whole core in virtual time: simulated carriers and
// phones ring it through a network that loses, repeats and reorders, while the
// server is killed and restored at random turns. Everything follows from the
// seed.
package sim

import (
	"container/heap"
	"time"

	"github.com/hotline12345/hotline/turn"
)

// event is something that happens at an instant; equal instants keep the order
// in which they were planned.
type event struct {
	at    turn.Instant
	order uint64
	do    func()
}

type agenda []event

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	return a[i].at < a[j].at || (a[i].at == a[j].at && a[i].order < a[j].order)
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)   { *a = append(*a, x.(event)) }
func (a *agenda) Pop() any {
	last := (*a)[len(*a)-1]
	*a = (*a)[:len(*a)-1]
	return last
}

// clock is virtual time.
type clock struct {
	now    turn.Instant
	order  uint64
	agenda agenda
}

func (c *clock) at(at turn.Instant, do func()) {
	c.order++
	heap.Push(&c.agenda, event{at: max(at, c.now), order: c.order, do: do})
}

func (c *clock) after(d time.Duration, do func()) { c.at(c.now.Add(d), do) }

// run lets time go by until nothing is left or the end has come.
func (c *clock) run(end turn.Instant, stop func() bool) {
	for len(c.agenda) > 0 && c.agenda[0].at <= end && !stop() {
		e := heap.Pop(&c.agenda).(event)
		c.now = e.at
		e.do()
	}
	if !stop() {
		c.now = max(c.now, end)
	}
}
