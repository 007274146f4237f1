package plan

import (
	"strings"
	"time"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/ivr"
	"github.com/hotline12345/hotline/ivr/prompt"
)

// cst is the province's time.
var cst = time.FixedZone("CST", 8*3600)

// midnight is the first second of a civil day, as Unix time.
func midnight(date string) (unix int64, ok bool) {
	t, err := time.ParseInLocation(time.DateOnly, date, cst)
	return t.Unix(), err == nil && len(date) == len(time.DateOnly)
}

// The prompts of a transition that names none: a number that was merged, one
// that stays beside 12345, one that is given up.
var (
	movedPrompt      = []string{"moved-1", ivr.Dialled, "moved-2"}
	transitionPrompt = []string{"transition-1", ivr.Dialled, "transition-2"}
	changedPrompt    = []string{"changed-1", ivr.Dialled, "changed-2"}
)

// MovedOf is the prompt of a merged number that names the department: what an
// imported number plays.
const MovedOf = "moved-dept-1 " + Department + " moved-dept-2 " + ivr.Dialled + " moved-2"

// transition is a number's, compiled.
type transition struct {
	from, until int64 // Unix seconds, until excluded; 0: no bound
	clips       []string
	release     bool
}

// transition reads an entry's transition; nil for none.
func (c *compiler) transition(e *entry) *transition {
	in := e.Transition
	if in == nil {
		return nil
	}
	path, t := e.path+".transition", &transition{release: in.After == "release"}
	t.from = c.midnight(path+".from", e.line, in.From)
	if t.until = c.midnight(path+".until", e.line, in.Until); t.until != 0 {
		t.until += int64(24 * time.Hour / time.Second)
	}
	c.wants(path+".until", e.line, t.from == 0 || t.until == 0 || t.until > t.from, "%s is before %s", in.Until, in.From)
	c.wants(path+".after", e.line, in.After == "" || in.After == "connect" || in.After == "release", "must be connect or release, not %q", in.After)
	switch {
	case in.Prompt != "":
		t.clips = c.words(e, path+".prompt", in.Prompt)
	case t.release:
		t.clips = c.words(e, path, strings.Join(changedPrompt, " "))
	case e.way == folded:
		t.clips = c.words(e, path, strings.Join(movedPrompt, " "))
	default:
		t.clips = c.words(e, path, strings.Join(transitionPrompt, " "))
	}
	return t
}

func (c *compiler) midnight(path string, line int, date string) int64 {
	if date == "" {
		return 0
	}
	unix, ok := midnight(date)
	if !ok {
		c.faults.Add(path, line, "%q is no day: write it like 2026-01-31", date)
		return 0
	}
	return unix
}

// words are the clips of a prompt, with spaces between them in the plan.
func (c *compiler) words(e *entry, path, text string) (out []string) {
	for _, clip := range strings.Fields(text) {
		switch clip {
		case ivr.Dialled:
		case Department:
			clip = c.departmentClip(e, path)
		default:
			c.wants(path, e.line, c.clips[clip], "unknown clip %q", clip)
		}
		out = append(out, clip)
	}
	c.wants(path, e.line, len(out) > 0, "names no clip")
	return out
}

// during is when the transition's prompt is played.
func (t *transition) during() ivr.When { return ivr.When{From: t.from, Until: t.until} }

// before and after are a step's own times without those of the transition;
// false: none are left.
func (t *transition) before(w ivr.When) (ivr.When, bool) {
	if t.from == 0 {
		return w, false
	}
	if w.Until == 0 || w.Until > t.from {
		w.Until = t.from
	}
	return w, w.From < w.Until
}

func (t *transition) after(w ivr.When) (ivr.When, bool) {
	if t.until == 0 {
		return w, false
	}
	w.From = max(w.From, t.until)
	return w, w.Until == 0 || w.From < w.Until
}

// departmentClip is the recording of a department's name: a built-in one, or
// one that the plan's sounds say is to be made.
func (c *compiler) departmentClip(e *entry, path string) string {
	c.wants(e.path+".department", e.line, e.Department != "", "is missing: the prompt names it")
	clip := c.departments[e.Department]
	c.wants(path, e.line, clip != "" || e.Department == "", "no clip says %q: add it to the plan's sounds as department-…", e.Department)
	return clip
}

// departmentClips are the recordings of departments' names, by what they say.
func departmentClips(p *config.Plan) map[string]string {
	out := map[string]string{}
	for _, text := range prompt.Texts() {
		if strings.HasPrefix(text.Name, departmentClip) {
			out[strings.TrimSuffix(text.Text, "。")] = text.Name
		}
	}
	for _, row := range p.Sounds {
		if _, built := out[row.Value]; !built && strings.HasPrefix(row.Name, departmentClip) {
			out[row.Value] = row.Name
		}
	}
	return out
}

// departmentClip begins the names of clips that say a department's name.
const departmentClip = "department-"
