package plan

import (
	"strings"

	"github.com/hotline12345/hotline/config"
)

// Read makes a document ready to run, or tells every fault, of form and of
// meaning: what could be read is compiled also where something could not.
func Read(document []byte, s Surroundings, revision uint64) (*Compiled, config.Faults) {
	p, form := config.Parse(document)
	return Check(p, form, s, revision)
}

// Check is Read for a plan that was parsed, with what was wrong with its form.
// Half a plan proves nothing of who is there: its holes do not count.
func Check(p *config.Plan, form config.Faults, s Surroundings, revision uint64) (*Compiled, config.Faults) {
	compile := Compile
	if len(form) > 0 {
		compile = Standing
	}
	compiled, meaning := compile(p, s, revision)
	if faults := join(form, meaning); len(faults) > 0 {
		return nil, faults
	}
	return compiled, nil
}

// join puts the faults of form before those of meaning, without those of meaning
// that only say that something could not be read.
func join(form, meaning config.Faults) config.Faults {
	out := form[:len(form):len(form)]
	for _, m := range meaning {
		if !follows(m.Path, form) {
			out = append(out, m)
		}
	}
	return out
}

// follows says whether what stands at the path could not be read.
func follows(path string, form config.Faults) bool {
	for _, f := range form {
		if unread := seenAt(f.Path); unread != "" && within(path, unread) {
			return true
		}
	}
	return false
}

// seenAt is where Compile sees what stands at a path of the document: a step's
// settings are the step's own, without its kind (flows.x[1].menu.wait).
func seenAt(path string) string {
	i := strings.Index(path, "].")
	if i < 0 || !strings.HasPrefix(path, "flows.") {
		return path
	}
	_, rest, deeper := strings.Cut(path[i+2:], ".")
	if !deeper {
		return path[:i+1]
	}
	return path[:i+2] + rest
}

// within says whether a path is that of the whole or of a part of it.
func within(path, whole string) bool {
	rest, ok := strings.CutPrefix(path, whole)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}
