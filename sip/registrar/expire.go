package registrar

import (
	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

// Expire does what is due: ends bindings, asks for probes, gives up waiting for
// their answers, forgets nonces.
func (r *Registrar) Expire(now turn.Instant, out *[]Action) {
	for {
		name, ok := r.timers.Pop(now)
		if !ok {
			return
		}
		r.due(now, r.phones[name], out)
	}
}

func (r *Registrar) due(now turn.Instant, p *phone, out *[]Action) {
	if p.bound() && p.Expires <= now {
		r.unbind(p, out)
		*out = append(*out, Action{Kind: Changed, Phone: p.Phone})
	}
	if p.waitEnds != 0 && p.waitEnds <= now {
		p.waitEnds = 0
		p.reach(p.open, false, out)
	}
	if p.probeAt != 0 && p.probeAt <= now {
		p.probeAt, p.waitEnds = now.Add(r.o.Probe), now.Add(r.o.ProbeWait)
		*out = append(*out, Action{Kind: Probe, Phone: p.Phone})
	}
	if !p.bound() && !r.remembered(now, p) {
		r.forget(p, out)
		return
	}
	r.arm(p)
}

// remembered says whether any nonce of the phone could still be replayed.
func (r *Registrar) remembered(now turn.Instant, p *phone) bool {
	for i := range p.Nonces {
		if now.Sub(p.Nonces[i].Made) <= r.o.NonceLife {
			return true
		}
	}
	return false
}

// Probed takes the end of a probe: ok where the phone answered anything. An
// answer counts however late; a failure only while the probe is awaited, since
// the phone may have registered anew meanwhile.
func (r *Registrar) Probed(_ turn.Instant, name string, ok bool, out *[]Action) {
	p := r.phones[name]
	if p == nil || !p.bound() || !p.open || (!ok && p.waitEnds == 0) {
		return
	}
	p.waitEnds = 0
	p.reach(true, ok, out)
	r.arm(p)
}

// FlowClosed takes the end of a connection. Its bindings stay, and nothing can
// be sent to those phones until they register on another.
func (r *Registrar) FlowClosed(flow message.Flow, out *[]Action) {
	for _, p := range r.flows[flow] {
		p.probeAt, p.waitEnds = 0, 0
		p.reach(false, false, out)
		r.arm(p)
	}
}
