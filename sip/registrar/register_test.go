package registrar

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestPhoneRegistersAfterOneChallenge(t *testing.T) {
	b := newBench(t, nil)
	h := b.handset("8001")
	if a := h.must(401, b.Register(b.now, udp, h.request(), &b.out)); stale(t, a) || b.took() != "" {
		t.Error("a first challenge is stale, or left something behind")
	}
	a := h.must(200, h.register(udp))
	if want := []string{"Contact", "<sip:8001@10.0.0.5:5062;line=Ab>;expires=300"}; !reflect.DeepEqual(a.Headers, want) {
		t.Errorf("answered %q", a.Headers)
	}
	if got := b.took(); got != "changed 8001, reachable 8001 true, changed 8001, changed 8001" {
		t.Error(got)
	}
	want := Binding{
		Phone: "8001", Contact: "sip:8001@10.0.0.5:5062;line=Ab", Flow: udp, Open: true, Reachable: true,
		Expires: b.now.Add(300 * time.Second), Since: b.now, UserAgent: "Desk phone",
	}
	if got, ok := b.Binding("8001"); !ok || got != want {
		t.Errorf("%+v\n%+v", got, want)
	}
	// A refresh needs no second challenge: the next count under the same nonce.
	b.wait(200 * time.Second)
	h.must(200, b.Register(b.now, udp, h.request(), &b.out))
	if got, _ := b.Binding("8001"); got.Since != want.Since || got.Expires != b.now.Add(300*time.Second) {
		t.Errorf("after a refresh: %+v", got)
	}
}

func TestExpiryIsGrantedWithinItsLimits(t *testing.T) {
	for _, c := range []struct {
		contact, expires string
		status           int
		granted          string
	}{
		{"<sip:8001@h>", "", 200, "300"},
		{"<sip:8001@h>", "120", 200, "120"},
		{"<sip:8001@h>;expires=90", "120", 200, "90"},
		{"<sip:8001@h>;expires=3600", "", 200, "300"},
		{"<sip:8001@h>", "4294967295", 200, "300"},
		{"<sip:8001@h>;expires=99999999999999999999", "", 200, "300"},
		{"<sip:8001@h>;expires=soon", "", 200, "300"},
		{"<sip:8001@h>", "60", 200, "60"},
		{"<sip:8001@h>", "59", 423, "60"},
		{"<sip:8001@h>;expires=1", "300", 423, "60"},
		{"sip:8001@h;expires=100", "", 200, "100"},
		{`"Desk <1>" <sip:8001@h>;+sip.instance="<urn:uuid:1>";expires=100`, "", 200, "100"},
	} {
		b := newBench(t, nil)
		h := b.handset("8001")
		h.contact, h.expires = c.contact, c.expires
		a := h.must(c.status, h.register(udp))
		want := []string{"Contact", "<sip:8001@h>;expires=" + c.granted}
		if c.status == 423 {
			want = []string{"Min-Expires", c.granted}
			if _, ok := b.Binding("8001"); ok {
				t.Error("a refused REGISTER bound the phone")
			}
		}
		if !reflect.DeepEqual(a.Headers, want) {
			t.Errorf("%s, Expires %q: %q, want %q", c.contact, c.expires, a.Headers, want)
		}
	}
}

func TestBadContactsChangeNothing(t *testing.T) {
	for _, c := range [][2]string{
		{"*", ""},
		{"*", "60"},
		{"*|<sip:8001@h>", "0"},
		{"<tel:8001>", ""},
		{"<mailto:a@h>", ""},
		{"<sip:8001@h>;expires=100, <sip:8001@" + strings.Repeat("h", 600) + ">", ""},
		{strings.Repeat("<sip:8001@h>, ", 8) + "<sip:8001@h>", ""},
		{"<sip:8001@h>, <sip:8001@i>;expires=5", ""},
	} {
		b := newBench(t, nil)
		h := b.handset("8001")
		h.must(200, h.register(udp))
		before, _ := b.Binding("8001")
		b.wait(time.Second)
		h.contact, h.expires = c[0], c[1]
		if a := b.Register(b.now, udp, h.request(), &b.out); a.Status != 400 && a.Status != 423 {
			t.Errorf("%s: %d", c[0], a.Status)
		}
		if after, _ := b.Binding("8001"); after != before {
			t.Errorf("%s: binding changed to %+v", c[0], after)
		}
	}
}

