package plan

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/ivr"
	"github.com/hotline12345/hotline/schedule"
)

// held is a small plan without a hole.
const held = `
hours: {office: {days: mon-fri, from: "08:30", to: "17:30", holidays: closed}}
rosters:
  day: {from: "08:00", to: "16:00", agents: {general: 12, market: 3}}
  middle: {from: "16:00", to: "24:00", agents: {general: 8}}
  night: {from: "00:00", to: "08:00", agents: {general: 3}}
trunks: {telecom: {match: [10.10.0.0/24], peers: [{address: "10.10.0.5:5060"}]}}
agents: {"8001": {queues: [general, market]}, "8002": {queues: [general, market]}, "8003": {queues: [general]}}
queues:
  general: {}
  market: {tiers: [{after: 0s}, {after: 15s, queue: general}]}
  alone: {}
destinations: {bureau: {trunk: telecom, number: "12333"}}
flows:
  hotline: [answer, queue: general, {play: {clip: greeting, must_hear: true}}, music]
  market: [answer, queue: market, music]
numbers:
  "12345": {flow: hotline}
  "12315": {flow: market}
  "12358": {flow: market}
`

func edited(t testing.TB, edit func(*config.Plan)) *config.Plan {
	t.Helper()
	p, faults := config.Parse([]byte(held))
	if faults != nil {
		t.Fatal(faults)
	}
	edit(p)
	return p
}

func flow(t testing.TB, text string) []config.Step {
	t.Helper()
	p, faults := config.Parse([]byte("flows: {f: " + text + "}"))
	if faults != nil {
		t.Fatal(faults)
	}
	return *p.Flows.Get("f")
}

