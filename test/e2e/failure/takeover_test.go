package failure

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/test/e2e/rig"
	"github.com/hotline12345/hotline/test/e2e/script"
	"github.com/hotline12345/hotline/test/sound"
)

// ringTime is how long a department may ring: the provincial text's ten seconds,
// which a destination has that says nothing else.
const ringTime = 10 * time.Second

// tenSeconds leaves the sub-centre's ringing to the text.
func tenSeconds(p *config.Plan) { p.Destinations.Get("tax").Ring = 0 }

// takesOver looks at what is left to 12345: the caller hears why, an agent whose
// phone shows the number that was rung talks with him, and the CDR says all of
// it.
func (s *scene) takesOver(t *testing.T, c *citizen, phone *party, clip, why, steps string) (ok *script.Message) {
	t.Helper()
	ok = c.Expect("200 INVITE", ringTime+script.Soon)
	c.Ack("")
	d := phone.Ring(script.Soon)
	if want := "12366 " + number; shown(d) != want {
		t.Errorf("the agent is shown %q, not %q", shown(d), want)
	}
	phone.answers(d)
	s.joined(number)
	c.heardClip(t, clip)
	byes(c.Dialog, d)
	s.ended++
	cdr := s.CDR(t, s.ended)
	if want := "carrier " + number + " 12366 general answered: takeover 8001tax"; told(&cdr) != want || cdr.TakenOver != why || cdr.Mode != "subcenter" {
		t.Errorf("the CDR says %q after %q, not %q after %q: %+v", told(&cdr), cdr.TakenOver, want, why, cdr)
	}
	s.steps(t, cdr.Call, steps)
	return ok
}

// joined waits until that caller talks with somebody.
func (s *scene) joined(caller string) {
	s.t.Helper()
	within(s.t, caller+" talks", func() bool {
		return slices.ContainsFunc(s.Calls(s.t), func(c api.Call) bool { return c.Caller == caller && c.Bridged != nil })
	})
}

// However a sub-centre does not take a call, 12345 does, and says so.
func TestTheHotlineTakesOver(t *testing.T) {
	t.Parallel()
	refuses := func(status, reason string) func(*testing.T, *outside) {
		return func(_ *testing.T, desk *outside) {
			d := desk.Ring(script.Soon)
			extra := []string{}
			if reason != "" {
				extra = append(extra, "Reason: "+reason)
			}
			d.Say(status, "", extra...)
			d.Expect("ACK", script.Soon)
		}
	}
	for name, c := range map[string]struct {
		edit func(*config.Plan)
		how  func(*testing.T, *outside) // nil: nothing comes to its exchange
		rung bool                       // though nothing comes there
		clip string
		why  string
	}{
		"closed":                     {edit: closedDesk, clip: "takeover-closed", why: "closed"},
		"busy":                       {how: refuses("486 Busy Here", ""), why: "busy"},
		"busy, says the exchange":    {how: refuses("480 Temporarily Unavailable", `Q.850;cause=17;text="user busy"`), why: "busy"},
		"full":                       {how: refuses("486 Busy Here", "Q.850;cause=34"), why: "full"},
		"out of order":               {how: refuses("503 Service Unavailable", ""), why: "unreachable"},
		"refused":                    {how: refuses("603 Decline", ""), why: "rejected"},
		"a number that it has not":   {how: refuses("404 Not Found", ""), why: "no-number"},
		"silent for ten seconds":     {how: silentDesk, why: "no-answer"},
		"not there at all":           {how: func(_ *testing.T, desk *outside) { desk.Ring(script.Soon) }, why: "unreachable"},
		"no way there":               {edit: func(p *config.Plan) { p.Trunks.Get("tax").Peers = nil }, why: "unreachable"},
		"sent back to itself":        {how: redirects, why: "rejected"},
		"an SDP that cannot be used": {how: answersWrong, why: "bad-sdp"},
		"an exchange that is off":    {edit: lineOff, rung: true, why: "unreachable"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			edits := []func(*config.Plan){tenSeconds}
			if c.edit != nil {
				edits = append(edits, c.edit)
			}
			if c.clip == "" {
				c.clip = map[string]string{"busy": "takeover-busy", "full": "takeover-busy"}[c.why]
			}
			if c.clip == "" {
				c.clip = "takeover"
			}
			s, desk := beginTax(t, edits...)
			phone := s.phone("8001", 2)
			caller := s.dials(s.carrier(128), number, "12366")
			steps := "began forwarded forward-ended:" + c.why + " enlisted offered bridged"
			if c.how != nil {
				c.how(t, desk)
			} else if !c.rung {
				steps = "began forward-ended:" + c.why + " enlisted offered bridged"
			}
			s.takesOver(t, caller, phone, c.clip, c.why, steps)
			desk.Never("INVITE", 0)
			s.AtZero(t)
		})
	}
}

