package main

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/plan"
)

// promptState is what a check finds, for programs.
type promptState struct {
	Missing int           `json:"missing"` // clips that callers should hear and do not
	Machine int           `json:"machine"` // clips that callers hear in the machine's voice
	Numbers []heardNumber `json:"numbers"`
	Clips   []clip        `json:"clips"` // those, and those of the machine that nobody but agents hears
}

// heardNumber is what a number's callers hear that is not from a studio.
type heardNumber struct {
	Number  string   `json:"number"`
	City    string   `json:"city,omitempty"`
	Name    string   `json:"name,omitempty"`
	Missing []string `json:"missing"`
	Machine []string `json:"machine"`
}

func (p *program) promptCheckCommand(file *string) *cobra.Command {
	return &cobra.Command{
		Use: "check", Short: "哪些提示音缺录或仍是机器音 / what is missing or still has the machine's voice, per number and city", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			compiled, err := p.planOfPrompts(cmd.Context(), *file)
			if err != nil {
				return err
			}
			clips, err := p.clips(compiled)
			if err != nil {
				return err
			}
			found := judgePrompts(compiled, clips)
			if err := p.writePrompts(found); err != nil {
				return err
			}
			if found.Missing > 0 {
				return refuse("有提示音缺录,来电人听不到", "clips that callers should hear are missing: %d", found.Missing)
			}
			return nil
		},
	}
}

// judgePrompts sorts what is not from a studio by number and city.
func judgePrompts(c *plan.Compiled, clips []clip) *promptState {
	out := &promptState{Numbers: []heardNumber{}, Clips: []clip{}}
	rows := map[[2]string]*heardNumber{}
	for i := range clips {
		x := &clips[i]
		if x.State == "studio" || x.State == "built-in" || x.absent() && len(x.Heard) == 0 && c.Source.Sounds.Get(x.Clip) == nil {
			continue
		}
		out.Clips = append(out.Clips, *x)
		switch {
		case x.absent() && len(x.Heard) > 0:
			out.Missing++
		case len(x.Heard) > 0:
			out.Machine++
		}
		for _, h := range x.Heard {
			key := [2]string{h.Number, cmp.Or(h.City, h.Area)}
			row := rows[key]
			if row == nil {
				row = &heardNumber{Number: key[0], City: key[1], Missing: []string{}, Machine: []string{}}
				if n := c.Source.Numbers.Get(h.Number); n != nil {
					row.Name = cmp.Or(n.Name, n.Department)
				}
				rows[key] = row
			}
			to := &row.Machine
			if x.absent() {
				to = &row.Missing
			}
			if !slices.Contains(*to, x.Clip) {
				*to = append(*to, x.Clip)
			}
		}
	}
	for _, row := range rows {
		out.Numbers = append(out.Numbers, *row)
	}
	slices.SortFunc(out.Numbers, func(a, b heardNumber) int {
		return cmp.Or(place(c, a.Number)-place(c, b.Number), cmp.Compare(a.City, b.City))
	})
	return out
}

// place is the number's in the ledger.
func place(c *plan.Compiled, number string) int {
	for i := range c.Source.Numbers {
		if c.Source.Numbers[i].Name == number {
			return i
		}
	}
	return len(c.Source.Numbers)
}

func (p *program) writePrompts(found *promptState) error {
	if p.json {
		return p.writeJSON(found)
	}
	if len(found.Clips) == 0 {
		return p.say("提示音全部已录 / every prompt is a recording")
	}
	if len(found.Numbers) > 0 {
		head := []string{"号码 number", "城市 city", "名称 name", ">机器音 machine", "缺 missing"}
		err := list(p, found.Numbers, "", head, func(n *heardNumber) []string {
			return []string{n.Number, n.City, n.Name, strconv.Itoa(len(n.Machine)), strings.Join(n.Missing, " ")}
		})
		if err != nil {
			return err
		}
		if err := p.say(""); err != nil {
			return err
		}
	}
	head := []string{"名称 clip", "现状 state", "台词 text"}
	err := list(p, found.Clips, "", head, func(c *clip) []string { return []string{c.Clip, both(clipStates, c.State), c.Text} })
	if err != nil {
		return err
	}
	return p.say("\n来电人听到的:机器音 %d,缺 %d / heard by callers: machine's voice %d, missing %d", found.Machine, found.Missing, found.Machine, found.Missing)
}
