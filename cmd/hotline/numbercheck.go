package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/plan"
)

// provedNumber is a number and who takes its calls when, for programs.
type provedNumber struct {
	Number string       `json:"number"`
	Name   string       `json:"name,omitempty"`
	Held   bool         `json:"held"` // at every time
	Covers []plan.Cover `json:"covers"`
}

func (p *program) numberCheckCommand() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use: "check [NUMBER...]", Short: "7×24 证明:每个号码每个时段由谁接听 / the 7×24 proof: who takes each number's calls when",
		Long: `按班表、节假日和流程,列出每个号码全年每个时段由谁接听:班表上的人、溢出的队列、值班电话、接管的队列。
转接随时可能失败,不算数;其后接管的才算。有空档则指明,退出码 1。

By rosters, holidays and flows: who takes each number's calls at each time of the year: people of a roster, queues that overflow
reaches, a duty number, the queue that takes over. A forward may fail at any time and proves nothing; what takes over does. Holes are
named, with exit code 1.`,
		Example:           "  hotline number check\n  hotline number check 12345 12366 --plan new.yaml",
		ValidArgsFunction: p.any(p.numbers),
		RunE: func(cmd *cobra.Command, args []string) error {
			compiled, err := p.planToProve(cmd.Context(), file)
			if err != nil {
				return err
			}
			proved, err := prove(compiled, args)
			if err != nil {
				return err
			}
			if err := p.writeProof(compiled, proved); err != nil {
				return err
			}
			if open := unheld(proved); len(open) > 0 {
				return refuse("有时段无人接听", "at some time nobody can take the calls of: %s", strings.Join(open, ", "))
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&file, "plan", "", "计划文件,- 为标准输入;缺省为现行计划 / plan file, - for standard input; the plan in force if empty")
	return cmd
}

// planToProve is the file's plan, or the one in force, with the server's table
// of holidays where one runs. Recordings and interfaces do not matter here.
func (p *program) planToProve(ctx context.Context, file string) (*plan.Compiled, error) {
	client := p.client()
	defer client.Close()
	around, err := client.Surroundings(ctx)
	alone := errors.Is(err, api.ErrNoServer)
	switch {
	case alone && file == "":
		return nil, fmt.Errorf("%w (without a server: --plan FILE)", err)
	case err != nil && !alone:
		return nil, err
	}
	var parsed *config.Plan
	var now api.Revision
	if file == "" {
		if now, parsed, err = p.inForce(ctx, client); err != nil {
			return nil, err
		}
	} else {
		data, err := p.readFile(file)
		if err != nil {
			return nil, err
		}
		var faults config.Faults
		if parsed, faults = read(data); faults != nil {
			return nil, faulty(faults)
		}
	}
	s := around.Plan()
	s.Clips, s.Interfaces = append(s.Clips, parsed.Clips()...), nil
	compiled, faults := plan.Standing(parsed, s, now.Revision)
	return compiled, faulty(faults)
}

// prove makes the proof of some numbers, or of all.
func prove(c *plan.Compiled, wanted []string) ([]provedNumber, error) {
	var names []string
	for _, number := range wanted {
		found := c.Resolve(&plan.Asked{Dialled: []string{number}})
		if found.Number == nil || found.Number.Service {
			return nil, refuse("没有这个号码", "no such number: %s", number)
		}
		names = append(names, found.Number.Number)
	}
	if len(wanted) == 0 {
		for i := range c.Source.Numbers {
			names = append(names, c.Source.Numbers[i].Name)
		}
	}
	out := []provedNumber{}
	for i, covers := range c.Covers(names) {
		one := provedNumber{Number: names[i], Held: true, Covers: covers}
		if n := c.Source.Numbers.Get(names[i]); n != nil {
			one.Name = n.Name
		}
		for _, cover := range covers {
			for j := range cover.Stretches {
				one.Held = one.Held && cover.Stretches[j].Hole == ""
			}
		}
		out = append(out, one)
	}
	return out, nil
}

func unheld(proved []provedNumber) (numbers []string) {
	for i := range proved {
		if !proved[i].Held {
			numbers = append(numbers, proved[i].Number)
		}
	}
	return numbers
}

// writeProof prints numbers that are held alike together.
func (p *program) writeProof(c *plan.Compiled, proved []provedNumber) error {
	if p.json {
		return p.writeJSON(proved)
	}
	if len(proved) == 0 {
		return p.say("没有号码 / no numbers")
	}
	var numbers [][]string
	var alike [][]plan.Cover
	places := map[string]int{}
	for i := range proved {
		key := fmt.Sprintf("%+v", proved[i].Covers)
		at, known := places[key]
		if !known {
			at = len(alike)
			places[key], alike, numbers = at, append(alike, proved[i].Covers), append(numbers, nil)
		}
		numbers[at] = append(numbers[at], proved[i].Number)
	}
	for i, covers := range alike {
		if err := p.writeCovers(numbers[i], covers); err != nil {
			return err
		}
	}
	years := strings.ReplaceAll(strings.Trim(fmt.Sprint(c.Calendar().Years()), "[]"), " ", ", ")
	held := len(proved) - len(unheld(proved))
	return p.say("全年每一分钟都有人接的号码 %d / %d,按 %s 年的节假日和平常周 / numbers held at every minute: %d of %d, by the holidays of %s and plain weeks",
		held, len(proved), years, held, len(proved), years)
}

func (p *program) writeCovers(numbers []string, covers []plan.Cover) error {
	if err := p.say("%s", strings.Join(numbers, " ")); err != nil {
		return err
	}
	head := []string{"", "城市 city", "时间 when", "先转 rung first", "队列 queue", "谁接 who"}
	var rows [][]string
	for _, cover := range covers {
		for i := range cover.Stretches {
			s := &cover.Stretches[i]
			rows = append(rows, []string{"", strings.Join(cover.Of, ","), s.When(), strings.Join(s.First, ","), s.Queue, takers(s)})
		}
	}
	for i := len(head) - 1; i > 0; i-- {
		if !slices.ContainsFunc(rows, func(row []string) bool { return row[i] != "" }) {
			head = slices.Delete(head, i, i+1)
			for j := range rows {
				rows[j] = slices.Delete(rows[j], i, i+1)
			}
		}
	}
	if err := writeTable(p.out, head, rows); err != nil {
		return err
	}
	return p.say("")
}

// takers are those who take calls in a stretch: market 2 (day), general 12 (day).
func takers(s *plan.Stretch) string {
	switch {
	case s.Released:
		return "已停用 the number is no more"
	case s.Hole != "":
		return "无人 nobody: " + s.Hole
	}
	var out []string
	for _, post := range s.Posts {
		out = append(out, fmt.Sprintf("%s %d (%s)", post.Queue, post.People, strings.Join(post.Shifts, ", ")))
	}
	for _, number := range s.Duty {
		out = append(out, "值班 duty "+number)
	}
	if len(s.First) > 0 {
		return "接管 takeover: " + strings.Join(out, ", ")
	}
	return strings.Join(out, ", ")
}
