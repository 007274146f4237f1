package ivr

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// said is an action as the tables below write it: "play greeting".
func said(a Action) string {
	word := map[ActionKind]string{
		DoAnswer: "answer", DoProgress: "progress", DoPlay: "play", DoMusic: "music", DoEnlist: "enlist", MayBridge: "may-bridge",
		DoForward: "forward", DoCommand: "command", DoHangup: "hangup",
	}[a.Kind]
	switch {
	case a.Kind == DoPlay || a.Kind == DoMusic:
		word += " " + strings.Join(a.Step.Clips, "+")
	case a.Kind == DoEnlist:
		word += " " + a.Step.Queue
	case a.Kind == DoForward:
		word += " " + a.Step.Target
	case a.Kind == DoCommand:
		word += " " + a.Digits
	case a.Kind == DoHangup && a.Step != nil && a.Step.Status != 0:
		word += fmt.Sprint(" ", a.Step.Status)
	}
	return word
}

// named gives the steps the names that a plan's have.
func named(name string, steps ...Step) *Flow {
	for i := range steps {
		steps[i].Name = string(rune('a' + i))
	}
	return &Flow{Name: name, Steps: steps}
}

var (
	answer  = Step{Kind: Answer}
	music   = Step{Kind: Music, Clips: []string{"music"}}
	hangup  = Step{Kind: Hangup, Status: 480}
	bye     = Step{Kind: Play, Clips: []string{"bye"}}
	enlist  = Step{Kind: Queue, Queue: "q"}
	notice  = Step{Kind: Play, Clips: []string{"notice"}, MustHear: true}
	hello   = Step{Kind: Play, Clips: []string{"hello"}}
	menu    = Step{Kind: Menu, Clips: []string{"menu"}, Choices: []Choice{{'1', "one"}, {'2', "two"}}, Wait: 5 * time.Second, Tries: 3}
	agent   = Step{Kind: Collect, Clips: []string{"agent?"}, Digits: 4, Terminator: '#', Wait: 5 * time.Second, Tries: 2}
	secret  = Step{Kind: Collect, Clips: []string{"pin?"}, Digits: 8, Terminator: '#', Wait: 5 * time.Second, Tries: 2}
	order   = Step{Kind: Command, Order: Login, Choices: []Choice{{Flow: "two"}}}
	forward = Step{Kind: Forward, Target: "bureau"}
)

