package api

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/numbering"
	"github.com/hotline12345/hotline/plan"
)

// The most calls that are taken at once, and that a journal's fact has.
const (
	MostReported  = 5000
	factsReported = 250
)

// ReportedOutcomes are how a call can have ended elsewhere.
var ReportedOutcomes = []string{"answered", "abandoned", "busy", "no-answer", "failed"}

// Reported are calls that citizens made past our trunks, as the exchange that
// had them tells.
type Reported struct {
	Source      string         `json:"source" minLength:"1" maxLength:"64"`  // whose file it is
	Destination string         `json:"destination,omitempty" maxLength:"64"` // the answering point that had them; empty: the number's own
	Calls       []ReportedCall `json:"calls" maxItems:"5000"`
	DryRun      bool           `json:"dry_run,omitempty"` // check them only
}

// ReportedCall is one of them.
type ReportedCall struct {
	Call     string     `json:"call,omitempty" maxLength:"128"`  // the source's own name of it; empty: made of number, caller and times
	Number   string     `json:"number" maxLength:"64"`           // that was rung
	Caller   string     `json:"caller,omitempty" maxLength:"64"` // empty: not told
	Began    time.Time  `json:"began"`
	Answered *time.Time `json:"answered,omitempty"`
	Ended    time.Time  `json:"ended"`
	Outcome  string     `json:"outcome,omitempty"` // empty: answered, or abandoned
	Agent    string     `json:"agent,omitempty" maxLength:"64"`
	City     string     `json:"city,omitempty" maxLength:"64"` // empty: as the numbers say
	Line     int        `json:"line,omitempty"`                // of the file, for faults
}

// Taken is what became of reported calls.
type Taken struct {
	New   int `json:"new"`
	Known int `json:"known"` // were reported before
}

type reportedInput struct{ Body Reported }

// postReported answers POST /v1/cdrs/reported: all of them are taken, or none.
func (s *Server) postReported(ctx context.Context, in *reportedInput) (*body[Taken], error) {
	r := &in.Body
	now := s.b.Plan()
	if r.Destination != "" && now.Source.Destinations.Get(r.Destination) == nil {
		return nil, invalid("body.destination", "unknown destination %q", r.Destination)
	}
	var faults config.Faults
	calls := make([]journal.ReportedCDR, len(r.Calls))
	places := map[string][]journal.ReportedCDR{} // by destination
	var order, names []string
	seen := map[string]bool{}
	for i := range r.Calls {
		destination, fault := reported(now, r.Destination, &r.Calls[i], &calls[i])
		if fault != nil {
			if fault.Line = r.Calls[i].Line; fault.Line == 0 {
				fault.Path = fmt.Sprintf("body.calls[%d].%s", i, fault.Path)
			}
			faults = append(faults, *fault)
			continue
		}
		if seen[calls[i].Call] {
			continue
		}
		seen[calls[i].Call] = true
		if places[destination] == nil {
			order = append(order, destination)
		}
		places[destination] = append(places[destination], calls[i])
		names = append(names, calls[i].Call)
	}
	if len(faults) > 0 {
		p := faulty(faults)
		p.Detail = "the calls cannot be taken: none was"
		return nil, p
	}
	known, err := read(ctx, s, func(ctx context.Context) (map[string]bool, error) {
		return s.b.Projector().Store().Reported(ctx, r.Source, names)
	})
	if err != nil {
		return nil, s.refused(err, "")
	}
	out := &body[Taken]{}
	for _, destination := range order {
		if r.DryRun {
			break
		}
		fresh := slices.DeleteFunc(places[destination], func(c journal.ReportedCDR) bool { return known[c.Call] })
		out.Body.New += len(fresh)
		for part := range slices.Chunk(fresh, factsReported) {
			command := core.Command{Kind: core.ReportCDRs, Reported: journal.CDRsReported{Source: r.Source, Destination: destination, Calls: part}}
			if _, err := s.command(ctx, command, ""); err != nil {
				return nil, err
			}
		}
	}
	out.Body.Known = len(r.Calls) - out.Body.New
	return out, nil
}

// reported checks a call and says whose it is, by the plan's numbers. It was the
// destination's; empty: the number's own.
func reported(now *plan.Compiled, destination string, in *ReportedCall, out *journal.ReportedCDR) (string, *config.Fault) {
	wrong := func(field, format string, args ...any) (string, *config.Fault) {
		return "", &config.Fault{Path: field, Text: fmt.Sprintf(format, args...)}
	}
	asked := plan.Asked{Dialled: []string{in.Number}, Caller: numbering.Caller(in.Caller, "")}
	found := now.Resolve(&asked)
	if found.Number == nil || found.Number.Service {
		return wrong("number", "%q is not in the ledger", in.Number)
	}
	number := now.Source.Numbers.Get(found.Number.Number)
	if destination == "" {
		destination = number.Destination
	}
	answered := time.Time{}
	if in.Answered != nil {
		answered = *in.Answered
	}
	outcome := in.Outcome
	switch {
	case outcome == "" && answered.IsZero():
		outcome = "abandoned"
	case outcome == "":
		outcome = "answered"
	}
	switch {
	case in.Began.Year() < 2000 || in.Began.Year() > 2200:
		return wrong("began", "%s is no time of a call's", in.Began.Format(time.RFC3339))
	case in.Ended.Before(in.Began):
		return wrong("ended", "it ended before it began")
	case in.Ended.Sub(in.Began) > 24*time.Hour:
		return wrong("ended", "a call does not last longer than a day")
	case !answered.IsZero() && (answered.Before(in.Began) || answered.After(in.Ended)):
		return wrong("answered", "it was answered before it began or after it ended")
	case !slices.Contains(ReportedOutcomes, outcome):
		return wrong("outcome", "%q is none of %q", outcome, ReportedOutcomes)
	case in.City != "" && now.Source.Cities.Get(in.City) == nil:
		return wrong("city", "unknown city %q", in.City)
	case (outcome == "answered") == answered.IsZero():
		return wrong("outcome", "%s does not go with the time of the answer", outcome)
	}
	if area := areaOf(now.Source, destination, cmp.Or(in.City, found.City)); area != "" {
		asked.Caller = numbering.Caller(in.Caller, area)
		found = now.Resolve(&asked)
	}
	*out = journal.ReportedCDR{
		Call: in.Call, Number: found.Number.Number, Caller: asked.Caller, Began: in.Began.UnixNano(), Ended: in.Ended.UnixNano(),
		Outcome: outcome, Agent: in.Agent, City: in.City, Mode: number.Mode, Department: number.Department,
	}
	if !answered.IsZero() {
		out.Answered = answered.UnixNano()
	}
	if out.City == "" {
		out.City = found.City
	}
	if out.Call == "" {
		out.Call = fmt.Sprintf("%s %s %d %d", out.Number, out.Caller, in.Began.UnixMilli(), in.Ended.UnixMilli())
	}
	return destination, nil
}

// areaOf is the area code that callers leave out whom a destination reports: its
// trunk's, or that of the city whose the call is.
func areaOf(p *config.Plan, destination, city string) string {
	if d := p.Destinations.Get(destination); d != nil {
		if t := p.Trunks.Get(d.Trunk); t != nil && t.Area != "" {
			return t.Area
		}
	}
	if c := p.Cities.Get(city); c != nil {
		return c.Area
	}
	return ""
}

// ReportCDRs tells of calls that another exchange had, at most MostReported.
func (c *Client) ReportCDRs(ctx context.Context, r Reported) (out Taken, err error) {
	err = c.do(ctx, http.MethodPost, at("cdrs", "reported"), r, &out)
	return out, err
}
