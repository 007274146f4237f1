package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/acd/sim"
	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/ivr"
	"github.com/hotline12345/hotline/ivr/prompt"
	"github.com/hotline12345/hotline/plan"
)

// mainNumber gets most of the made-up calls: mainShare of them, the other
// numbers of the ledger the rest in equal parts.
const (
	mainNumber = "12345"
	mainShare  = 60 // percent
)

// defaultLoad is how busy the agents are in the busiest hour where no number of
// calls is given.
const defaultLoad = 0.85

// foreignClip is how long a clip is taken to be that is not built in.
const foreignClip = 5 * time.Second

// rehearsal is what a simulation is asked for.
type rehearsal struct {
	file, profile          string
	calls, agents          int
	seed                   uint64
	talk, patience, answer string
}

func (p *program) simulateCommand() *cobra.Command {
	r := &rehearsal{}
	cmd := &cobra.Command{
		Use: "simulate", Short: "用一天的虚拟来电试运行计划 / try a plan on a made-up day of calls", Args: cobra.NoArgs,
		Long: `在虚拟时间里,让真正的排队引擎用计划中的队列和坐席接一天的虚拟来电:来电、耐心、通话时长按种子随机,同一种子结果相同。
不连服务。所有坐席全天在岗,分机都接得通。

The real queue engine takes a made-up day of calls with the plan's queues and agents, in virtual time: equal seeds, equal days.
No server is asked. Every agent is there all day and every phone answers.`,
		Example: "  hotline simulate\n  hotline simulate --plan new.yaml --calls 4000 --agents 26\n  hotline simulate --profile flat --seed 7 --json",
		RunE:    func(*cobra.Command, []string) error { return p.simulate(r) },
	}
	flags := cmd.Flags()
	flags.StringVar(&r.file, "plan", "", "计划文件,- 为标准输入;缺省为内置计划 / plan file (YAML), - for standard input; the embedded plan if empty")
	flags.StringVar(&r.profile, "profile", "day", "来电分布:day 早晚两峰,flat 平均 / how calls are spread: day (two peaks) or flat")
	flags.IntVar(&r.calls, "calls", 0, "一天的来电数;0 为最忙一小时坐席 85% 占用 / calls in the day; 0: agents 85 % busy in the busiest hour")
	flags.IntVar(&r.agents, "agents", 0, "坐席数;0 为计划中的全部 / agents; 0: all of the plan, more than it has: others like them")
	flags.Uint64Var(&r.seed, "seed", 1, "随机种子 / random seed")
	flags.StringVar(&r.talk, "talk", "180s", "平均通话时长 / mean talk")
	flags.StringVar(&r.patience, "patience", "120s", "平均耐心,0s 为从不放弃 / mean patience, 0s: nobody gives up")
	flags.StringVar(&r.answer, "answer", "3s", "平均应答时长 / mean time from the ring to the pick-up")
	return cmd
}

// simulate runs the day and prints it.
func (p *program) simulate(r *rehearsal) error {
	o, err := p.rehearse(r)
	if err != nil {
		return err
	}
	report, err := sim.Run(*o)
	if err != nil {
		return refuse("模拟中断", "the simulation broke off: %v", err)
	}
	day := dayOf(r, o, report)
	if p.json {
		return p.writeJSON(day)
	}
	return p.writeDay(r, o, day)
}

// rehearse makes a simulation of what was asked for.
func (p *program) rehearse(r *rehearsal) (*sim.Options, error) {
	o := &sim.Options{Seed: r.seed, Hours: 24}
	for _, span := range []struct {
		flag, text string
		to         *time.Duration
	}{{"talk", r.talk, &o.People.Talk}, {"patience", r.patience, &o.People.Patience}, {"answer", r.answer, &o.People.Answer}} {
		d, err := config.ParseDuration(span.text)
		if err != nil {
			return nil, usage("时长写法有误", "--%s: %v", span.flag, err)
		}
		*span.to = time.Duration(d)
	}
	profile, known := map[string]sim.Profile{"day": sim.Day, "flat": sim.Flat}[r.profile]
	switch {
	case !known:
		return nil, usage("没有这种分布", "--profile is day or flat, not %q", r.profile)
	case r.calls < 0 || r.calls > 10_000_000:
		return nil, usage("来电数有误", "--calls is between 0 and 10000000")
	case r.agents < 0 || r.agents > 100_000:
		return nil, usage("坐席数有误", "--agents is between 0 and 100000")
	}
	compiled, err := p.planToTry(r.file)
	if err != nil {
		return nil, err
	}
	o.Plan, o.Kinds = &compiled.ACD, kindsOf(compiled, p.noon())
	switch {
	case len(o.Kinds) == 0:
		return nil, refuse("计划中没有进队列的号码", "no number of the plan leads to a queue")
	case len(o.Plan.Agents) == 0:
		return nil, refuse("计划中没有坐席", "the plan has no agents")
	case r.agents > 0:
		o.Plan = sim.Staff(o.Plan, r.agents)
	}
	if r.calls == 0 {
		r.calls = sim.Load(o.Plan, profile, o.People, defaultLoad)
	}
	o.Arrivals = profile.Draw(r.seed, r.calls)
	return o, nil
}

