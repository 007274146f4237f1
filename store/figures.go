package store

import (
	"cmp"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// merged adds rows of the same key up, and writes the keys as people read
// them.
func merged(by string, rows []ReportRow) (out []ReportRow) {
	place := map[string]int{}
	for i := range rows {
		r := &rows[i]
		at, ok := place[r.Key]
		if !ok {
			place[r.Key] = len(out)
			out = append(out, *r)
			continue
		}
		sum := out[at].figures()
		for j, v := range r.figures() {
			*sum[j] += *v
		}
		out[at].Twins += r.Twins
	}
	if by == "" && len(out) == 0 {
		out = append(out, ReportRow{})
	}
	for i := range out {
		out[i].Key = readable(by, out[i].Key)
		out[i].Failed = out[i].Calls - out[i].Connected - out[i].Abandoned
	}
	slices.SortFunc(out, func(a, b ReportRow) int { return cmp.Compare(a.Key, b.Key) })
	return out
}

// figures are the row's, in the order of reportSums.
func (r *ReportRow) figures() []*int64 {
	return []*int64{
		&r.Calls, &r.Reported, &r.Reached, &r.Connected, &r.AbandonedPrompt, &r.AbandonedQueue, &r.AbandonedRing, &r.Abandoned,
		&r.InInvite, &r.InHeard, &r.Waited, &r.WaitTime, &r.TalkTime,
		&r.ByAgent, &r.ByExpert, &r.BySub, &r.ByTakeover, &r.ByDuty, &r.ByDestination,
	}
}

func scanReport(r *sql.Rows, v *ReportRow) error {
	to := []any{&v.Key}
	for _, f := range v.figures() {
		to = append(to, f)
	}
	return r.Scan(to...)
}

// readable is a group's key: hours as 08, days as 2026-11-24.
func readable(by, key string) string {
	n, err := strconv.ParseInt(key, 10, 64)
	switch {
	case err == nil && by == "hour":
		return fmt.Sprintf("%02d", n)
	case err == nil && by == "day":
		return time.Unix(n*86400, 0).UTC().Format(time.DateOnly)
	}
	return key
}