func TestAHoleIsFoundAndNamed(t *testing.T) {
	setFlow := func(text string) func(*config.Plan) {
		return func(p *config.Plan) { p.Flows.Set("market", flow(t, text)) }
	}
	const both = "; so it is with 12358"
	for what, c := range map[string]struct {
		edit func(*config.Plan)
		want string
	}{
		"none":            {func(*config.Plan) {}, ""},
		"an empty night":  {func(p *config.Plan) { p.Rosters.Get("night").Agents = nil }, "numbers.12345: nobody can take it daily 00:00–08:00: queue general has no roster people then, no duty tier\nnumbers.12315: nobody can take it daily 00:00–08:00: queue market has no roster people then, no duty tier" + both},
		"a night of none": {func(p *config.Plan) { p.Rosters.Get("night").Agents.Set("general", 0); p.Numbers = p.Numbers[:1] }, "numbers.12345: nobody can take it daily 00:00–08:00: queue general has no roster people then, no duty tier"},
		"no roster at all": {
			func(p *config.Plan) { p.Rosters = nil; p.Numbers = p.Numbers[:1] },
			"numbers.12345: nobody can take it daily 00:00–24:00: queue general has no roster people then, no duty tier",
		},
		"a minute": {
			func(p *config.Plan) { p.Rosters.Get("day").From = "08:01"; p.Numbers = p.Numbers[:1] },
			"numbers.12345: nobody can take it daily 08:00–08:01: queue general has no roster people then, no duty tier",
		},
		"no weekend": {
			func(p *config.Plan) { p.Rosters.Get("day").Days = "mon-fri"; p.Numbers = p.Numbers[:1] },
			"numbers.12345: nobody can take it sat-sun 08:00–16:00: queue general has no roster people then, no duty tier",
		},
		"no holidays": {
			func(p *config.Plan) { p.Rosters.Get("middle").Holidays = "closed"; p.Numbers = p.Numbers[:1] },
			"numbers.12345: nobody can take it 2025-01-01 元旦 16:00–24:00 and on 60 more days: queue general has no roster people then, no duty tier",
		},
		"one date": {func(p *config.Plan) {
			p.Rosters.Set("feast", config.Roster{Days: "2031-10-01", From: "00:00", To: "08:00", Agents: config.Table[int]{{Name: "general", Value: 0}}})
			p.Numbers = p.Numbers[:1]
		}, "numbers.12345: nobody can take it 2031-10-01 00:00–08:00: queue general has no roster people then, no duty tier"},
		"no shift on holidays": {
			func(p *config.Plan) {
				p.Rosters.Get("day").Days, p.Rosters.Get("day").Holidays = "mon-fri", "closed"
				weekend := config.Roster{Days: "sat-sun", From: "08:00", To: "16:00", Holidays: "closed", Agents: config.Table[int]{{Name: "general", Value: 2}}}
				p.Rosters.Set("weekend", weekend)
				p.Numbers = p.Numbers[:1]
			},
			"numbers.12345: nobody can take it 2025-01-01 元旦 08:00–16:00 and on 60 more days: queue general has no roster people then, no duty tier",
		},
		"a Saturday that is worked": {func(p *config.Plan) {
			p.Flows.Set("market", flow(t, "[answer, {queue: {name: alone, open: office}}, {queue: {name: general, closed: office}}, music]"))
			p.Rosters.Set("office", config.Roster{Days: "mon-fri", From: "08:30", To: "17:30", Agents: config.Table[int]{{Name: "alone", Value: 1}}})
			p.Agents.Get("8003").Queues = []string{"alone"}
		}, "numbers.12315: nobody can take it 2025-01-26 春节 08:30–17:30 and on 10 more days: queue alone has no roster people then, no duty tier" + both},
		"nights of the week alone": {
			func(p *config.Plan) {
				p.Rosters.Get("middle").To = "22:00"
				*p.Rosters.Get("night") = config.Roster{Days: "mon-fri", From: "22:00", To: "08:00", Agents: config.Table[int]{{Name: "general", Value: 3}}}
				p.Numbers = p.Numbers[:1]
			},
			"numbers.12345: nobody can take it mon,sun 00:00–08:00: queue general has no roster people then, no duty tier; sat-sun 22:00–24:00: queue general has no roster people then, no duty tier",
		},
		"an empty night before a date": {
			func(p *config.Plan) {
				p.Rosters.Get("middle").To = "22:00"
				*p.Rosters.Get("night") = config.Roster{From: "22:00", To: "08:00", Agents: config.Table[int]{{Name: "general", Value: 3}}}
				p.Rosters.Set("feast", config.Roster{Days: "2031-12-31", From: "22:00", To: "08:00"})
				p.Rosters.Get("feast").Agents.Set("general", 0)
				p.Numbers = p.Numbers[:1]
			},
			"numbers.12345: nobody can take it 2031-12-31 22:00–24:00: queue general has no roster people then, no duty tier; 2032-01-01 00:00–08:00: queue general has no roster people then, no duty tier",
		},
		"agents who have left": {
			func(p *config.Plan) {
				for i := range p.Agents {
					p.Agents[i].Value.Queues = []string{"market"}
				}
			},
			"numbers.12345: nobody can take it daily 00:00–24:00: queue general has roster people then, but the plan has no agents in general; no duty tier\n" +
				"numbers.12315: nobody can take it daily 00:00–08:00: queue market has roster people then, but the plan has no agents in general; no duty tier; " +
				"daily 16:00–24:00: queue market has roster people then, but the plan has no agents in general; no duty tier" + both,
		},
		"nobody has the skill": {
			func(p *config.Plan) {
				p.Skills = []string{"market"}
				p.Agents.Get("8001").Skills.Set("market", 4)
				p.Numbers.Get("12315").Skills.Set("market", 5)
				p.Numbers.Get("12358").Skills.Set("market", 4)
			},
			"numbers.12315: nobody can take it daily 00:00–24:00: queue market has roster people then, but the plan has no agents in market, general with market of level 5; no duty tier",
		},
		"nobody has the skill that the flow asks for": {
			func(p *config.Plan) {
				p.Skills = []string{"market", "english"}
				for _, agent := range []string{"8001", "8002"} {
					p.Agents.Get(agent).Skills.Set("market", 5)
				}
				p.Agents.Get("8003").Skills.Set("english", 5)
				p.Numbers.Get("12315").Skills.Set("market", 5)
				p.Flows.Set("market", flow(t, "[answer, {queue: {name: market, skills: {english: 1}}}, music]"))
			},
			"numbers.12315: nobody can take it daily 00:00–24:00: queue market has roster people then, but the plan has no agents in market, general with market of level 5, english of level 1; no duty tier",
		},
		"a tier that asks for less": {
			func(p *config.Plan) {
				p.Skills = []string{"market"}
				p.Agents.Get("8003").Skills.Set("market", 1)
				p.Numbers.Get("12315").Skills.Set("market", 5)
				p.Queues.Get("market").Tiers[1].Lower = 9
			},
			"",
		},
		"held by a duty": {func(p *config.Plan) {
			p.Rosters = nil
			for _, q := range []string{"general", "market"} {
				p.Queues.Set(q, config.Queue{Tiers: []config.Tier{{}, {After: config.Duration(time.Minute), Duty: "13900000000", Trunk: "telecom"}}})
			}
		}, ""},
		"a duty too late": {func(p *config.Plan) {
			p.Rosters, p.Numbers = nil, p.Numbers[:1]
			p.Queues.Set("general", config.Queue{MaxWait: config.Duration(time.Minute), Tiers: []config.Tier{{}, {After: config.Duration(time.Minute), Duty: "13900000000", Trunk: "telecom"}}})
		}, "numbers.12345: nobody can take it daily 00:00–24:00: queue general has no roster people then, no duty tier"},
		"a forward alone":       {setFlow("[{forward: bureau}, {hangup: {status: 480}}]"), "numbers.12315: nobody can take it daily 00:00–24:00: its flow leads to no queue then" + both},
		"a takeover":            {setFlow("[{forward: {to: bureau, open: office}}, answer, queue: general, music]"), ""},
		"closed and hung up":    {setFlow("[answer, {hangup: {closed: office}}, {queue: general}, music]"), "numbers.12315: nobody can take it mon-fri 00:00–08:30: its flow leads to no queue then; mon-fri 17:30–24:00: its flow leads to no queue then; sat-sun 00:00–24:00: its flow leads to no queue then; 3 more times" + both},
		"a number that is gone": {setFlow("[{play: {clip: greeting}}, {hangup: {status: 410, from: 2026-03-01}}, answer, queue: general, music]"), ""},
		"an own queue":          {func(p *config.Plan) { p.Numbers.Get("12358").Queue = "alone" }, "numbers.12358: nobody can take it daily 00:00–24:00: queue alone has no roster people then, no duty tier"},
		"the later queue":       {setFlow("[answer, queue: general, {play: {clip: greeting}}, queue: alone, music]"), "numbers.12315: nobody can take it daily 00:00–24:00: queue alone has no roster people then, no duty tier" + both},
		"a queue for office hours": {
			setFlow("[answer, {queue: {name: general, open: office}}, {queue: {name: alone, closed: office, from: 2030-01-07, until: 2030-01-07}}, music]"),
			"numbers.12315: nobody can take it mon-fri 00:00–08:30: its flow leads to no queue then; mon-fri 17:30–24:00: its flow leads to no queue then; sat-sun 00:00–24:00: its flow leads to no queue then; 5 more times" + both,
		},
		"music before the queue": {setFlow("[answer, music, queue: general]"), "numbers.12315: nobody can take it daily 00:00–24:00: its flow leads to no queue then" + both},
		"hung up in the queue":   {setFlow("[answer, queue: general, {play: {clip: greeting}}, {hangup: {}}]"), "numbers.12315: nobody can take it daily 00:00–24:00: its flow leads to no queue then" + both},
		"a menu's silence":       {setFlow("[answer, {menu: {clip: greeting, choices: {1: hotline}}}]"), "numbers.12315: nobody can take it daily 00:00–24:00: its flow leads to no queue then" + both},
		"silence means a person": {setFlow("[answer, {menu: {clip: greeting, choices: {1: hotline}}}, queue: general]"), ""},
	} {
		source := edited(t, c.edit)
		for i := range source.Numbers {
			source.Numbers[i].Line = 0
		}
		_, faults := Compile(source, Surroundings{}, 1)
		if got := faults.Error(); got != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", what, got, c.want)
		}
		if _, faults := Standing(source, Surroundings{}, 1); faults != nil {
			t.Errorf("%s: a plan that is in force already: %v", what, faults)
		}
	}
}

