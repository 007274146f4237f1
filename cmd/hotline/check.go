package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/plan"
)

// verdict is what a check found, for programs.
type verdict struct {
	Valid      bool        `json:"valid"`
	Faults     []api.Fault `json:"faults"`
	NotChecked []string    `json:"not_checked"`           // without a server
	NoHolidays int         `json:"no_holidays,omitempty"` // the year whose table of holidays is wanted and not there
}

// check tells every fault of a plan: against the running server's
// surroundings, or, where none runs, as far as can be said without.
func (p *program) check(cmd *cobra.Command, args []string) error {
	data, err := p.readFile(args[0])
	if err != nil {
		return err
	}
	parsed, form := config.Parse(data)
	compiled, faults, open, err := p.compile(cmd, parsed, form)
	if err != nil {
		return err
	}
	if p.json {
		v := judge(faults, open)
		if compiled != nil {
			v.NoHolidays = compiled.NoHolidays(p.now().Unix())
		}
		if err := p.writeJSON(v); err != nil {
			return err
		}
	}
	if err := faulty(faults); err != nil || p.json {
		return err
	}
	for _, what := range open {
		if err := p.say("未查 / not checked: %s", what); err != nil {
			return err
		}
	}
	if err := p.noteHolidays(compiled); err != nil {
		return err
	}
	return p.say("计划无误 / the plan is sound: 号码 numbers %d, 队列 queues %d, 坐席 agents %d, 分机 phones %d, 中继 trunks %d",
		len(parsed.Numbers), len(parsed.Queues), len(parsed.Agents), len(parsed.Phones), len(parsed.Trunks))
}

func judge(faults config.Faults, open []string) verdict {
	v := verdict{Valid: len(faults) == 0, Faults: []api.Fault{}, NotChecked: append([]string{}, open...)}
	for _, f := range faults {
		v.Faults = append(v.Faults, api.Fault{Location: f.Path, Line: f.Line, Message: f.Text})
	}
	return v
}

func (p *program) compile(cmd *cobra.Command, parsed *config.Plan, form config.Faults) (c *plan.Compiled, faults config.Faults, open []string, err error) {
	surroundings, err := p.client().Surroundings(cmd.Context())
	switch {
	case err == nil:
		c, faults = plan.Check(parsed, form, surroundings.Plan(), 1)
		return c, faults, nil, nil
	case !errors.Is(err, api.ErrNoServer):
		return nil, nil, nil, err
	}
	c, faults, open = compileAlone(parsed, form)
	return c, faults, open, nil
}

// compileAlone compiles without a server. A clip that is not built in may be in
// the data folder, and an interface in the settings: that stays open.
func compileAlone(parsed *config.Plan, form config.Faults) (c *plan.Compiled, faults config.Faults, open []string) {
	alone := plan.Surroundings{}
	_, strict := plan.Check(parsed, form, alone, 1)
	alone.Clips = parsed.Clips()
	c, faults = plan.Check(parsed, form, alone, 1)
	for _, f := range strict {
		if !slices.Contains(faults, f) {
			open = append(open, f.Error())
		}
	}
	var named []string
	for _, trunk := range parsed.Trunks {
		if name := trunk.Value.Interface; name != "" && !slices.Contains(named, name) {
			named = append(named, name)
		}
	}
	if len(named) > 0 {
		open = append(open, fmt.Sprintf("whether the node has the interfaces %q", named))
	}
	return c, faults, open
}

// noHolidays says which year's holidays are not known.
func noHolidays(year int) string {
	return fmt.Sprintf("没有 %d 年的节假日表,按平常周;请写入数据目录的 holidays.csv / no table of %d: plain weeks, until holidays.csv in the data folder has it (%d-01-01,rest,元旦)", year, year, year)
}

// noteHolidays tells people of it.
func (p *program) noteHolidays(c *plan.Compiled) error {
	if year := c.NoHolidays(p.now().Unix()); year > 0 {
		return p.say("注意 / note: %s", noHolidays(year))
	}
	return nil
}
