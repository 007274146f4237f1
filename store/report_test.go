package store

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/turn"
)

// counted is one call as a report sees it, ours or another's.
type counted struct {
	number, city, department, by string
	outcome                      string
	ended                        time.Time
	reported, reached            bool
	fromInvite, fromPrompt       time.Duration // to the pick-up
	waits                        bool
	wait, talk                   time.Duration
}

// anyCDR is a call of some kind: each field as the core may leave it.
func anyCDR(r *rand.Rand, n int) journal.CDR {
	pick := func(words ...string) string { return words[r.IntN(len(words))] }
	later := func(t turn.Instant) turn.Instant { return t + turn.Instant(1+r.Int64N(20e9)) }
	c := journal.CDR{
		Call: storyID(n), Began: 1e12 + turn.Instant(r.Int64N(3*86400e9)), Service: r.IntN(9) == 0,
		Number: pick("12345", "12366"), City: pick("合肥", "芜湖", ""), Department: pick("税务局", ""), Destination: pick("", "", "tax"),
		Outcome: journal.Outcome(pick("answered", "answered", "abandoned-prompt", "abandoned-queue", "abandoned-ring", "queue-full", "outage")),
	}
	at := c.Began
	for _, to := range []*turn.Instant{&c.Enlisted, &c.Heard} {
		if at = later(at); r.IntN(2) == 0 {
			*to = at
		}
	}
	if r.IntN(3) > 0 {
		c.AnsweredBy = pick("agent", "expert", "subcenter", "takeover", "duty", "destination", "phone", "")
	}
	if c.Outcome == journal.Answered {
		c.Accepted = later(c.Began)
		c.Bridged = later(c.Accepted)
		at = max(at, c.Bridged)
	}
	c.Ended = later(at)
	c.Civil = noon - 86400e9 + int64(c.Ended) - 1e12
	return c
}

// sees is the report's view of one of our calls, in plain words.
func sees(c journal.CDR) counted {
	out := counted{
		number: c.Number, city: c.City, department: c.Department, outcome: string(c.Outcome), ended: time.Unix(0, c.Civil),
		reached: c.Outcome == journal.Answered || c.Heard != 0 || c.Destination != "", waits: c.Enlisted != 0 || c.Destination != "",
	}
	until := c.Ended
	if c.Outcome == journal.Answered {
		out.by, until = cmp.Or(c.AnsweredBy, "agent"), c.Accepted
		out.fromInvite, out.fromPrompt = time.Duration(c.Accepted-c.Began), time.Duration(c.Accepted-max(c.Began, c.Heard, c.Enlisted))
		out.talk = time.Duration(c.Ended - c.Bridged)
	}
	if out.waits {
		out.wait = time.Duration(until - cmp.Or(c.Enlisted, c.Began))
	}
	return out
}

// anyReported is a call that another exchange had.
func anyReported(r *rand.Rand, n int) journal.ReportedCDR {
	c := journal.ReportedCDR{
		Call: fmt.Sprint(n), Number: "12366", Caller: "13855112345", Began: noon + r.Int64N(3*86400e9) - 86400e9,
		City: []string{"合肥", ""}[r.IntN(2)], Department: "税务局", Outcome: []string{"answered", "abandoned", "busy"}[r.IntN(3)],
	}
	c.Ended = c.Began + 1 + r.Int64N(100e9)
	if c.Outcome == "answered" {
		c.Answered = c.Began + r.Int64N(c.Ended-c.Began)
	}
	return c
}

func seesReported(c journal.ReportedCDR) counted {
	out := counted{
		number: c.Number, city: c.City, department: c.Department, outcome: c.Outcome, ended: time.Unix(0, c.Ended),
		reported: true, reached: true, waits: true, wait: time.Duration(c.Ended - c.Began),
	}
	if c.Outcome == "answered" {
		out.by, out.wait = "subcenter", time.Duration(c.Answered-c.Began)
		out.fromInvite, out.fromPrompt, out.talk = out.wait, out.wait, time.Duration(c.Ended-c.Answered)
	}
	return out
}

