package main

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/config"
)

// given are the fields of an entry as a command line has them.
type given struct {
	cmd    *cobra.Command
	kind   string
	values []*fieldValue
}

// fieldValue is one flag's value, as text: package config reads it.
type fieldValue struct {
	field config.Field
	text  string
}

// Set takes a value; a list's flag may stand there several times.
func (v *fieldValue) Set(text string) error {
	if v.field.List && v.text != "" {
		text = v.text + "," + text
	}
	v.text = text
	return nil
}

func (v *fieldValue) String() string { return v.text }

// longestForm is how long an example may be to stand beside the flag.
const longestForm = 16

// Type is how the value is written, for the help.
func (v *fieldValue) Type() string {
	if len(v.field.Form) > longestForm {
		return "YAML"
	}
	return v.field.Form
}

// choices are what the fields with a few fixed values may be.
var choices = map[string][]string{
	"strategy":       {"longest-idle", "most-skilled", "least-calls", "round-robin"},
	"mode":           {"merged", "dual", "subcenter"},
	"seats":          {"unified", "retained"},
	"auto_answer":    {"true", "false"},
	"announce_agent": {"true", "false"},
	"whisper_number": {"true", "false"},
	"tester":         {"true", "false"},
}

func flagName(field string) string { return strings.ReplaceAll(field, "_", "-") }

// fieldFlags gives a command a flag for every field of the kind.
func (p *program) fieldFlags(cmd *cobra.Command, kind string) *given {
	g := &given{cmd: cmd, kind: kind}
	for _, field := range config.Fields(kind) {
		v := &fieldValue{field: field}
		g.values = append(g.values, v)
		usage := field.Doc
		if v.Type() != field.Form {
			usage += ": " + field.Form
		}
		cmd.Flags().Var(v, flagName(field.Name), usage)
		complete := cobra.NoFileCompletions
		switch {
		case choices[field.Name] != nil:
			complete = cobra.FixedCompletions(choices[field.Name], cobra.ShellCompDirectiveNoFileComp)
		case field.Name == "queue" || field.Name == "queues" || field.Name == "takeover":
			complete = p.any(p.queues)
		}
		_ = cmd.RegisterFlagCompletionFunc(flagName(field.Name), complete) // fails only for an unknown flag
	}
	return g
}

// fields are those that the command line names.
func (g *given) fields() []*fieldValue {
	var out []*fieldValue
	for _, v := range g.values {
		if g.cmd.Flags().Changed(flagName(v.field.Name)) {
			out = append(out, v)
		}
	}
	return out
}

// edit sets them all, or names everything that is wrong with them.
func (g *given) edit(plan *config.Plan, name, why string) (*edited, error) {
	var faults config.Faults
	for _, v := range g.fields() {
		err := config.Set(plan, g.kind, name, v.field.Name, v.text)
		var one config.Fault
		var several config.Faults
		switch {
		case errors.As(err, &several):
			faults = append(faults, several...)
		case errors.As(err, &one):
			faults = append(faults, one)
		case err != nil:
			return nil, inKind(g.kind, name, err)
		}
		why += " --" + flagName(v.field.Name) + " " + v.text
	}
	if faults != nil {
		return nil, faulty(faults)
	}
	return written(plan, short(why))
}

// longestReason is how many characters of a command are kept as its reason.
const longestReason = 200

func short(why string) string {
	if runes := []rune(why); len(runes) > longestReason {
		return string(runes[:longestReason]) + "…"
	}
	return why
}