// heldAt says by the wall whether somebody can take a call: the walk of
// package ivr, with every forward failing and nothing pressed.
func heldAt(c *Compiled, n *Number, unix int64) bool {
	queue := ""
	w := ivr.New(c, n.Flow)
	ev := ivr.Event{Kind: ivr.Begin, Civil: unix}
	for range 100 {
		var acts []ivr.Action
		w.Step(1e9, ev, &acts)
		ev = ivr.Event{}
		for _, a := range acts {
			switch a.Kind {
			case ivr.DoEnlist:
				queue, ev.Kind = a.Step.Queue, ivr.QueueTaken
			case ivr.DoForward:
				ev.Kind = ivr.ForwardFailed
			case ivr.DoPlay:
				ev.Kind = ivr.ClipsFinished
			case ivr.DoHangup:
				queue = ""
				if a.Step != nil && a.Step.Status == 410 {
					return true
				}
			}
		}
		if ev.Kind == 0 {
			break
		}
		ev.Civil = unix
	}
	if queue == "" {
		return false
	}
	people := c.Due(queue, unix)
	for _, t := range c.Queue(queue).Tiers {
		if t.Duty != nil {
			return true
		}
		people += c.Due(t.Queue, unix)
	}
	return people > 0
}

// TestTheProofAgreesWithEveryMinute walks the flow at every minute of a year
// with holidays and compares with the proof's holes.
func TestTheProofAgreesWithEveryMinute(t *testing.T) {
	source := edited(t, func(p *config.Plan) {
		p.Rosters.Set("night", config.Roster{Days: "mon-sat", From: "22:30", To: "08:00", Holidays: "closed", Agents: config.Table[int]{{Name: "general", Value: 2}}})
		p.Rosters.Set("feast", config.Roster{Days: "2026-10-01..2026-10-03", From: "16:00", To: "24:00", Agents: config.Table[int]{{Name: "general", Value: 0}}})
		p.Flows.Set("market", flow(t, "[{forward: bureau}, {play: {clip: greeting, until: 2026-05-31}}, {queue: {name: market, open: office}}, {queue: {name: general, closed: office, from: 2026-02-16}}, music]"))
	})
	c, faults := Standing(source, Surroundings{}, 1)
	if faults != nil {
		t.Fatal(faults)
	}
	for _, name := range []string{"12345", "12315"} {
		n := c.numbers[name]
		p := c.prover()
		stands := p.walk(c.flows[n.Flow], n.Needs)
		at, holes := 0, 0
		for p.moments[at].day != schedule.Date(2026, 1, 1) {
			at++
		}
		for unix := schedule.Date(2026, 1, 1).Unix(0); unix < schedule.Date(2027, 1, 1).Unix(0); unix += 60 {
			for unix >= p.moments[at].day.Unix(p.moments[at].to) {
				at++
			}
			proved := stands[at] == released || p.held(stands[at], at)
			if want := heldAt(c, n, unix); want != proved {
				t.Fatalf("%s at %s: held is %v, the proof says %v", name, time.Unix(unix, 0).In(schedule.Zone), want, proved)
			}
			if !proved {
				holes++
			}
		}
		if holes == 0 || holes > 300_000 {
			t.Errorf("%s has holes of %d minutes", name, holes)
		}
	}
}

