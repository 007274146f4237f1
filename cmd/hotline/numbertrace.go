package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/ivr"
	"github.com/hotline12345/hotline/numbering"
	"github.com/hotline12345/hotline/plan"
	"github.com/hotline12345/hotline/schedule"
)

// trace is what would become of a call.
type trace struct {
	Dialled    string       `json:"dialled"`
	From       string       `json:"from"`
	At         time.Time    `json:"at"`
	Trunk      string       `json:"trunk,omitempty"`
	Number     string       `json:"number,omitempty"` // empty: 404
	Name       string       `json:"name,omitempty"`
	Status     string       `json:"status,omitempty"`
	Mode       string       `json:"mode,omitempty"`
	Seats      string       `json:"seats,omitempty"`
	Department string       `json:"department,omitempty"`
	City       string       `json:"city,omitempty"`
	By         string       `json:"city_by,omitempty"`
	Needs      []string     `json:"needs,omitempty"`
	Steps      []tracedStep `json:"steps,omitempty"`
}

// tracedStep is a step of the flow: taken, or passed over at that time.
type tracedStep struct {
	Taken bool   `json:"taken"`
	What  string `json:"what"`
	Why   string `json:"why,omitempty"`
}

// evidence is what says whose a call is, in both languages.
var evidence = map[plan.Evidence]string{
	plan.ByDID: "运营商直拨号 the carrier's number", plan.ByNumber: "号码属该市 the number is the city's", plan.ByTrunk: "中继属该市 the trunk is the city's",
	plan.ByArea: "所拨区号 the area code dialled", plan.ByCaller: "主叫区号 the caller's area code", plan.ByPrefix: "手机号段 the mobile's prefix",
	plan.ByHome: "无他据,归本市 nothing else says",
}

