package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/ivr"
	"github.com/hotline12345/hotline/plan"
)

// stepWords say what a step does to the caller.
func stepWords(c *plan.Compiled, t *trace, s *ivr.Step, at int64) string {
	switch s.Kind {
	case ivr.Answer:
		return "应答 200"
	case ivr.Progress:
		return "先放音不应答 183: heard without an answer"
	case ivr.Play:
		must := ""
		if s.MustHear {
			must = " (必听 must be heard)"
		}
		return "播放 plays " + clipWords(c, s.Clips, t.Number) + must
	case ivr.Music:
		return "等候音乐 music, until somebody answers"
	case ivr.Menu:
		var keys []string
		for _, choice := range s.Choices {
			keys = append(keys, fmt.Sprintf("%c→%s", choice.Digit, choice.Flow))
		}
		return fmt.Sprintf("按键 menu %s: %s, 等 waits %s", clipWords(c, s.Clips, t.Number), strings.Join(keys, " "), s.Wait)
	case ivr.Collect:
		return "收号 collects digits: " + clipWords(c, s.Clips, t.Number)
	case ivr.Queue:
		return queueWords(c, s, at)
	case ivr.Forward:
		return forwardWords(c, s, at)
	case ivr.City:
		return "归属 is the call of " + s.City
	case ivr.Hangup:
		return fmt.Sprintf("挂断 ends: SIP %d, Q.850 %d", s.Status, s.Q850)
	}
	return "坐席命令 an agent's command"
}

// clipWords are clips with what they say.
func clipWords(c *plan.Compiled, clips []string, number string) string {
	said := texts(c)
	if i := slices.Index(clips, ivr.Takeover); i >= 0 { // nobody answers
		clips = slices.Concat(clips[:i], ivr.Takeovers[len(ivr.Takeovers)-1:], clips[i+1:])
	}
	var out strings.Builder
	for _, clip := range clips {
		if clip == ivr.Dialled {
			out.WriteString(number)
			continue
		}
		out.WriteString(said[clip])
	}
	return fmt.Sprintf("%s “%s”", strings.Join(clips, "+"), out.String())
}

func queueWords(c *plan.Compiled, s *ivr.Step, at int64) string {
	out := "入队 enlists in " + s.Queue
	if s.Aged {
		out += " (队龄自来电起 its place is as old as the call)"
	}
	o := c.Queue(s.Queue)
	if o == nil {
		return out
	}
	for _, tier := range o.Tiers {
		out += ", " + tierWords(c, o, &tier, at)
	}
	if o.MaxWait > 0 {
		out += ", 至多 at most " + brief(o.MaxWait)
	}
	return out
}

// tierWords are who is looked for from when on, and how many the roster says are
// there.
func tierWords(c *plan.Compiled, o *acd.QueueOptions, tier *acd.Tier, at int64) string {
	who := fmt.Sprintf("%s (应到 due %d)", o.Name, c.Due(o.Name, at))
	switch {
	case tier.Duty != nil && tier.Duty.Destination != "":
		who = "应答点 destination " + tier.Duty.Destination
	case tier.Duty != nil:
		who = "值班 duty " + tier.Duty.Number
	case tier.Queue != "":
		who = fmt.Sprintf("%s (应到 due %d)", tier.Queue, c.Due(tier.Queue, at))
	}
	if tier.Lower > 0 {
		who += fmt.Sprintf(", 技能放宽 levels lower by %d", tier.Lower)
	}
	return brief(tier.After) + ": " + who
}

func forwardWords(c *plan.Compiled, s *ivr.Step, at int64) string {
	target, ok := c.Target(s.Target)
	if !ok {
		return "转 rings " + s.Target
	}
	if target.Destination == "" {
		return "转分机 rings phone " + target.Phone
	}
	if target.Hours != nil && !target.Hours.Open(at) {
		return fmt.Sprintf("不转 not rung: %s, 非开放时间 it is closed", target.Destination)
	}
	ring := s.Ring
	if ring == 0 {
		ring = target.Ring
	}
	out := fmt.Sprintf("转出 rings %s: %s 经 by trunk %s, 至多振铃 for %s", target.Destination, target.Number, target.Trunk, brief(ring))
	if target.Channels > 0 {
		out += fmt.Sprintf(", 并发上限 channels %d", target.Channels)
	}
	return out + "; 忙、拒、不可达、占满或无人接听则 if it does not take the call:"
}

func brief(d time.Duration) string {
	if d == 0 {
		return "0s"
	}
	text := d.String()
	text = strings.TrimSuffix(text, "0s")
	if strings.HasSuffix(text, "m") || strings.HasSuffix(text, "h") {
		return text
	}
	return d.String()
}
