package store

import (
	"testing"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/turn"
)

const aSecond = int64(1e9)

func fact(t *testing.T, kind journal.FactType, v any) journal.Fact {
	t.Helper()
	value, err := journal.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return journal.Fact{Type: kind, Value: value}
}

// forwarded is a call of ours that a sub-centre answered, rung at noon.
func forwarded(t *testing.T, n int, caller string) []journal.Fact {
	t.Helper()
	rung := fact(t, journal.FactForwarded, journal.Forwarded{Call: storyID(n), Destination: "tax", Trunk: "tax", Number: "055112366"})
	rung.Civil = noon
	return []journal.Fact{rung, fact(t, journal.FactCallEnded, journal.CDR{
		Call: storyID(n), Caller: caller, Number: "12366", Began: 1e12 - 1e9, Accepted: 1e12 + 5e9, Bridged: 1e12 + 5e9,
		Ended: 1e12 + turn.Instant(60e9), Civil: noon + 60*aSecond, Outcome: journal.Answered, AnsweredBy: "subcenter", Destination: "tax",
	})}
}

// told is what the sub-centre reports of a call that rang it so long after noon.
func told(name, caller, number string, after int64) journal.ReportedCDR {
	return journal.ReportedCDR{
		Call: name, Caller: caller, Number: number, Began: noon + after, Answered: noon + after + 5*aSecond, Ended: noon + after + 50*aSecond, Outcome: "answered",
	}
}

// TestACallThatIsOursAndReportedIsCountedOnce, whichever of the two the store
// hears of first, and however often it is told.
func TestACallThatIsOursAndReportedIsCountedOnce(t *testing.T) {
	report := func(source, destination string, calls ...journal.ReportedCDR) journal.Fact {
		return fact(t, journal.FactCDRsReported, journal.CDRsReported{Source: source, Destination: destination, Calls: calls})
	}
	const caller, other = "13855112345", "13955554321"
	ours := forwarded(t, 0, caller)
	near := report("税务", "tax", told("a", caller, "12366", 3*aSecond))
	for name, x := range map[string]struct {
		facts         []journal.Fact
		calls, beside int64 // counted; of them, reported alone
		twins         int64
	}{
		"ours first":          {append(ours[:2:2], near), 1, 0, 1},
		"ours last":           {append([]journal.Fact{near}, ours...), 1, 0, 1},
		"told twice":          {append(ours[:2:2], near, near), 1, 0, 1},
		"by another name":     {append(ours[:2:2], near, report("税务", "tax", told("b", caller, "12366", 4*aSecond))), 2, 1, 1},
		"the number rung":     {append(ours[:2:2], report("税务", "tax", told("a", caller, "055112366", 0))), 1, 0, 1},
		"its clock is slow":   {append(ours[:2:2], report("税务", "tax", told("a", caller, "12366", -59*aSecond))), 1, 0, 1},
		"another caller":      {append(ours[:2:2], report("税务", "tax", told("a", other, "12366", 0))), 2, 1, 0},
		"another number":      {append(ours[:2:2], report("税务", "tax", told("a", caller, "12315", 0))), 2, 1, 0},
		"another destination": {append(ours[:2:2], report("税务", "market", told("a", caller, "12366", 0))), 2, 1, 0},
		"two minutes later":   {append(ours[:2:2], report("税务", "tax", told("a", caller, "12366", 120*aSecond))), 2, 1, 0},
		"two of his calls, two of ours": {
			append(append(ours[:2:2], forwarded(t, 1, caller)...), near, report("税务", "tax", told("b", caller, "12366", 9*aSecond))), 2, 0, 2,
		},
	} {
		t.Run(name, func(t *testing.T) {
			log := newLog(t)
			var turns []journal.Turn
			for i, f := range x.facts {
				turns = append(turns, journal.Turn{At: turn.Instant(i + 1), Facts: []journal.Fact{f}})
			}
			write(t, log, turns...)
			p := startProjector(t, newPath(t), log)
			p.reaches(t, log.Position())
			rows, err := p.Store().Report(t.Context(), ReportFilter{})
			if err != nil || len(rows) != 1 {
				t.Fatal(rows, err)
			}
			if r := rows[0]; r.Calls != x.calls || r.Reported != x.beside || r.Twins != x.twins || r.BySub != x.calls {
				t.Errorf("%+v", r)
			}
		})
	}
}
