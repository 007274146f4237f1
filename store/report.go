package store

import (
	"context"
	"database/sql"
	"strings"
	"time"
)

// ReportFilter says of which calls, and how they are grouped. A call belongs
// to the day and hour in which it ended, in China's time.
type ReportFilter struct {
	Since, Until time.Time // ended at or after Since, and before Until
	By           string    // number, city, department, answered, hour (of the day), day; empty: all in one
}

// ReportRow is what became of a group of calls: ours and, beside them, those
// that others reported and that did not come through our trunks as well.
// Agents' own calls (*11 to *14) are not among them. Sums are in ns.
type ReportRow struct {
	Key      string
	Calls    int64 // all of them, each once
	Reported int64 // of Calls, those that only another exchange had
	Twins    int64 // reported, and not in Reported since they were our calls, too
	Reached  int64 // of Calls, those that were not gone before the prompts were over
	Connected,
	AbandonedPrompt, AbandonedQueue, AbandonedRing, Abandoned int64 // the last: all, also where nobody says when
	Failed   int64 // neither connected nor abandoned
	InInvite int64 // picked up within 15 s of the INVITE
	InHeard  int64 // picked up within 15 s of the prompts' end, or of the enlisting if that is later
	Waited   int64 // calls that waited: from the enlisting, or the INVITE where there was no queue, to the pick-up or the end
	WaitTime int64
	TalkTime int64 // of Connected
	ByAgent  int64
	ByExpert int64
	BySub    int64 // a sub-centre
	ByTakeover,
	ByDuty,
	ByDestination int64 // any other: another destination, a phone that a flow rings
}

// reportKeys are the groupings, as SQL of the calls' columns. China has one
// zone, eight hours before UTC.
var reportKeys = map[string]string{
	"":           "''",
	"number":     "number",
	"city":       "city",
	"department": "department",
	"answered":   "answered_by",
	"hour":       "(ended / 1000000000 + 28800) / 3600 % 24",
	"day":        "(ended / 1000000000 + 28800) / 86400",
}

// Groupings are the values of ReportFilter.By.
func Groupings() []string { return []string{"number", "city", "department", "answered", "hour", "day"} }

// reportSums are the figures in the order of figures.
const reportSums = `count(*), sum(reported), sum(reached), sum(connected),
sum(outcome = 'abandoned-prompt'), sum(outcome = 'abandoned-queue'), sum(outcome = 'abandoned-ring'),
sum(outcome IN ('abandoned-prompt', 'abandoned-queue', 'abandoned-ring', 'abandoned')),
ifnull(sum(connected AND picked - began <= 15000000000), 0), ifnull(sum(connected AND picked - heard <= 15000000000), 0),
sum(waiting IS NOT NULL), ifnull(sum(iif(connected, picked, ended) - waiting), 0), ifnull(sum(iif(connected, ended - talking, 0)), 0),
sum(answered_by = 'agent'), sum(answered_by = 'expert'), sum(answered_by = 'subcenter'),
sum(answered_by = 'takeover'), sum(answered_by = 'duty'),
sum(answered_by NOT IN ('', 'agent', 'expert', 'subcenter', 'takeover', 'duty'))`

// ourCalls: before answered_by there were agents only. Who answered and was not
// heard is nobody.
const ourCalls = `
SELECT number, city, department, outcome, began, ended, 0 AS reported, outcome = 'answered' AS connected,
	outcome = 'answered' OR heard IS NOT NULL OR destination != '' AS reached,
	iif(outcome = 'answered', iif(answered_by = '', 'agent', answered_by), '') AS answered_by,
	ifnull(accepted, bridged) AS picked, bridged AS talking,
	max(ifnull(heard, began), ifnull(enlisted, began)) AS heard,
	ifnull(enlisted, iif(destination != '', began, NULL)) AS waiting
FROM cdr INDEXED BY cdr_ended WHERE ended >= ? AND ended < ? AND service = 0`

// othersCalls have no prompt that we know of: both clocks begin with the call.
const othersCalls = `
SELECT number, city, department, outcome, began, ended, 1 AS reported, outcome = 'answered' AS connected, 1 AS reached,
	iif(outcome = 'answered', 'subcenter', '') AS answered_by, answered AS picked, answered AS talking, began AS heard, began AS waiting
FROM reported INDEXED BY reported_ended WHERE ended >= ? AND ended < ? AND leg IS NULL`

// Report counts calls, in the order of their keys. There is one row at least
// where they are not grouped. One report is made at a time.
func (s *Store) Report(ctx context.Context, f ReportFilter) ([]ReportRow, error) {
	select {
	case s.reporting <- struct{}{}:
		defer func() { <-s.reporting }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return readWithin(ctx, s, reportTimeout, func(ctx context.Context, db *sql.DB) ([]ReportRow, error) {
		from, to := span(f.Since, f.Until)
		key := reportKeys[f.By]
		var all []ReportRow
		for _, calls := range []string{ourCalls, othersCalls} {
			result, err := db.QueryContext(ctx, "SELECT "+key+", "+reportSums+" FROM ("+calls+") GROUP BY 1", from, to)
			rows, err := collect(result, err, scanReport)
			if err != nil {
				return nil, err
			}
			all = append(all, rows...)
		}
		result, err := db.QueryContext(ctx, "SELECT "+strings.ReplaceAll(key, "answered_by", "iif(outcome = 'answered', 'subcenter', '')")+
			", count(*) FROM reported INDEXED BY reported_ended WHERE ended >= ? AND ended < ? AND leg IS NOT NULL GROUP BY 1", from, to)
		twins, err := collect(result, err, func(r *sql.Rows, v *ReportRow) error { return r.Scan(&v.Key, &v.Twins) })
		return merged(f.By, append(all, twins...)), err
	})
}