// closedDesk closes the sub-centre for good.
func closedDesk(p *config.Plan) {
	p.Hours.Set("past", config.Hours{Days: "2000-01-01"})
	p.Destinations.Get("tax").Hours = "past"
}

// lineOff lets the trunk lead to a port that nobody listens on.
func lineOff(p *config.Plan) {
	t := p.Trunks.Get("tax")
	t.Peers[0].Address = t.Match[0] + ":9"
}

// silentDesk rings, and nobody comes.
func silentDesk(t *testing.T, desk *outside) {
	d := desk.Ring(script.Soon)
	d.Say("180 Ringing", "")
	cancel := d.Expect("CANCEL", ringTime+script.Soon)
	if rang := cancel.At.Sub(d.Invite.At); rang < ringTime-500*time.Millisecond || rang > ringTime+2*time.Second {
		t.Errorf("it rang for %v", rang)
	}
	d.Answer(cancel, "200 OK", "")
	d.Say("487 Request Terminated", "")
	d.Expect("ACK", script.Soon)
}

// redirects sends the caller to where he has just been (RFC 3261 section 21.3.3):
// he is not sent there again.
func redirects(_ *testing.T, desk *outside) {
	d := desk.Ring(script.Soon)
	d.Contact = "<" + d.Invite.URI() + ">"
	d.Say("302 Moved Temporarily", "")
	d.Expect("ACK", script.Soon)
	desk.Never("INVITE", 5*t1)
}

func answersWrong(_ *testing.T, desk *outside) {
	d := desk.Ring(script.Soon)
	d.Say("200 OK", script.SDP(desk.Sound.Addr, "18", "rtpmap:18 G729/8000"))
	d.Expect("ACK", script.Soon)
	d.Answer(d.Expect("BYE", script.Soon), "200 OK", "")
}

// All channels of the sub-centre are busy: the next caller is not rung there.
func TestTheHotlineTakesOverWhomTheSubcenterHasNoChannelFor(t *testing.T) {
	t.Parallel()
	s, desk := beginTax(t, tenSeconds, func(p *config.Plan) { p.Destinations.Get("tax").Channels = 1 })
	phone := s.phone("8001", 2)
	first := s.dials(s.carrier(128), "13900005678", "12366")
	d := desk.Ring(script.Soon)
	desk.answers(d)
	first.Expect("200 INVITE", script.Soon)
	first.Ack("")
	second := s.dials(s.carrier(129), number, "12366")
	s.takesOver(t, second, phone, "takeover-busy", "full", "began forward-ended:full enlisted offered bridged")
	desk.Never("INVITE", 0)
	byes(first.Dialog, d)
	if c := s.CDR(t, 2); told(&c) != "carrier 13900005678 12366  answered: subcenter tax" {
		t.Errorf("the first caller's CDR: %+v", c)
	}
	s.AtZero(t)
}

// The sub-centre's ringing and what its exchange says before the answer reach
// the caller, who has not been answered; then it is busy after all. What he is
// told of our side stays the same.
func TestASubcentersRingingAndEarlyMediaAreHeard(t *testing.T) {
	t.Parallel()
	s, desk := beginTax(t, tenSeconds)
	phone := s.phone("8001", 2)
	c := s.dials(s.carrier(128), number, "12366")
	d := desk.Ring(script.Soon)
	d.Say("180 Ringing", "")
	if ringing := c.Expect("180 INVITE", script.Soon); ringing.Body != "" {
		t.Errorf("the ringing has a body:\n%s", ringing.Raw)
	}
	d.Say("183 Session Progress", desk.offer())
	early := c.Expect("183 INVITE", script.Soon)
	stop := desk.Sound.Play(portOf(d.Invite), pcma, sound.Encode(agentsVoice), 20)
	c.hears(t, "the caller", agentsVoice, pcma)
	c.Never("200 INVITE", 0)
	stop()
	d.Say("486 Busy Here", "")
	d.Expect("ACK", script.Soon)
	ok := s.takesOver(t, c, phone, "takeover-busy", "busy", "began forwarded forward-ended:busy enlisted offered bridged")
	if ok.Body != early.Body {
		t.Errorf("the answer changed from the 183 to the 200:\n%s\n%s", early.Body, ok.Body)
	}
	s.AtZero(t)
}

