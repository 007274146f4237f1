package main

import (
	"fmt"
	"time"

	"github.com/hotline12345/hotline/config"
)

const stamp = "2006-01-02 15:04:05"

// at is an instant in the local zone, "" for none.
func (p *program) at(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(p.zone).Format(stamp)
}

// seconds is a span in seconds and tenths.
func seconds(d time.Duration) string { return fmt.Sprintf("%.1f", max(d, 0).Seconds()) }

// between is the span from one instant to another, "" if the first never came.
func between(from *time.Time, to time.Time) string {
	if from == nil {
		return ""
	}
	return seconds(to.Sub(*from))
}

// since is how long ago something was, as people say it: 3h12m.
func (p *program) since(t time.Time) string {
	d := max(p.now().Sub(t), 0)
	if d >= 24*time.Hour {
		return fmt.Sprintf("%dd%s", d/(24*time.Hour), config.Duration((d % (24 * time.Hour)).Truncate(time.Minute)))
	}
	return config.Duration(d.Truncate(time.Second)).String()
}

// parseTime reads an instant: a date, a date with a time, a time of today, RFC
// 3339, or a span that goes back from now (2h). Without a zone it is local.
func (p *program) parseTime(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if d, err := time.ParseDuration(text); err == nil && d >= 0 {
		return p.now().Add(-d), nil
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	for _, form := range []string{stamp, "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(form, text, p.zone); err == nil {
			return t, nil
		}
	}
	for _, form := range []string{"15:04:05", "15:04"} {
		if t, err := time.Parse(form, text); err == nil {
			y, m, d := p.now().In(p.zone).Date()
			return time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), 0, p.zone), nil
		}
	}
	return time.Time{}, usage("时间写法有误", "--%s %q is no time: write it like 2026-01-31, \"2026-01-31 08:30\", 08:30 or 2h (ago)", flag, text)
}
