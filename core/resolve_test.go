package core_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/sip/message"
)

// invites sends an INVITE and returns those that the core sends for it.
func (w *world) invites(from, dialled string, headers ...string) (sent []*message.Message) {
	w.t.Helper()
	body := "v=0\r\no=- 1 1 IN IP4 10.1.0.1\r\ns=-\r\nc=IN IP4 10.1.0.1\r\nt=0 0\r\nm=audio 10000 RTP/AVP 8\r\n"
	caller := "<sip:013855112345@10.1.0.1>"
	for i, h := range headers {
		if value, ok := strings.CutPrefix(h, "From: "); ok {
			caller, headers[i] = value, "Subject: x"
		}
	}
	w.turns++
	w.flight = nil
	w.arrive(netip.MustParseAddrPort(from), fmt.Appendf(nil, "INVITE sip:%s@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%d\r\nFrom: %s;tag=%d\r\n"+
		"To: <sip:%s@10.0.0.1>\r\nCall-ID: %d\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\nContact: <sip:%s>\r\n%s\r\nContent-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s",
		dialled, from, w.turns, caller, w.turns, dialled, w.turns, from, strings.Join(append(headers, "Supported: x"), "\r\n"), len(body), body))
	for _, p := range w.flight {
		if m, fault := message.Parse(p.Data); fault == nil && m.Method == message.INVITE && m.IsRequest() {
			sent = append(sent, m)
		}
	}
	return sent
}

const carrier = "10.1.0.1:5060"

// rung is the one INVITE that must have been sent.
func (w *world) rung(sent []*message.Message) *message.Message {
	w.t.Helper()
	if len(sent) != 1 {
		w.t.Fatalf("%d INVITEs were sent", len(sent))
	}
	return sent[0]
}

func TestACallerWhoKeepsHisNumberIsNobodyToThoseHeRings(t *testing.T) {
	const digits = "13855112345"
	for dialled, known := range map[string]bool{"12345": false, "12333": false, "12319": false, "12350": true} {
		w := newWorld(t)
		m := w.rung(w.invites(carrier, dialled, "From: <sip:anonymous@anonymous.invalid>", "P-Asserted-Identity: <tel:+86"+digits+">", "Privacy: id"))
		if got := strings.Contains(string(m.Raw), digits); got != known {
			t.Errorf("%s: the number is sent: %v\n%s", dialled, got, m.Raw)
		}
		if hidden := m.From.URI.Host == "anonymous.invalid"; hidden == known {
			t.Errorf("%s: From is %v", dialled, m.From)
		}
		if outside := dialled != "12345"; outside && (m.Get("Privacy") == "id") == known || outside && m.Has("P-Asserted-Identity") != known {
			t.Errorf("%s: privacy %q, asserted %q", dialled, m.Get("Privacy"), m.Get("P-Asserted-Identity"))
		}
		if dialled == "12345" && m.From.Display != "12345 匿名" {
			t.Errorf("the agent's phone shows %q", m.From.Display)
		}
		w.pass(time.Minute)
		if w.last.Caller != digits || w.last.Number != dialled {
			t.Errorf("%s: the CDR has caller %q of %q", dialled, w.last.Caller, w.last.Number)
		}
	}
}

// The first phone says nothing; after a kill the next one is rung, and knows no
// more of the caller.
func TestAPrivateCallStaysSoAfterARestart(t *testing.T) {
	w := newWorld(t)
	first := w.rung(w.invites(carrier, "12345", "Privacy: id"))
	w.start() // killed
	for end := w.now.Add(10 * time.Second); w.now < end; {
		for _, p := range w.flight {
			m, _ := message.Parse(p.Data)
			if m == nil || m.Method != message.INVITE || !m.IsRequest() || m.URI.User == first.URI.User {
				continue
			}
			if strings.Contains(string(p.Data), "13855112345") || m.From.Display != "12345 匿名" {
				t.Errorf("the next phone is told of the caller:\n%s", p.Data)
			}
			return
		}
		w.flight = nil
		next, ok := w.core.NextDeadline()
		if !ok {
			break
		}
		w.now = max(w.now, next)
		w.due()
	}
	t.Error("no other phone was rung")
}

func TestCallersAndCitiesStandInTheCDR(t *testing.T) {
	for _, c := range []struct{ dialled, from, caller, number, city string }{
		{"12345", "<sip:013855112345@h>", "13855112345", "12345", "合肥"},
		{"0553-12345", "<sip:+8613855112345@h>", "13855112345", "12345", "芜湖"},
		{"+8655312345", "<sip:62345678@h>", "055162345678", "12345", "芜湖"},
		{"12345;phone-context=+86553", "<tel:62345678;phone-context=+86553>", "055362345678", "12345", "芜湖"},
		{"12345", "<sip:05532345678@h;user=phone>", "05532345678", "12345", "芜湖"},
		{"12345", "<sip:unavailable@unknown.invalid>", "anonymous", "12345", "合肥"},
	} {
		w := newWorld(t)
		w.rung(w.invites(carrier, c.dialled, "From: "+c.from))
		w.pass(time.Minute)
		if got := w.last; got.Caller != c.caller || got.Number != c.number || got.City != c.city {
			t.Errorf("%s from %s: %q rang %q of %q", c.dialled, c.from, got.Caller, got.Number, got.City)
		}
	}
}

func TestAnotherHotlineSaysWhoseCallItIs(t *testing.T) {
	w := newWorld(t)
	out := w.rung(w.invites(carrier, "055312319"))
	w.pass(time.Minute)
	in := w.rung(w.invites("10.3.0.1:5060", "12345", "From: <sip:055162345678@h>", "User-to-User: "+out.Get("User-to-User")))
	if in.From.Display != "hub转来 12319 13855112345" {
		t.Errorf("the agent's phone shows %q", in.From.Display)
	}
	w.pass(time.Minute)
	if w.last.City != "芜湖" || w.last.Caller != "13855112345" || w.last.Number != "12319" {
		t.Errorf("the CDR: %+v", w.last)
	}
	w.rung(w.invites("10.3.0.1:5060", "12345", "From: <sip:05532345678@h>", "User-to-User: a100;encoding=hex;purpose=hotline")) // of no city
	w.pass(time.Minute)
	if w.last.City != "芜湖" || w.last.Caller != "05532345678" {
		t.Errorf("the CDR: %+v", w.last)
	}
}

// Diversions that are too long to be kept, the first of all among them, end what
// might be a circle: nothing outside is rung.
func TestDiversionsThatAreTooLongCountAsACircle(t *testing.T) {
	long := "<sip:12331@" + strings.Repeat("a", 300) + ">;reason=unconditional"
	short := "<sip:12331@h>;reason=unconditional"
	for _, headers := range [][]string{
		{"Diversion: " + long},
		{"Diversion: " + long, "Diversion: " + short},
		{"Diversion: " + short + ";counter=2, " + long},
		{"Diversion: " + strings.Repeat(long+", ", 30) + short},
	} {
		w := newWorld(t)
		m := w.rung(w.invites(carrier, "12333", append(headers, "History-Info: <sip:12333@h>;index=1")...))
		if m.URI.User != "8003" {
			t.Errorf("%.60s…: %s is rung, a circle may be closed", headers[0], m.RequestURI)
		}
	}
	w := newWorld(t)
	if m := w.rung(w.invites(carrier, "12333", "Diversion: "+short)); m.URI.User != "12333" {
		t.Errorf("one diversion is no circle, but %s is rung", m.RequestURI)
	}
}
