package ivr

import "github.com/hotline12345/hotline/turn"

// Place is where a caller stands in a flow: the journaled part of a Walk.
type Place struct {
	Flow      string       `cbor:"1,keyasint,omitempty"`
	StepName  string       `cbor:"2,keyasint,omitempty"`
	Tries     int          `cbor:"3,keyasint,omitempty"`
	Digits    string       `cbor:"4,keyasint,omitempty"` // of the collect in progress
	Collected string       `cbor:"5,keyasint,omitempty"` // of collects done, separated by ' '
	Due       turn.Instant `cbor:"6,keyasint,omitempty"` // the wait for a digit ends
	Enlisted  bool         `cbor:"7,keyasint,omitempty"`
	Bridgeful bool         `cbor:"8,keyasint,omitempty"` // MayBridge was said
	Over      bool         `cbor:"9,keyasint,omitempty"`
	Parked    bool         `cbor:"10,keyasint,omitempty"` // bridged or forwarded: the walk rests
	Farewell  string       `cbor:"11,keyasint,omitempty"` // the clip after which the refused call ends
	Left      Stand        `cbor:"12,keyasint,omitempty"` // by a key, while he was in a queue: whoever that one refuses goes on behind it
}

// Stand is a step of a flow.
type Stand struct {
	Flow string `cbor:"1,keyasint,omitempty"`
	Step string `cbor:"2,keyasint,omitempty"`
}

// Flows finds flows by name. A call's revision of the plan gives it.
type Flows interface{ Flow(name string) *Flow }

// Walk is one caller's way through flows.
type Walk struct {
	Place
	flows Flows
	at    int
	flow  *Flow
	civil int64 // of the event that is being stepped
}

// New returns a walk that begins, at the event Begin, with the first step of
// the flow.
func New(flows Flows, flow string) *Walk {
	return &Walk{Place: Place{Flow: flow}, flows: flows, flow: flows.Flow(flow)}
}

// Restore returns the walk that stood at place. A step that the plan no longer
// has leaves the caller where waiting callers are: at rest, still enlisted.
func Restore(flows Flows, place Place) *Walk {
	w := &Walk{Place: place, flows: flows, flow: flows.Flow(place.Flow)}
	if w.flow != nil {
		w.at = max(w.flow.Index(place.StepName), 0)
	}
	return w
}

// Renew begins the wait for a digit anew: while nobody was there, none could come.
func (w *Walk) Renew(now turn.Instant) {
	if step := w.Current(); w.Due != 0 && step != nil {
		w.Due = now.Add(step.Wait)
	}
}

// Deadline is when the walk wants the event Deadline; zero: never.
func (w *Walk) Deadline() turn.Instant { return w.Due }

// Park rests the walk while the caller talks or a target rings; only
// ForwardFailed wakes it.
func (w *Walk) Park() { w.Parked, w.Due, w.Farewell = true, 0, "" }

// Wait leaves the caller where those are who wait for an agent with nothing left
// to hear, wherever he was in his flow.
func (w *Walk) Wait() { w.Parked, w.Due, w.Enlisted, w.Bridgeful = false, 0, true, true }

// Current returns the step at which the caller stands, nil before Begin and
// after the end.
func (w *Walk) Current() *Step {
	if w.flow == nil || w.StepName == "" || w.Over || w.at >= len(w.flow.Steps) {
		return nil
	}
	return &w.flow.Steps[w.at]
}

// Step takes one event.
func (w *Walk) Step(now turn.Instant, ev Event, out *[]Action) {
	if w.Over {
		return
	}
	w.civil = ev.Civil
	if ev.Kind == Begin {
		w.enter(now, 0, out)
		return
	}
	step := w.Current()
	if step == nil || (w.Parked && ev.Kind != ForwardFailed) {
		return
	}
	if w.Farewell != "" {
		if ev.Kind == ClipsFinished {
			w.leave(now, out)
		}
		return
	}
	switch ev.Kind {
	case ClipsFinished:
		w.heard(now, step, out)
	case Digit:
		w.digit(now, step, ev.Digit, out)
	case Deadline:
		if w.Due != 0 && now >= w.Due {
			w.Due = 0
			w.silence(now, step, out)
		}
	case ForwardFailed:
		if w.Parked && step.Kind == Forward {
			w.Parked = false
			w.enter(now, w.at+1, out)
		}
	case QueueTaken:
		if step.Kind == Queue {
			w.enter(now, w.at+1, out)
		}
	case QueueRefused:
		w.Enlisted = false
		w.refused(now, ev.Clip, out)
	case CommandDone:
		switch {
		case step.Kind != Command:
		case !ev.OK && len(step.Choices) > 0:
			w.jump(now, step.Choices[0].Flow, out)
		default:
			w.enter(now, w.at+1, out)
		}
	}
}

// enter goes to step i and on through all that do not wait.
func (w *Walk) enter(now turn.Instant, i int, out *[]Action) {
	w.Due, w.Digits, w.Tries = 0, "", 0
	for ; w.flow != nil && i < len(w.flow.Steps); i++ {
		step := &w.flow.Steps[i]
		if !step.When.Holds(w.civil) {
			if step.Kind == Forward {
				*out = append(*out, Action{Kind: DoPassed, Step: step})
			}
			continue
		}
		w.at, w.StepName = i, step.Name
		if w.Enlisted && !w.Bridgeful && !(step.Kind == Play && step.MustHear) && step.Kind != Queue {
			w.Bridgeful = true
			*out = append(*out, Action{Kind: MayBridge, Step: step})
		}
		if w.begin(now, step, out) {
			return
		}
	}
	if w.Enlisted {
		if !w.Bridgeful {
			w.Bridgeful = true
			*out = append(*out, Action{Kind: MayBridge})
		}
		return // the flow has no music: he waits in silence
	}
	w.Over = true
	*out = append(*out, Action{Kind: DoHangup})
}