func (p *program) traceCommand() *cobra.Command {
	var file, from, at, trunk string
	cmd := &cobra.Command{
		Use: "trace NUMBER", Short: "不打电话,逐步说明某时某人拨打会怎样 / what would become of a call, step by step, and why", Args: cobra.ExactArgs(1),
		Example:           "  hotline number trace 055112366 --from 13855112345 --at \"2026-10-01 03:00\"\n  hotline number trace 12319 --plan new.yaml",
		ValidArgsFunction: p.first(p.numbers),
		RunE: func(cmd *cobra.Command, args []string) error {
			when := p.now()
			if at != "" {
				there, err := *p, error(nil) // whoever rings is in China, wherever the terminal is
				there.zone = schedule.Zone
				if when, err = there.parseTime("at", at); err != nil {
					return err
				}
			}
			compiled, err := p.planToProve(cmd.Context(), file)
			if err != nil {
				return err
			}
			t, err := traced(compiled, args[0], from, trunk, when)
			if err != nil {
				return err
			}
			return p.writeTrace(t)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&from, "from", "", "主叫 / caller")
	flags.StringVar(&at, "at", "", "时间(中国),缺省此刻 / time in China: \"2026-10-01 03:00\"; now if left out")
	flags.StringVar(&trunk, "trunk", "", "来话中继,缺省第一条收外线的 / trunk that it comes by; the first that takes outside calls if left out")
	flags.StringVar(&file, "plan", "", "计划文件,- 为标准输入;缺省为现行计划 / plan file, - for standard input; the plan in force if empty")
	_ = cmd.RegisterFlagCompletionFunc("trunk", p.any(p.trunks)) // fails only for an unknown flag
	return cmd
}

// traced resolves the number and walks its flow as a caller would whom nobody
// answers, and who presses no key.
func traced(c *plan.Compiled, dialled, from, trunk string, at time.Time) (*trace, error) {
	area := ""
	for _, row := range c.Source.Trunks {
		if trunk == "" && len(row.Value.Dialled) > 0 || row.Name == trunk {
			trunk, area = row.Name, row.Value.Area
			break
		}
	}
	if trunk != "" && c.Source.Trunks.Get(trunk) == nil {
		return nil, refuse("没有这个中继", "no such trunk: %s", trunk)
	}
	caller := numbering.Caller(from, cmp.Or(area, c.Area()))
	found := c.Resolve(&plan.Asked{Trunk: trunk, Dialled: []string{dialled}, Called: dialled, Caller: caller})
	t := &trace{Dialled: dialled, From: caller, At: at, Trunk: trunk}
	n := found.Number
	if n == nil {
		return t, nil
	}
	t.Number, t.Name, t.Status, t.Mode, t.Seats, t.Department = n.Number, n.Name, cmp.Or(n.Status, "live"), n.Mode, n.Seats, n.Department
	t.City, t.By = found.City, string(found.By)
	for _, need := range n.Needs {
		t.Needs = append(t.Needs, fmt.Sprintf("%s=%d", need.Skill, need.Level))
	}
	flow := c.Flow(c.FlowOf(n, found.City, found.Open))
	if flow == nil {
		return nil, errors.New("the number has no flow") // the plan would not have compiled
	}
	for i := range flow.Steps {
		step := &flow.Steps[i]
		one := tracedStep{Taken: step.When.Holds(at.Unix()), What: stepWords(c, t, step, at.Unix()), Why: whenWords(step, at.Unix())}
		t.Steps = append(t.Steps, one)
		if one.Taken && step.Kind == ivr.Hangup {
			break
		}
	}
	return t, nil
}

// whenWords say why a step is taken at that time, or is not; "" where it always is.
func whenWords(s *ivr.Step, at int64) string {
	w, day := &s.When, func(unix int64) string { return time.Unix(unix, 0).In(schedule.Zone).Format(time.DateOnly) }
	var out []string
	switch {
	case w.From != 0 && at < w.From:
		out = append(out, "自 from "+day(w.From)+" 起,未到 not yet")
	case w.Until != 0 && at >= w.Until:
		out = append(out, "至 until "+day(w.Until-1)+" 止,已过 no more")
	case w.From != 0 || w.Until != 0:
		out = append(out, "在期内 within its days")
	}
	if w.Hours != nil {
		word := "此刻非开放时间 closed now"
		if w.Hours.Open(at) {
			word = "此刻开放 open now"
		}
		out = append(out, word)
	}
	return strings.Join(out, "; ")
}

func (p *program) writeTrace(t *trace) error {
	if p.json {
		return p.writeJSON(t)
	}
	if t.Number == "" {
		return p.say("%s 不在名录 / is not in the ledger: 404", clean(t.Dialled))
	}
	city := t.City
	if city != "" {
		city += " (" + evidence[plan.Evidence(t.By)] + ")"
	}
	err := p.writePairs([][2]string{
		{"时间 at", t.At.In(schedule.Zone).Format(stamp)},
		{"所拨 dialled", t.Dialled},
		{"主叫 caller", t.From},
		{"来自 from", t.Trunk},
		{"号码 number", strings.TrimSpace(t.Number + " " + t.Name)},
		{"状态 status", both(statuses, t.Status)},
		{"方式 mode", strings.TrimSpace(both(modes, t.Mode) + " " + both(seatings, t.Seats))},
		{"部门 department", t.Department},
		{"城市 city", city},
		{"技能 skills", strings.Join(t.Needs, ", ")},
	})
	if err != nil {
		return err
	}
	if err := p.say("\n经过(假定无人接听、不按键) / steps, if nobody answers and no key is pressed"); err != nil {
		return err
	}
	rows := make([][]string, len(t.Steps))
	for i, s := range t.Steps {
		mark := "→"
		if !s.Taken {
			mark = "略过 passed over"
		}
		rows[i] = []string{mark, s.What, s.Why}
	}
	return writeRows(p.out, rows, make([]bool, 3))
}

// prefixes is the data folder's table of mobile prefixes, if there is one that can
// be read.
func (p *program) prefixes() *numbering.Prefixes {
	data, err := os.ReadFile(filepath.Join(p.data, "prefixes.csv"))
	if err != nil {
		return nil
	}
	table, _ := numbering.ParsePrefixes(data) // the server's log tells bad lines
	return table
}
