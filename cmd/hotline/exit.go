package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/config"
)

// The exit codes.
const (
	exitFailed      = 1 // refused, or it went wrong
	exitUsage       = 2 // no such command or flag, or something is missing
	exitUnreachable = 3 // the server cannot be reached
)

// said is an error in both languages.
type said struct {
	zh, en string
	usage  bool
}

func (s *said) Error() string { return s.zh + " / " + s.en }

// refuse is an error for people: Chinese, and English with the particulars.
func refuse(zh, en string, args ...any) error { return &said{zh: zh, en: fmt.Sprintf(en, args...)} }

// usage is one of how the command was written.
func usage(zh, en string, args ...any) error {
	return &said{zh: zh, en: fmt.Sprintf(en, args...), usage: true}
}

// faulty are the faults of a plan, each on its line.
func faulty(faults config.Faults) error {
	if len(faults) == 0 {
		return nil
	}
	return &faultyDocument{"计划有误", "the plan has faults", faults}
}

// faultyFile are those of a file that was to be imported.
func faultyFile(file string, faults config.Faults) error {
	return &faultyDocument{"文件有误,未导入", file + " has faults, nothing was imported", faults}
}

type faultyDocument struct {
	zh, en string
	faults config.Faults
}

func (f *faultyDocument) Error() string {
	return fmt.Sprintf("%s / %s: %d\n%s", f.zh, f.en, len(f.faults), indented(f.faults.Error()))
}

func indented(text string) string { return "  " + strings.ReplaceAll(text, "\n", "\n  ") }

// conclude says what went wrong with a command, if anything did, and gives the
// exit code.
func (p *program) conclude(cmd *cobra.Command, err error) int {
	if err == nil {
		return 0
	}
	code := p.code(err)
	word, hint := clean(p.word(err, code)), code == exitUsage
	if hint && cmd.Name() == serveName { // whoever starts servers asks only whether this one runs
		code, hint = exitFailed, false
	}
	if p.json {
		out, _ := json.Marshal(document(err, code)) // strings and numbers: it cannot fail
		fmt.Fprintln(p.err, string(out))
		return code
	}
	fmt.Fprintln(p.err, "hotline:", word)
	if hint {
		fmt.Fprintf(p.err, "  用法 / usage: %s (--help)\n", cmd.UseLine())
	}
	return code
}

func (p *program) code(err error) int {
	var transport *url.Error
	var own *said
	switch {
	case errors.Is(err, api.ErrNoServer), errors.As(err, &transport):
		return exitUnreachable
	case errors.As(err, &own) && own.usage, !p.started:
		return exitUsage
	}
	return exitFailed
}

// word is the error as people read it.
func (p *program) word(err error, code int) string {
	var own *said
	var document *faultyDocument
	if errors.As(err, &own) || errors.As(err, &document) {
		return err.Error()
	}
	if problem, ok := errors.AsType[*api.Problem](err); ok {
		lines := strings.SplitN(problem.Error(), "\n", 2)
		text := inChinese(lines[0], problem.Status) + " / " + lines[0]
		if len(lines) > 1 {
			text += "\n" + indented(lines[1])
		}
		return text
	}
	switch code {
	case exitUnreachable:
		return "连不上服务 / the server cannot be reached: " + err.Error()
	case exitUsage:
		return "用法有误 / wrong usage: " + err.Error()
	}
	return "失败 / failed: " + err.Error()
}

// document is the error as programs read it: a problem document of RFC 9457.
func document(err error, code int) *api.Problem {
	if problem, ok := errors.AsType[*api.Problem](err); ok {
		return problem
	}
	status := map[int]int{exitUsage: http.StatusBadRequest, exitUnreachable: http.StatusServiceUnavailable}[code]
	status = cmp.Or(status, http.StatusUnprocessableEntity)
	out := &api.Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: err.Error()}
	var faults config.Faults
	var document *faultyDocument
	var one config.Fault
	switch {
	case errors.As(err, &document):
		faults, out.Detail = document.faults, document.en
	case errors.As(err, &one):
		faults, out.Detail = config.Faults{one}, "a field has a fault"
	}
	for _, f := range faults {
		out.Errors = append(out.Errors, api.Fault{Location: f.Path, Line: f.Line, Message: f.Text})
	}
	return out
}
