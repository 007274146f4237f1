package media

import (
	"os"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/turn"
)

const (
	// longestWait bounds a turn's wait, so that a clock that is not the
	// kernel's (a test's) is looked at often enough.
	longestWait = 10 * time.Millisecond
	// turnWork bounds what a turn does of each kind. The raw calls are no
	// safepoints; the wait at each turn's head is one, so this is what a
	// collection may have to wait for: about half a millisecond.
	turnWork = 64
	// wakeToken is the epoll token of the eventfd; sockets have theirs from 0.
	wakeToken = -1
	// backlog is how many jobs may stand before the loop.
	backlog = 1024
	// largest is the longest datagram that is read whole.
	largest = 2048
)

// loop is one packet thread: the sockets, legs and timers that it owns are
// touched by nobody else. Legs that hear one another live in one loop.
type loop struct {
	now    func() turn.Instant
	events func(order.Event)
	out    *figures
	jobs   chan job

	epoll, wakeFD int
	ready         [turnWork]syscall.EpollEvent
	asleep        atomic.Bool
	stopping      atomic.Bool

	at     turn.Instant // this turn's
	bounds []*bound     // by token/2
	legs   map[turn.ID]*leg
	ears   map[turn.ID]*ears
	ended  endedLegs
	timers timers
	tally  tally

	// The turn's buffers.
	from     sockaddr
	incoming [largest]byte
	other    [largest]byte
	report   [reportSize]byte
}

func newLoop(now func() turn.Instant, events func(order.Event), out *figures) (*loop, error) {
	lp := &loop{
		now: now, events: events, out: out, jobs: make(chan job, backlog),
		legs: map[turn.ID]*leg{}, ears: map[turn.ID]*ears{}, at: now(),
	}
	var err error
	if lp.epoll, err = syscall.EpollCreate1(syscall.EPOLL_CLOEXEC); err != nil {
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	fd, _, errno := syscall.RawSyscall(syscall.SYS_EVENTFD2, 0, syscall.O_CLOEXEC|syscall.O_NONBLOCK, 0)
	if errno != 0 {
		_ = syscall.Close(lp.epoll)
		return nil, os.NewSyscallError("eventfd2", errno)
	}
	lp.wakeFD = int(fd)
	if err := lp.watch(lp.wakeFD, wakeToken); err != nil {
		lp.close()
		return nil, err
	}
	return lp, nil
}

func (lp *loop) watch(fd int, token int32) error {
	err := syscall.EpollCtl(lp.epoll, syscall.EPOLL_CTL_ADD, fd, &syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: token})
	return os.NewSyscallError("epoll_ctl", err)
}

// run turns on a thread of its own until stop.
func (lp *loop) run() {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for !lp.stopping.Load() {
		lp.turn()
	}
}

// turn is one wait and the work that it brought.
func (lp *loop) turn() {
	lp.asleep.Store(true)
	n := lp.poll(lp.patience())
	lp.asleep.Store(false)
	lp.work(n)
}

// patience is how long the next wait may be: up to the next timer.
func (lp *loop) patience() time.Duration {
	if len(lp.jobs) > 0 {
		return 0
	}
	if next, ok := lp.timers.next(); ok {
		return max(min(longestWait, next.Sub(lp.now())), 0)
	}
	return longestWait
}

// poll waits for sockets. It goes through the scheduler (the ordinary call),
// which makes it the turn's safepoint.
func (lp *loop) poll(wait time.Duration) int {
	n, err := syscall.EpollWait(lp.epoll, lp.ready[:], int((wait+time.Millisecond-1)/time.Millisecond))
	if err != nil {
		return 0 // EINTR: the next turn waits again
	}
	return n
}

// work does what the wait brought and what is due.
func (lp *loop) work(n int) {
	lp.at = lp.now()
	lp.takeJobs()
	for i := range n {
		lp.readable(lp.ready[i].Fd)
	}
	for range turnWork {
		t := lp.timers.pop(lp.at)
		if t == nil {
			break
		}
		switch t.kind {
		case paceTimer:
			lp.pace(t.leg)
		case choreTimer:
			lp.chores(t.leg)
		}
	}
	lp.out.publish(&lp.tally)
	lp.out.players.Store(int64(lp.timers.pacing))
}

func (lp *loop) takeJobs() {
	for range turnWork {
		select {
		case j := <-lp.jobs:
			if j.listen {
				lp.add(j.bound)
			} else {
				lp.apply(&j)
			}
		default:
			return
		}
	}
}

// add listens on a pair.
func (lp *loop) add(b *bound) {
	token := int32(2 * len(lp.bounds))
	lp.bounds = append(lp.bounds, b)
	// The kernel refuses only for want of memory; then the pair stays deaf,
	// and its leg is reported silent.
	_ = lp.watch(b.rtp, token)
	_ = lp.watch(b.rtcp, token+1)
}

// readable reads one datagram; what more there is comes with the next turn.
func (lp *loop) readable(token int32) {
	if token == wakeToken {
		_, _ = syscall.Read(lp.wakeFD, lp.report[:8])
		return
	}
	b := lp.bounds[token/2]
	fd := b.rtp
	if token&1 != 0 {
		fd = b.rtcp
	}
	n, errno := receive(fd, lp.incoming[:], &lp.from)
	if errno != 0 {
		return
	}
	lp.datagram(b, token&1 != 0, n)
}

// wake ends the loop's wait.
func (lp *loop) wake() {
	if lp.asleep.Load() {
		_, _ = syscall.Write(lp.wakeFD, []byte{1, 0, 0, 0, 0, 0, 0, 0})
	}
}

// stop ends run after its turn.
func (lp *loop) stop() {
	lp.stopping.Store(true)
	lp.wake()
}

func (lp *loop) close() {
	_ = syscall.Close(lp.epoll)
	_ = syscall.Close(lp.wakeFD)
}
