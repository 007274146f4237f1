package failure

import (
	"net/netip"
	"testing"

	"github.com/hotline12345/hotline/test/e2e/script"
)

// talk is a citizen and an agent who hear each other.
type talk struct {
	caller *citizen
	phone  *party
	agent  *script.Dialog

	callerPort, agentPort netip.AddrPort // the server's, for RTP
}

// talks brings a citizen and agent 8001 together.
func (s *scene) talks() *talk {
	s.t.Helper()
	phone := s.phone("8001", 2)
	caller := s.rings(s.carrier(128))
	ok := caller.Expect("200 INVITE", script.Soon)
	caller.Ack("")
	agent := phone.Ring(script.Soon)
	agent.Say("180 Ringing", "")
	phone.answers(agent)
	s.bridged()
	return &talk{caller: caller, phone: phone, agent: agent, callerPort: portOf(ok), agentPort: portOf(agent.Invite)}
}

// over ends the talk from the caller's side and looks that nothing is left.
func (s *scene) over(k *talk) {
	s.t.Helper()
	byes(k.caller.Dialog, k.agent)
	s.ends("answered", "caller")
	s.AtZero(s.t)
}

// The measure of all other tests: nothing goes wrong.
func TestATalkAsItShouldBe(t *testing.T) {
	s := begin(t)
	k := s.talks()
	k.caller.Request("BYE", "")
	k.caller.Expect("200 BYE", script.Soon)
	bye := k.agent.Expect("BYE", script.Soon)
	if bye.Q850() != 16 || bye.SIPCause() != 0 {
		t.Errorf("the BYE's Reason: %q", bye.All("Reason"))
	}
	k.agent.Answer(bye, "200 OK", "")
	c := s.ends("answered", "caller")
	s.cause(c, 0, 16)
	if c.Agent != "8001" || c.Phone != "8001" || c.Offers != 1 || c.Bridged == nil {
		t.Errorf("the CDR: %+v", c)
	}
	s.AtZero(t)
}

func TestTheAgentHangsUp(t *testing.T) {
	s := begin(t)
	k := s.talks()
	k.agent.Request("BYE", "")
	k.agent.Expect("200 BYE", script.Soon)
	bye := k.caller.Expect("BYE", script.Soon)
	if bye.Q850() != 16 || bye.SIPCause() != 0 {
		t.Errorf("the BYE's Reason: %q", bye.All("Reason"))
	}
	k.caller.Answer(bye, "200 OK", "")
	s.cause(s.ends("answered", "agent"), 0, 16)
	s.AtZero(t)
}

// What the legs say is counted like what the core says itself.
func TestOurResponsesAreCounted(t *testing.T) {
	s := begin(t)
	s.over(s.talks())
	m := s.Metrics(t)
	for _, status := range []string{"100", "200"} {
		if m[`hotline_sip_responses_sent_total{method="INVITE",status="`+status+`"}`] == 0 {
			t.Errorf("our %s to the INVITE is in no metric", status)
		}
	}
}
