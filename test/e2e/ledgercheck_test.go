package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/hotline12345/hotline/api"
)

// check looks at what was heard, at what the phone or exchange was shown, and at
// the CDR.
func (v *visit) check(t *testing.T, l *ledger) {
	if v.err != nil {
		t.Fatal(v.err)
	}
	caller, taker := newTrack(v.call.Heard()), newTrack(v.taker.call.Heard())
	if v.desk != "" {
		caller.opens(t, "the caller", v.taker.voice)
		v.shownAtDesk(t, l)
	} else {
		served, gap := served(v.taker.name), follows
		if v.row.number == "12356" {
			gap = later // what he hears until then need not be heard: music follows it
		}
		caller.plays(t, "the caller", later, v.clips...)
		caller.plays(t, "the caller", gap, served...)
		taker.plays(t, "the agent", later, append(spelled(v.row.number), "calling")...)
		v.shownAtPhone(t)
	}
	if v.row.number == "12356" {
		hearsNot(t, "the caller", v.call.Heard(), "moved-2")
		hearsNot(t, "the caller", v.call.Heard(), "greeting")
	}
	caller.ends(t, "the caller", v.taker.voice)
	taker.ends(t, "who answers", v.voice)
	v.checkCDR(t, l)
	v.checkSteps(t, l)
}

// served is 工号…为您服务.
func served(agent string) []string {
	out := []string{"agent-number"}
	for _, digit := range agent {
		out = append(out, "digit-"+string(digit))
	}
	return append(out, "serving")
}

// shownAtPhone checks what an agent reads: the number that was rung and the
// caller's.
func (v *visit) shownAtPhone(t *testing.T) {
	t.Helper()
	if from := v.taker.call.Header("From"); !strings.HasPrefix(from, `"`+v.row.number+" "+v.caller+`" <sip:`+v.caller+"@") {
		t.Errorf("the phone shows %s", from)
	}
}

// shownAtDesk checks what a department's exchange is told: its own number is
// rung, the caller is the citizen, who had rung that number.
func (v *visit) shownAtDesk(t *testing.T, l *ledger) {
	t.Helper()
	d := l.plan.Destinations.Get(v.desk)
	for _, want := range [][2]string{
		{"To", "<sip:" + d.Number + "@"},
		{"From", "<sip:" + v.caller + "@"},
		{"P-Asserted-Identity", "<sip:" + v.caller + "@"},
		{"Diversion", "<sip:" + v.row.number + "@"},
		{"History-Info", "<sip:" + v.row.number + "@"},
	} {
		if got := v.taker.call.Header(want[0]); !strings.HasPrefix(got, want[1]) {
			t.Errorf("the exchange is told %s: %s, which does not begin with %s", want[0], got, want[1])
		}
	}
	if v.taker.name != d.Trunk {
		t.Errorf("it rang at %s, not at %s", v.taker.name, d.Trunk)
	}
}

// city is whose the call is: Wuhu's number, or one dialled with Wuhu's code; the
// home's, since nothing is known of where a mobile is.
func (v *visit) city() string {
	if strings.HasPrefix(v.row.number, "0553") || v.diverted && strings.HasPrefix(v.dialled(), "+86553") {
		return "芜湖"
	}
	return "合肥"
}

// answeredBy is who took the call, in the CDR's words.
func (v *visit) answeredBy(l *ledger) string {
	switch {
	case v.passed != "":
		return "takeover"
	case v.desk == "" && l.plan.Queues.Get(v.row.queue).Kind == "experts":
		return "expert"
	case v.desk == "":
		return "agent"
	case v.row.mode == "subcenter":
		return "subcenter"
	}
	return "destination"
}

func (v *visit) checkCDR(t *testing.T, l *ledger) {
	t.Helper()
	c := &v.cdr
	queue, agent, phone, dest, why := v.row.queue, v.taker.name, v.taker.name, "", ""
	switch {
	case v.desk != "":
		queue, agent, dest = "", "", v.desk
	case v.passed != "":
		dest, why = v.passed, "closed"
	}
	dialled := v.row.number
	if v.diverted {
		dialled = v.dialled()
	}
	for _, field := range []struct{ name, got, want string }{
		{"from", c.From, "carrier"},
		{"caller", c.Caller, v.caller},
		{"dialled", c.Dialled, dialled},
		{"number", c.Number, v.row.number},
		{"city", c.City, v.city()},
		{"mode", c.Mode, v.row.mode},
		{"department", c.Department, v.row.department},
		{"outcome", c.Outcome, "answered"},
		{"ended by", c.EndedBy, "caller"},
		{"answered by", c.AnsweredBy, v.answeredBy(l)},
		{"queue", c.Queue, queue},
		{"agent", c.Agent, agent},
		{"phone", c.Phone, phone},
		{"destination", c.Destination, dest},
		{"taken over", c.TakenOver, why},
	} {
		if field.got != field.want {
			t.Errorf("the CDR's %s is %q, not %q", field.name, field.got, field.want)
		}
	}
	if c.Bridged == nil || c.Answered == nil || c.Revision != l.revision || c.Returned || c.Service || c.Transfers != 0 {
		t.Errorf("the CDR: %+v", c)
	}
	if agent != "" {
		v.checkAgent(t, l)
	}
}

// checkAgent checks that the call was given to somebody of its queue with its
// skill.
func (v *visit) checkAgent(t *testing.T, l *ledger) {
	t.Helper()
	a := l.plan.Agents.Get(v.cdr.Agent)
	if a == nil || !slices.Contains(a.Queues, v.row.queue) {
		t.Fatalf("%s answers, who does not sit in queue %s", v.cdr.Agent, v.row.queue)
	}
	if level := a.Skills.Get(v.row.skill); v.row.skill != "" && (level == nil || *level < 3) {
		t.Errorf("%s answers without the skill %s", v.cdr.Agent, v.row.skill)
	}
}

// checkSteps checks the call's history, but for what says how it sounded.
func (v *visit) checkSteps(t *testing.T, l *ledger) {
	t.Helper()
	steps, err := l.s.Client.History(t.Context(), v.cdr.Call)
	if err != nil {
		t.Fatal(err)
	}
	steps = slices.DeleteFunc(steps, func(s api.Step) bool { return s.Kind == "prompt-heard" || s.Kind == "media-counted" })
	var kinds []string
	for _, s := range steps {
		kinds = append(kinds, s.Kind)
	}
	want := []string{"began", "enlisted", "offered", "bridged"}
	switch {
	case v.desk != "":
		want = []string{"began", "forwarded", "bridged"}
	case v.passed != "":
		want = []string{"began", "forward-ended", "enlisted", "offered", "bridged"}
	}
	if !slices.Equal(kinds, want) {
		t.Errorf("the history has %q, not %q", kinds, want)
	}
	for _, s := range steps {
		if s.Kind == "forward-ended" && (s.Destination != v.passed || s.Why != "closed") {
			t.Errorf("the forward's end: %+v", s)
		}
	}
}