// hunting gives the sub-centre two further answering points, at the neighbour's
// second address.
func hunting(second *party) func(*config.Plan) {
	return func(p *config.Plan) {
		p.Trunks.Set("county", config.Trunk{
			Match: []string{second.Addr.Addr().String()}, Peers: []config.Peer{{Address: second.Addr.String()}}, Channels: 4, Area: "0551",
		})
		p.Hours.Set("past", config.Hours{Days: "2000-01-01"})
		p.Destinations.Get("tax").Next = "tax-evening"
		p.Destinations.Set("tax-evening", config.Destination{Kind: "subcenter", Trunk: "county", Number: "055163500001", Hours: "past", Next: "tax-county"})
		p.Destinations.Set("tax-county", config.Destination{Kind: "subcenter", Trunk: "county", Number: "055163500002"})
	}
}

// beginHunting starts a server with both.
func beginHunting(t *testing.T) (s *scene, desk *outside, second *party) {
	t.Helper()
	desk = neighbour(t)
	second = desk.second()
	s = beginWith(t, rig.Options{Net: &desk.net}, desk.subcenter, hunting(second))
	desk.Server, second.Server = s.Addr, s.Addr
	return s, desk, second
}

// The first answering point is busy, the second is closed and passed over, the
// third takes the call; the caller was rung through to it and never answered
// before.
func TestTheNextAnsweringPointIsRung(t *testing.T) {
	t.Parallel()
	s, desk, second := beginHunting(t)
	c := s.dials(s.carrier(128), number, "12366")
	d := desk.Ring(script.Soon)
	d.Say("486 Busy Here", "")
	d.Expect("ACK", script.Soon)
	next := second.Ring(script.Soon)
	if !strings.HasPrefix(next.Invite.URI(), "sip:055163500002@") {
		t.Errorf("rung: %s", next.Invite.URI())
	}
	next.Say("180 Ringing", "")
	c.Expect("180 INVITE", script.Soon)
	second.answers(next)
	c.Expect("200 INVITE", script.Soon)
	c.Ack("")
	s.bridged()
	byes(c.Dialog, next)
	cdr := s.CDR(t, 1)
	if told(&cdr) != "carrier "+number+" 12366  answered: subcenter tax-county" || cdr.TakenOver != "" {
		t.Errorf("the CDR: %+v", cdr)
	}
	s.steps(t, cdr.Call, "began forwarded forward-ended:busy forward-ended:closed forwarded bridged")
	s.AtZero(t)
}

// None of them takes the call: 12345 does, for the last one's reason.
func TestNoAnsweringPointTakesTheCall(t *testing.T) {
	t.Parallel()
	s, desk, second := beginHunting(t)
	phone := s.phone("8001", 2)
	c := s.dials(s.carrier(128), number, "12366")
	for _, p := range []*party{desk.party, second} {
		d := p.Ring(script.Soon)
		d.Say("486 Busy Here", "")
		d.Expect("ACK", script.Soon)
	}
	c.Expect("200 INVITE", script.Soon)
	c.Ack("")
	d := phone.Ring(script.Soon)
	phone.answers(d)
	s.bridged()
	c.heardClip(t, "takeover-busy")
	byes(c.Dialog, d)
	cdr := s.CDR(t, 1)
	if told(&cdr) != "carrier "+number+" 12366 general answered: takeover 8001tax-county" || cdr.TakenOver != "busy" {
		t.Errorf("the CDR: %+v", cdr)
	}
	s.steps(t, cdr.Call, "began forwarded forward-ended:busy forward-ended:closed forwarded forward-ended:busy enlisted offered bridged")
	s.AtZero(t)
}
