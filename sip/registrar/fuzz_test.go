package registrar

import (
	"reflect"
	"testing"
	"time"

	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

// world is a registrar with what a core would know of it: its journal, and who
// it was told can be reached.
type world struct {
	*bench
	journal   map[string]Record
	reachable map[string]bool
	sets      []*handset
	sent      []sent
}

// sent is a request that was let in, for replaying.
type sent struct {
	m  *message.Message
	at turn.Instant
}

// settle carries out the actions and checks what must hold after each turn.
func (w *world) settle() {
	w.Helper()
	for _, a := range w.out {
		switch a.Kind {
		case Probe:
			if x, ok := w.Binding(a.Phone); !ok || !x.Open {
				w.Fatalf("a probe for %s, which has no way to it", a.Phone)
			}
		case Changed, Gone:
			r, ok := w.Record(a.Phone)
			if !ok {
				delete(w.journal, a.Phone)
			} else {
				w.journal[a.Phone] = r
			}
			if ok && a.Kind == Gone {
				w.Fatalf("%s is gone, yet there", a.Phone)
			}
		case Reachable:
			if w.reachable[a.Phone] == a.Yes {
				w.Fatalf("%s: told twice that reachable is %v", a.Phone, a.Yes)
			}
			w.reachable[a.Phone] = a.Yes
		}
	}
	w.out = w.out[:0]
	for _, h := range w.sets {
		r, ok := w.Record(h.name)
		if journaled, written := w.journal[h.name]; ok != written || !reflect.DeepEqual(r, journaled) {
			w.Fatalf("the journal has %+v\nin memory %+v", journaled, r)
		}
		x, bound := w.Binding(h.name)
		if w.reachable[h.name] != (bound && x.Reachable) {
			w.Fatalf("%s was told to be reachable: %v; it is %+v", h.name, w.reachable[h.name], x)
		}
		if bound && (x.Expires <= w.now || x.Expires > w.now.Add(w.o.MaxExpires) || (x.Reachable && !x.Open)) {
			w.Fatalf("at %d: %+v", w.now, x)
		}
		if len(r.Nonces) > maxNonces {
			w.Fatalf("%d nonces", len(r.Nonces))
		}
	}
	if next := w.Next(); (next != 0 && next <= w.now) || (next == 0) != (len(w.order) == 0) {
		w.Fatalf("next deadline %d at %d with %d phones", next, w.now, len(w.order))
	}
	streams := 0
	for _, p := range w.order {
		if p.bound() && p.Flow.Transport.Reliable() {
			streams++
		}
	}
	for _, list := range w.flows {
		streams -= len(list)
	}
	if streams != 0 {
		w.Fatalf("the index of streams is off by %d", streams)
	}
}

// step does one thing that the byte names.
func (w *world) step(op, arg byte) {
	h := w.sets[int(arg)%len(w.sets)]
	h.expires = []string{"", "0", "60", "10", "300"}[arg>>4%5]
	h.contact = []string{"<sip:800@a>", "<sip:800@b>;expires=90", "", "*", "<sip:800@a>;expires=0, <sip:800@c>"}[arg>>2%5]
	flow := []message.Flow{udp, tcp, tcp}[arg%3]
	flow.Conn += uint64(arg & 1)
	switch op % 8 {
	case 0, 1:
		m := h.request()
		if a := w.Register(w.now, flow, m, &w.out); a.Status == 401 {
			h.take(a)
		} else if a.Status != 403 && a.Status != 400 {
			w.sent = append(w.sent, sent{m, w.now})
		}
	case 2:
		w.wait(time.Duration(arg) * time.Second)
	case 3:
		w.wait(time.Duration(arg) * 50 * time.Millisecond)
	case 4:
		w.Probed(w.now, h.name, arg&8 != 0, &w.out)
	case 5:
		w.FlowClosed(flow, &w.out)
	case 6:
		if len(w.sent) == 0 {
			return
		}
		old := w.sent[int(arg)%len(w.sent)]
		a := w.Register(w.now, flow, old.m, &w.out)
		if a.Status == 200 && w.now.Sub(old.at) > repeatFor {
			w.Fatalf("a request of %v ago was taken", w.now.Sub(old.at))
		}
		if a.Status == 200 && len(w.out) > 0 && w.out[0].Kind == Changed && w.now.Sub(old.at) > 0 {
			r, _ := w.Record(old.m.To.URI.User)
			if r.CSeq != old.m.CSeq {
				w.Fatal("a repeat counted as a new request")
			}
		}
	case 7:
		w.restart()
	}
}

// restart goes on with the journal alone.
func (w *world) restart() {
	w.bench = reborn(w.bench, w.o)
	w.after = w.settle
	for _, h := range w.sets {
		h.bench = w.bench
		x, _ := w.Binding(h.name)
		w.reachable[h.name] = x.Reachable
	}
}

func FuzzRegistrar(f *testing.F) {
	f.Add([]byte{0, 0, 0, 0, 2, 30, 4, 0, 2, 200, 0, 0})
	f.Add([]byte{0, 1, 0, 1, 5, 1, 7, 0, 0, 1, 6, 0, 2, 40, 6, 0})
	f.Add([]byte{0, 2, 0, 2, 0, 18, 0, 28, 7, 0, 2, 255, 2, 255, 2, 255})
	f.Fuzz(func(t *testing.T, script []byte) {
		if len(script) > 128 {
			return
		}
		w := &world{bench: newBench(t, probing), journal: map[string]Record{}, reachable: map[string]bool{}}
		w.after = w.settle
		for _, name := range []string{"8001", "8002", "8003"} {
			w.sets = append(w.sets, w.handset(name))
		}
		for i := 0; i+1 < len(script); i += 2 {
			w.step(script[i], script[i+1])
			w.settle()
		}
	})
}

// FuzzContact lets a phone write any Contact: what is kept of it is a URI that
// can be a request's target.
func FuzzContact(f *testing.F) {
	for _, s := range []string{
		`"Desk <1>" <sip:8001@h:5062;line=1>;expires=60;+sip.instance="<urn:uuid:1>"`, "sip:a@[::1];q=0.5", "*",
		"<sips:h>, sip:b@c;expires=0", `"\"<x>" <sip:a@b>`, "a <sip:a@b>", "<sip:a@b?x=%3c>",
	} {
		f.Add(s)
	}
	b := newBench(f, nil)
	f.Fuzz(func(t *testing.T, value string) {
		raw := message.NewRequest(message.REGISTER, "sip:h").Header("Via", "SIP/2.0/UDP h;branch=z9hG4bK1").Header("From", "<sip:a@h>;tag=1").
			Header("To", "<sip:a@h>").Header("Call-ID", "1").Header("CSeq", "1 REGISTER").Header("Contact", value).Bytes()
		m, fault := message.Parse(raw)
		if fault != nil {
			return
		}
		list, _, err := b.contacts(m)
		if err != nil {
			return
		}
		for _, c := range list {
			again, err := message.ParseURI(c.uri)
			if err != nil || !reflect.DeepEqual(again, c.parsed) {
				t.Fatalf("%q kept as %q: %v", value, c.uri, err)
			}
		}
	})
}
