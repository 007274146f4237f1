package plan

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hotline12345/hotline/config"
)

// coverLines are a number's covers, a line for each stretch.
func coverLines(covers []Cover) string {
	var out strings.Builder
	for _, c := range covers {
		for _, s := range c.Stretches {
			fmt.Fprintf(&out, "%v %s: %v %s %v %v %v %s\n", c.Of, s.When(), s.First, s.Queue, s.Posts, s.Duty, s.Released, s.Hole)
		}
	}
	return out.String()
}

func TestWhoTakesANumbersCallsIsTold(t *testing.T) {
	c, faults := Standing(edited(t, func(p *config.Plan) {
		p.Rosters.Set("feast", config.Roster{Days: "2026-10-01", From: "16:00", To: "24:00", Agents: config.Table[int]{{Name: "general", Value: 0}}})
		p.Flows.Set("market", flow(t, "[{forward: {to: bureau, open: office}}, answer, {queue: market}, {hangup: {status: 410, from: 2026-12-31, until: 2026-12-31}}, music]"))
		p.Queues.Get("market").Tiers = append(p.Queues.Get("market").Tiers, config.Tier{After: p.Queues.Get("market").Tiers[1].After, Duty: "13900000000", Trunk: "telecom"})
	}), Surroundings{Holidays: "2025-05-01,rest\n2026-05-01,rest"}, 1)
	if faults != nil {
		t.Fatal(faults)
	}
	covers := c.Covers([]string{"12345", "12315", "404"})
	want := `[] daily 00:00–08:00: [] general [{general 3 [night]}] [] false 
[] daily 08:00–16:00: [] general [{general 3 [day]}] [] false 
[] daily 16:00–24:00: [] general [{general 3 [middle]}] [] false 
[] 2026-10-01 16:00–24:00: [] general [] [] false queue general has no roster people then, no duty tier
`
	if got := coverLines(covers[0]); got != want {
		t.Errorf("12345\ngot\n%s\nwant\n%s", got, want)
	}
	want = `[] daily 00:00–08:00: [] market [{general 3 [night]}] [13900000000] false 
[] mon-fri 08:00–08:30: [] market [{market 2 [day]} {general 3 [day]}] [13900000000] false 
[] mon-fri 08:30–16:00: [bureau] market [{market 2 [day]} {general 3 [day]}] [13900000000] false 
[] mon-fri 16:00–17:30: [bureau] market [{general 3 [middle]}] [13900000000] false 
[] mon-fri 17:30–24:00: [] market [{general 3 [middle]}] [13900000000] false 
[] sat-sun 08:00–16:00: [] market [{market 2 [day]} {general 3 [day]}] [13900000000] false 
[] sat-sun 16:00–24:00: [] market [{general 3 [middle]}] [13900000000] false 
[] 2025-05-01 08:00–16:00 and on 1 more days: [] market [{market 2 [day]} {general 3 [day]}] [13900000000] false 
[] 2025-05-01 16:00–24:00 and on 1 more days: [] market [{general 3 [middle]}] [13900000000] false 
[] 2026-10-01 16:00–17:30: [bureau] market [] [13900000000] false 
[] 2026-10-01 17:30–24:00: [] market [] [13900000000] false 
[] 2026-12-31 00:00–08:30: []  [] [] true 
[] 2026-12-31 08:30–17:30: [bureau]  [] [] true 
[] 2026-12-31 17:30–24:00: []  [] [] true 
`
	if got := coverLines(covers[1]); got != want {
		t.Errorf("12315\ngot\n%s\nwant\n%s", got, want)
	}
	if len(covers[2]) > 0 {
		t.Errorf("a number of nobody: %v", covers[2])
	}
}

// TestCoversAndProofAgree: a number has a hole in one where it has one in the
// other.
func TestCoversAndProofAgree(t *testing.T) {
	for what, edit := range map[string]func(*config.Plan){
		"sound":          func(*config.Plan) {},
		"an empty night": func(p *config.Plan) { p.Rosters.Get("night").Agents = nil },
		"an own queue":   func(p *config.Plan) { p.Numbers.Get("12358").Queue = "alone" },
		"no agents":      func(p *config.Plan) { p.Agents = nil },
	} {
		c, faults := Standing(edited(t, edit), Surroundings{}, 1)
		if faults != nil {
			t.Fatal(faults)
		}
		covers := c.Covers([]string{"12345", "12315", "12358"})
		for i, n := range c.Prove().Numbers {
			var holes []string
			for _, cover := range covers[i] {
				for _, s := range cover.Stretches {
					if s.Hole != "" {
						holes = append(holes, s.When()+": "+s.Hole)
					}
				}
			}
			var want []string
			for _, h := range n.Holes {
				want = append(want, h.String())
			}
			if strings.Join(holes, "\n") != strings.Join(want, "\n") {
				t.Errorf("%s, %s\nstretches %q\nholes     %q", what, n.Number, holes, want)
			}
		}
	}
}