// TestWalk lets a caller walk through flows. What happens to him stands on the
// left: "begin", "heard" (the clips), a time that goes by ("5s"), "queued",
// "refused" (with its clip), "failed" (the forward), "ok" and "not ok" (the
// command), "restart" (the walk is restored from its place); anything else are
// keys. After each event every action stands on the right.
func TestWalk(t *testing.T) {
	one, two := named("one", Step{Kind: Play, Clips: []string{"one"}}), named("two", Step{Kind: Play, Clips: []string{"two"}})
	three := named("three", Step{Kind: Queue, Queue: "r"}, music)
	for _, c := range []struct {
		name  string
		steps []Step
		walk  [][2]string
	}{
		{"a greeting, and the end", []Step{answer, hello}, [][2]string{{"begin", "answer, play hello"}, {"heard", "hangup"}, {"heard", ""}}},
		{"before the answer", []Step{{Kind: Progress}, hello, hangup}, [][2]string{{"begin", "progress, play hello"}, {"heard", "hangup 480"}}},

		// Menus.
		{"a choice", []Step{answer, menu, bye}, [][2]string{{"begin", "answer, play menu"}, {"heard", ""}, {"2", "play two"}, {"heard", "hangup"}}},
		{"a choice while the menu is read", []Step{menu}, [][2]string{{"begin", "play menu"}, {"1", "play one"}}},
		{"no choice: three times, then on", []Step{menu, bye}, [][2]string{
			{"begin", "play menu"}, {"heard", ""}, {"4s", ""}, {"1s", "play menu"}, {"heard", ""}, {"5s", "play menu"}, {"heard", ""}, {"5s", "play bye"}, {"heard", "hangup"},
		}},
		{"wrong keys count as tries", []Step{menu, bye}, [][2]string{{"begin", "play menu"}, {"9", "play menu"}, {"#", "play menu"}, {"0", "play bye"}}},
		{"a wrong key, then a right one", []Step{menu, bye}, [][2]string{{"begin", "play menu"}, {"9", "play menu"}, {"heard", ""}, {"1", "play one"}}},
		{"the time runs from the clips' end", []Step{menu, bye}, [][2]string{{"begin", "play menu"}, {"1h", ""}, {"heard", ""}, {"4s", ""}, {"1", "play one"}}},
		{"no tries is one", []Step{{Kind: Menu, Clips: []string{"menu"}, Choices: menu.Choices, Wait: time.Second}, bye}, [][2]string{{"begin", "play menu"}, {"heard", ""}, {"1s", "play bye"}}},
		{"a menu that says nothing", []Step{{Kind: Menu, Choices: menu.Choices, Wait: time.Second, Tries: 2}, bye}, [][2]string{{"begin", ""}, {"1s", ""}, {"1s", "play bye"}}},

		// Collects.
		{"ended by its key", []Step{answer, agent, secret, order, bye}, [][2]string{
			{"begin", "answer, play agent?"}, {"heard", ""}, {"801", ""}, {"#", "play pin?"}, {"4711", ""}, {"#", "command 801 4711"}, {"ok", "play bye"}, {"heard", "hangup"},
		}},
		{"full", []Step{agent, order}, [][2]string{{"begin", "play agent?"}, {"8001", "command 8001"}, {"not ok", "play two"}, {"heard", "hangup"}}},
		{"ended by silence", []Step{agent, order}, [][2]string{{"begin", "play agent?"}, {"heard", ""}, {"80", ""}, {"4s", ""}, {"0", ""}, {"4s", ""}, {"1s", "command 800"}}},
		{"nothing: twice, then on", []Step{agent, bye}, [][2]string{{"begin", "play agent?"}, {"heard", ""}, {"5s", "play agent?"}, {"heard", ""}, {"5s", "play bye"}}},
		{"its key alone", []Step{agent, order}, [][2]string{{"begin", "play agent?"}, {"#", "command "}}},
		{"a restart amid it", []Step{agent, secret, order, bye}, [][2]string{
			{"begin", "play agent?"},
			{"heard", ""},
			{"80", ""},
			{"2s", ""},
			{"restart", ""},
			{"01", "play pin?"},
			{"restart", ""},
			{"47", ""},
			{"restart", ""},
			{"3s", ""},
			{"11", ""},
			{"restart", ""},
			{"4s", ""},
			{"restart", ""},
			{"1s", "command 8001 4711"},
			{"restart", ""},
			{"ok", "play bye"},
		}},
		{"a restart keeps the tries", []Step{agent, bye}, [][2]string{{"begin", "play agent?"}, {"heard", ""}, {"5s", "play agent?"}, {"restart", ""}, {"heard", ""}, {"5s", "play bye"}}},
		{"a command without a way out", []Step{{Kind: Command, Order: Pause}, bye}, [][2]string{{"begin", "command "}, {"not ok", "play bye"}}},

		// What must be heard.
		{"a bridge waits for it", []Step{answer, enlist, notice, hello, music}, [][2]string{
			{"begin", "answer, enlist q"}, {"queued", "play notice"}, {"heard", "may-bridge, play hello"}, {"heard", "music music"},
		}},
		{"a second one is waited for no more", []Step{enlist, hello, notice, music}, [][2]string{{"begin", "enlist q"}, {"queued", "may-bridge, play hello"}, {"heard", "play notice"}, {"heard", "music music"}}},
		{"nothing must be heard", []Step{enlist, music}, [][2]string{{"begin", "enlist q"}, {"queued", "may-bridge, music music"}}},
		{"all of it must, and no music", []Step{enlist, notice}, [][2]string{{"begin", "enlist q"}, {"queued", "play notice"}, {"heard", "may-bridge"}, {"heard", ""}}},
		{"a restart amid what must be heard", []Step{enlist, notice, music}, [][2]string{{"begin", "enlist q"}, {"queued", "play notice"}, {"restart", ""}, {"heard", "may-bridge, music music"}, {"restart", ""}, {"heard", ""}}},

		// Refusals of the queue.
		{"full, without a word", []Step{answer, enlist, music}, [][2]string{{"begin", "answer, enlist q"}, {"refused", "hangup"}}},
		{"full, with a word", []Step{answer, enlist, music}, [][2]string{{"begin", "answer, enlist q"}, {"refused sorry", "play sorry"}, {"1", ""}, {"heard", "hangup"}}},
		{"the flow's own end", []Step{answer, enlist, music, hangup}, [][2]string{{"begin", "answer, enlist q"}, {"refused sorry", "play sorry"}, {"heard", "hangup 480"}}},
		{"elsewhere at once", []Step{answer, enlist, music, forward, hangup}, [][2]string{{"begin", "answer, enlist q"}, {"refused sorry", "forward bureau"}, {"failed", "hangup 480"}}},
		{"after a long wait", []Step{enlist, notice, music}, [][2]string{
			{"begin", "enlist q"}, {"queued", "play notice"}, {"heard", "may-bridge, music music"}, {"refused late", "play late"}, {"restart", ""}, {"heard", "hangup"},
		}},

		{"who has left the flow by a key", []Step{enlist, menu, music, forward, hangup}, [][2]string{
			{"begin", "enlist q"}, {"queued", "may-bridge, play menu"}, {"1", "play one"}, {"heard", ""}, {"restart", ""}, {"refused late", "forward bureau"}, {"failed", "hangup 480"},
		}},
		{"and hears a farewell", []Step{enlist, menu, music, hangup}, [][2]string{
			{"begin", "enlist q"}, {"queued", "may-bridge, play menu"}, {"1", "play one"}, {"refused late", "play late"}, {"restart", ""}, {"heard", "hangup 480"},
		}},
		{"a queue further on has its own end", []Step{enlist, {Kind: Menu, Clips: []string{"menu"}, Choices: []Choice{{'1', "three"}}}, music, hangup}, [][2]string{
			{"begin", "enlist q"}, {"queued", "may-bridge, play menu"}, {"1", "enlist r"}, {"refused", "hangup"},
		}},

		// Forwards.
		{"the second place rings", []Step{forward, {Kind: Forward, Target: "8003"}, hangup}, [][2]string{{"begin", "forward bureau"}, {"1", ""}, {"heard", ""}, {"failed", "forward 8003"}, {"restart", ""}, {"failed", "hangup 480"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &watched{t: t, flows: shelf{named("flow", append([]Step(nil), c.steps...)...), one, two, three}, now: 1e9}
			w.Walk = New(w.flows, "flow")
			for i, row := range c.walk {
				did := w.happens(row[0])
				if got := strings.Join(did, ", "); got != row[1] {
					t.Fatalf("%d: after %q: %q, must be %q", i, row[0], got, row[1])
				}
			}
		})
	}
}

// happens lets one word of TestWalk's happen and tells what came of it.
func (w *watched) happens(word string) (did []string) {
	w.t.Helper()
	events := map[string]Event{
		"begin": {Kind: Begin}, "heard": {Kind: ClipsFinished}, "queued": {Kind: QueueTaken}, "failed": {Kind: ForwardFailed},
		"ok": {Kind: CommandDone, OK: true}, "not ok": {Kind: CommandDone},
	}
	take := func(ev Event) {
		for _, a := range w.event(ev) {
			did = append(did, said(a))
		}
	}
	kind, clip, _ := strings.Cut(word, " ")
	ev, known := events[word]
	span, err := time.ParseDuration(word)
	switch {
	case word == "restart":
		w.Walk = Restore(w.flows, w.Place)
	case known:
		take(ev)
	case kind == "refused":
		take(Event{Kind: QueueRefused, Clip: clip})
	case err == nil && strings.ContainsAny(word, "hms"):
		w.now = w.now.Add(span)
		take(Event{Kind: Deadline})
	default:
		for i := range len(word) {
			take(Event{Kind: Digit, Digit: word[i]})
		}
	}
	return did
}
