package api

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/schedule"
)

// TestStatusGoesByCivilTime: who is missing by the roster, a shift's first
// minutes let off, and the year of which no holidays are known.
func TestStatusGoesByCivilTime(t *testing.T) {
	s := serve(t, newWorld(t))
	for _, c := range []struct {
		at    string
		short []Short
		due   string
		year  int
	}{
		{"2026-11-25 07:59", []Short{{"general", 3, 0, 3}, {"market", 1, 0, 1}}, `hotline_roster_agents{queue="general",state="due"} 3`, 0},
		{"2026-11-25 08:04", []Short{{"general", 12, 0, 3}, {"market", 4, 0, 1}}, `hotline_roster_agents{queue="general",state="due"} 12`, 0},
		{"2026-11-25 08:05", []Short{{"general", 12, 0, 12}, {"market", 4, 0, 4}}, `hotline_roster_agents{queue="general",state="short"} 12`, 0},
		{"2026-12-01 00:00", []Short{{"general", 3, 0, 3}, {"market", 1, 0, 1}}, `hotline_roster_agents{queue="general",state="short"} 3`, 2027},
	} {
		at, err := time.ParseInLocation("2006-01-02 15:04", c.at, schedule.Zone)
		if err != nil {
			t.Fatal(err)
		}
		s.mu.Lock()
		s.step(&core.Input{Kind: core.CivilTime, Civil: at.UnixNano() - int64(s.now)})
		s.mu.Unlock()
		status, err := s.Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(status.Short, c.short) || status.NoHolidays != c.year {
			t.Errorf("at %s: short %v, want %v; no holidays of %d, want %d", c.at, status.Short, c.short, status.NoHolidays, c.year)
		}
		if _, text := get(s.server.Public(), "/metrics"); !strings.Contains(text, "\n"+c.due+"\n") {
			t.Errorf("at %s there is no %s", c.at, c.due)
		}
	}
}
