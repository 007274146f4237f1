package api

import (
	"context"
	"net/url"
	"time"

	"github.com/hotline12345/hotline/store"
)

// Groupings are the values of ReportFilter.By.
func Groupings() []string { return store.Groupings() }

// reportTime is how long a report may take; the store has a limit of its own.
const reportTime = 25 * time.Second

// ReportFilter says of which calls a report is. A call belongs to when it ended.
type ReportFilter struct {
	Since time.Time `query:"since" doc:"ended at or after: RFC 3339"`
	Until time.Time `query:"until" doc:"ended before: RFC 3339"`
	By    string    `query:"by" enum:"number,city,department,answered,hour,day" doc:"groups; none: all in one"`
}

// ReportRow counts a group of calls: ours, and those that only another exchange
// had. Agents' own calls are not among them.
type ReportRow struct {
	Key       string `json:"key"`
	Calls     int64  `json:"calls"`     // each once
	Reported  int64  `json:"reported"`  // of them, those that only another exchange had
	Twins     int64  `json:"twins"`     // reported besides, and ours, too: counted as ours
	Reached   int64  `json:"reached"`   // not gone before the prompts were over
	Connected int64  `json:"connected"` // 接通: a person talked
	Abandoned int64  `json:"abandoned"`
	InPrompt  int64  `json:"abandoned_prompt"`
	InQueue   int64  `json:"abandoned_queue"`
	InRing    int64  `json:"abandoned_ring"`
	Failed    int64  `json:"failed"` // neither connected nor abandoned

	InInvite int64 `json:"in_15s_from_invite"` // picked up within 15 s (GB/T 33358-2016), clock from the INVITE
	InHeard  int64 `json:"in_15s_from_prompt"` // the same, clock from the end of what must be heard

	Waited int64   `json:"waited"` // calls that waited
	Wait   float64 `json:"wait_seconds"`
	Talk   float64 `json:"talk_seconds"`

	ByAgent       int64 `json:"by_agent"`
	ByExpert      int64 `json:"by_expert"`
	BySubcenter   int64 `json:"by_subcenter"`
	ByTakeover    int64 `json:"by_takeover"`
	ByDuty        int64 `json:"by_duty"`
	ByDestination int64 `json:"by_destination"`
}

type reportInput struct{ ReportFilter }

// getReport answers GET /v1/report.
func (s *Server) getReport(ctx context.Context, in *reportInput) (*body[[]ReportRow], error) {
	p := s.b.Projector()
	waiting, cancel := context.WithTimeout(ctx, caughtUpTime)
	_ = p.Wait(waiting, s.b.Journal().Position) // what comes late is missing; a broken store says so itself
	cancel()
	ctx, cancel = context.WithTimeout(ctx, reportTime)
	defer cancel()
	rows, err := p.Store().Report(ctx, store.ReportFilter{Since: in.Since, Until: in.Until, By: in.By})
	if err != nil {
		return nil, s.refused(err, "")
	}
	out := &body[[]ReportRow]{make([]ReportRow, len(rows))}
	for i := range rows {
		r := &rows[i]
		out.Body[i] = ReportRow{
			Key: r.Key, Calls: r.Calls, Reported: r.Reported, Twins: r.Twins, Reached: r.Reached, Connected: r.Connected,
			Abandoned: r.Abandoned, InPrompt: r.AbandonedPrompt, InQueue: r.AbandonedQueue, InRing: r.AbandonedRing, Failed: r.Failed,
			InInvite: r.InInvite, InHeard: r.InHeard, Waited: r.Waited,
			Wait: time.Duration(r.WaitTime).Seconds(), Talk: time.Duration(r.TalkTime).Seconds(),
			ByAgent: r.ByAgent, ByExpert: r.ByExpert, BySubcenter: r.BySub, ByTakeover: r.ByTakeover, ByDuty: r.ByDuty, ByDestination: r.ByDestination,
		}
	}
	return out, nil
}

// Report asks for calls counted.
func (c *Client) Report(ctx context.Context, f ReportFilter) ([]ReportRow, error) {
	v := url.Values{}
	if f.By != "" {
		v.Set("by", f.By)
	}
	if !f.Since.IsZero() {
		v.Set("since", f.Since.Format(time.RFC3339Nano))
	}
	if !f.Until.IsZero() {
		v.Set("until", f.Until.Format(time.RFC3339Nano))
	}
	path := at("report")
	if query := v.Encode(); query != "" {
		path += "?" + query
	}
	return ask[[]ReportRow](ctx, c, path)
}