// key is the call's group.
func (c counted) key(by string) string {
	there := c.ended.In(time.FixedZone("CST", 8*3600))
	return map[string]string{
		"": "", "number": c.number, "city": c.city, "department": c.department, "answered": c.by,
		"hour": there.Format("15"), "day": there.Format(time.DateOnly),
	}[by]
}

// add counts the call in its row.
func (c counted) add(r *ReportRow) {
	one := func(n *int64, is bool) {
		if is {
			*n++
		}
	}
	connected := c.outcome == "answered"
	abandoned := slices.Contains([]string{"abandoned", "abandoned-prompt", "abandoned-queue", "abandoned-ring"}, c.outcome)
	for n, is := range map[*int64]bool{
		&r.Calls: true, &r.Reported: c.reported, &r.Reached: c.reached, &r.Connected: connected, &r.Abandoned: abandoned,
		&r.AbandonedPrompt: c.outcome == "abandoned-prompt", &r.AbandonedQueue: c.outcome == "abandoned-queue", &r.AbandonedRing: c.outcome == "abandoned-ring",
		&r.Failed: !connected && !abandoned, &r.InInvite: connected && c.fromInvite <= 15*time.Second, &r.InHeard: connected && c.fromPrompt <= 15*time.Second,
		&r.Waited: c.waits, &r.ByAgent: c.by == "agent", &r.ByExpert: c.by == "expert", &r.BySub: c.by == "subcenter",
		&r.ByTakeover: c.by == "takeover", &r.ByDuty: c.by == "duty", &r.ByDestination: c.by == "destination" || c.by == "phone",
	} {
		one(n, is)
	}
	r.WaitTime += int64(c.wait)
	r.TalkTime += int64(c.talk)
}

func TestReportsAgreeWithAPlainCount(t *testing.T) {
	log, rand := newLog(t), rand.New(rand.NewPCG(3, 4))
	var all []counted
	var facts []journal.Fact
	for n := range 600 {
		c := anyCDR(rand, n)
		facts = append(facts, fact(t, journal.FactCallEnded, c))
		if !c.Service {
			all = append(all, sees(c))
		}
	}
	for n := range 100 {
		c := anyReported(rand, n)
		facts = append(facts, fact(t, journal.FactCDRsReported, journal.CDRsReported{Source: "税务", Destination: "tax", Calls: []journal.ReportedCDR{c}}))
		all = append(all, seesReported(c))
	}
	write(t, log, journal.Turn{At: 1, Facts: facts})
	p := startProjector(t, newPath(t), log)
	p.reaches(t, log.Position())

	for n := range 40 {
		f := ReportFilter{By: append(Groupings(), "")[n%7]}
		if n >= 7 {
			f.Since = time.Unix(0, noon+rand.Int64N(4*86400e9)-2*86400e9)
			f.Until = f.Since.Add(time.Duration(rand.Int64N(3 * 86400e9)))
		}
		rows := map[string]*ReportRow{}
		for _, c := range all {
			if n >= 7 && (c.ended.Before(f.Since) || !c.ended.Before(f.Until)) {
				continue
			}
			key := c.key(f.By)
			if rows[key] == nil {
				rows[key] = &ReportRow{Key: key}
			}
			c.add(rows[key])
		}
		if f.By == "" && len(rows) == 0 {
			rows[""] = &ReportRow{}
		}
		got, err := p.Store().Report(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		for i := range got {
			g := got[i]
			if want := rows[g.Key]; want == nil || g != *want {
				t.Errorf("%+v:\n%+v, not\n%+v", f, g, want)
			}
			if sum := g.ByAgent + g.ByExpert + g.BySub + g.ByTakeover + g.ByDuty + g.ByDestination; sum != g.Connected {
				t.Errorf("%+v: %d were answered by somebody, %d connected", f, sum, g.Connected)
			}
			if i > 0 && got[i-1].Key >= g.Key {
				t.Errorf("%+v: %q before %q", f, got[i-1].Key, g.Key)
			}
		}
		if len(got) != len(rows) {
			t.Errorf("%+v: %d rows, not %d", f, len(got), len(rows))
		}
	}
}