func TestAProofTellsWhoHoldsANumber(t *testing.T) {
	c, faults := Compile(edited(t, func(*config.Plan) {}), Surroundings{}, 1)
	if faults != nil {
		t.Fatal(faults)
	}
	got := fmt.Sprintf("%+v", c.Prove().Numbers[1])
	want := "{Number:12315 Holders:[{Queue:market Minutes:10080 Shifts:[day middle night] Also:[general] Duty:[]}] Fewest:3 When:daily 00:00–08:00 Holes:[] Released:false}"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestManyHolesAreBounded(t *testing.T) {
	source := edited(t, func(p *config.Plan) {
		p.Rosters = nil
		for i := range 100 {
			q := fmt.Sprintf("q%d", i)
			p.Queues.Set(q, config.Queue{})
			for j := range 20 {
				p.Numbers.Set(fmt.Sprintf("9%02d%02d", i, j), config.Number{Flow: "hotline", Queue: q})
			}
		}
	})
	_, faults := Compile(source, Surroundings{}, 1)
	if len(faults) != mostFaults+1 || len(faults.Error()) > 10_000 || !strings.Contains(faults.Error(), "and 14 more") {
		t.Errorf("%d faults: %v", len(faults), faults)
	}
}

func TestWhatIsWrongWithHoursIsNamed(t *testing.T) {
	_, faults := Compile(edited(t, func(p *config.Plan) {
		p.Hours.Set("a", config.Hours{Days: "monday", From: "24:00", To: "9:00", Holidays: "no"})
		p.Rosters.Set("b", config.Roster{To: "16:00", Agents: config.Table[int]{{Name: "general", Value: -1}, {Name: "nobody", Value: 1}}})
		p.Flows.Set("market", flow(t, "[{queue: {name: general, open: office, closed: never, from: 2026-02-30}}, {play: {clip: greeting, from: 2026-02-02, until: 2026-02-01}}]"))
		p.Destinations.Get("bureau").Hours = "shop"
	}), Surroundings{Holidays: "2027-01-01,off"}, 1)
	want := `holidays.csv: line 1: "off" is neither rest nor work
hours.a.days: "monday" are no days: write them like daily, mon-fri, "mon,wed" or 2026-10-01
hours.a.from: a day does not begin at 24:00: write 00:00
hours.a.to: "9:00" is no time of day: write it like "08:30"
hours.a.holidays: must be open or closed, not "no"
rosters.b.from: "" is no time of day: write it like "08:30"
rosters.b.agents.general: must be between 0 and 10000
rosters.b.agents.nobody: unknown queue "nobody"
line 13: destinations.bureau.hours: unknown hours "shop"
line 16: flows.market[0]: a step is taken while hours are open or while they are closed, not both
line 16: flows.market[0].closed: unknown hours "never"
line 16: flows.market[0].from: "2026-02-30" is no date: write it like 2026-10-01
line 16: flows.market[1].until: "2026-02-01" is before from`
	if got := faults.Error(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestAStepsDaysAreWhole(t *testing.T) {
	c, faults := Compile(edited(t, func(p *config.Plan) {
		p.Flows.Set("market", flow(t, "[{play: {clip: greeting, open: office, from: 2026-02-02, until: 2026-02-03}}, queue: market]"))
	}), Surroundings{Holidays: "2026-02-03,rest,x"}, 1)
	if faults != nil {
		t.Fatal(faults)
	}
	w := &c.Flow("market").Steps[0].When
	for when, want := range map[string]bool{
		"2026-02-01 12:00": false, "2026-02-02 08:29": false, "2026-02-02 08:30": true, "2026-02-03 12:00": false, "2026-02-04 12:00": false,
	} {
		at, err := time.ParseInLocation("2006-01-02 15:04", when, schedule.Zone)
		if err != nil {
			t.Fatal(err)
		}
		if w.Holds(at.Unix()) != want {
			t.Errorf("at %s taken: %v", when, !want)
		}
	}
	if w.Until != schedule.Date(2026, 2, 4).Unix(0) || c.Hours("office") == nil || c.Hours("shop") != nil {
		t.Errorf("%+v", w)
	}
}

func BenchmarkProof(b *testing.B) {
	source, faults := config.Parse(config.Anhui())
	if faults != nil {
		b.Fatal(faults)
	}
	c, faults := Compile(source, Surroundings{}, 1)
	if faults != nil {
		b.Fatal(faults)
	}
	for b.Loop() {
		if c.Prove().Holes() {
			b.Fatal("the embedded plan has a hole")
		}
	}
}

// TestTheProofIsFast enough for a change at the terminal: the embedded plan in
// a second, 5,000 numbers with flows and days of their own in a few. What it
// takes under the race detector says nothing; there are fewer then.
func TestTheProofIsFast(t *testing.T) {
	anhui, faults := config.Parse(config.Anhui())
	if faults != nil {
		t.Fatal(faults)
	}
	many := 5000
	if testing.Short() {
		many = 200
	}
	large := edited(t, func(p *config.Plan) {
		for i := range many {
			name := fmt.Sprintf("f%d", i)
			day := schedule.Date(2026, 1, 1+i%2000)
			p.Flows.Set(name, flow(t, fmt.Sprintf("[{play: {clip: greeting, until: %s}}, {queue: {name: market, until: %s}}, {queue: {name: general, from: %s}}, music]", day, day, day+1)))
			p.Numbers.Set(fmt.Sprintf("9%04d", i), config.Number{Flow: name})
		}
	})
	for _, c := range []struct {
		p    *config.Plan
		most time.Duration
	}{{anhui, time.Second}, {large, 30 * time.Second}} {
		compiled, faults := Standing(c.p, Surroundings{}, 1)
		if faults != nil {
			t.Fatal(faults)
		}
		began := time.Now()
		if faults := compiled.Prove().faults(c.p); faults != nil {
			t.Error(faults)
		}
		if took := time.Since(began); took > c.most {
			t.Errorf("%d numbers, %d moments: took %v", len(c.p.Numbers), len(compiled.moments()), took)
		}
	}
}
