package failure

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/test/e2e/script"
	"github.com/hotline12345/hotline/test/sound"
)

// Requests for a dialog that we do not have get 481; an ACK gets nothing.
func TestADialogThatIsNotThere(t *testing.T) {
	s := begin(t)
	p := s.carrier(128)
	for _, method := range []string{"BYE", "INVITE", "UPDATE", "INFO", "OPTIONS", "PRACK", "NOTIFY", "REFER"} {
		d := p.Dial(number, "12345")
		d.PeerTag = "not-ours"
		d.Request(method, "")
		refusal := d.Expect("481 "+method, script.Soon)
		if method == "INVITE" {
			d.AckRefusal(refusal)
		}
	}
	d := p.Dial(number, "12345")
	d.PeerTag = "not-ours"
	d.Ack("")
	d.Never("xxx", 5*t1)

	// Outside of dialogs a BYE is not there either.
	for _, method := range []string{"BYE", "INFO", "UPDATE", "PRACK"} {
		d := p.Dial(number, "12345")
		d.Request(method, "")
		d.Expect("481 "+method, script.Soon)
	}

	// The right tags under another Call-ID are another dialog.
	c := s.waits(129)
	thief := *c.Dialog
	thief.Call = "stolen"
	thief.Request("BYE", "")
	thief.Expect("481 BYE", script.Soon)
	// And another From tag is another dialog too.
	thief = *c.Dialog
	thief.Tag, thief.Seq = "another", c.Seq+10
	thief.Request("BYE", "")
	thief.Expect("481 BYE", script.Soon)
	c.Request("BYE", "")
	c.Expect("200 BYE", script.Soon)
	c.Request("BYE", "") // it is over
	c.Expect("481 BYE", script.Soon)
	s.ends("abandoned-queue", "caller")
	s.AtZero(t)
}

// CSeq numbers rise within a dialog (RFC 3261 section 12.2.2).
func TestRequestsOutOfOrder(t *testing.T) {
	s := begin(t)
	c := s.waits(128)
	c.Seq += 5
	c.Request("OPTIONS", "")
	c.Expect("200 OPTIONS", script.Soon)
	c.Seq -= 3
	c.Request("INFO", "")
	c.Expect("500 INFO", script.Soon)
	c.Seq += 10
	c.Request("BYE", "")
	c.Expect("200 BYE", script.Soon)
	s.ends("abandoned-queue", "caller")
	s.AtZero(t)
}

// OPTIONS tells what we can, in a dialog and outside.
func TestOptions(t *testing.T) {
	s := begin(t)
	k := s.talks()
	stranger := s.carrier(7)
	for _, d := range []*script.Dialog{k.caller.Dialog, k.agent, stranger.Dial("x", "y")} {
		d.Request("OPTIONS", "")
		ok := d.Expect("200 OPTIONS", script.Soon)
		allow := ok.Get("Allow")
		for _, method := range []string{"INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "UPDATE", "INFO"} {
			if !strings.Contains(allow, method) {
				t.Errorf("Allow is %q", allow)
			}
		}
		if ok.Get("Accept") != "application/sdp" {
			t.Errorf("Accept is %q", ok.Get("Accept"))
		}
		if ok.Tag("To") == "" {
			t.Errorf("the 200 has no To tag:\n%s", ok.Raw)
		}
	}
	s.over(k)
}

// Methods that we do not take within a dialog, and those that nobody knows.
func TestMethodsThatWeDoNotTake(t *testing.T) {
	s := begin(t)
	k := s.talks()
	for method, status := range map[string]string{"SUBSCRIBE": "405", "MESSAGE": "405", "PUBLISH": "405", "DANCE": "501"} {
		for _, d := range []*script.Dialog{k.caller.Dialog, s.carrier(130).Dial(number, "12345")} {
			d.Request(method, "")
			if m := d.Expect(status+" "+method, script.Soon); status == "405" && m.Get("Allow") == "" {
				t.Errorf("a 405 without Allow:\n%s", m.Raw)
			}
		}
	}
	s.over(k)
}