func TestNewestContactWins(t *testing.T) {
	b := newBench(t, nil)
	h := b.handset("8001")
	h.must(200, h.register(udp))
	b.wait(time.Millisecond) // a nonce of its own
	other := b.handset("8001")
	other.callID, other.contact = "other", "<sip:8001@10.0.0.6>"
	a := other.must(200, other.register(tcp))
	if len(a.Headers) != 2 || a.Headers[1] != "<sip:8001@10.0.0.6>;expires=300" {
		t.Errorf("answered %q", a.Headers)
	}
	if got, _ := b.Binding("8001"); got.Contact != "sip:8001@10.0.0.6" || got.Flow != tcp {
		t.Errorf("bound to %+v", got)
	}
	// The old place goes away without taking the new one along.
	h.expires = "0"
	h.must(200, h.register(udp))
	if _, ok := b.Binding("8001"); !ok {
		t.Error("removing an old contact removed the new one")
	}
	// One REGISTER that replaces its own contact.
	other.contact = "<sip:8001@10.0.0.6>;expires=0, <sip:8001@10.0.0.7>"
	other.must(200, other.register(tcp))
	if got, _ := b.Binding("8001"); got.Contact != "sip:8001@10.0.0.7" {
		t.Errorf("bound to %+v", got)
	}
}

func TestUnregistering(t *testing.T) {
	for _, contact := range []string{"*", "<sip:8001@10.0.0.5:5062;line=Ab>", "<sip:8001@10.0.0.5:5062;line=Ab;ob>"} {
		b := newBench(t, nil)
		h := b.handset("8001")
		h.must(200, h.register(udp))
		b.took()
		h.contact, h.expires = contact, "0"
		if a := h.must(200, h.register(udp)); len(a.Headers) != 0 {
			t.Errorf("%s: answered %q", contact, a.Headers)
		}
		if _, ok := b.Binding("8001"); ok {
			t.Errorf("%s: still bound", contact)
		}
		if got := b.took(); !strings.Contains(got, "reachable 8001 false") {
			t.Errorf("%s: %s", contact, got)
		}
		// Its record lives on while its nonce could be replayed, then ends.
		b.wait(10 * time.Minute)
		if got := b.took(); got != "" {
			t.Errorf("within the nonce's life: %s", got)
		}
		b.wait(time.Second)
		if got := b.took(); got != "gone 8001" || b.Next() != 0 {
			t.Errorf("after it: %q, next deadline %d", got, b.Next())
		}
		if _, ok := b.Record("8001"); ok {
			t.Error("the record is still there")
		}
	}
}

func TestQueryTellsWhatIsLeft(t *testing.T) {
	b := newBench(t, nil)
	h := b.handset("8001")
	h.must(200, h.register(udp))
	b.wait(100*time.Second + time.Millisecond)
	h.contact = ""
	if a := h.must(200, h.register(udp)); len(a.Headers) != 2 || !strings.HasSuffix(a.Headers[1], ";expires=200") {
		t.Errorf("answered %q", a.Headers)
	}
}

func TestCSeqMustRiseWithinACallID(t *testing.T) {
	b := newBench(t, nil)
	h := b.handset("8001")
	h.cseq = 10
	h.must(200, h.register(udp))
	first, _ := b.Binding("8001")
	h.cseq, h.contact = 5, "<sip:8001@late>"
	h.must(400, h.register(udp))
	if got, _ := b.Binding("8001"); got != first {
		t.Errorf("a late REGISTER changed the binding to %+v", got)
	}
	h.cseq, h.callID = 0, "after-a-reboot"
	h.must(200, h.register(udp))
	if got, _ := b.Binding("8001"); got.Contact != "sip:8001@late" {
		t.Errorf("a new Call-ID was not taken: %+v", got)
	}
}

func TestBindingEndsInTime(t *testing.T) {
	b := newBench(t, nil)
	h := b.handset("8001")
	h.must(200, h.register(udp))
	b.took()
	b.wait(300*time.Second - 1)
	if got := b.took(); got != "" {
		t.Errorf("before its end: %s", got)
	}
	b.wait(1)
	if got := b.took(); !strings.HasPrefix(got, "reachable 8001 false") {
		t.Errorf("at its end: %s", got)
	}
	if _, ok := b.Binding("8001"); ok {
		t.Error("still bound")
	}
}

func TestOtherDomainsAndThirdPartiesAreRefused(t *testing.T) {
	b := newBench(t, func(o *Options) { o.Domains = []string{"elsewhere.example"} })
	h := b.handset("8001")
	h.must(403, b.Register(b.now, udp, h.request(), &b.out))
	if _, _, a := b.Authenticate(b.now, h.request(), &b.out); a.Status != 403 {
		t.Errorf("From of another domain: %d", a.Status)
	}
	b = newBench(t, nil)
	h = b.handset("8001")
	h.from = "8002"
	h.must(403, h.register(udp))
}

func TestBindingsComeByName(t *testing.T) {
	b := newBench(t, nil)
	for _, name := range []string{"8003", "8001", "8002"} {
		h := b.handset(name)
		h.must(200, h.register(udp))
	}
	var names []string
	b.Bindings(func(x Binding) { names = append(names, x.Phone) })
	if strings.Join(names, " ") != "8001 8002 8003" {
		t.Error(names)
	}
}
