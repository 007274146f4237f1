package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/ivr/prompt"
	"github.com/hotline12345/hotline/plan"
)

func (p *program) promptCommand() *cobra.Command {
	group := &cobra.Command{Use: "prompt", Short: "提示音 / prompts and their recordings"}
	file := group.PersistentFlags().String("plan", "", "不连服务,用这个计划文件 / a plan file (YAML) in place of the server's plan; - for standard input")
	group.AddCommand(p.scriptCommand(file), p.importCommand(file), p.promptCheckCommand(file))
	return group
}

// clip is one that can be heard: what it says, what there is of it, where.
type clip struct {
	Clip  string         `json:"clip"`
	Text  string         `json:"text,omitempty"` // absent: nobody wrote it down
	State string         `json:"state"`
	Heard []plan.Hearing `json:"heard"` // empty: not by callers of this plan's flows
}

// The states of a clip, in Chinese.
var clipStates = map[string]string{
	"studio": "已录", "machine": "机器音", "built-in": "内置", "missing": "缺", "broken": "坏文件", "old-text": "旧台词",
}

// absent says that callers do not hear what they should.
func (c *clip) absent() bool {
	return c.State == "missing" || c.State == "broken" || c.State == "old-text"
}

// planOfPrompts is the plan whose prompts are meant: the file's, or the one in
// force.
func (p *program) planOfPrompts(ctx context.Context, file string) (*plan.Compiled, error) {
	if file != "" {
		return p.planToTry(file)
	}
	client := p.client()
	defer client.Close()
	now, parsed, err := p.inForce(ctx, client)
	if errors.Is(err, api.ErrNoServer) {
		return nil, fmt.Errorf("%w (without a server: --plan FILE)", err)
	}
	if err != nil {
		return nil, err
	}
	around, err := client.Surroundings(ctx)
	if err != nil {
		return nil, err
	}
	around.Clips = append(around.Clips, parsed.Clips()...) // one may be missing: that is what is asked
	compiled, faults := plan.Compile(parsed, around.Plan(), now.Revision)
	return compiled, faulty(faults)
}

// texts are what clips say, by name: the built-in ones, and those of the plan,
// which go before them.
func texts(c *plan.Compiled) map[string]string {
	out := map[string]string{}
	for _, t := range prompt.Texts() {
		out[t.Name] = t.Text
	}
	for _, row := range c.Source.Sounds {
		out[row.Name] = row.Value
	}
	return out
}

// clips are all that there are and all that there should be: the built-in ones,
// the plan's own, what flows name beside them, what lies in the data folder.
func (p *program) clips(c *plan.Compiled) ([]clip, error) {
	own, err := p.recordings()
	if err != nil {
		return nil, err
	}
	heard := map[string][]plan.Hearing{}
	var others []string
	for _, h := range c.Heard() {
		heard[h.Clip] = append(heard[h.Clip], h)
		others = append(others, h.Clip)
	}
	for name := range own {
		others = append(others, name)
	}
	slices.Sort(others)
	names := prompt.Names()
	for _, row := range c.Source.Sounds {
		names = append(names, row.Name)
	}
	said, done := texts(c), map[string]bool{}
	var out []clip
	for _, name := range append(names, others...) {
		if !done[name] {
			done[name] = true
			out = append(out, clip{Clip: name, Text: said[name], State: state(name, said[name], own), Heard: append([]plan.Hearing{}, heard[name]...)})
		}
	}
	return out, nil
}

// state says what there is of a clip that should say text.
func state(name, text string, own map[string]error) string {
	fault, there := own[name]
	switch {
	case there && fault == nil:
		return "studio"
	case there:
		return "broken"
	case name == prompt.Music:
		return "built-in"
	}
	for _, t := range prompt.Texts() {
		switch {
		case t.Name != name:
		case t.Text == text:
			return "machine"
		default:
			return "old-text" // the plan has it say something else
		}
	}
	return "missing"
}
