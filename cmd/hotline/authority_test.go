package main

import (
	"strings"
	"testing"

	"github.com/hotline12345/hotline/config"
)

// TestWhatTheTextForbidsAsksForItsAuthority: a number's whole life, and which of
// its steps need a 文号.
func TestWhatTheTextForbidsAsksForItsAuthority(t *testing.T) {
	r := newRig(t).serve()
	for _, c := range []struct {
		command string
		needs   string
	}{
		{"number add 96900 --flow hotline", "新设号码"},
		{"number add 96900 --flow hotline --mode dual --department 供水集团", "新设号码"},
		{"number add 96901 --mode merged --department 供水集团", ""},
		{"number set 96901 --status live --mode dual", "恢复号码"},
		{"number set 12366 --name 新名", "号码更名"},
		{"number set 12366 --status cancelled --mode merged --unset seats,queue,skills", ""},
		{"number set 12366 --status live --mode dual", "恢复号码"},
		{"number set 12345 --priority 3", ""},
		{"queue add third --tiers [{after:0s,agents:own},{after:9s,queue:general}]", ""},
	} {
		words := strings.Fields(strings.ReplaceAll(c.command, ":", ": "))
		if strings.Contains(c.command, "[{") {
			words = append(strings.Fields("queue add third --tiers"), "[{after: 0s, agents: own}, {after: 9s, queue: general}]")
		}
		before := len(r.revisions)
		code, _, err := r.run(words...)
		if c.needs == "" {
			if code != 0 || len(r.revisions) != before+1 {
				t.Errorf("%s: %d %s", c.command, code, err)
			}
			continue
		}
		if code != exitUsage || !strings.Contains(err, c.needs+"须有批准文号") || !strings.Contains(err, "--authority") || len(r.revisions) != before {
			t.Errorf("%s: %d %s", c.command, code, err)
		}
	}
	r.ok("number", "add", "96900", "--flow", "hotline", "--authority", "皖政办秘[2026]1号")
	plan, _ := config.Parse([]byte(r.revisions[len(r.revisions)-1].Document))
	if n := plan.Numbers.Get("96900"); n == nil || n.Authority != "皖政办秘[2026]1号" {
		t.Errorf("the revision does not keep it: %+v", n)
	}
}