// begin starts a step and says whether the walk waits at it.
func (w *Walk) begin(now turn.Instant, step *Step, out *[]Action) (waits bool) {
	switch step.Kind {
	case Answer:
		*out = append(*out, Action{Kind: DoAnswer, Step: step})
	case Progress:
		*out = append(*out, Action{Kind: DoProgress, Step: step})
	case Play, Menu, Collect:
		if len(step.Clips) == 0 {
			return w.listen(now, step)
		}
		*out = append(*out, Action{Kind: DoPlay, Step: step})
		return true
	case Music:
		*out = append(*out, Action{Kind: DoMusic, Step: step})
		return true
	case Queue: // a full one says so before what stands behind it begins
		w.Enlisted, w.Left = true, Stand{}
		*out = append(*out, Action{Kind: DoEnlist, Step: step})
		return true
	case Forward:
		w.Park()
		*out = append(*out, Action{Kind: DoForward, Step: step})
		return true
	case Command:
		*out = append(*out, Action{Kind: DoCommand, Step: step, Digits: w.Collected})
		return true
	case City:
		*out = append(*out, Action{Kind: DoCity, Step: step})
	case Hangup:
		w.Over = true
		*out = append(*out, Action{Kind: DoHangup, Step: step})
		return true
	}
	return false
}

// listen begins the wait for a digit, at the steps that have one.
func (w *Walk) listen(now turn.Instant, step *Step) (waits bool) {
	if step.Kind != Menu && step.Kind != Collect {
		return false
	}
	w.Due = now.Add(step.Wait)
	return true
}

func (w *Walk) heard(now turn.Instant, step *Step, out *[]Action) {
	switch step.Kind {
	case Play:
		w.enter(now, w.at+1, out)
	case Menu, Collect:
		if w.Due == 0 {
			w.Due = now.Add(step.Wait)
		}
	}
}

func (w *Walk) digit(now turn.Instant, step *Step, digit byte, out *[]Action) {
	switch step.Kind {
	case Menu:
		for _, choice := range step.Choices {
			if choice.Digit == digit {
				w.jump(now, choice.Flow, out)
				return
			}
		}
		w.again(now, step, out)
	case Collect:
		if step.Terminator != 0 && digit == step.Terminator {
			w.collected(now, out)
			return
		}
		w.Digits += string(rune(digit))
		w.Due = now.Add(step.Wait)
		if len(w.Digits) >= step.Digits {
			w.collected(now, out)
		}
	}
}

func (w *Walk) collected(now turn.Instant, out *[]Action) {
	if w.Collected != "" {
		w.Collected += " "
	}
	w.Collected += w.Digits
	w.enter(now, w.at+1, out)
}

// silence is a wait for digits that ended: what was keyed counts, else the
// clips once more.
func (w *Walk) silence(now turn.Instant, step *Step, out *[]Action) {
	if step.Kind == Collect && w.Digits != "" {
		w.collected(now, out)
		return
	}
	w.again(now, step, out)
}

func (w *Walk) again(now turn.Instant, step *Step, out *[]Action) {
	w.Tries++
	w.Due, w.Digits = 0, ""
	if w.Tries >= max(step.Tries, 1) {
		w.enter(now, w.at+1, out)
		return
	}
	w.begin(now, step, out)
}

func (w *Walk) jump(now turn.Instant, flow string, out *[]Action) {
	if w.Enlisted && w.Left.Flow == "" {
		w.Left = Stand{w.Flow, w.StepName}
	}
	w.flow, w.Flow = w.flows.Flow(flow), flow
	w.enter(now, 0, out)
}

// refused ends the call of a caller whom the queue did not take or keep, once he
// has heard why; where the flow has somewhere else to send him, he goes there at
// once.
func (w *Walk) refused(now turn.Instant, clip string, out *[]Action) {
	flow, exit := w.exit()
	if clip == "" || exit >= 0 && flow.Steps[exit].Kind == Forward {
		w.leave(now, out)
		return
	}
	w.Farewell, w.Due = clip, 0
	*out = append(*out, Action{Kind: DoPlay, Step: &Step{Name: "farewell", Kind: Play, Clips: []string{clip}, MustHear: true}})
}

// exit is the first step behind the queue that can end the call or send it
// elsewhere, in the flow in which he stands or the one that he left; or -1.
func (w *Walk) exit() (f *Flow, i int) {
	if i := w.exitIn(w.flow, w.at); i >= 0 {
		return w.flow, i
	}
	if f = w.flows.Flow(w.Left.Flow); w.Left.Flow == "" || f == nil {
		return nil, -1
	}
	return f, w.exitIn(f, f.Index(w.Left.Step))
}

func (w *Walk) exitIn(f *Flow, at int) int {
	for i := at + 1; i < len(f.Steps); i++ {
		if kind := f.Steps[i].Kind; (kind == Hangup || kind == Forward) && f.Steps[i].When.Holds(w.civil) {
			return i
		}
	}
	return -1
}

// leave goes to the step that exit finds; without one the call is hung up.
func (w *Walk) leave(now turn.Instant, out *[]Action) {
	flow, exit := w.exit()
	w.Farewell, w.Left = "", Stand{}
	if exit >= 0 {
		w.flow, w.Flow = flow, flow.Name
		w.enter(now, exit, out)
		return
	}
	w.Over, w.Due = true, 0
	*out = append(*out, Action{Kind: DoHangup})
}
