package sim

import (
	"time"

	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/call"
	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/journal"
)

// struck says whether a kill is due in this turn: most wait for one in which a
// call is sent somewhere, comes back, or is taken over. Nobody kills while sends
// have left whose records are nowhere: that is what the disk's fault costs.
func (n *node) struck(s *stepped) bool {
	if n.killIn == 0 || n.safe || n.committer.exposed() {
		return false
	}
	n.killIn--
	if n.killIn > 0 || n.aim == 0 {
		return n.killIn == 0
	}
	for i := range s.out.Facts {
		if s.out.Facts[i].Type == n.aim { // now, or soon
			n.aim, n.killIn = 0, int(n.rand.Below(8))
			return n.killIn == 0
		}
	}
	n.killIn = 1
	return false
}

// aims are the facts whose turns kills wait for, in turn with any turn.
var aims = []journal.FactType{
	0, journal.FactForwarded, journal.FactForwardEnded, journal.FactTransferred,
	0, journal.FactOfferEnded, journal.FactTransferred, journal.FactTransferDone,
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

// met counts what the calls were doing that a kill has met.
func (n *node) met(records []journal.Record) {
	for _, r := range records {
		if r.Key.Kind != journal.Call {
			continue
		}
		var stood struct {
			Call  call.State     `cbor:"1,keyasint,omitempty"`
			Queue acd.CallRecord `cbor:"2,keyasint,omitempty"`
		}
		if err := journal.Unmarshal(r.Value, &stood); err != nil {
			n.fail(err)
			return
		}
		n.struckCalls[doing(&stood.Call)]++
	}
}

// doing says what a call is about.
func doing(c *call.State) string {
	forward := c.Attempt.Kind == call.ForwardStep
	switch {
	case c.CDR.Service:
		return "service"
	case c.Third.Leg != 0 && c.Other.Leg == 0:
		return "handed over"
	case c.Third.Leg != 0:
		return "transfer"
	case c.Phase == call.Talking && c.Other.Peer.Dest != "":
		return "talk outside"
	case c.Phase == call.Talking:
		return "talk"
	case forward && c.Attempt.Ringing:
		return "forward rings"
	case forward:
		return "forward"
	case c.Other.Peer.Dest != "":
		return "seat rings"
	case c.CDR.Transfers > 0:
		return "sent on and waits"
	case c.CDR.TakenOver != "" && c.Attempt.Kind != call.NoAttempt:
		return "takeover rings"
	case c.CDR.TakenOver != "":
		return "takeover waits"
	case c.Attempt.Kind != call.NoAttempt:
		return "offer"
	}
	return "waits"
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
		n.aim = aims[n.kills%len(aims)]
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