// noon is today's, so that a simulation does not depend on its hour.
func (p *program) noon() int64 {
	y, m, d := p.now().In(p.zone).Date()
	return time.Date(y, m, d, 12, 0, 0, 0, p.zone).Unix()
}

// planToTry compiles a plan file, or the embedded plan. Clips and interfaces
// that only a server knows do not matter here, nor do rosters: everybody is
// there.
func (p *program) planToTry(file string) (*plan.Compiled, error) {
	data := config.Anhui()
	if file != "" {
		var err error
		if data, err = p.readFile(file); err != nil {
			return nil, err
		}
	}
	parsed, faults := config.Parse(data)
	if faults != nil {
		return nil, faulty(faults)
	}
	compiled, faults := plan.Standing(parsed, plan.Surroundings{Clips: parsed.Clips()}, 1)
	return compiled, faulty(faults)
}

// kindsOf are the calls to each number of the ledger, as its flow would enlist
// them at a civil time in Unix seconds. A forward is taken to fail: what it
// reaches is not the queues' matter.
func kindsOf(c *plan.Compiled, civil int64) (out []sim.Kind) {
	others := len(c.Source.Numbers) - 1
	for _, row := range c.Source.Numbers {
		number := c.Number(row.Name)
		if number == nil {
			continue
		}
		// Weights are whole: a menu's branches, at most 10 × 10 of them, share a
		// number's.
		weight := 100 * (100 - mainShare)
		if row.Name == mainNumber {
			weight = 100 * mainShare * max(others, 1)
		}
		found := queued(c, number.Flow, civil, 0)
		for _, q := range found {
			kind := sim.Kind{Queue: q.step.Queue, Priority: max(number.Priority, q.step.Priority), Weight: max(weight/len(found), 1), Before: q.before, Hear: q.hear}
			for _, need := range append(number.Needs[:len(number.Needs):len(number.Needs)], q.step.Needs...) {
				kind.Need(need.Skill, need.Level)
			}
			out = append(out, kind)
		}
	}
	return out
}

// enlisting is where a flow enlists, how long what is played before it lasts,
// and how long what must be heard after it.
type enlisting struct {
	step         *ivr.Step
	before, hear time.Duration
}

// queued finds where a flow enlists its callers: at its first queue step, or in
// the flows of its menu, of which each key is as likely.
func queued(c *plan.Compiled, flow string, civil int64, depth int) (out []enlisting) {
	f := c.Flow(flow)
	if f == nil || depth > 2 {
		return nil
	}
	before := time.Duration(0)
	for i := range f.Steps {
		step := &f.Steps[i]
		switch {
		case !step.When.Holds(civil):
			continue
		case step.Kind == ivr.Queue:
			return []enlisting{{step, before, mustHear(f.Steps[i+1:], civil)}}
		case step.Kind == ivr.Hangup:
			return nil
		}
		before += clipsLength(step.Clips)
		if step.Kind == ivr.Menu {
			for _, choice := range step.Choices {
				for _, found := range queued(c, choice.Flow, civil, depth+1) {
					found.before += before
					out = append(out, found)
				}
			}
			return out
		}
	}
	return nil
}

// mustHear is how long the clips last up to the last that must be heard.
func mustHear(steps []ivr.Step, civil int64) (hear time.Duration) {
	sum := time.Duration(0)
	for i := range steps {
		step := &steps[i]
		if !step.When.Holds(civil) {
			continue
		}
		if step.Kind != ivr.Play {
			break
		}
		sum += clipsLength(step.Clips)
		if step.MustHear {
			hear = sum
		}
	}
	return hear
}

func clipsLength(clips []string) (sum time.Duration) {
	for _, clip := range clips {
		if clip == ivr.Dialled {
			sum += spelledNumber
			continue
		}
		sum += clipLength(clip)
	}
	return sum
}

// spelledNumber is about how long the five digits of a number take.
const spelledNumber = 2 * time.Second

func clipLength(clip string) time.Duration {
	samples, ok := prompt.Samples(clip)
	if !ok {
		return foreignClip
	}
	return time.Duration(len(samples)) * time.Second / 8000
}

