package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/hotline12345/hotline/config"
)

func TestTheProofIsPrinted(t *testing.T) {
	r := newRig(t).serve()
	same(t, "in force", r.ok("number", "check"), `
12345
  时间 when          队列 queue  谁接 who
  daily 00:00–08:00  general     general 1 (night)
  daily 08:00–20:00  general     general 1 (day)
  daily 20:00–24:00  general     general 1 (night)

12366
  时间 when          队列 queue  谁接 who
  daily 00:00–08:00  tax         tax 1 (night)
  daily 08:00–20:00  tax         tax 1 (day)
  daily 20:00–24:00  tax         tax 1 (night)

全年每一分钟都有人接的号码 2 / 2,按 2025, 2026 年的节假日和平常周 / numbers held at every minute: 2 of 2, by the holidays of 2025, 2026 and plain weeks`)
	holed := r.file("holed.yaml", strings.Replace(rigPlan, `agents: {general: 1, tax: 1}}}`, `agents: {general: 1}}}`, 1))
	code, out, err := r.run("number", "check", "12366", "--plan", holed)
	same(t, "the hole", out, `
12366
  时间 when          队列 queue  谁接 who
  daily 00:00–08:00  tax         无人 nobody: queue tax has no roster people then, no duty tier
  daily 08:00–20:00  tax         tax 1 (day)
  daily 20:00–24:00  tax         无人 nobody: queue tax has no roster people then, no duty tier

全年每一分钟都有人接的号码 0 / 1,按 2025, 2026 年的节假日和平常周 / numbers held at every minute: 0 of 1, by the holidays of 2025, 2026 and plain weeks`)
	if same(t, "its error", err, "hotline: 有时段无人接听 / at some time nobody can take the calls of: 12366"); code != exitFailed {
		t.Errorf("exit %d", code)
	}
	code, out, _ = r.run("number", "check", "--plan", holed, "--json")
	var proved []provedNumber
	if e := json.Unmarshal([]byte(out), &proved); e != nil || code != exitFailed || len(proved) != 2 || !proved[0].Held || proved[1].Held ||
		len(proved[1].Covers[0].Stretches) != 3 || proved[1].Covers[0].Stretches[0].Hole == "" {
		t.Errorf("exit %d, %v: %s", code, e, out)
	}
	code, _, err = r.run("number", "check", "12399")
	if same(t, "unknown", err, "hotline: 没有这个号码 / no such number: 12399"); code != exitFailed {
		t.Errorf("exit %d", code)
	}
	code, _, err = r.run("number", "check", "--plan", r.file("bad.yaml", "numbers: {\"12345\": {flow: lost}}"))
	if code != exitFailed || !strings.Contains(err, `unknown flow "lost"`) {
		t.Errorf("exit %d: %s", code, err)
	}
}

// TestTheEmbeddedPlanIsProved without a server: each number has somebody, those
// of sub-centres by takeover.
func TestTheEmbeddedPlanIsProved(t *testing.T) {
	r := newRig(t)
	file := r.file("anhui.yaml", string(config.Anhui()))
	if out := r.ok("number", "check", "--plan", file); !strings.Contains(out, "34 of 34") || strings.Contains(out, "nobody") {
		t.Errorf("got\n%s", out)
	}
	same(t, "a sub-centre", r.ok("number", "check", "12366", "--plan", file), `
12366
  时间 when          先转 rung first  队列 queue  谁接 who
  daily 00:00–08:00  tax              general     接管 takeover: general 3 (night)
  daily 08:00–16:00  tax              general     接管 takeover: general 5 (day)
  daily 16:00–24:00  tax              general     接管 takeover: general 5 (middle)

全年每一分钟都有人接的号码 1 / 1,按 2025, 2026 年的节假日和平常周 / numbers held at every minute: 1 of 1, by the holidays of 2025, 2026 and plain weeks`)
	if code, _, err := r.run("number", "check"); code != exitUnreachable || !strings.Contains(err, "--plan FILE") {
		t.Errorf("exit %d: %s", code, err)
	}
}
