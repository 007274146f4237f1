package demo

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// referring is a call to b that b transfers to 110; the server's side of it is
// the test's.
type referring struct {
	*pair
	call  *Call
	out   *Out
	refer text
	seq   int
}

func newReferring(t *testing.T, m Manner) *referring {
	t.Helper()
	m.Status, m.Answer = 200, time.Second
	r := &referring{pair: newPair(Options{}, m), out: &Out{}, seq: 10}
	r.a.Dial(r.now, Journey{Number: "1", Caller: "2"}, r.out)
	r.run(2*time.Second, r.out)
	r.call = r.b.Calls[0]
	r.b.Due(r.now.Add(m.ReferAfter), r.out)
	r.now = r.now.Add(m.ReferAfter)
	r.refer = r.said(t, "REFER")
	return r
}

// said takes the one message of that kind that b has sent.
func (r *referring) said(t *testing.T, begins string) text {
	t.Helper()
	packets := r.out.Packets
	r.out.Packets = nil
	if len(packets) != 1 || !strings.HasPrefix(string(packets[0].Data), begins) {
		t.Fatalf("want %s, sent are %d: %s", begins, len(packets), packets)
	}
	m, _ := parse(packets[0].Data)
	return m
}

func (r *referring) answer(status int) {
	r.b.Receive(r.now, r.b.Server, []byte(r.refer.reply(status, "", "", "")), r.out)
}

func (r *referring) notify(event, state, body string) {
	r.seq++
	first := r.call.first
	raw := fmt.Sprintf("NOTIFY sip:b@x SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%d\r\nFrom: %s\r\nTo: %s;tag=%s\r\nCall-ID: %s\r\n"+
		"CSeq: %d NOTIFY\r\nEvent: %s\r\nSubscription-State: %s\r\nContent-Length: %d\r\n\r\n%s",
		r.b.Server, r.seq, first.get("From"), first.get("To"), r.call.localTag, r.call.ID, r.seq, event, state, len(body), body)
	r.b.Receive(r.now, r.b.Server, []byte(raw), r.out)
}

func TestAPhoneTransfersHearsOfItAndHangsUp(t *testing.T) {
	r := newReferring(t, Manner{Refer: "110", ReferAfter: 3 * time.Second})
	if to := r.refer.get("Refer-To"); to != "<sip:110@10.0.0.1:5060>" || r.refer.get("Referred-By") != r.call.local {
		t.Errorf("Refer-To: %s in %+v", to, r.refer)
	}
	r.b.Refer(r.now, r.call, "120", r.out) // one at a time
	r.notify("refer", "active;expires=60", "SIP/2.0 100 Trying\r\n")
	r.said(t, "SIP/2.0 200") // it may come before the 202
	r.answer(202)
	r.notify("refer;id=7", "active;expires=60", "SIP/2.0 180 Ringing\r\n")
	r.said(t, "SIP/2.0 200")
	if r.call.Referred != 202 || r.call.Transfer != 180 || r.call.Over() {
		t.Errorf("%d, %d, over %v", r.call.Referred, r.call.Transfer, r.call.Over())
	}
	r.notify("presence", "active", "")
	r.said(t, "SIP/2.0 489")
	r.notify("refer", "active", "SIP/2.0")
	r.said(t, "SIP/2.0 400")
	r.notify("refer", "terminated;reason=noresource", "SIP/2.0 200 OK\r\n")
	if r.call.Transfer != 200 || !r.call.Over() || r.call.Why != "us" || len(r.out.Packets) != 2 {
		t.Errorf("%d, over %v, sent %d", r.call.Transfer, r.call.Over(), len(r.out.Packets))
	}
	r.run(time.Second, r.out)
	if r.a.Busy() || r.b.Busy() {
		t.Error("the BYE")
	}
	r.out.Packets = nil
	r.notify("refer", "active", "SIP/2.0 100 Trying\r\n")
	r.said(t, "SIP/2.0 481")
}

func TestAPhoneStaysInACallThatIsNotTransferred(t *testing.T) {
	for name, fail := range map[string]func(r *referring){
		"refused": func(r *referring) { r.answer(403) },
		"no answer": func(r *referring) {
			for range 12 {
				r.now = r.b.Next()
				r.b.Due(r.now, r.out)
			}
		},
		"busy there": func(r *referring) {
			r.answer(202)
			r.notify("refer", "terminated;reason=noresource", "SIP/2.0 486 Busy Here\r\n")
		},
		"no word": func(r *referring) {
			r.answer(202)
			r.notify("refer", "terminated;reason=timeout", "SIP/2.0 100 Trying\r\n")
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newReferring(t, Manner{Refer: "tel:110", ReferAfter: 3 * time.Second})
			if to := r.refer.get("Refer-To"); to != "<tel:110>" {
				t.Errorf("Refer-To: %s", to)
			}
			fail(r)
			if r.call.Over() || r.call.transferring || r.call.Referred == 0 {
				t.Errorf("over %v, transferring %v, %d", r.call.Over(), r.call.transferring, r.call.Referred)
			}
			r.out.Packets = nil
			r.notify("refer", "active", "SIP/2.0 100 Trying\r\n")
			r.said(t, "SIP/2.0 481")
			r.b.Refer(r.now, r.call, "120", r.out)
			if m := r.said(t, "REFER"); m.get("Refer-To") != "<sip:120@10.0.0.1:5060>" {
				t.Errorf("%+v", m)
			}
		})
	}
}
