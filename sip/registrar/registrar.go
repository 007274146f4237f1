package registrar

import (
	"cmp"
	"slices"

	"github.com/hotline12345/hotline/sip/digest"
	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

// Registrar holds every phone that has registered or proved who it is.
type Registrar struct {
	o    Options
	key  [32]byte
	keys func(phone string) (digest.Keys, bool)

	phones map[string]*phone         // only looked up
	order  []*phone                  // the same, by name
	flows  map[message.Flow][]*phone // bound over a stream; only looked up
	timers *turn.Timers[string]
}

// New returns a registrar without phones. The key makes nonces and must outlive
// the process with them; keys gives a phone's secrets for Options.Realm.
func New(o Options, nonceKey [32]byte, keys func(phone string) (digest.Keys, bool)) *Registrar {
	return &Registrar{
		o: o.withDefaults(), key: nonceKey, keys: keys,
		phones: map[string]*phone{}, flows: map[message.Flow][]*phone{}, timers: turn.NewTimers[string](),
	}
}

// Configure takes new settings. Phones that are no longer known are dropped.
func (r *Registrar) Configure(now turn.Instant, o Options, out *[]Action) {
	r.o = o.withDefaults()
	for _, p := range slices.Clone(r.order) {
		if _, known := r.known(p.Phone); !known {
			r.unbind(p, out)
			r.forget(p, out)
			continue
		}
		switch {
		case r.o.Probe == 0:
			p.probeAt, p.waitEnds = 0, 0
		case p.bound() && p.open && p.probeAt == 0:
			p.probeAt = now.Add(1 + spread(p.Phone, r.o.Probe))
		}
		r.arm(p)
	}
}

// known returns a phone's keys, if it is one of ours.
func (r *Registrar) known(name string) (digest.Keys, bool) {
	if name == "" || (r.o.Phones != nil && !r.o.Phones(name)) {
		return digest.Keys{}, false
	}
	return r.keys(name)
}

// Binding is where a phone is.
type Binding struct {
	Phone     string
	Contact   string       // URI as the phone wrote it: the Request-URI of what is sent to it
	Flow      message.Flow // where it is sent, whatever host the contact names
	Open      bool         // false: its stream is closed, nothing can be sent
	Expires   turn.Instant
	Since     turn.Instant // registered without a gap since
	Reachable bool         // offers may go to it
	UserAgent string
}

func (p *phone) binding() Binding {
	return Binding{
		Phone: p.Phone, Contact: p.Contact, Flow: p.Flow, Open: p.open, Expires: p.Expires, Since: p.Since,
		Reachable: p.reachable(), UserAgent: p.UserAgent,
	}
}

// Binding returns a phone's binding; false: it is not registered.
func (r *Registrar) Binding(name string) (Binding, bool) {
	p := r.phones[name]
	if p == nil || !p.bound() {
		return Binding{}, false
	}
	return p.binding(), true
}

// Bindings gives every binding, by the phones' names.
func (r *Registrar) Bindings(yield func(Binding)) {
	for _, p := range r.order {
		if p.bound() {
			yield(p.binding())
		}
	}
}

// Next is when Expire is wanted; 0: never.
func (r *Registrar) Next() turn.Instant {
	at, _ := r.timers.Next()
	return at
}

// phone finds a phone's state, or begins it.
func (r *Registrar) phone(name string) *phone {
	if p := r.phones[name]; p != nil {
		return p
	}
	p := &phone{Record: Record{Phone: name}}
	i, _ := r.search(name)
	r.phones[name], r.order = p, slices.Insert(r.order, i, p)
	return p
}

func (r *Registrar) search(name string) (int, bool) {
	return slices.BinarySearchFunc(r.order, name, func(p *phone, name string) int { return cmp.Compare(p.Phone, name) })
}

// forget drops a phone without binding.
func (r *Registrar) forget(p *phone, out *[]Action) {
	if i, ok := r.search(p.Phone); ok {
		r.order = slices.Delete(r.order, i, i+1)
	}
	delete(r.phones, p.Phone)
	r.timers.Set(p.Phone, 0)
	*out = append(*out, Action{Kind: Gone, Phone: p.Phone})
}

// join and leave keep the index of streams.
func (r *Registrar) join(p *phone) {
	if p.Flow.Transport.Reliable() {
		r.flows[p.Flow] = append(r.flows[p.Flow], p)
	}
}

func (r *Registrar) leave(p *phone) {
	rest := slices.DeleteFunc(r.flows[p.Flow], func(q *phone) bool { return q == p })
	if len(rest) == 0 {
		delete(r.flows, p.Flow)
	} else {
		r.flows[p.Flow] = rest
	}
}

// unbind ends a binding, if there is one.
func (r *Registrar) unbind(p *phone, out *[]Action) {
	if !p.bound() {
		return
	}
	r.leave(p)
	p.reach(false, false, out)
	p.Contact, p.Flow, p.Expires, p.Since, p.UserAgent = "", message.Flow{}, 0, 0, ""
	p.CallID, p.CSeq = "", 0
	p.probeAt, p.waitEnds = 0, 0
}

// reach notes whether there is a way to a phone and whether it answers on it,
// and tells where that changes.
func (p *phone) reach(open, answers bool, out *[]Action) {
	before, written := p.reachable(), p.Reachable
	p.open, p.Reachable = open, answers
	if yes := p.reachable(); yes != before {
		*out = append(*out, Action{Kind: Reachable, Phone: p.Phone, Yes: yes})
	}
	if written != answers {
		*out = append(*out, Action{Kind: Changed, Phone: p.Phone})
	}
}

// arm sets the phone's next deadline: of a binding its end and its probes,
// without one the end of the nonces that must be remembered.
func (r *Registrar) arm(p *phone) {
	at := turn.Earliest(p.Expires, turn.Earliest(p.probeAt, p.waitEnds))
	if !p.bound() {
		at = 1 // overdue: nothing is left
		for i := range p.Nonces {
			at = max(at, p.Nonces[i].Made.Add(r.o.NonceLife)+1)
		}
	}
	r.timers.Set(p.Phone, at)
}
