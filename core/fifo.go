package core

import (
	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/call"
	"github.com/hotline12345/hotline/sip/dialog"
	"github.com/hotline12345/hotline/sip/registrar"
	"github.com/hotline12345/hotline/sip/transaction"
)

// machine names whose action an entry of the FIFO is.
type machine uint8

const (
	transactions machine = iota
	legs
	calls
	queues
	phones
	machines
)

// clock is no machine: its deadline alone is the core's.
const clock = machines

// fifo holds what the machines asked for and nobody has yet carried out, in
// the order in which they asked. Each machine appends to a slice of its own
// type; the order in which they did is kept beside.
type fifo struct {
	order []machine
	head  int
	next  [machines]int // per machine: the first not yet carried out
	known [machines]int // per machine: how many are in order

	tx    []transaction.Action
	leg   []dialog.Action
	call  []call.Action
	queue []acd.Action
	phone []registrar.Action
}

// gather puts in order what a machine that was just stepped has appended.
func (f *fifo) gather() {
	for m, n := range [machines]int{len(f.tx), len(f.leg), len(f.call), len(f.queue), len(f.phone)} {
		for ; f.known[m] < n; f.known[m]++ {
			f.order = append(f.order, machine(m))
		}
	}
}

// take returns the machine and the index of the next action.
func (f *fifo) take() (m machine, i int, ok bool) {
	if f.head == len(f.order) {
		return 0, 0, false
	}
	m = f.order[f.head]
	f.head++
	i = f.next[m]
	f.next[m]++
	return m, i, true
}

// reset forgets the turn and what its actions pointed to.
func (f *fifo) reset() {
	clear(f.tx)
	clear(f.leg)
	clear(f.call)
	clear(f.queue)
	clear(f.phone)
	*f = fifo{
		order: f.order[:0], tx: f.tx[:0], leg: f.leg[:0], call: f.call[:0],
		queue: f.queue[:0], phone: f.phone[:0],
	}
}
