package failure

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hotline12345/hotline/test/e2e/rig"
	"github.com/hotline12345/hotline/test/e2e/script"
)

// switchboard is a carrier's exchange: it rings on a connection that it opens,
// and is itself reached at another port.
func (s *scene) switchboard(host byte) (line, exchange *party) {
	s.t.Helper()
	ip := s.IP(host).String()
	line = s.tcp(host)
	return line, &party{Endpoint: script.Listen(s.t, ip, s.Addr), Sound: line.Sound}
}

// reached is a call on the line whose answers and requests name the exchange.
func (s *scene) reached(line, exchange *party) *citizen {
	s.t.Helper()
	c := &citizen{line.Dial(number, "12345"), line}
	c.Contact = fmt.Sprintf("<sip:%s@%v;transport=tcp>", number, exchange.Addr)
	line.Send(strings.Replace(c.Text("INVITE", line.offer()), line.Addr.String()+";branch", exchange.Addr.String()+";branch", 1))
	return c
}

// hangsUpLine closes a connection and waits until the server has none.
func (s *scene) hangsUpLine(p *party) {
	s.t.Helper()
	p.Close()
	rig.Until(s.t, "the server's connection is closed", func() bool { return s.Metrics(s.t)["hotline_wire_connections"] == 0 })
}

// The carrier's connection is gone in the middle of a talk: the call goes on,
// and our BYE makes a new one to the dialog's target.
func TestTheTrunksConnectionIsClosed(t *testing.T) {
	s := begin(t)
	phone := s.phone("8001", 2)
	line, exchange := s.switchboard(128)
	c := s.reached(line, exchange)
	c.Expect("200 INVITE", script.Soon)
	c.Ack("")
	agent := phone.Ring(script.Soon)
	phone.answers(agent)
	s.bridged()
	s.hangsUpLine(line)
	agent.Never("BYE", 5*t1)
	agent.Request("BYE", "")
	agent.Expect("200 BYE", script.Soon)
	c.Dialog.E = exchange.Endpoint
	bye := c.Expect("BYE", script.Soon)
	if want := fmt.Sprintf("sip:%s@%v;transport=tcp", number, exchange.Addr); bye.URI() != want {
		t.Errorf("the BYE goes to %s, not %s", bye.URI(), want)
	}
	c.Answer(bye, "200 OK", "")
	s.ends("answered", "agent")
	s.AtZero(t)
}

// After a kill no connection is left either.
func TestTheTrunksConnectionAfterAKill(t *testing.T) {
	s := begin(t)
	phone := s.phone("8001", 2)
	line, exchange := s.switchboard(128)
	c := s.reached(line, exchange)
	c.Expect("200 INVITE", script.Soon)
	c.Ack("")
	agent := phone.Ring(script.Soon)
	phone.answers(agent)
	s.bridged()
	s.Kill()
	s.Restart()
	agent.Request("BYE", "")
	agent.Expect("200 BYE", script.Soon)
	c.Dialog.E = exchange.Endpoint
	c.Answer(c.Expect("BYE", script.Soon), "200 OK", "")
	s.ends("answered", "agent")
	s.AtZero(t)
}

// A trunk that has come back on another connection and spoken is answered there.
func TestTheTrunkComesBackOnAnotherConnection(t *testing.T) {
	s := begin(t)
	phone := s.phone("8001", 2)
	line := s.tcp(128)
	c := s.rings(line)
	c.Expect("200 INVITE", script.Soon)
	c.Ack("")
	agent := phone.Ring(script.Soon)
	phone.answers(agent)
	s.bridged()
	s.hangsUpLine(line)
	again := script.TCP(t, s.IP(128).String(), s.Addr)
	c.Dialog.E = again // its Contact stays the old connection's, which nobody answers
	c.Request("OPTIONS", "")
	c.Expect("200 OPTIONS", script.Soon)
	agent.Request("BYE", "")
	agent.Expect("200 BYE", script.Soon)
	c.Answer(c.Expect("BYE", script.Soon), "200 OK", "")
	s.ends("answered", "agent")
	s.AtZero(t)
}

// A request on the dialog's tags that comes from a stranger's connection moves
// nothing.
func TestAStrangersConnectionGetsNothingOfTheTrunks(t *testing.T) {
	s := begin(t)
	phone := s.phone("8001", 2)
	c := s.rings(s.tcp(128))
	c.Expect("200 INVITE", script.Soon)
	c.Ack("")
	agent := phone.Ring(script.Soon)
	phone.answers(agent)
	s.bridged()
	thief := *c.Dialog
	thief.E = script.TCP(t, s.IP(7).String(), s.Addr)
	thief.Request("OPTIONS", "")
	thief.Expect("200 OPTIONS", script.Soon)
	byes(agent, c.Dialog)
	s.ends("answered", "agent")
	s.AtZero(t)
}

// A response whose connection is gone goes to the sent-by port of the request's
// Via, on a new one (RFC 3261 section 18.2.2).
func TestTheConnectionIsClosedBeforeThe200(t *testing.T) {
	s := begin(t, flow(progress, enlist, music))
	phone := s.phone("8001", 2)
	line, exchange := s.switchboard(128)
	c := s.reached(line, exchange)
	c.Expect("183 INVITE", script.Soon)
	agent := phone.Ring(script.Soon)
	s.hangsUpLine(line)
	phone.answers(agent)
	c.Dialog.E = exchange.Endpoint
	c.Expect("200 INVITE", script.Soon)
	c.Ack("")
	byes(agent, c.Dialog)
	s.ends("answered", "agent")
	s.AtZero(t)
}

// The same where the server was killed meanwhile.
func TestTheServerIsKilledBeforeThe200(t *testing.T) {
	s := begin(t, flow(progress, enlist, music))
	phone := s.phone("8001", 2)
	line, exchange := s.switchboard(128)
	c := s.reached(line, exchange)
	c.Expect("183 INVITE", script.Soon)
	agent := phone.Ring(script.Soon)
	agent.Say("180 Ringing", "")
	s.agentIs("8001", "Ringing") // else it may be the kill that takes the 180
	s.Kill()
	s.Restart()
	phone.answers(agent)
	c.Dialog.E = exchange.Endpoint
	c.Expect("200 INVITE", script.Soon)
	c.Ack("")
	byes(agent, c.Dialog)
	s.ends("answered", "agent")
	s.AtZero(t)
}
