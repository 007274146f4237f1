package config

import (
	"fmt"
	"strings"
)

// Fault is one fault of a document, with its place.
type Fault struct {
	Path string // queues.general.tiers[1].skills
	Line int    // 0: not known
	Text string // what is wrong and what would be right
}

func (f Fault) Error() string {
	switch {
	case f.Line > 0 && f.Path != "":
		return fmt.Sprintf("line %d: %s: %s", f.Line, f.Path, f.Text)
	case f.Line > 0:
		return fmt.Sprintf("line %d: %s", f.Line, f.Text)
	case f.Path != "":
		return f.Path + ": " + f.Text
	}
	return f.Text
}

// Faults are all the faults of a document.
type Faults []Fault

func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i := range f {
		lines[i] = f[i].Error()
	}
	return strings.Join(lines, "\n")
}

// Or is the faults as an error, nil where there are none.
func (f Faults) Or() error {
	if len(f) == 0 {
		return nil
	}
	return f
}

// Add notes a fault.
func (f *Faults) Add(path string, line int, format string, args ...any) {
	*f = append(*f, Fault{Path: path, Line: line, Text: fmt.Sprintf(format, args...)})
}
