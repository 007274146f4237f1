package failure

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/test/e2e/rig"
	"github.com/hotline12345/hotline/test/e2e/script"
	"github.com/hotline12345/hotline/test/sound"
)

// hotlines are two real servers, a province's and a city's: each is a trunk of
// the other and a destination to which the other's calls may go.
type hotlines struct{ province, city *scene }

// beginBoth starts them; the edits are those of either plan, beside the trunks
// and destinations.
func beginBoth(t *testing.T, province, city func(*config.Plan)) *hotlines {
	t.Helper()
	t.Parallel()
	nets := [2]rig.Net{rig.NewNet(t), rig.NewNet(t)}
	begins := func(i int, other, origin, kind string, edit func(*config.Plan)) *scene {
		return beginWith(t, rig.Options{Net: &nets[i]}, func(p *config.Plan) {
			p.Trunks.Set(other, config.Trunk{
				Match: []string{nets[1-i].IP(rig.ServerHost).String()}, Channels: 20, Context: true, Origin: origin,
				Peers: []config.Peer{{Address: nets[1-i].IP(rig.ServerHost).String() + ":9"}}, // until its port is known
			})
			p.Destinations.Set(other, config.Destination{Kind: kind, Trunk: other, Number: "12345"})
			edit(p)
		})
	}
	h := &hotlines{begins(0, "hefei", "合肥12345", "city", province), begins(1, "province", "省12345", "hub", city)}
	h.province.replans(func(p *config.Plan) { p.Trunks.Get("hefei").Peers[0].Address = h.city.Addr.String() })
	h.city.replans(func(p *config.Plan) { p.Trunks.Get("province").Peers[0].Address = h.province.Addr.String() })
	return h
}

// replans changes the plan in force.
func (s *scene) replans(edit func(*config.Plan)) {
	s.t.Helper()
	now, err := s.Client.Plan(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	p, faults := config.Parse([]byte(now.Document))
	if faults != nil {
		s.t.Fatal(faults)
	}
	edit(p)
	document, err := p.Encode()
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.Client.Apply(s.t.Context(), api.Change{Base: now.Revision, Author: "test", Reason: "the other's port", Document: string(document)}); err != nil {
		s.t.Fatal(err)
	}
}

// overflows lets the queue send whoever has waited so long to a destination.
func overflows(after time.Duration, to string) func(*config.Plan) {
	return queue(func(q *config.Queue) {
		q.Tiers = []config.Tier{{}, {After: config.Duration(after), Destination: to}}
	})
}

// market adds 12315, whose callers want a skill that 8001 has and 8002 has not.
func market(p *config.Plan) {
	p.Numbers.Set("12315", config.Number{Flow: "hotline", Skills: config.Table[int]{{Name: "market", Value: 3}}})
	p.Agents.Get("8001").Skills = config.Table[int]{{Name: "market", Value: 6}}
}

// invites is how many calls have come to the server, refused ones with them: an
// INVITE that a busy machine repeats is none.
func (s *scene) invites() int {
	s.t.Helper()
	m := s.Metrics(s.t)
	return int(m["hotline_calls_begun_total"] + m["hotline_calls_refused_total"])
}

// dials sends an INVITE of a citizen's to a number.
func (s *scene) dials(p *party, caller, number string) *citizen {
	s.t.Helper()
	c := &citizen{p.Dial(caller, number), p}
	c.Request("INVITE", p.offer())
	return c
}

// shown is the name that a phone displays.
func shown(d *script.Dialog) string {
	name, _, _ := strings.Cut(d.Invite.Get("From"), "<")
	return strings.Trim(strings.TrimSpace(name), `"`)
}

// A city's agents do not come: its caller waits on in the province's queue, in a
// place as old as his call, with what he asks for; then they hear each other.
func TestACityOverflowsToTheProvince(t *testing.T) {
	h := beginBoth(t, market, func(p *config.Plan) {
		market(p)
		overflows(1500*time.Millisecond, "province")(p)
	})
	unskilled := h.province.phone("8002", 3)
	first := h.city.dials(h.city.carrier(128), number, "12315")
	ok := first.Expect("200 INVITE", script.Soon)
	first.Ack("")
	second := h.province.dials(h.province.carrier(129), "13900005678", "12315") // before the first comes here
	second.Expect("200 INVITE", script.Soon)
	second.Ack("")
	within(t, "both wait at the province", func() bool {
		return h.province.Metrics(t)[`hotline_queue_waiting_calls{queue="general"}`] == 2
	})
	phone := h.province.phone("8001", 2)
	d := phone.Ring(script.Soon)
	if got, want := shown(d), "合肥12345转来 12315 "+number; got != want {
		t.Errorf("the agent is shown %q, not %q", got, want)
	}
	phone.answers(d)
	h.city.bridged()
	first.Sound.Play(portOf(ok), pcma, sound.Encode(callersVoice), 20)
	phone.Sound.Play(portOf(d.Invite), pcma, sound.Encode(agentsVoice), 20)
	phone.hears(t, "the province's agent", callersVoice, pcma)
	first.hears(t, "the city's caller", agentsVoice, pcma)
	unskilled.Never("INVITE", 0)

	d.Request("BYE", "")
	d.Expect("200 BYE", script.Soon)
	first.Answer(first.Expect("BYE", script.Soon), "200 OK", "")
	h.checkOverflow(t)
	next := phone.Ring(script.Soon)
	if want := "12315 13900005678"; shown(next) != want {
		t.Errorf("the next caller is shown as %q, not %q", shown(next), want)
	}
	phone.answers(next)
	byes(second.Dialog, next)
	h.province.CDR(t, 2)
	h.province.AtZero(t)
	h.city.AtZero(t)
}

// checkOverflow looks at the CDRs of a call from the city to the province.
func (h *hotlines) checkOverflow(t *testing.T) {
	t.Helper()
	city, province := h.city.CDR(t, 1), h.province.CDR(t, 1)
	for _, c := range []struct{ what, got, want string }{
		{"the city's CDR", told(&city), "carrier " + number + " 12315 general answered: destination province"},
		{"the province's CDR", told(&province), "hefei " + number + " 12315 general answered: agent 8001"},
		{"the province's origin", province.Origin, "合肥12345"},
		{"whose call it is at the province", province.City, city.City},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, must be %q", c.what, c.got, c.want)
		}
	}
	if province.Before < 1 || province.Before > 20 {
		t.Errorf("the province says that he has waited %d s before", province.Before)
	}
	h.city.steps(t, city.Call, "began enlisted offered forwarded bridged")
	h.province.steps(t, province.Call, "began enlisted offered bridged")
}

// told is a CDR in short.
func told(c *api.CDR) string {
	return fmt.Sprintf("%s %s %s %s %s: %s %s", c.From, c.Caller, c.Number, c.Queue, c.Outcome, c.AnsweredBy, c.Agent+c.Destination)
}

// steps checks what happened to a call, in order; what it heard and how many
// packets there were is left out.
func (s *scene) steps(t *testing.T, call, want string) {
	t.Helper()
	history, err := s.Client.History(t.Context(), call)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, step := range history {
		if step.Kind == "prompt-heard" || step.Kind == "media-counted" {
			continue
		}
		if step.Why != "" {
			step.Kind += ":" + step.Why
		}
		got = append(got, step.Kind)
	}
	if strings.Join(got, " ") != want {
		t.Errorf("the call's steps are %q, must be %q", strings.Join(got, " "), want)
	}
}
