package plan

import (
	"slices"

	"github.com/hotline12345/hotline/ivr"
)

// What ends a call to a number that was given up: 410, and Q.850's "number
// changed".
const (
	gone          = 410
	numberChanged = 22
)

// steps are those of the number's own flow.
func (c *compiler) steps(e *entry) []ivr.Step {
	t := e.transition
	switch {
	case t != nil && t.release:
		return c.released(e)
	case e.way == outside || e.way == reassigned && e.Destination != "":
		return c.forwarded(e, c.forwards(e.Destination))
	}
	return c.answered(e)
}

// answered is the template with the number's queue and what its callers hear.
func (c *compiler) answered(e *entry) []ivr.Step {
	out := slices.Clone(e.template.Steps)
	queue := slices.IndexFunc(out, func(s ivr.Step) bool { return s.Kind == ivr.Queue })
	if queue >= 0 && e.Queue != "" {
		out[queue].Queue = e.Queue
	}
	return c.hears(e, out)
}

// forwarded rings outside first, without answering, and then goes on as the
// template does: into the queue that takes over, in a place as old as the call.
func (c *compiler) forwarded(e *entry, forwards []ivr.Step) []ivr.Step {
	out := slices.Clone(e.template.Steps)
	queue := slices.IndexFunc(out, func(s ivr.Step) bool { return s.Kind == ivr.Queue })
	if queue >= 0 {
		out[queue].Aged = true
		for _, takeover := range []string{e.Queue, e.Takeover} {
			if takeover != "" {
				out[queue].Queue = takeover
			}
		}
	}
	first := forwards
	if t := e.transition; t != nil {
		first = append([]ivr.Step{
			{Name: "transition-progress", Kind: ivr.Progress, When: t.during()},
			{Name: "transition", Kind: ivr.Play, When: t.during(), Clips: t.clips, MustHear: true},
		}, forwards...)
	}
	return slices.Concat(first, c.hears(e, out))
}

// released is a number that is given up; until that day it is as it was.
func (c *compiler) released(e *entry) []ivr.Step {
	out, t := c.givenUp(e), e.transition
	if t.from == 0 {
		return out
	}
	e.transition = nil
	rest := c.steps(e)
	e.transition = t
	return append(out, rest...)
}

// givenUp tells that the number has changed, from the transition's first day on;
// behind its last one the call ends at once.
func (c *compiler) givenUp(e *entry) []ivr.Step {
	t := e.transition
	return []ivr.Step{
		{Name: "changed-progress", Kind: ivr.Progress, When: t.during()},
		{Name: "changed", Kind: ivr.Play, When: t.during(), Clips: t.clips, MustHear: true},
		{Name: "gone", Kind: ivr.Hangup, When: ivr.When{From: t.from}, Status: gone, Q850: numberChanged},
	}
}

// hears puts what the number's callers hear in the place of the template's
// greeting.
func (c *compiler) hears(e *entry, steps []ivr.Step) []ivr.Step {
	at, clip := greetingOf(steps)
	if at < 0 {
		at = slices.IndexFunc(steps, func(s ivr.Step) bool {
			return s.Kind != ivr.Answer && s.Kind != ivr.Progress && s.Kind != ivr.Queue && s.Kind != ivr.City
		})
		if at < 0 {
			at = len(steps)
		}
		return slices.Insert(steps, at, c.prompts(e, nil, "")...)
	}
	step := steps[at]
	return slices.Replace(steps, at, at+1, c.prompts(e, &step, clip)...)
}

// greetingOf is the step that greets, and the clip in it that does: @greeting,
// or, in a flow without it, the greeting by its name.
func greetingOf(steps []ivr.Step) (at int, clip string) {
	for _, clip := range []string{Greeting, greeting} {
		at := slices.IndexFunc(steps, func(s ivr.Step) bool { return s.Kind == ivr.Play && slices.Contains(s.Clips, clip) })
		if at >= 0 {
			return at, clip
		}
	}
	return -1, ""
}

// prompts are the steps in the place of the one that greets; nil: there is
// none.
func (c *compiler) prompts(e *entry, greets *ivr.Step, clip string) (out []ivr.Step) {
	say := func(name string, when ivr.When, clips []string) ivr.Step {
		step := ivr.Step{Kind: ivr.Play, Clips: clips}
		if greets != nil {
			step.Clips = replaced(greets.Clips, clip, clips)
		}
		step.Name, step.When, step.MustHear = name, when, true
		return step
	}
	welcome := func(name string, when ivr.When) ivr.Step {
		step := *greets
		step.Name, step.When, step.Clips = name, when, replaced(greets.Clips, clip, []string{c.greets(e)})
		return step
	}
	t := e.transition
	switch {
	case e.way == outside:
		return c.takeover(e, say)
	case e.way == reassigned && e.Destination != "":
		c.wants(e.path, e.line, c.clips["crisis"], "unknown clip %q", "crisis")
		step := say("crisis", ivr.When{}, []string{"crisis"})
		step.MustHear = false // a person, the sooner the better
		return []ivr.Step{step}
	case t != nil && e.way == folded:
		out = append(out, say("moved", t.during(), t.clips))
		if greets == nil {
			return out
		}
		if when, some := t.before(greets.When); some {
			out = append(out, welcome(greets.Name, when))
		}
		if when, some := t.after(greets.When); some {
			out = append(out, welcome(greets.Name+"-after", when))
		}
		return out
	case t != nil:
		out = append(out, say("transition", t.during(), t.clips))
	}
	if greets != nil {
		out = append(out, welcome(greets.Name, greets.When))
	}
	return out
}

// takeover says that 12345 has taken over, and why.
func (c *compiler) takeover(e *entry, say func(string, ivr.When, []string) ivr.Step) []ivr.Step {
	open := c.opening(c.p.Destinations.Get(e.Destination))
	out := []ivr.Step{say("takeover", open, []string{ivr.Takeover})}
	names := slices.Clone(ivr.Takeovers)
	if open.Hours != nil {
		open.Closed = true
		out = append(out, say("takeover-closed", open, []string{"takeover-closed"}))
		names = append(names, "takeover-closed")
	}
	for _, name := range names {
		c.wants(e.path, e.line, c.clips[name], "unknown clip %q", name)
	}
	return out
}
