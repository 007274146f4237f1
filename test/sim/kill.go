package sim

import (
	"time"

	"github.com/hotline12345/hotline/core"
)

// struck says whether a kill is due in this turn. Nobody kills while sends
// have left whose records are nowhere: that is what the disk's fault costs.
func (n *node) struck() bool {
	if n.killIn == 0 || n.safe || n.committer.exposed() {
		return false
	}
	n.killIn--
	return n.killIn == 0
}

// strike kills the process around this turn's write, and says whether it did
// so at once.
func (n *node) strike() bool {
	c := &n.committer
	how := n.rand.Below(6)
	if n.plant == SendBeforeRecord && how < 2 {
		for _, s := range c.waiting {
			n.release(&s.out, len(s.out.Sends))
		}
	}
	switch how {
	case 0: // before the write
	case 1: // in the write: any part of it reaches the disk
		n.disk.KillAtWrite(1)
		c.commit()
		if n.core == nil {
			return true
		}
	case 2, 3: // after the write; or when some of the sends have left
		if c.busy || c.write(c.waiting) != nil {
			break
		}
		if how == 3 {
			last := len(c.waiting) - 1
			c.leave(c.waiting[:last])
			n.release(&c.waiting[last].out, len(c.waiting[last].out.Sends)/2)
		}
	case 4: // after all
		c.commit()
	case 5: // in one of the next writes: a new segment's, a key's that is copied forward
		n.disk.KillAtWrite(1 + int(n.rand.Below(5)))
		return false
	}
	if n.core != nil {
		n.kill()
	}
	return true
}

// downed says whether the process has died in its write.
func (n *node) downed() bool {
	if n.core != nil && n.disk.Down() {
		n.kill()
	}
	return n.core == nil
}

// kill ends the process; another starts within 1.5 s.
func (n *node) kill() {
	n.kills++
	n.core, n.wake = nil, 0
	n.committer.killed()
	n.asked = map[uint64]func(core.Reply){}
	if n.power {
		n.disk.PowerCut()
		n.disk.memory.cut = true
		n.cut()
	} else {
		n.disk.Kill()
	}
	n.plane.restart()
	if n.every > 0 {
		n.killIn = 1 + int(n.rand.Below(int64(2*n.every)))
	}
	n.clock.after(time.Duration(100+n.rand.Below(1400))*time.Millisecond, n.start)
}

// spring lets the core panic in the midst of a turn: the turn is taken back and
// stepped again.
func (n *node) spring(int) {
	if n.panics == 0 || n.safe || n.sprung {
		return
	}
	if n.trap--; n.trap <= 0 {
		n.trap = 1 + int(n.rand.Below(int64(2*n.panics)))
		n.sprung = true
		n.caught++
		panic("sprung by the simulator")
	}
}
