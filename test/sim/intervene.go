package sim

import (
	"errors"
	"fmt"
	"time"

	"github.com/hotline12345/hotline/call"
	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/demo"
)

// intervene is the supervisor, who sends one caller on every few seconds.
func (w *World) intervene() {
	n := w.node
	w.clock.after(5*time.Second+w.spread(15*time.Second), w.intervene)
	if n.core == nil || w.closed {
		return
	}
	n.ask(core.Command{Kind: core.Look}, func(r core.Reply) {
		for i := range r.View.Calls {
			c := &r.View.Calls[(i+n.turns)%len(r.View.Calls)]
			if c.Phase != call.Talking {
				continue
			}
			to := w.elsewhere()
			n.ask(core.Command{Kind: core.CallTransfer, Call: c.ID, To: to}, func(r core.Reply) {
				switch {
				case r.Err == nil && w.nobody(to), errors.Is(r.Err, core.ErrNoTarget) && !w.nobody(to):
					w.fail(fmt.Errorf("the supervisor's transfer to %s: %v", to, r.Err))
				case r.Err == nil:
					w.told["sent on"]++
				default:
					w.told["not sent on"]++
				}
			})
			return
		}
	})
}

// police is 110 itself, which sends callers on to 12345.
func (w *World) police() {
	w.clock.after(10*time.Second+w.spread(30*time.Second), w.police)
	x := w.exchanges[police-1]
	if w.closed || x.down {
		return
	}
	var out demo.Out
	x.Dial(w.clock.now, demo.Journey{
		Number: "12345", Caller: fmt.Sprintf("138%08d", w.rand.Below(1e8)), Patience: time.Minute + w.spread(time.Minute),
	}, &out)
	x.sent(&out)
}
