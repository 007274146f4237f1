package plan

import (
	"fmt"
	"strings"
	"time"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/ivr"
	"github.com/hotline12345/hotline/ivr/prompt"
)

var kinds = map[string]ivr.Kind{
	"answer": ivr.Answer, "progress": ivr.Progress, "play": ivr.Play, "music": ivr.Music, "menu": ivr.Menu,
	"collect": ivr.Collect, "queue": ivr.Queue, "forward": ivr.Forward, "city": ivr.City, "hangup": ivr.Hangup, "command": ivr.Command,
}

// keyWait is how long a key is waited for where a step does not say it.
const keyWait = 5 * time.Second

var orders = map[string]ivr.Order{"login": ivr.Login, "logout": ivr.Logout, "pause": ivr.Pause, "resume": ivr.Resume}

func (c *compiler) flows() {
	for i := range c.p.Flows {
		row := &c.p.Flows[i]
		path := "flows." + row.Name
		if _, ours := serviceFlows[row.Name]; ours || strings.HasPrefix(row.Name, "#") || strings.HasPrefix(row.Name, "@") {
			c.faults.Add(path, row.Line, "the name is the server's own")
		}
		if len(row.Value) == 0 {
			c.faults.Add(path, row.Line, "has no step")
		}
		c.out.flows[row.Name] = c.flow(path, row.Name, row.Line, row.Value)
	}
}

func (c *compiler) flow(path, name string, line int, steps []config.Step) *ivr.Flow {
	f := &ivr.Flow{Name: name}
	for i := range steps {
		at := fmt.Sprintf("%s[%d]", path, i)
		f.Steps = append(f.Steps, c.step(at, line, i, &steps[i]))
	}
	return f
}

func (c *compiler) step(at string, line, i int, s *config.Step) ivr.Step {
	step := ivr.Step{
		Name: fmt.Sprintf("%s-%d", s.Kind, i), Kind: kinds[s.Kind], Clips: s.Clips, MustHear: s.MustHear,
		Queue: s.Queue, Needs: c.needs(at+".skills", s.Skills), Priority: s.Priority,
		Digits: s.Digits, Wait: or(s.Wait, keyWait), Tries: max(s.Tries, 1),
		Target: s.To, Ring: time.Duration(s.Ring), Status: s.Status, Q850: s.Cause, When: c.when(at, line, s),
	}
	for _, clip := range s.Clips {
		if clip != ivr.Dialled && clip != Greeting {
			c.clip(at+".clip", line, clip)
		}
	}
	switch step.Kind {
	case ivr.Play:
		c.wants(at+".clip", line, len(s.Clips) > 0, "play needs a clip")
	case ivr.Music:
		if len(s.Clips) == 0 {
			step.Clips = []string{prompt.Music}
		}
	case ivr.Menu:
		c.wants(at+".choices", line, len(s.Choices) > 0, "menu needs choices")
		for _, choice := range s.Choices {
			c.wants(at+".choices."+choice.Name, line, len(choice.Name) == 1, "a choice is one key")
			c.wants(at+".choices."+choice.Name, line, c.hasFlow(choice.Value), "unknown flow %q", choice.Value)
			step.Choices = append(step.Choices, ivr.Choice{Digit: (choice.Name + "?")[0], Flow: choice.Value})
		}
	case ivr.Collect:
		c.wants(at+".digits", line, s.Digits >= 1 && s.Digits <= 32, "must be between 1 and 32")
		c.wants(at+".end", line, len(s.End) <= 1, "is one key")
		if s.End != "" {
			step.Terminator = s.End[0]
		}
	case ivr.Queue:
		c.wants(at, line, c.p.Queues.Get(s.Queue) != nil, "unknown queue %q", s.Queue)
	case ivr.Forward:
		_, known := c.out.targets[s.To]
		c.wants(at, line, known, "unknown destination or phone %q", s.To)
	case ivr.Hangup:
		c.wants(at+".status", line, s.Status == 0 || s.Status >= 400 && s.Status <= 699, "must be between 400 and 699")
		c.wants(at+".cause", line, s.Cause >= 0 && s.Cause <= 127, "must be between 1 and 127 (Q.850)")
	case ivr.Command:
		order, known := orders[s.Order]
		c.wants(at+".order", line, known, "must be login, logout, pause or resume, not %q", s.Order)
		step.Order = order
		if s.Else != "" {
			c.wants(at+".else", line, c.hasFlow(s.Else), "unknown flow %q", s.Else)
			step.Choices = []ivr.Choice{{Flow: s.Else}}
		}
	}
	return step
}

// clip checks a clip's name; none is none.
func (c *compiler) clip(path string, line int, name string) {
	if name != "" && !c.clips[name] {
		c.faults.Add(path, line, "unknown clip %q", name)
	}
}

func (c *compiler) wants(path string, line int, ok bool, format string, args ...any) {
	if !ok {
		c.faults.Add(path, line, format, args...)
	}
}

func (c *compiler) hasFlow(name string) bool {
	_, ours := serviceFlows[name]
	return ours || c.p.Flows.Get(name) != nil
}
