package failure

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/test/e2e/rig"
	"github.com/hotline12345/hotline/test/e2e/script"
)

// refused sends an INVITE and takes its refusal.
func refused(t *testing.T, d *script.Dialog, body, status string, extra ...string) *script.Message {
	t.Helper()
	d.Request("INVITE", body, extra...)
	m := d.Expect("xxx INVITE", script.Soon)
	if m.Status() == 100 {
		m = d.Expect("xxx INVITE", script.Soon)
	}
	if !strings.HasPrefix(m.Start, "SIP/2.0 "+status) {
		t.Errorf("not %s:\n%s", status, m.Raw)
	}
	if m.Status() >= 300 {
		d.AckRefusal(m)
	}
	return m
}

// nothing checks that no call has begun.
func (s *scene) nothing() {
	s.t.Helper()
	s.AtZero(s.t)
	m := s.Metrics(s.t)
	if n := m["hotline_calls_begun_total"]; n != 0 || len(s.CDRs(s.t)) != 0 {
		s.t.Errorf("%v calls have begun, %d ended", n, len(s.CDRs(s.t)))
	}
}

// counts waits until a metric has that value.
func (s *scene) counts(metric string, n float64) {
	s.t.Helper()
	within(s.t, fmt.Sprintf("%s is %v", metric, n), func() bool { return s.Metrics(s.t)[metric] == n })
}

// Strangers: of no trunk, and of no domain of ours, they get 403 and are
// counted; what they name a phone of ours they must prove.
func TestStrangers(t *testing.T) {
	s := begin(t)
	stranger := s.carrier(60)
	refused(t, stranger.Dial(number, "12345"), stranger.offer(), "403")
	spoof := stranger.Dial("8001", "12345")
	spoof.Local = "<sip:8001@" + rig.Domain + ">"
	refused(t, spoof, stranger.offer(), "401")
	s.counts("hotline_calls_from_strangers_total", 1)
	s.nothing()
}

func TestANumberThatIsNotOurs(t *testing.T) {
	s := begin(t)
	p := s.carrier(128)
	for _, dialled := range []string{"99999", "12346", "1234", "*11"} {
		refused(t, p.Dial(number, dialled), p.offer(), "404")
	}
	s.counts("hotline_calls_to_unknown_numbers_total", 4)
	s.nothing()
}

// A number of ours in all the forms in which carriers write it.
func TestANumberInItsForms(t *testing.T) {
	s := begin(t)
	p := s.carrier(128)
	for _, uri := range []string{
		"tel:12345", "tel:+86-551-12345", "sip:055112345@" + s.Addr.String() + ";user=phone", "sip:+8655112345@example.org",
		"sips:12345@" + s.Addr.String(), "sip:008655112345;phone-context=x@" + s.Addr.String(),
	} {
		d := p.Dial(number, "12345")
		d.Target, d.Remote = uri, "<"+uri+">"
		ok := refused(t, d, p.offer(), "200")
		if ok.Status() != 200 {
			continue
		}
		d.PeerTag, d.Target = ok.Tag("To"), ok.Contact()
		d.Ack("")
		d.Request("BYE", "")
		d.Expect("200 BYE", script.Soon)
		s.ends("abandoned-queue", "caller")
	}
	s.AtZero(t)
}

// Where the hops are used up a request goes no further (RFC 3261 section 16.3);
// OPTIONS is answered by whom it has reached (section 11.1).
func TestNoHopsAreLeft(t *testing.T) {
	s := begin(t)
	p := s.carrier(128)
	d := p.Dial(number, "12345")
	p.Send(strings.Replace(d.Text("INVITE", p.offer()), "Max-Forwards: 70", "Max-Forwards: 0", 1))
	d.AckRefusal(d.Expect("483 INVITE", script.Soon))
	d = p.Dial(number, "12345")
	p.Send(strings.Replace(d.Text("OPTIONS", ""), "Max-Forwards: 70", "Max-Forwards: 0", 1))
	d.Expect("200 OPTIONS", script.Soon)
	s.nothing()
}

// The same request by two ways (RFC 3261 section 8.2.2.2): the second gets 482,
// the first goes on.
func TestAMergedRequest(t *testing.T) {
	s := begin(t)
	p := s.carrier(128)
	d := p.Dial(number, "12345")
	d.Request("INVITE", p.offer())
	d.Expect("200 INVITE", script.Soon)
	merged := p.Dial(number, "12345")
	merged.Call, merged.Tag, merged.Seq = d.Call, d.Tag, d.Seq-1
	merged.Request("INVITE", p.offer())
	refusal := merged.Expect("482 INVITE", script.Soon)
	if refusal.Branch() != merged.Branch {
		t.Errorf("not an answer to the second:\n%s", refusal.Raw)
	}
	merged.AckRefusal(refusal)
	d.Ack("")
	d.Request("BYE", "")
	d.Expect("200 BYE", script.Soon)
	s.ends("abandoned-queue", "caller")
	s.AtZero(t)
}