// simulated is a day for programs. Shares are of the calls offered, 0 to 1, and
// not there in an hour without calls.
type simulated struct {
	Seed     uint64         `json:"seed"`
	Calls    int            `json:"calls"`
	Agents   int            `json:"agents"`
	Talk     float64        `json:"talk_s"`
	Patience float64        `json:"patience_s"`
	Steps    uint64         `json:"steps"` // of the engine, its invariants checked after each
	Hash     string         `json:"hash"`  // over all that the engine did
	Hours    []simulatedRow `json:"hours"`
	Total    simulatedRow   `json:"total"`
}

type simulatedRow struct {
	Hour       *int     `json:"hour,omitempty"`
	Offered    int      `json:"offered"`
	Answered   int      `json:"answered"`
	Abandoned  int      `json:"abandoned"`
	TurnedAway int      `json:"turned_away"`
	Rate       *float64 `json:"answered_share,omitempty"`
	Invite     *float64 `json:"service_level_from_invite,omitempty"`
	Heard      *float64 `json:"service_level_from_prompt,omitempty"`
	ASA        float64  `json:"asa_s"`
	Occupancy  float64  `json:"occupancy"`
	Longest    float64  `json:"longest_wait_s"`
}

func dayOf(r *rehearsal, o *sim.Options, report *sim.Report) *simulated {
	day := &simulated{
		Seed: r.seed, Calls: len(o.Arrivals), Agents: len(o.Plan.Agents), Talk: o.People.Talk.Seconds(), Patience: o.People.Patience.Seconds(),
		Steps: report.Steps, Hash: strconv.FormatUint(report.Hash, 16), Total: hourOf(&report.Total),
	}
	for i := range report.Hours {
		row := hourOf(&report.Hours[i])
		row.Hour = &report.Hours[i].Hour
		day.Hours = append(day.Hours, row)
	}
	return day
}

func hourOf(h *sim.Hour) simulatedRow {
	row := simulatedRow{
		Offered: h.Offered, Answered: h.Answered, Abandoned: h.Abandoned, TurnedAway: h.TurnedAway,
		ASA: h.ASA().Seconds(), Occupancy: h.Occupancy(), Longest: h.Longest.Seconds(),
	}
	if h.Offered > 0 {
		rate := float64(h.Answered) / float64(h.Offered)
		invite, prompt := h.Level()
		row.Rate, row.Invite, row.Heard = &rate, &invite, &prompt
	}
	return row
}

// writeDay prints the day for people.
func (p *program) writeDay(r *rehearsal, o *sim.Options, day *simulated) error {
	name := r.file
	if name == "" {
		name = "内置 embedded"
	}
	err := p.say("计划 plan: %s  来电 calls: %d  坐席 agents: %d  通话 talk: %v  耐心 patience: %v  种子 seed: %d\n",
		name, day.Calls, day.Agents, config.Duration(o.People.Talk), config.Duration(o.People.Patience), day.Seed)
	if err != nil {
		return err
	}
	rows := [][]string{
		{"时段", "来电", "接通", "放弃", "拒接", "接通率", "及时率·来电起", "及时率·提示后", "平均等待 s", "占用率", "最长等待 s"},
		{"hour", "offered", "answered", "abandoned", "turned away", "answered %", "SL invite", "SL prompt", "ASA", "occupancy", "longest"},
	}
	for i := range day.Hours {
		rows = append(rows, cellsOf(fmt.Sprintf("%02d–%02d", i, i+1), &day.Hours[i]))
	}
	rows = append(rows, cellsOf("合计 total", &day.Total))
	right := slices.Repeat([]bool{true}, len(rows[0]))
	right[0] = false
	if err := writeRows(p.out, rows, right); err != nil {
		return err
	}
	var services []string
	for _, q := range o.Plan.Queues {
		services = append(services, q.Name+" "+config.Duration(q.Service).String())
	}
	return p.say("\n及时率:在队列的服务时间(%[1]s)内接起的来电占全部来电的份额,从来电(INVITE)起计,或从必听的提示放完起计。引擎 %[2]d 步,每步都核对了不变式。\n"+
		"SL: calls answered within the queue's service time (%[1]s), of all calls offered; from the INVITE, or from the end of what must be heard. "+
		"%[2]d steps of the engine, its invariants checked after each.", strings.Join(services, ", "), day.Steps)
}

func cellsOf(hour string, row *simulatedRow) []string {
	share := func(x *float64) string {
		if x == nil {
			return "-"
		}
		return fmt.Sprintf("%.1f%%", 100**x)
	}
	return []string{
		hour, strconv.Itoa(row.Offered), strconv.Itoa(row.Answered), strconv.Itoa(row.Abandoned), strconv.Itoa(row.TurnedAway), share(row.Rate),
		share(row.Invite), share(row.Heard), fmt.Sprintf("%.1f", row.ASA), share(&row.Occupancy), fmt.Sprintf("%.1f", row.Longest),
	}
}
