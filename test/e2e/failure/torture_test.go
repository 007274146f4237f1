package failure

import (
	"strings"
	"testing"

	"github.com/hotline12345/hotline/test/e2e/script"
)

// The messages of RFC 4475 that are no parser's matter: sip/message has the rest.

// Section 3.3.15, sdp01: an INVITE whose sender does not take SDP.
func TestAnInviteThatDoesNotAcceptSDP(t *testing.T) {
	s := begin(t)
	p := s.carrier(128)
	refused(t, p.Dial(number, "12345"), p.offer(), "406", "Accept: text/nobodyKnowsThis")
	refused(t, p.Dial(number, "12345"), "", "406", "Accept:")
	s.nothing()
	for _, accept := range []string{"text/plain, Application/SDP;level=1", "application/*", "*/*;q=0.5"} {
		d := p.Dial(number, "12345")
		ok := refused(t, d, p.offer(), "200", "Accept: "+accept)
		d.PeerTag, d.Target = ok.Tag("To"), ok.Contact()
		d.Ack("")
		d.Request("BYE", "")
		d.Expect("200 BYE", script.Soon)
		s.ends("abandoned-queue", "caller")
	}
	s.AtZero(t)
}

// Section 3.3.7, regaut01: credentials of a scheme that nobody knows are none.
func TestAnUnknownSchemeOfCredentials(t *testing.T) {
	s := begin(t)
	p := s.carrier(2)
	a := s.account(p, "8001")
	a.D.Request("REGISTER", "", "Authorization: NoOneKnowsThisScheme opaque-data=here")
	m := a.D.Expect("xxx REGISTER", script.Soon)
	is(t, m, 401)
	a.Learn(m)
	is(t, a.Try(), 200)
	s.nothing()
}

// Section 3.3.10, bcast: a response with a second Via is another's (RFC 3261
// section 8.1.3.3), also where the first is ours.
func TestAResponseThatIsNotForUs(t *testing.T) {
	s := begin(t)
	phone := s.phone("8001", 2)
	c := s.waits(128)
	agent := phone.Ring(script.Soon)
	bent := func(status, body string) string {
		raw := agent.Say("100 Trying", body) // it changes nothing
		return strings.Replace(strings.Replace(raw, "100 Trying", status, 1), "\r\nFrom:", "\r\nVia: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23\r\nFrom:", 1)
	}
	malformed := s.Metrics(t)["hotline_sip_malformed_total"]
	phone.Send(bent("486 Busy Here", ""))
	phone.Send(bent("200 OK", phone.offer()))
	s.counts("hotline_sip_malformed_total", malformed+2)
	agent.Never("ACK", 5*t1)
	if calls := s.Calls(t); len(calls) != 1 || calls[0].Bridged != nil || s.Agent(t, "8001").State != "Reserved" {
		t.Errorf("a response that is not for us counts: %+v, %+v", calls, s.Agent(t, "8001"))
	}
	phone.answers(agent)
	s.bridged()
	byes(c.Dialog, agent)
	s.ends("answered", "caller")
	s.AtZero(t)
}
