package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hotline12345/hotline/api"
)

// moment is one thing of a call's story.
type moment struct {
	at   time.Time
	what string
}

// steps are the moments that the call's history tells of. Packets of a call that
// lived through a restart were counted anew by each process: there were at least
// so many.
func steps(history []api.Step, resumed bool) []moment {
	out := make([]moment, len(history))
	for i := range history {
		s := &history[i]
		out[i] = moment{s.At, told(s)}
		if s.Kind == "media-counted" {
			out[i].what = packets(s, map[bool]string{true: "≥"}[resumed])
		}
	}
	return out
}

func packets(s *api.Step, least string) string {
	return fmt.Sprintf("语音包 RTP of the %s side: 收 received %s%d, 发 sent %[2]s%[4]d, 丢 lost %[2]s%[5]d, 迟 late %[2]s%[6]d",
		s.Side, least, s.Received, s.Sent, s.Lost, s.Late)
}

// ends are the moments that a finished call's record has beside its history.
func ends(c *api.CDR) []moment {
	var out []moment
	for _, m := range []struct {
		at   *time.Time
		what string
	}{
		{c.Answered, "应答 answered for the prompts"},
		{c.Heard, "必听提示播完 what must be heard was heard"},
		{c.Accepted, "坐席接听 accepted by " + seat(c.Agent, c.Phone)},
		{&c.Ended, "结束 ended by " + both(sides, c.EndedBy)},
	} {
		if m.at != nil && !m.at.IsZero() {
			out = append(out, moment{*m.at, m.what})
		}
	}
	return out
}

func told(s *api.Step) string {
	switch s.Kind {
	case "began":
		return fmt.Sprintf("来电 the INVITE from %s", s.From)
	case "enlisted":
		return "入队 enlisted in " + s.Queue
	case "offered":
		next := ""
		if s.Next != "" {
			next = ", 其后 then " + s.Next
		}
		return fmt.Sprintf("派给 offered to %s (%s, %s, 层 tier %d, 可选 eligible %d%s)", seat(s.Agent, s.Phone), s.Queue, s.Strategy, s.Tier, s.Eligible, next)
	case "offer-ended":
		return strings.TrimSpace(fmt.Sprintf("未接 not taken by %s: %s %s", s.Agent, s.Why, number(s.Status)))
	case "forwarded":
		return fmt.Sprintf("转出 rung outside: %s, %s 经 by trunk %s", s.Destination, s.Number, s.Trunk)
	case "forward-ended":
		return strings.Join(strings.Fields(fmt.Sprintf("应答点未接 not taken by %s: %s %s %s", s.Destination, both(whys, s.Why), number(s.Status), q850(s.Q850))), " ")
	case "transferred":
		return strings.TrimSpace(fmt.Sprintf("转接 sent on by %s %s → %s %s", both(senders, s.By), s.From, both(targets, s.ToKind), s.To))
	case "transfer-done":
		if s.Why == "" {
			return "转接成功 the transfer succeeded: " + s.To
		}
		return "转接未成 the transfer failed: " + s.To + ": " + both(whys, s.Why)
	case "bridged":
		return "双方通话 they hear each other"
	case "prompt-heard":
		return "提示播完 heard " + s.Clips
	}
	return s.Kind
}

// writeStory shows the moments in their order, and how long after the call's
// beginning each came.
func (p *program) writeStory(all []moment, began time.Time) error {
	if err := p.say("\n经过 history"); err != nil {
		return err
	}
	slices.SortStableFunc(all, func(a, b moment) int { return a.at.Compare(b.at) })
	rows := make([][]string, len(all))
	for i, m := range all {
		rows[i] = []string{m.at.In(p.zone).Format(stamp + ".000"), seconds(m.at.Sub(began)), m.what}
	}
	return writeRows(p.out, rows, []bool{false, true, false})
}

func q850(cause int) string {
	if cause == 0 {
		return ""
	}
	return fmt.Sprintf("Q.850 %d", cause)
}