// Our own INVITE to the duty comes back to us through his exchange: it has run
// in a circle.
func TestASpiral(t *testing.T) {
	s, mobile := beginNear(t, func(p *config.Plan) { p.Trunks.Get("mobile").Channels = 10 })
	caller := s.waits(128)
	d := mobile.Ring(script.Soon)
	back := d.Invite.Raw
	_, rest, _ := strings.Cut(back, "\r\n")
	spiral := "INVITE sip:12345@" + s.Addr.String() + " SIP/2.0\r\n" +
		"Via: SIP/2.0/UDP " + mobile.Addr.String() + ";branch=z9hG4bKspiral;rport\r\n" + rest
	mobile.Send(strings.Replace(spiral, "Max-Forwards: 70", "Max-Forwards: 69", 1))
	refusal := mobile.Expect("482 INVITE", script.Soon)
	if refusal.Branch() != "z9hG4bKspiral" {
		t.Errorf("the answer to the spiral:\n%s", refusal.Raw)
	}
	d.Say("486 Busy Here", "")
	d.Expect("ACK", script.Soon)
	caller.Request("BYE", "")
	caller.Expect("200 BYE", script.Soon)
	s.ends("abandoned-queue", "caller")
	s.AtZero(t)
}

// What an INVITE asks that we cannot do.
func TestInvitesThatCannotBeTaken(t *testing.T) {
	s := begin(t)
	p := s.carrier(128)
	required := refused(t, p.Dial(number, "12345"), p.offer(), "420", "Require: 100rel", "Require: timer-of-mine")
	if got := strings.Join(required.All("Unsupported"), ", "); !strings.Contains(got, "timer-of-mine") {
		t.Errorf("Unsupported is %q", got)
	}
	other := p.Dial(number, "12345")
	p.Send(strings.Replace(other.Text("INVITE", "hello\r\n"), "application/sdp", "text/plain", 1))
	m := other.Expect("415 INVITE", script.Soon)
	if m.Get("Accept") != "application/sdp" {
		t.Errorf("Accept is %q", m.Get("Accept"))
	}
	other.AckRefusal(m)
	for body, status := range map[string]string{
		script.SDP(p.Sound.Addr, "18", "rtpmap:18 G729/8000"):                             "488",
		strings.Replace(p.offer(), "RTP/AVP", "RTP/SAVP", 1):                              "488",
		script.Session(p.Sound.Addr, "m=video 4000 RTP/AVP 96", "a=rtpmap:96 H264/90000"): "488",
		script.Session(p.Sound.Addr, "m=audio 0 RTP/AVP 8"):                               "488",
		script.Session(p.Sound.Addr):                                                      "488",
		"v=1\r\n":                                                                         "400",
		"hello\r\n":                                                                       "400",
	} {
		d := p.Dial(number, "12345")
		final := refused(t, d, body, status)
		if final.Q850() == 0 {
			t.Errorf("no Q.850 Reason in the %s to %q", status, body)
		}
		s.cause(s.ends("unusable-sdp", "system"), final.Status(), 88)
	}
	s.AtZero(t)
}

// An answer over UDP is as long as it is (RFC 3261 section 18.1.1 bounds
// requests alone), and comes whole.
func TestALongAnswer(t *testing.T) {
	s := begin(t)
	p := s.carrier(128)
	d := p.Dial(number, "12345")
	var routes []string
	for range 40 {
		routes = append(routes, "Record-Route: <sip:"+strings.Repeat("a-long-name.", 6)+"example;lr>")
	}
	d.Request("INVITE", p.offer(), routes...)
	ok := d.Expect("200 INVITE", script.Soon)
	if len(ok.Raw) < 3000 || len(ok.All("Record-Route")) != len(routes) || ok.SDP().At.Port() == 0 {
		t.Errorf("%d bytes, %d routes", len(ok.Raw), len(ok.All("Record-Route")))
	}
	d.Ack("")
	d.Request("BYE", "")
	d.Expect("200 BYE", script.Soon)
	s.ends("abandoned-queue", "caller")
	s.AtZero(t)
}

// Responses go to where the request came from, if it asks so (RFC 3581), else
// to the port of its Via (RFC 3261 section 18.2.2).
func TestWhereAnswersGo(t *testing.T) {
	s := begin(t)
	p, other := s.carrier(128), s.carrier(128)
	asks := p.Dial("x", "y")
	p.Send(strings.Replace(asks.Text("OPTIONS", ""), p.Addr.String(), "sip.example:5060", 1))
	via := asks.Expect("200 OPTIONS", script.Soon).Get("Via")
	for _, want := range []string{"sip.example:5060", "received=" + p.Addr.Addr().String(), "rport=" + p.Addr.String()[strings.LastIndex(p.Addr.String(), ":")+1:]} {
		if !strings.Contains(via, want) {
			t.Errorf("Via: %s has no %s", via, want)
		}
	}
	plain := p.Dial("x", "y")
	raw := strings.Replace(plain.Text("OPTIONS", ""), ";rport", "", 1)
	p.Send(strings.Replace(raw, p.Addr.String(), other.Addr.String(), 1))
	other.Expect("200 OPTIONS", script.Soon)
	s.nothing()
}
