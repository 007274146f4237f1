package media

import (
	"slices"

	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/turn"
)

// ears are the legs that hear a certain leg, which need not exist yet: orders
// may come in any sequence.
type ears struct{ legs []*leg }

func (lp *loop) earsOf(id turn.ID) *ears {
	e := lp.ears[id]
	if e == nil {
		e = &ears{}
		lp.ears[id] = e
	}
	return e
}

// forgetEars drops the entry of a leg that neither exists nor is heard.
func (lp *loop) forgetEars(id turn.ID) {
	if e := lp.ears[id]; e != nil && len(e.legs) == 0 && lp.legs[id] == nil {
		delete(lp.ears, id)
	}
}

// hear begins what the leg's order says its peer is to hear, in place of what
// it heard.
func (lp *loop) hear(l *leg, clips [][]byte) {
	if old := l.relay.source; old != 0 {
		e := lp.ears[old]
		e.legs = slices.DeleteFunc(e.legs, func(other *leg) bool { return other == l })
		lp.forgetEars(old)
	}
	l.relay, l.player = relay{}, player{}
	lp.timers.set(&l.pacing, 0)
	if l.o.End {
		return
	}
	switch l.o.Hear.Kind {
	case order.HearLeg:
		l.relay.source = l.o.Hear.Leg
		e := lp.earsOf(l.relay.source)
		e.legs = append(e.legs, l)
	case order.HearClips:
		l.player.begin(clips, &l.o.Hear, l.step(), lp.at)
		lp.timers.set(&l.pacing, l.player.due)
	}
}
