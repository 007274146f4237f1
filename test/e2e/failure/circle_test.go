package failure

import (
	"fmt"
	"testing"
	"time"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/test/e2e/script"
)

// closed is a hotline that sends every call to the other one before it takes it
// itself; nobody is at work there, and nobody waits long.
func closed(other string) func(*config.Plan) {
	return func(p *config.Plan) {
		flow(config.Step{Kind: "forward", To: other}, answer, enlist, music)(p)
		p.Queues.Get("general").MaxWait = config.Duration(1500 * time.Millisecond)
	}
}

// blind lets what another hotline says of a call count for nothing, as if an
// exchange between the two had taken every mark of ours off.
func blind(other string) func(*config.Plan) {
	return func(p *config.Plan) {
		t := p.Trunks.Get(other)
		t.Context, t.Untrusted, t.Origin = false, true, ""
	}
}

// Two hotlines send every call to one another. It has been at both once, or,
// where they cannot know that, comes back once; there it waits.
func TestACallDoesNotCircleBetweenTwoHotlines(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		blind          bool
		city, province int // INVITEs
	}{
		"with marks":    {false, 1, 1},
		"without marks": {true, 2, 1},
	} {
		t.Run(name, func(t *testing.T) {
			edit := func(other string) func(*config.Plan) {
				return func(p *config.Plan) {
					if closed(other)(p); c.blind {
						blind(other)(p)
					}
				}
			}
			h := beginBoth(t, edit("hefei"), edit("province"))
			caller := h.city.rings(h.city.carrier(128))
			caller.Expect("200 INVITE", script.Soon)
			caller.Ack("")
			caller.Answer(caller.Expect("BYE", script.Soon), "200 OK", "")
			first, away := h.city.CDR(t, c.city), h.province.CDR(t, 1)
			if c.blind {
				if away.Outcome != "answered" || away.AnsweredBy != "destination" {
					t.Errorf("the province's CDR: %+v", away)
				}
				all := h.city.CDRs(t)
				first, away = all[1], all[0]
				if first.From != "carrier" {
					first, away = away, first
				}
			}
			if first.From != "carrier" || first.Outcome != "answered" || first.AnsweredBy != "destination" || first.Returned {
				t.Errorf("the caller's CDR: %+v", first)
			}
			if !away.Returned || away.TakenOver != "returned" || away.Outcome != "wait-limit" {
				t.Errorf("the CDR whence it did not go further: %+v", away)
			}
			if city, province := h.city.invites(), h.province.invites(); city != c.city || province != c.province {
				t.Errorf("%d INVITEs came to the city, %d to the province; %d and %d are due", city, province, c.city, c.province)
			}
			h.city.AtZero(t)
			h.province.AtZero(t)
		})
	}
}

// Both queues overflow to one another, and nobody is at work. Callers of either
// are in the other's queue once, and hear there that it takes too long.
func TestOverflowsOfTwoHotlinesDoNotCircle(t *testing.T) {
	waits := func(other string) func(*config.Plan) {
		return func(p *config.Plan) {
			overflows(300*time.Millisecond, other)(p)
			p.Queues.Get("general").MaxWait = config.Duration(3 * time.Second)
		}
	}
	h := beginBoth(t, waits("hefei"), waits("province"))
	var callers []*citizen
	for i := range 4 {
		for _, s := range []*scene{h.city, h.province} {
			c := s.dials(s.carrier(128+byte(i)), fmt.Sprint(13800001000+i), "12345")
			c.Expect("200 INVITE", script.Soon)
			c.Ack("")
			callers = append(callers, c)
		}
	}
	for _, c := range callers {
		c.Answer(c.Expect("BYE", 3*script.Soon), "200 OK", "")
	}
	for _, s := range []*scene{h.city, h.province} {
		own, others := 0, 0
		s.CDR(t, 8)
		for _, c := range s.CDRs(t) {
			switch {
			case c.From == "carrier" && c.Outcome == "answered" && c.AnsweredBy == "destination":
				own++
			case c.From != "carrier" && c.Outcome == "wait-limit" && c.Offers == 0:
				others++
			default:
				t.Errorf("a CDR: %+v", c)
			}
		}
		if n := s.invites(); own != 4 || others != 4 || n != 8 {
			t.Errorf("%d calls of its own, %d of the other's, %d INVITEs", own, others, n)
		}
		s.AtZero(t)
	}
}

// The province's queue is full: the city keeps its caller, who is rung for when
// somebody comes.
func TestTheOtherHotlineIsFull(t *testing.T) {
	h := beginBoth(t, queue(func(q *config.Queue) { q.Limit = 1 }), overflows(300*time.Millisecond, "province"))
	there := h.province.waits(129)
	here := h.city.waits(128)
	within(t, "the province has refused", func() bool { return h.province.invites() == 2 })
	here.Never("BYE", 10*t1)
	phone := h.city.phone("8001", 2)
	d := phone.Ring(script.Soon)
	phone.answers(d)
	h.city.bridged()
	byes(here.Dialog, d)
	if cdr := h.city.CDR(t, 1); cdr.Outcome != "answered" || cdr.Agent != "8001" || cdr.AnsweredBy != "agent" {
		t.Errorf("the city's CDR: %+v", cdr)
	}
	there.Request("BYE", "")
	there.Expect("200 BYE", script.Soon)
	h.city.AtZero(t)
	h.province.AtZero(t)
}