// An extension that we do not know and that is required: 420, and the dialog
// goes on.
func TestARequiredExtension(t *testing.T) {
	s := begin(t)
	k := s.talks()
	k.caller.Request("INVITE", k.caller.offer(), "Require: replaces, timer-of-mine")
	refusal := k.caller.E.Expect("420", script.Soon)
	if got := refusal.Get("Unsupported"); !strings.Contains(got, "timer-of-mine") {
		t.Errorf("Unsupported is %q", got)
	}
	k.caller.AckRefusal(refusal)
	s.over(k)
}

// Whoever wants a second offer while the first is open is told to wait: 500
// before the answer to the first (RFC 3261 section 14.2), 491 while our own
// offer waits for its answer.
func TestOffersCross(t *testing.T) {
	s := begin(t)
	p := s.carrier(128)
	c := &citizen{p.Dial(number, "12345"), p}
	c.Request("INVITE", "") // our 200 has the offer, the ACK the answer
	ok := c.Expect("200 INVITE", script.Soon)
	if media := ok.SDP(); media.At.Port() == 0 || len(media.Formats) != 3 {
		t.Errorf("the full offer is %+v", media)
	}
	first := *c.Dialog
	c.Request("INVITE", c.offer())
	c.AckRefusal(c.E.Expect("491", script.Soon))
	update := *c.Dialog
	update.Seq = c.Seq
	update.Request("UPDATE", c.offer())
	update.Expect("491 UPDATE", script.Soon)
	first.Ack(c.offer())
	c.Seq = update.Seq
	c.Request("INVITE", c.offer())
	c.Expect("200 INVITE", script.Soon)
	c.Ack("")
	c.Request("BYE", "")
	c.Expect("200 BYE", script.Soon)
	s.ends("abandoned-queue", "caller")
	s.AtZero(t)
}

// A second INVITE before the first has its final response: 500 with
// Retry-After, and the first goes on.
func TestAnInviteWithinAnInvite(t *testing.T) {
	s := begin(t, flow(progress, enlist, music))
	phone := s.phone("8001", 2)
	c := s.rings(s.carrier(128))
	c.Expect("183 INVITE", script.Soon)
	agent := phone.Ring(script.Soon)
	second := *c.Dialog
	second.Request("INVITE", c.offer())
	refusal := second.Expect("500 INVITE", script.Soon)
	if refusal.Get("Retry-After") == "" {
		t.Errorf("no Retry-After:\n%s", refusal.Raw)
	}
	second.AckRefusal(refusal)
	phone.answers(agent)
	c.Expect("200 INVITE", script.Soon)
	c.Ack("")
	c.Seq = second.Seq
	byes(c.Dialog, agent)
	s.ends("answered", "caller")
	s.AtZero(t)
}

// The target of a dialog is the newest Contact (RFC 3261 section 12.2).
func TestTheTargetIsRefreshed(t *testing.T) {
	s := begin(t)
	k := s.talks()
	moved := s.carrier(140)
	k.caller.Contact = "<sip:moved@" + moved.Addr.String() + ">"
	k.caller.Request("UPDATE", "")
	k.caller.Expect("200 UPDATE", script.Soon)
	k.agent.Request("BYE", "")
	k.agent.Expect("200 BYE", script.Soon)
	bye := moved.Expect("BYE", script.Soon)
	if want := "sip:moved@" + moved.Addr.String(); bye.URI() != want {
		t.Errorf("the BYE goes to %s, not %s", bye.URI(), want)
	}
	k.caller.Dialog.E = moved.Endpoint
	k.caller.Answer(bye, "200 OK", "")
	s.ends("answered", "agent")
	s.AtZero(t)
}

// Routes that the INVITE recorded stand in our requests, in its order, and the
// first of them is where they go (RFC 3261 section 12.1.1).
func TestRecordedRoutes(t *testing.T) {
	s := begin(t, waitLimit)
	proxy := s.carrier(150)
	routes := []string{"<sip:" + proxy.Addr.String() + ";lr>", "<sip:127.9.9.9:5060;lr>"}
	p := s.carrier(128)
	d := p.Dial(number, "12345")
	d.Request("INVITE", p.offer(), "Record-Route: "+routes[0], "Record-Route: "+routes[1])
	ok := d.Expect("200 INVITE", script.Soon)
	if got := strings.Join(ok.All("Record-Route"), ","); got != strings.Join(routes, ",") {
		t.Errorf("the 200's Record-Route: %s", got)
	}
	d.Ack("")
	bye := proxy.Expect("BYE", script.Soon)
	if got := strings.Join(bye.All("Route"), ","); got != strings.Join(routes, ",") || !strings.HasPrefix(bye.URI(), "sip:"+number+"@"+p.Addr.String()) {
		t.Errorf("the BYE's way:\n%s", bye.Raw)
	}
	d.E = proxy.Endpoint
	d.Answer(bye, "200 OK", "")
	s.ends("wait-limit", "system")
	s.AtZero(t)
}

