package store

import (
	"testing"
	"time"
)

// month is how many calls the measured month has: 50,000 a day.
const month = 30 * 50_000

// fillMonth makes so many calls of noon's month, a day's evenly over it.
func fillMonth(t testing.TB, path string, calls int) {
	t.Helper()
	conn := second(t, path, "journal_mode(WAL)", "synchronous(OFF)")
	do(t, conn, `
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ? - 1)
INSERT INTO cdr SELECT i, printf('%x', i + 1099511627777), 'telecom', CAST(13800000000 + i % 1000000 AS TEXT), '055112345', CAST(12300 + i % 33 AS TEXT),
	e - 100000000000, e - 99000000000, e - 98000000000, e - 95000000000, e - 94000000000, iif(i % 20, e - (80 + i % 10) * 1000000000, NULL), iif(i % 20, e - 79000000000, NULL), e, e,
	'general', '8001', '8001', 1, iif(i % 20, 'answered', 'abandoned-queue'), 'caller', 200, 16, 0, 1, 0,
	'城市' || (i % 16), 'dual', '部门' || (i % 33), iif(i % 20, iif(i % 9, 'agent', 'subcenter'), ''), iif(i % 9, '', 'tax'), '', 0, 0, '', 0
FROM (SELECT i, ? + i * 1728000000 AS e FROM n)`, calls, noon)
}

// cpuOf is what f takes of processors.
func cpuOf(t testing.TB, f func()) time.Duration {
	begun := cpu(t)
	f()
	return cpu(t) - begun
}

func BenchmarkReportOfAMonth(b *testing.B) {
	path := newPath(b)
	p := startProjector(b, path, newLog(b))
	until(b, "the store", func() bool { _, err := p.Store().CDRs(b.Context(), Filter{}); return err == nil })
	fillMonth(b, path, month)
	for _, by := range append(Groupings(), "") {
		b.Run("by "+by, func(b *testing.B) {
			for b.Loop() {
				took := cpuOf(b, func() {
					if rows, err := p.Store().Report(b.Context(), ReportFilter{By: by}); err != nil || len(rows) == 0 {
						b.Fatal(rows, err)
					}
				})
				b.ReportMetric(took.Seconds(), "cpu-s/report")
			}
		})
	}
}