// Requests within a dialog may come from another address of the trunk.
func TestTheTrunkSpeaksFromElsewhere(t *testing.T) {
	s := begin(t)
	k := s.talks()
	k.caller.Dialog.E = s.carrier(145).Endpoint
	s.over(k)
}

// All of it over TCP, on one connection each.
func TestATalkOverTCP(t *testing.T) {
	s := begin(t)
	phone, p := s.tcpPhone("8001", 2), s.tcp(128)
	c := s.rings(p)
	ok := c.Expect("200 INVITE", script.Soon)
	if contact := ok.Contact(); !strings.Contains(contact, "transport=tcp") {
		t.Errorf("our Contact is %s", contact)
	}
	p.Again(ok, script.Soon) // a 2xx is said again over TCP too (RFC 3261 section 13.3.1.4)
	c.Ack("")
	agent := phone.Ring(script.Soon)
	if via := agent.Invite.Get("Via"); !strings.HasPrefix(via, "SIP/2.0/TCP ") {
		t.Errorf("Via: %s", via)
	}
	agent.Say("180 Ringing", "")
	phone.answers(agent)
	s.bridged()
	if phone.Copies(agent.Invite) != 1 {
		t.Error("an INVITE over TCP was sent again")
	}
	byes(agent, c.Dialog)
	s.ends("answered", "agent")
	s.AtZero(t)
}

// Two phones over TCP: each is rung and spoken to on its own connection, not on the
// last that was accepted.
func TestTwoPhonesOverTCP(t *testing.T) {
	s := begin(t)
	phones := []*party{s.tcpPhone("8001", 2), s.tcpPhone("8002", 3)}
	var callers []*citizen
	var agents []*script.Dialog
	for i, phone := range phones {
		c := s.rings(s.carrier(byte(128 + i)))
		ok := c.Expect("200 INVITE", script.Soon)
		c.Ack("")
		agent := phone.Ring(script.Soon)
		if want := fmt.Sprintf("sip:800%d@%v", i+1, phone.Addr); !strings.HasPrefix(agent.Invite.URI(), want) {
			t.Errorf("rung: %s, not %s", agent.Invite.URI(), want)
		}
		phone.answers(agent)
		c.Sound.Play(portOf(ok), pcma, sound.Encode(sound.Chirp(uint64(i+5), 4*time.Second)), 20)
		callers, agents = append(callers, c), append(agents, agent)
	}
	for i, phone := range phones {
		phone.hears(t, "the agent", sound.Chirp(uint64(i+5), 4*time.Second), pcma)
	}
	for i, c := range callers {
		byes(c.Dialog, agents[i])
		if cdr := s.ends("answered", "caller"); cdr.Phone != fmt.Sprint(8001+i) {
			t.Errorf("the CDR: %+v", cdr)
		}
	}
	s.AtZero(t)
}

// Requests that arrive one upon the other are taken in their order: none is too
// old for its dialog.
func TestABurstKeepsItsOrder(t *testing.T) {
	s := begin(t)
	c := s.waits(128)
	const burst, bursts = 50, 20
	for range bursts {
		first := c.Seq + 1
		for range burst {
			c.Request("OPTIONS", "")
		}
		for i := range burst {
			m := c.E.Expect("xxx OPTIONS", script.Soon)
			if seq, _ := m.CSeq(); seq != first+i || m.Status() != 200 {
				t.Fatalf("the answer no. %d to requests from CSeq %d on:\n%s", i, first, m.Raw)
			}
		}
	}
	c.Request("BYE", "")
	c.Expect("200 BYE", script.Soon)
	s.ends("abandoned-queue", "caller")
	s.AtZero(t)
}
